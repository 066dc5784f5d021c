//! What is called back after every outcome: the facts of the audit record, for other eyes.

use crate::audit::AuditEntry;
use crate::canonical::Value;

/// Version of the event's shape.
const EVENT_SCHEMA: u32 = 1;

/// One event. Made from an audit entry, so that what a dashboard sees and what an auditor reads
/// come from one source, and neither holds unmasked text.
#[derive(Clone, Debug, PartialEq)]
pub struct AnalyticsEvent {
    id: String,
    entry: AuditEntry,
}

impl AnalyticsEvent {
    /// The event that tells of `entry`. `id` is unique; receivers drop repeats by it.
    pub fn new(id: impl Into<String>, entry: AuditEntry) -> Self {
        Self {
            id: id.into(),
            entry,
        }
    }

    /// Unique identifier of the event.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What happened.
    pub fn entry(&self) -> &AuditEntry {
        &self.entry
    }

    /// The event as one line of JSON: `{"data":{..},"id":"..","schema":1,"type":".."}`, where
    /// `data` is the audit entry.
    pub fn to_json(&self) -> String {
        Value::object([
            ("id", Value::text(&self.id)),
            ("schema", Value::int(EVENT_SCHEMA)),
            ("type", Value::text(self.entry.event().as_str())),
            ("data", self.entry.to_value()),
        ])
        .to_canonical()
    }
}
