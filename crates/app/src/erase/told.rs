//! What erasures have left in a log that verifies as before.

use std::fmt;

use agent_assist_domain::audit::{
    AuditEvent, AuditFilter, AuditOrder, AuditQuery, AuditRecord, ErasureStage, Seq,
};
use agent_assist_domain::ports::{AuditTrail, StoreError};
use serde_json::Value;

/// Records read at once.
const PAGE: u32 = 1_000;

/// Fields of records that mean nothing any more, and the record that says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErasedFields {
    /// The record of the erasure's outcome.
    pub seq: Seq,
    /// How many.
    pub fields: u64,
}

/// As verification says it.
impl fmt::Display for ErasedFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let s = if self.fields == 1 { "" } else { "s" };
        write!(f, "{} field{s} erased by record {}", self.fields, self.seq)
    }
}

/// Every erasure that was brought to its end, in the order of the log.
///
/// # Errors
/// If the log cannot be read.
pub async fn erased_fields(trail: &dyn AuditTrail) -> Result<Vec<ErasedFields>, StoreError> {
    let mut erased = Vec::new();
    let mut query = AuditQuery {
        filter: AuditFilter {
            events: vec![AuditEvent::Erased],
            ..AuditFilter::default()
        },
        order: AuditOrder::OldestFirst,
        after: None,
        limit: PAGE,
    };
    loop {
        let page = trail.page(&query).await?;
        erased.extend(page.iter().filter_map(ended));
        match page.last() {
            Some(last) if page.len() == PAGE as usize => query.after = Some(last.seq),
            _ => return Ok(erased),
        }
    }
}

fn ended(record: &AuditRecord) -> Option<ErasedFields> {
    let entry: Value = serde_json::from_str(&record.entry).ok()?;
    let erasure = &entry["erasure"];
    let is_done = erasure["stage"] == ErasureStage::Done.as_str();
    let fields = erasure["fields"].as_u64().filter(|_| is_done)?;
    Some(ErasedFields {
        seq: record.seq,
        fields,
    })
}
