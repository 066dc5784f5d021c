//! What an entry says of bytes that were stopped on their way out.

use std::collections::BTreeMap;

use crate::canonical::Value;
use crate::pii::Entity;

/// A way out of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Egress {
    /// To whoever asked for recommendations.
    Answer,
    /// To an analytics sink.
    Analytics,
    /// To whoever reads the audit log.
    Export,
}

impl Egress {
    /// Every way.
    pub const ALL: [Self; 3] = [Self::Answer, Self::Analytics, Self::Export];

    /// The name used in records and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Analytics => "analytics",
            Self::Export => "export",
        }
    }
}

/// Personal data in finished bytes: what should never be, and was stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EgressFacts {
    /// Which way the bytes were to go.
    pub egress: Egress,
    /// How many finds of each kind were in them.
    pub findings: BTreeMap<Entity, u32>,
}

impl EgressFacts {
    pub(super) fn to_value(&self) -> Value<'_> {
        let findings = self.findings.iter();
        Value::object([
            ("egress", Value::text(self.egress.as_str())),
            (
                "findings",
                Value::object(
                    findings.map(|(entity, count)| (entity.as_str(), Value::int(*count))),
                ),
            ),
        ])
    }
}
