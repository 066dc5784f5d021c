//! What an entry says of records that could not be written.

use std::collections::BTreeMap;

use super::{AuditColumns, AuditEntry, AuditFact, Subject};
use crate::canonical::Value;
use crate::ports::StoreErrorKind;
use crate::time::Timestamp;

/// Records that could not be written, and whose requests were therefore refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnwrittenFacts {
    /// When the first was to be written.
    from: Timestamp,
    /// When the last was.
    until: Timestamp,
    /// How many, by what kept them from it.
    reasons: BTreeMap<StoreErrorKind, u64>,
}

impl UnwrittenFacts {
    pub(super) fn to_value(&self) -> Value<'_> {
        let reasons = self.reasons.iter();
        let count: u64 = self.reasons.values().sum();
        Value::object([
            ("count", Value::int(count)),
            ("from_us", Value::int(self.from.as_micros())),
            (
                "reasons",
                Value::object(reasons.map(|(kind, count)| (kind.as_str(), Value::int(*count)))),
            ),
            ("until_us", Value::int(self.until.as_micros())),
        ])
    }
}

/// Records that cannot be written, until one can again.
#[derive(Clone, Debug)]
pub struct Unwritten {
    tenant: String,
    /// The first request concerned.
    request_id: String,
    facts: UnwrittenFacts,
}

impl Unwritten {
    /// The record that `columns` are of, which `kind` keeps from being written.
    pub fn one(columns: &AuditColumns, kind: StoreErrorKind) -> Self {
        Self {
            tenant: columns.tenant.clone(),
            request_id: columns.request_id.clone(),
            facts: UnwrittenFacts {
                from: columns.at,
                until: columns.at,
                reasons: [(kind, 1)].into(),
            },
        }
    }

    /// These, and those that came after them.
    #[must_use]
    pub fn and(mut self, later: Self) -> Self {
        let facts = &mut self.facts;
        facts.from = facts.from.min(later.facts.from);
        facts.until = facts.until.max(later.facts.until);
        for (kind, count) in later.facts.reasons {
            *facts.reasons.entry(kind).or_default() += count;
        }
        self
    }

    /// The entry that tells of all of them, as of the last. It is about no conversation; its request
    /// is the first one concerned.
    pub fn to_entry(&self) -> AuditEntry {
        AuditEntry {
            at: self.facts.until,
            tenant: self.tenant.clone(),
            request_id: self.request_id.clone(),
            subject: Subject::UNKNOWN,
            fact: AuditFact::LogUnwritten(self.facts.clone()),
        }
    }
}
