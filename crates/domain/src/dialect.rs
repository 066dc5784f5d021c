//! The two shapes in which an upstream offers recommendations.

use std::fmt;
use std::str::FromStr;

/// How the upstream is asked, and therefore who pages and who vouches for masking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dialect {
    /// `GET /api/v2/agentassist/recommendations`: the upstream pages, filters by source and flags
    /// masked entities. Served by facades and the sandbox; absent from the published platform API.
    Recommendations,
    /// `GET /api/v2/conversations/{id}/suggestions`, the published platform API: everything of a
    /// conversation is read, the selection happens here, and there is no masking flag.
    Suggestions,
}

impl Dialect {
    /// Every dialect, for help texts and error messages.
    pub const ALL: [Self; 2] = [Self::Recommendations, Self::Suggestions];

    /// The name used in settings, audit records and output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recommendations => "recommendations",
            Self::Suggestions => "suggestions",
        }
    }

    /// The least relevance shown when nobody says otherwise, 0..=1.
    ///
    /// The platform recommends 0.5 to 0.7 for its knowledge search, hence the lower default there.
    pub const fn default_min_relevance(self) -> f64 {
        match self {
            Self::Recommendations => 0.75,
            Self::Suggestions => 0.5,
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text names no dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected one of: recommendations, suggestions")]
pub struct UnknownDialect;

impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|d| d.as_str() == text)
            .ok_or(UnknownDialect)
    }
}
