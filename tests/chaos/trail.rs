//! What the audit log holds.

use std::collections::HashMap;

use agent_assist_domain::audit::{AuditFilter, AuditOrder, AuditQuery, AuditRecord};
use agent_assist_domain::ports::AuditTrail;
use serde_json::Value;

use crate::bench::Bench;

/// Events of requests somebody waited for; each request has exactly one of them.
const ENDS: [&str; 5] = [
    "assist_fetch_hit",
    "assist_fetch_completed",
    "assist_fetch_failed",
    "assist_fetch_refused",
    "assist_fetch_withheld",
];

impl Bench {
    /// Every record, oldest first.
    pub(crate) async fn records(&self) -> Vec<AuditRecord> {
        self.records_of(AuditFilter::default()).await
    }

    /// The records of one request.
    pub(crate) async fn records_of_request(&self, request_id: &str) -> Vec<AuditRecord> {
        let request_id = Some(request_id.to_owned());
        self.records_of(AuditFilter {
            request_id,
            ..AuditFilter::default()
        })
        .await
    }

    async fn records_of(&self, filter: AuditFilter) -> Vec<AuditRecord> {
        let query = AuditQuery {
            filter,
            order: AuditOrder::OldestFirst,
            after: None,
            limit: u32::MAX,
        };
        self.store.page(&query).await.expect("the audit trail")
    }
}

/// How many requests have ended in `records`, and how many of them have more than one end.
pub(crate) fn ends(records: &[AuditRecord]) -> (usize, usize) {
    let mut ends: HashMap<&str, usize> = HashMap::new();
    for record in records {
        if ENDS.contains(&&*record.columns.event) {
            *ends.entry(&record.columns.request_id).or_default() += 1;
        }
    }
    (
        ends.len(),
        ends.values().filter(|count| **count > 1).count(),
    )
}

/// How many requests the upstream had for `record`.
pub(crate) fn upstream_requests(record: &AuditRecord) -> usize {
    let requests = fetch(record)["upstream_requests"].as_u64();
    requests.unwrap_or_default() as usize
}

/// The facts of a fetch in `record`'s canonical JSON.
pub(crate) fn fetch(record: &AuditRecord) -> Value {
    let entry: Value = serde_json::from_str(&record.entry).expect("an entry is JSON");
    entry["fetch"].clone()
}
