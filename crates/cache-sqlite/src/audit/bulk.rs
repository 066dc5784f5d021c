//! The quick way of a batch to the disk.
//!
//! SQLite takes longer to guard a record than to write it: where a table has triggers, the rows of one
//! statement are kept aside first, or, with a statement for each, pages are; and each trigger is called.
//! What nearly all batches are, answers and what became of them, is therefore inserted by a thread of its
//! own, whose connection runs no triggers. What they ask of such records is asked here: that the log ends
//! where it should, in the same transaction; leaves come before their records; words and facts are those
//! of types. They hold for every other connection, and every other tool.
//!
//! Whatever goes wrong here, nothing has been written, and the batch goes the long way, where every
//! reason is told. But for a failure of the disk: behind that nothing is written by anybody.

use std::io;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread;

use agent_assist_domain::audit::AuditEvent;
use agent_assist_tlog::{Hash, Tile};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, TransactionBehavior, params};
use tokio::sync::oneshot;

use super::appender::Prepared;
use super::tree::{AuditHead, NewHead, column};
use crate::connection::Access;
use crate::direct::{self, Failure};
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

/// The thread. It ends when this is dropped or closed.
#[derive(Debug)]
pub(crate) struct Bulk {
    jobs: mpsc::Sender<Job>,
}

#[derive(Debug)]
enum Job {
    Insert(Box<Batch>, oneshot::Sender<io::Result<bool>>),
    Close(oneshot::Sender<()>),
}

impl Bulk {
    /// Starts the thread for the store at `path`. It connects with the first batch.
    ///
    /// # Errors
    /// If the system has no thread left.
    pub(crate) fn start(path: Arc<Path>) -> io::Result<Self> {
        let (jobs, queued) = mpsc::channel();
        let builder = thread::Builder::new().name("audit-bulk".to_owned());
        builder.spawn(move || serve(&path, &queued))?;
        Ok(Self { jobs })
    }

    /// Writes `batch`; when it returns `true` all of it is durable, and `false` says that nothing was
    /// written.
    ///
    /// # Errors
    /// If the disk failed: what is on it then is not known.
    pub(super) async fn insert(&self, batch: Batch) -> io::Result<bool> {
        let (answer, answered) = oneshot::channel();
        if self
            .jobs
            .send(Job::Insert(Box::new(batch), answer))
            .is_err()
        {
            return Ok(false);
        }
        // Without an answer the thread is gone, nobody knows how far it came.
        answered.await.map_err(io::Error::other)?
    }

    /// Waits until the connection is closed.
    pub(super) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.jobs.send(Job::Close(done)).is_ok() {
            // An error means that the thread is gone.
            let _ = closed.await;
        }
    }
}

fn serve(path: &Path, queued: &mpsc::Receiver<Job>) {
    let mut connection = None;
    for job in queued {
        match job {
            Job::Insert(batch, answer) => {
                let inserted = judge(insert(path, &mut connection, &batch));
                // Nobody waits any more once the runtime is gone.
                let _ = answer.send(inserted);
            }
            Job::Close(done) => {
                drop(connection.take());
                let _ = done.send(());
                return;
            }
        }
    }
}

fn judge(inserted: Result<bool, Failure>) -> io::Result<bool> {
    match inserted {
        Ok(inserted) => Ok(inserted),
        Err(Failure::Sqlite(error))
            if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) =>
        {
            Err(io::Error::other(error))
        }
        Err(error) => {
            tracing::debug!(%error, "a batch of audit records goes the long way");
            Ok(false)
        }
    }
}

/// Inserts `batch` unless the log ends elsewhere. The connection stays open unless it failed.
fn insert(path: &Path, slot: &mut Option<Connection>, batch: &Batch) -> Result<bool, Failure> {
    let mut connection = match slot.take() {
        Some(connection) => connection,
        None => connect(path)?,
    };
    let inserted = write(&mut connection, batch)?;
    *slot = Some(connection);
    Ok(inserted)
}

fn connect(path: &Path) -> Result<Connection, Failure> {
    let connection = direct::connect(path, Access::Appending)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    Ok(connection)
}

fn write(connection: &mut Connection, batch: &Batch) -> Result<bool, Failure> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
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
    drop((leaf, record));
    transaction.commit()?;
    Ok(true)
}
