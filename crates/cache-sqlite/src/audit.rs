//! The audit log and its trail.
//!
//! Each append is a transaction of its own. Several could share one (their durability costs one
//! synchronisation of the disk) behind the same call.

use agent_assist_domain::audit::{
    AuditColumns, AuditEntry, AuditEvent, AuditFilter, AuditOrder, AuditQuery, AuditRecord, Seq,
};
use agent_assist_domain::ports::{AuditLog, AuditTrail, StoreError};
use agent_assist_domain::time::Timestamp;
use async_trait::async_trait;
use sqlx::sqlite::SqliteConnection;

use crate::error::failed;
use crate::sql::audit as sql;
use crate::store::SqliteStore;

const APPEND: &str = "append to the audit log";
const READ: &str = "read the audit log";

#[derive(sqlx::FromRow)]
struct Row {
    seq: u64,
    at_us: i64,
    event: String,
    tenant: String,
    request_id: String,
    session_id: Option<String>,
    conversation_id: Option<String>,
    agent_id: Option<String>,
    agent_origin: String,
    queue_id: Option<String>,
    queue_origin: String,
    recommendation_id: Option<String>,
    dialect: Option<String>,
    result_limit: Option<u32>,
    result_offset: Option<u32>,
    cache_status: Option<String>,
    latency_us: Option<u64>,
    total_received: Option<u32>,
    total_returned: Option<u32>,
    upstream_status: Option<u16>,
    upstream_correlation_id: Option<String>,
    error: Option<String>,
    degraded_reason: Option<String>,
    empty_reason: Option<String>,
    entry: String,
}

impl From<Row> for AuditRecord {
    fn from(row: Row) -> Self {
        Self {
            seq: row.seq,
            columns: AuditColumns {
                at: Timestamp::from_micros(row.at_us),
                event: row.event,
                tenant: row.tenant,
                request_id: row.request_id,
                session_id: row.session_id,
                conversation_id: row.conversation_id,
                agent_id: row.agent_id,
                agent_origin: row.agent_origin,
                queue_id: row.queue_id,
                queue_origin: row.queue_origin,
                recommendation_id: row.recommendation_id,
                dialect: row.dialect,
                result_limit: row.result_limit,
                result_offset: row.result_offset,
                cache_status: row.cache_status,
                latency_us: row.latency_us,
                total_received: row.total_received,
                total_returned: row.total_returned,
                upstream_status: row.upstream_status,
                upstream_correlation_id: row.upstream_correlation_id,
                error: row.error,
                degraded_reason: row.degraded_reason,
                empty_reason: row.empty_reason,
            },
            entry: row.entry,
        }
    }
}

#[async_trait]
impl AuditLog for SqliteStore {
    async fn append(&self, entry: &AuditEntry) -> Result<Seq, StoreError> {
        let mut transaction = self.begin(APPEND).await?;
        let seq = insert(&mut transaction, entry)
            .await
            .map_err(failed(APPEND))?;
        transaction.commit().await.map_err(failed(APPEND))?;
        Ok(seq)
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
        };
        let rows: Vec<Row> = sqlx::query_as(statement)
            .bind(&filter.tenant)
            .bind(&filter.conversation_id)
            .bind(&filter.session_id)
            .bind(&filter.request_id)
            .bind(json_list(&filter.events))
            .bind(filter.since.map_or(i64::MIN, Timestamp::as_micros))
            .bind(filter.until.map_or(i64::MAX, Timestamp::as_micros))
            .bind(after)
            .bind(*limit)
            .fetch_all(self.readers())
            .await
            .map_err(failed(READ))?;
        Ok(rows.into_iter().map(AuditRecord::from).collect())
    }

    async fn get(&self, seq: Seq) -> Result<Option<AuditRecord>, StoreError> {
        let Ok(seq) = i64::try_from(seq) else {
            return Ok(None);
        };
        let row: Option<Row> = sqlx::query_as(sql::GET)
            .bind(seq)
            .fetch_optional(self.readers())
            .await
            .map_err(failed(READ))?;
        Ok(row.map(AuditRecord::from))
    }
}

async fn insert(connection: &mut SqliteConnection, entry: &AuditEntry) -> Result<Seq, sqlx::Error> {
    let columns = entry.columns();
    // An hour of latency is 3.6e9; what does not fit did not happen.
    let latency_us = columns
        .latency_us
        .map(|micros| i64::try_from(micros).unwrap_or(i64::MAX));
    sqlx::query_scalar(sql::APPEND)
        .bind(columns.at.as_micros())
        .bind(columns.event)
        .bind(columns.tenant)
        .bind(columns.request_id)
        .bind(columns.session_id)
        .bind(columns.conversation_id)
        .bind(columns.agent_id)
        .bind(columns.agent_origin)
        .bind(columns.queue_id)
        .bind(columns.queue_origin)
        .bind(columns.recommendation_id)
        .bind(columns.dialect)
        .bind(columns.result_limit)
        .bind(columns.result_offset)
        .bind(columns.cache_status)
        .bind(latency_us)
        .bind(columns.total_received)
        .bind(columns.total_returned)
        .bind(columns.upstream_status)
        .bind(columns.upstream_correlation_id)
        .bind(columns.error)
        .bind(columns.degraded_reason)
        .bind(columns.empty_reason)
        .bind(entry.to_canonical())
        .fetch_one(connection)
        .await
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
