//! What an entry says of what was asked and refused.

use crate::canonical::Value;
use crate::payload::Violations;

/// Why a request was refused before anything was done: fields and rules, no values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusalFacts {
    violations: Vec<(String, &'static str)>,
    untold: usize,
}

impl RefusalFacts {
    /// The refusal for `violations`.
    pub fn of(violations: &Violations) -> Self {
        Self {
            violations: violations
                .iter()
                .map(|violation| (violation.field.clone(), violation.rule.as_str()))
                .collect(),
            untold: violations.untold(),
        }
    }

    /// The members of an entry that tell of it.
    pub(super) fn members(&self) -> [(&'static str, Value<'_>); 2] {
        let violations = self.violations.iter().map(|(field, rule)| {
            Value::object([("field", Value::text(field)), ("rule", Value::text(*rule))])
        });
        [
            ("violations", Value::list(violations)),
            // Those beyond the ones listed.
            ("violations_untold", Value::int(self.untold)),
        ]
    }
}

/// Why what was told of a recommendation was not recorded. Names nothing that was sent: what was never given out may be called
/// anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AdoptionRefusal {
    /// The request breaks the payload rules.
    Invalid(RefusalFacts),
    /// Nothing of that name was given out in that conversation.
    NeverEmitted,
    /// It was given out too long ago.
    TooLate,
    /// The event's name was used before for something else.
    EventIdTaken,
}

impl AdoptionRefusal {
    /// The name used in records.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "payload_rules",
            Self::NeverEmitted => "never_emitted",
            Self::TooLate => "too_late",
            Self::EventIdTaken => "event_id_taken",
        }
    }

    /// The members of an entry that tell of it.
    pub(super) fn members(&self) -> Vec<(&'static str, Value<'_>)> {
        let mut members = vec![("refusal", Value::text(self.as_str()))];
        if let Self::Invalid(refusal) = self {
            members.extend(refusal.members());
        }
        members
    }
}
