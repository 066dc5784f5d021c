//! A record as a row.

use agent_assist_domain::audit::{AuditColumns, AuditRecord};
use agent_assist_domain::time::Timestamp;
use sqlx::Sqlite;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;

#[derive(sqlx::FromRow)]
pub(super) struct Row {
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

/// Binds what one row of an `INSERT` takes, in the order of its columns.
pub(super) fn bind_row(
    query: Query<'static, Sqlite, SqliteArguments>,
    seq: i64,
    columns: &AuditColumns,
    entry: String,
) -> Query<'static, Sqlite, SqliteArguments> {
    // An hour of latency is 3.6e9; what does not fit did not happen.
    let latency_us = columns
        .latency_us
        .map(|micros| i64::try_from(micros).unwrap_or(i64::MAX));
    query
        .bind(seq)
        .bind(columns.at.as_micros())
        .bind(&columns.event)
        .bind(&columns.tenant)
        .bind(&columns.request_id)
        .bind(&columns.session_id)
        .bind(&columns.conversation_id)
        .bind(&columns.agent_id)
        .bind(&columns.agent_origin)
        .bind(&columns.queue_id)
        .bind(&columns.queue_origin)
        .bind(&columns.recommendation_id)
        .bind(&columns.dialect)
        .bind(columns.result_limit)
        .bind(columns.result_offset)
        .bind(&columns.cache_status)
        .bind(latency_us)
        .bind(columns.total_received)
        .bind(columns.total_returned)
        .bind(columns.upstream_status)
        .bind(&columns.upstream_correlation_id)
        .bind(&columns.error)
        .bind(&columns.degraded_reason)
        .bind(&columns.empty_reason)
        .bind(entry)
}
