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
    /// No field has this name.
    UnknownField,
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
            Self::UnknownField => "unknown_field",
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

/// Everything that is wrong with a request; never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the request breaks {} payload rule{}", .0.len(), if .0.len() == 1 { "" } else { "s" })]
pub struct Violations(pub(super) Vec<Violation>);

impl Violations {
    /// The violations, in the order of the fields.
    pub fn iter(&self) -> impl Iterator<Item = &Violation> {
        self.0.iter()
    }
}
