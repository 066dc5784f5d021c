//! Why a text is not a fault rule, and what would be right.

use super::super::Route;

const EFFECTS: &str = "status, header, delay, next, body, drip, reset, expire_tokens, revoke";
const DETAILS_AND_CONDITIONS: &str = "code, retry_after, after, times, probability, during, flap";

/// Why a text is not a fault rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FaultRuleError {
    /// There is no colon.
    #[error("a fault rule is ROUTE:CLAUSE,CLAUSE,... such as recommendations:status=503,times=2")]
    NoColon,
    /// The route has no such name.
    #[error(
        "there is no route {given:?}; use one of {}, or * for all",
        route_names()
    )]
    UnknownRoute {
        /// What stands before the colon.
        given: String,
    },
    /// The clause has no such name.
    #[error(
        "there is no clause {given:?}; use one of {EFFECTS}, {DETAILS_AND_CONDITIONS}, and quotes \
         around a value with a comma"
    )]
    UnknownClause {
        /// What stands before the equals sign.
        given: String,
    },
    /// The clause's value has the wrong form.
    #[error("{clause} wants {expected}, not {given:?}")]
    BadValue {
        /// The clause's name.
        clause: &'static str,
        /// What would be right.
        expected: &'static str,
        /// What was given.
        given: String,
    },
    /// A quote stands elsewhere than around a whole value, or is not closed.
    #[error(
        "quotes go around a whole value, such as header=\"retry-after: Fri, 31 Dec 1999 23:59:59 \
         GMT\", with \\\" for a quote in it, not {given:?}"
    )]
    BadQuotes {
        /// The clause.
        given: String,
    },
    /// The clause stands there twice.
    #[error("{clause} is given twice")]
    Twice {
        /// The clause's name.
        clause: String,
    },
    /// The clause says more about an error that is not there.
    #[error("{clause} needs a status of 400 or more beside it, such as status=429,{clause}=...")]
    NeedsErrorStatus {
        /// The clause's name.
        clause: &'static str,
    },
    /// Nothing would go wrong.
    #[error("the rule has no effect; give at least one of {EFFECTS}")]
    NoEffect,
}

fn route_names() -> String {
    Route::NAMED
        .iter()
        .map(|route| route.name())
        .collect::<Vec<_>>()
        .join(", ")
}
