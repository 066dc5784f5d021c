//! The quick way of a batch to the disk, by a [thread](crate::bulk) whose connection runs no triggers.
//!
//! What nearly all batches are, answers and what became of them, goes this way. What the triggers ask of such
//! records is asked here: that the log ends where it should, in the same transaction; leaves come before
//! their records; words and facts are those of types.

use std::sync::Arc;

use agent_assist_domain::audit::AuditEvent;
use agent_assist_tlog::{Hash, Tile};
use rusqlite::{Transaction, params};

use super::appender::Prepared;
use super::tree::{AuditHead, NewHead, column};
use crate::direct::Failure;
use crate::sql::{audit as sql, tree as tree_sql};

/// What is to be written: all of it or nothing.
#[derive(Debug)]
pub(super) struct Batch {
    /// Where the log must end.
    pub(super) before: AuditHead,
    /// The records behind it, and their bytes.
    pub(super) rows: Vec<(Arc<Prepared>, String)>,
    /// Their leaves.
    pub(super) leaves: Vec<Hash>,
    /// The head behind them.
    pub(super) head: NewHead,
    /// Tiles that became full or have grown.
    pub(super) tiles: Vec<Tile>,
}

/// Whether records of this event may go the quick way: those of which no trigger asks more than where
/// they stand and which words they use. `audit_event_says_its_facts` passes the same over.
pub(super) fn takes(event: AuditEvent) -> bool {
    matches!(
        event,
        AuditEvent::FetchHit | AuditEvent::FetchCompleted | AuditEvent::RecommendationAdopted
    )
}

/// Writes `batch` behind the log, unless it ends elsewhere.
pub(super) fn append(transaction: &Transaction<'_>, batch: &Batch) -> Result<bool, Failure> {
    let last = batch.before.last();
    let is_here: bool = transaction.prepare_cached(sql::ENDS_AT)?.query_row(
        params![
            column(last),
            column(batch.before.tree.size),
            batch.before.tree.root.as_bytes()
        ],
        |row| row.get(0),
    )?;
    if !is_here {
        return Ok(false);
    }
    let mut leaf = transaction.prepare_cached(tree_sql::ADD_LEAF)?;
    for (seq, hash) in (last + 1..).zip(&batch.leaves) {
        leaf.execute(params![column(seq), hash.as_bytes()])?;
    }
    let mut record = transaction.prepare_cached(sql::ADD)?;
    for (seq, (prepared, entry)) in (last + 1..).zip(&batch.rows) {
        let columns = &prepared.columns;
        record.execute(params![
            column(seq),
            columns.at.as_micros(),
            columns.event,
            columns.tenant,
            columns.request_id,
            columns.session_id,
            columns.conversation_id,
            columns.agent_id,
            columns.agent_origin,
            columns.queue_id,
            columns.queue_origin,
            columns.recommendation_id,
            columns.dialect,
            columns.result_limit,
            columns.result_offset,
            columns.cache_status,
            columns.latency_us.map(column),
            columns.total_received,
            columns.total_returned,
            columns.upstream_status,
            columns.upstream_correlation_id,
            columns.error,
            columns.degraded_reason,
            columns.empty_reason,
            entry,
        ])?;
    }
    let head = &batch.head;
    transaction
        .prepare_cached(tree_sql::MOVE_HEAD)?
        .execute(params![
            head.size,
            head.root,
            head.frontier,
            head.last_leaf,
            head.chained_from
        ])?;
    for tile in &batch.tiles {
        let place = (
            i64::from(tile.id.level),
            column(tile.id.index),
            tile.to_bytes(),
        );
        let is_new = tile.id.level == 0
            || transaction
                .prepare_cached(tree_sql::GROW_TILE)?
                .execute(params![place.0, place.1, place.2])?
                == 0;
        if is_new {
            transaction
                .prepare_cached(tree_sql::ADD_TILE)?
                .execute(params![place.0, place.1, place.2])?;
        }
    }
    Ok(true)
}
