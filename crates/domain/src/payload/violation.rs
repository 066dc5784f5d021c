//! What is wrong with a request, in words a caller can act on and without the offending text.

use std::fmt;

/// Which rule was broken. The name is part of the public contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// The field must be given.
    Required,
    /// The text is too short or too long, or the list has too many members.
    Length,
    /// The text holds a character that is not allowed there.
    Character,
    /// A UUID is needed.
    Uuid,
    /// A finite number is needed.
    Number,
    /// A whole number is needed.
    WholeNumber,
    /// The number lies outside its range.
    Range,
    /// The confidences add up to more than 1.
    Sum,
    /// The same name was given twice.
    Repeated,
    /// A value of another type is needed.
    Type,
    /// One of a few words is needed.
    Choice,
    /// No field has this name.
    UnknownField,
    /// The text begins with what is kept for the gateway's own use.
    Reserved,
}

impl Rule {
    /// The name used in output and audit records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Length => "length",
            Self::Character => "character",
            Self::Uuid => "uuid",
            Self::Number => "number",
            Self::WholeNumber => "whole_number",
            Self::Range => "range",
            Self::Sum => "sum",
            Self::Repeated => "repeated",
            Self::Type => "type",
            Self::Choice => "choice",
            Self::UnknownField => "unknown_field",
            Self::Reserved => "reserved",
        }
    }
}

/// One broken rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The field, members of lists and maps by position: `knowledge_source_ids[2]`.
    pub field: String,
    /// The rule.
    pub rule: Rule,
    /// What is expected and what was found; free of the offending text.
    pub message: String,
}

impl Violation {
    /// A violation of `rule` by `field`.
    pub fn new(field: impl Into<String>, rule: Rule, message: impl Into<String>) -> Self {
        Self {
            field: field.into(),
            rule,
            message: message.into(),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

/// Violations told one by one; a request with more is not read to its end by anybody.
const MOST_TOLD: usize = 50;

/// What of a refused request is known all the same: the identifiers that keep their rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownIds {
    /// The session.
    pub session_id: Option<String>,
    /// The conversation.
    pub conversation_id: Option<String>,
    /// The agent.
    pub agent_id: Option<String>,
    /// The customer.
    pub customer_id: Option<String>,
    /// The queue.
    pub queue_id: Option<String>,
}

/// Everything that is wrong with a request; never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the request breaks {count} payload rule{}", if *.count == 1 { "" } else { "s" })]
pub struct Violations {
    told: Vec<Violation>,
    count: usize,
    // Boxed: a refusal is rare, and every result would be as large as this.
    known: Box<KnownIds>,
}

impl Violations {
    pub(super) fn new(mut all: Vec<Violation>, known: KnownIds) -> Self {
        let count = all.len();
        all.truncate(MOST_TOLD);
        Self {
            told: all,
            count,
            known: Box::new(known),
        }
    }

    /// The violations in the order of the fields, the first 50 of them.
    pub fn iter(&self) -> impl Iterator<Item = &Violation> {
        self.told.iter()
    }

    /// How many more there are than [`iter`](Self::iter) tells.
    pub fn untold(&self) -> usize {
        self.count - self.told.len()
    }

    /// What of the request is known all the same.
    pub fn known(&self) -> &KnownIds {
        &self.known
    }
}
