//! A sample of every event, for those who develop a receiver.
//!
//! The entries are real ones, made by the gateway's own code from made-up content; a test holds them
//! against what it makes today.

use agent_assist_domain::analytics::AnalyticsEvent;
use agent_assist_domain::audit::{AuditColumns, AuditEvent, AuditRecord};
use agent_assist_domain::time::Timestamp;
use serde::Deserialize;

/// One entry a line.
const ENTRIES: &str = include_str!("samples.ndjson");

#[derive(Deserialize)]
struct Head {
    event: String,
    tenant: String,
    request_id: String,
    at_us: i64,
}

/// A sample of `event` under `id`; `None` if there is none.
pub fn sample(event: AuditEvent, id: &str) -> Option<AnalyticsEvent> {
    let mut entries = (1..).zip(ENTRIES.lines());
    let record = entries.find_map(|(seq, entry)| {
        let head: Head = serde_json::from_str(entry).ok()?;
        (head.event == event.as_str()).then(|| AuditRecord {
            seq,
            columns: AuditColumns {
                at: Timestamp::from_micros(head.at_us),
                event: head.event,
                tenant: head.tenant,
                request_id: head.request_id,
                ..AuditColumns::default()
            },
            entry: entry.to_owned(),
        })
    })?;
    Some(AnalyticsEvent::of_record(id, &record))
}
