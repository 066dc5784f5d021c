//! A record as a row.

use agent_assist_domain::audit::{AuditColumns, AuditRecord};
use agent_assist_domain::ports::StoreError;
use agent_assist_domain::time::Timestamp;
use rusqlite::types::Value;
use rusqlite::{Row, params_from_iter};

use super::tree::Binding;
use crate::direct::{IsAwaited, failed, maybe_number, number};
use crate::store::SqliteStore;

/// A `SELECT` of whole records, and its parameters.
pub(super) type Select = (&'static str, Vec<Value>);

/// The records that `select` gives.
///
/// # Errors
/// If they cannot be read.
pub(super) async fn records(
    store: &SqliteStore,
    operation: &'static str,
    (statement, parameters): Select,
) -> Result<Vec<AuditRecord>, StoreError> {
    let read = move |connection: &rusqlite::Connection, _: IsAwaited<'_>| {
        let read = || {
            let mut statement = connection.prepare_cached(statement)?;
            let rows = statement.query_map(params_from_iter(parameters), record)?;
            rows.collect::<rusqlite::Result<Vec<AuditRecord>>>()
        };
        read().map_err(failed(operation))
    };
    store.direct().read(operation, read).await
}

/// By position, in the order of that statement: by name each column of each row would be looked up.
fn record(row: &Row<'_>) -> rusqlite::Result<AuditRecord> {
    Ok(AuditRecord {
        seq: number(row, 0)?,
        columns: AuditColumns {
            at: Timestamp::from_micros(row.get(1)?),
            event: row.get(2)?,
            tenant: row.get(3)?,
            request_id: row.get(4)?,
            session_id: row.get(5)?,
            conversation_id: row.get(6)?,
            agent_id: row.get(7)?,
            agent_origin: row.get(8)?,
            queue_id: row.get(9)?,
            queue_origin: row.get(10)?,
            recommendation_id: row.get(11)?,
            dialect: row.get(12)?,
            result_limit: maybe_number(row, 13)?,
            result_offset: maybe_number(row, 14)?,
            cache_status: row.get(15)?,
            latency_us: maybe_number(row, 16)?,
            total_received: maybe_number(row, 17)?,
            total_returned: maybe_number(row, 18)?,
            upstream_status: maybe_number(row, 19)?,
            upstream_correlation_id: row.get(20)?,
            error: row.get(21)?,
            degraded_reason: row.get(22)?,
            empty_reason: row.get(23)?,
        },
        entry: row.get(24)?,
    })
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
