//! The audit log and its trail in memory.

use std::sync::Mutex;

use agent_assist_domain::audit::{
    AuditColumns, AuditEntry, AuditFilter, AuditOrder, AuditQuery, AuditRecord, Seq,
};
use agent_assist_domain::ports::{AuditLog, AuditTrail, StoreError};
use async_trait::async_trait;

use crate::lock;

/// Keeps every entry, both as it came and as a log gives it back.
#[derive(Debug, Default)]
pub struct MemoryAuditLog {
    entries: Mutex<Vec<AuditEntry>>,
}

impl MemoryAuditLog {
    /// The entries so far, in the order of their positions.
    pub fn entries(&self) -> Vec<AuditEntry> {
        lock(&self.entries).clone()
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl AuditLog for MemoryAuditLog {
    async fn append(&self, entry: &AuditEntry) -> Result<Seq, StoreError> {
        let mut entries = lock(&self.entries);
        entries.push(entry.clone());
        Ok(entries.len() as Seq)
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl AuditTrail for MemoryAuditLog {
    async fn page(&self, query: &AuditQuery) -> Result<Vec<AuditRecord>, StoreError> {
        let entries = lock(&self.entries);
        let records = (1..)
            .zip(entries.iter())
            .map(|(seq, entry)| record(seq, entry));
        let mut matching: Vec<AuditRecord> = records
            .filter(|record| matches(&query.filter, &record.columns))
            .collect();
        if query.order == AuditOrder::NewestFirst {
            matching.reverse();
        }
        Ok(matching
            .into_iter()
            .filter(|record| {
                query.after.is_none_or(|after| match query.order {
                    AuditOrder::OldestFirst => record.seq > after,
                    AuditOrder::NewestFirst => record.seq < after,
                })
            })
            .take(query.limit as usize)
            .collect())
    }

    async fn get(&self, seq: Seq) -> Result<Option<AuditRecord>, StoreError> {
        let entries = lock(&self.entries);
        let position = usize::try_from(seq).ok().and_then(|seq| seq.checked_sub(1));
        Ok(position
            .and_then(|position| entries.get(position))
            .map(|entry| record(seq, entry)))
    }
}

fn record(seq: Seq, entry: &AuditEntry) -> AuditRecord {
    AuditRecord {
        seq,
        columns: entry.columns(),
        entry: entry.to_canonical(),
    }
}

fn matches(filter: &AuditFilter, columns: &AuditColumns) -> bool {
    let is = |wanted: &Option<String>, value: Option<&str>| {
        wanted.as_deref().is_none_or(|wanted| value == Some(wanted))
    };
    is(&filter.tenant, Some(&columns.tenant))
        && is(&filter.conversation_id, columns.conversation_id.as_deref())
        && is(&filter.session_id, columns.session_id.as_deref())
        && is(&filter.request_id, Some(&columns.request_id))
        && (filter.events.is_empty() || filter.events.iter().any(|e| e.as_str() == columns.event))
        && filter.since.is_none_or(|since| columns.at >= since)
        && filter.until.is_none_or(|until| columns.at < until)
}
