//! The routes of the sandbox under the names fault rules give them.

use std::fmt;

/// One route of the emulated API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Route {
    Token,
    Recommendations,
    Suggestions,
    Suggestion,
    Engagement,
    Me,
    Knowledge,
    Search,
    Limits,
    Aggregates,
    /// Any path the sandbox does not serve. It has no name of its own; `*` covers it.
    Unserved,
}

impl Route {
    /// The routes a rule can name.
    pub(crate) const NAMED: &'static [Self] = &[
        Self::Token,
        Self::Recommendations,
        Self::Suggestions,
        Self::Suggestion,
        Self::Engagement,
        Self::Me,
        Self::Knowledge,
        Self::Search,
        Self::Limits,
        Self::Aggregates,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Token => "token",
            Self::Recommendations => "recommendations",
            Self::Suggestions => "suggestions",
            Self::Suggestion => "suggestion",
            Self::Engagement => "engagement",
            Self::Me => "me",
            Self::Knowledge => "knowledge",
            Self::Search => "search",
            Self::Limits => "limits",
            Self::Aggregates => "aggregates",
            Self::Unserved => "unserved",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::NAMED
            .iter()
            .copied()
            .find(|route| route.name() == name)
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
