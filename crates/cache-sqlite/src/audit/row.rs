//! A record as a row.

use agent_assist_domain::audit::{AuditColumns, AuditRecord};
use agent_assist_domain::time::Timestamp;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row as _};

use super::tree::Binding;

/// A record as a `SELECT` of whole records gives it.
pub(super) struct Row(AuditRecord);

/// By position, in the order of that statement: by name each column of each row would be looked up.
impl FromRow<'_, SqliteRow> for Row {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        Ok(Self(AuditRecord {
            seq: row.try_get(0)?,
            columns: AuditColumns {
                at: Timestamp::from_micros(row.try_get(1)?),
                event: row.try_get(2)?,
                tenant: row.try_get(3)?,
                request_id: row.try_get(4)?,
                session_id: row.try_get(5)?,
                conversation_id: row.try_get(6)?,
                agent_id: row.try_get(7)?,
                agent_origin: row.try_get(8)?,
                queue_id: row.try_get(9)?,
                queue_origin: row.try_get(10)?,
                recommendation_id: row.try_get(11)?,
                dialect: row.try_get(12)?,
                result_limit: row.try_get(13)?,
                result_offset: row.try_get(14)?,
                cache_status: row.try_get(15)?,
                latency_us: row.try_get(16)?,
                total_received: row.try_get(17)?,
                total_returned: row.try_get(18)?,
                upstream_status: row.try_get(19)?,
                upstream_correlation_id: row.try_get(20)?,
                error: row.try_get(21)?,
                degraded_reason: row.try_get(22)?,
                empty_reason: row.try_get(23)?,
            },
            entry: row.try_get(24)?,
        }))
    }
}

impl From<Row> for AuditRecord {
    fn from(Row(record): Row) -> Self {
        record
    }
}

/// Binds what one row of an `INSERT` takes, in the order of its columns.
pub(super) fn bind_row(query: Binding, seq: i64, columns: &AuditColumns, entry: String) -> Binding {
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
