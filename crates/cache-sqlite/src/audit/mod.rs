//! The audit log and its trail.
//!
//! One task owns the connection that appends. It takes whatever has [queued](appender) and writes it
//! in one [transaction](batch), whose one synchronisation of the disk makes all of it durable, records,
//! [`tree`] and head, and what the records [announce and end](intents). What has nothing but records in
//! it, as nearly every batch, goes the [quick way](bulk).

mod appender;
mod backfill;
mod batch;
mod bulk;
mod checkpoint;
mod contradiction;
mod end;
mod intents;
mod prove;
mod row;
mod tree;
mod unwritten;
mod writer;

use agent_assist_domain::audit::{
    AuditEntry, AuditEvent, AuditFilter, AuditOrder, AuditQuery, AuditRecord, ConsistencyPath,
    InclusionPath, LogHead, Seq, StoredCheckpoint, Verification,
};
use agent_assist_domain::ports::{AuditLog, AuditTrail, StoreError};
use agent_assist_domain::time::Timestamp;
use async_trait::async_trait;

use crate::error::Refusal;
use crate::sql::audit as sql;
use crate::store::SqliteStore;

pub(crate) use appender::Appender;
pub use appender::AuditCounts;
pub(crate) use backfill::{check_end, check_length, give_leaves, last_record};
pub(crate) use checkpoint::Signer;
pub use checkpoint::Signing;
pub use end::AuditEnd;
pub(crate) use intents::{Legacy, OpenIntents};
pub(crate) use tree::{AuditHead, Tree, column, frontier_at, prove_consistency, tree_at};
pub(crate) use writer::Writer;

pub(crate) const APPEND: &str = "append to the audit log";
const READ: &str = "read the audit log";

#[async_trait]
impl AuditLog for SqliteStore {
    async fn append(&self, entry: &AuditEntry) -> Result<Seq, StoreError> {
        match self.appender() {
            Some(appender) => appender.append(entry).await,
            None => Err(Refusal::OpenedForReading.of(APPEND)),
        }
    }
}

#[async_trait]
impl AuditTrail for SqliteStore {
    async fn page(&self, query: &AuditQuery) -> Result<Vec<AuditRecord>, StoreError> {
        let AuditQuery {
            filter,
            order,
            after,
            limit,
        } = query;
        let page = narrowest(filter);
        let after = after.map(|seq| i64::try_from(seq).unwrap_or(i64::MAX));
        let (statement, after) = match order {
            AuditOrder::OldestFirst => (page.oldest_first, after.unwrap_or(0)),
            AuditOrder::NewestFirst => (page.newest_first, after.unwrap_or(i64::MAX)),
            AuditOrder::EarliestFirst => (sql::EARLIEST_FIRST, after.unwrap_or(0)),
        };
        let parameters = vec![
            filter.tenant.clone().into(),
            filter.conversation_id.clone().into(),
            filter.session_id.clone().into(),
            filter.request_id.clone().into(),
            json_list(&filter.events).into(),
            filter.since.map_or(i64::MIN, Timestamp::as_micros).into(),
            filter.until.map_or(i64::MAX, Timestamp::as_micros).into(),
            after.into(),
            (*limit).into(),
        ];
        row::records(self, READ, (statement, parameters)).await
    }

    async fn get(&self, seq: Seq) -> Result<Option<AuditRecord>, StoreError> {
        let Ok(seq) = i64::try_from(seq) else {
            return Ok(None);
        };
        let one = row::records(self, READ, (sql::GET, vec![seq.into()])).await?;
        Ok(one.into_iter().next())
    }

    async fn verify(&self, claims: &[LogHead]) -> Result<Verification, StoreError> {
        self.verify_log(claims).await
    }

    async fn prove(&self, seq: Seq, size: u64) -> Result<Option<InclusionPath>, StoreError> {
        self.prove_record(seq, size).await
    }

    async fn prove_consistency(
        &self,
        from: u64,
        to: u64,
    ) -> Result<Option<ConsistencyPath>, StoreError> {
        self.prove_beginning(from, to).await
    }

    async fn checkpoints(
        &self,
        after: u64,
        limit: u32,
    ) -> Result<Vec<StoredCheckpoint>, StoreError> {
        self.page_of_checkpoints(after, limit).await
    }

    async fn newest_checkpoint(&self, size: u64) -> Result<Option<StoredCheckpoint>, StoreError> {
        self.newest_checkpoint_of(size).await
    }
}

/// The statement that looks at the fewest records for `filter`.
fn narrowest(filter: &AuditFilter) -> sql::Page {
    if filter.request_id.is_some() {
        sql::PAGE_OF_REQUEST
    } else if filter.conversation_id.is_some() {
        sql::PAGE_OF_CONVERSATION
    } else if filter.session_id.is_some() {
        sql::PAGE_OF_SESSION
    } else if filter.since.is_some() || filter.until.is_some() {
        sql::PAGE_OF_TIME
    } else {
        sql::PAGE_OF_LOG
    }
}

/// The names of `events` as a JSON list; `None` where all are wanted.
fn json_list(events: &[AuditEvent]) -> Option<String> {
    // Names of events need no escaping.
    let names: Vec<String> = events
        .iter()
        .map(|event| format!("\"{}\"", event.as_str()))
        .collect();
    (!names.is_empty()).then(|| format!("[{}]", names.join(",")))
}
