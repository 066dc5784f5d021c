//! A thread with a connection of its own, for what is written so often that the way there counts.
//!
//! SQLite takes longer to guard a row than to write it: where a table has triggers, the rows of one
//! statement are kept aside first, or, with a statement for each, pages are; and each trigger is called. The
//! connection of this thread runs none, so whoever writes by it asks the same itself, in the same
//! transaction. They hold for every other connection, and every other tool.
//!
//! Whatever goes wrong here, nothing has been written, and the work is done the long way, where every
//! reason is told. But for a failure of the disk: behind that nothing is written by anybody.

use std::fmt;
use std::io;
use std::path::Path;
use std::sync::{Arc, mpsc};
use std::thread;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};
use tokio::sync::oneshot;

use crate::connection::Access;
use crate::direct::{self, Failure};
use crate::fold::{Fold, Watch};

/// The thread. It ends when it is closed, or the last of these is dropped. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Bulk {
    jobs: mpsc::Sender<Job>,
}

/// What is done in a transaction; `false` takes it back.
type Work = Box<dyn FnOnce(&Transaction<'_>) -> Result<bool, Failure> + Send>;

enum Job {
    Transact(Work, oneshot::Sender<io::Result<bool>>),
    Close(oneshot::Sender<()>),
}

impl fmt::Debug for Job {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Transact(..) => "Transact",
            Self::Close(_) => "Close",
        })
    }
}

impl Bulk {
    /// Starts the thread for the store at `path`, of which `fold` folds the log. It connects with the first
    /// work.
    ///
    /// # Errors
    /// If the system has no thread left.
    pub(crate) fn start(path: Arc<Path>, fold: Fold) -> io::Result<Self> {
        let (jobs, queued) = mpsc::channel();
        let builder = thread::Builder::new().name("store-bulk".to_owned());
        builder.spawn(move || serve(&path, &fold, &queued))?;
        Ok(Self { jobs })
    }

    /// Does `work` in a transaction that holds the write lock. When this returns `true` all of it is
    /// durable, and `false` says that nothing was written.
    ///
    /// # Errors
    /// If the disk failed: what is on it then is not known.
    pub(crate) async fn transact(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<bool, Failure> + Send + 'static,
    ) -> io::Result<bool> {
        let (answer, answered) = oneshot::channel();
        if self
            .jobs
            .send(Job::Transact(Box::new(work), answer))
            .is_err()
        {
            return Ok(false);
        }
        // Without an answer the thread is gone, nobody knows how far it came.
        answered.await.map_err(io::Error::other)?
    }

    /// Waits until the connection is closed. What comes later is not done.
    pub(crate) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.jobs.send(Job::Close(done)).is_ok() {
            // An error means that the thread is gone.
            let _ = closed.await;
        }
    }
}

/// A connection, and what looks after the length of the log.
type Watched = (Connection, Watch);

fn serve(path: &Path, fold: &Fold, queued: &mpsc::Receiver<Job>) {
    let mut connection = None;
    for job in queued {
        match job {
            Job::Transact(work, answer) => {
                let done = judge(transact(path, fold, &mut connection, work));
                // Nobody waits any more once the runtime is gone.
                let _ = answer.send(done);
            }
            Job::Close(done) => {
                drop(connection.take());
                let _ = done.send(());
                return;
            }
        }
    }
}

/// What has been done; its default if nothing was, for whatever reason but a failure of the disk.
pub(crate) fn judge<T: Default>(done: Result<T, Failure>) -> io::Result<T> {
    match done {
        Ok(done) => Ok(done),
        Err(Failure::Sqlite(error))
            if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) =>
        {
            Err(io::Error::other(error))
        }
        Err(error) => {
            tracing::debug!(%error, "what was to be written has to wait, or goes the long way");
            Ok(T::default())
        }
    }
}

/// Does `work`. The connection stays open unless it failed.
fn transact(
    path: &Path,
    fold: &Fold,
    slot: &mut Option<Watched>,
    work: Work,
) -> Result<bool, Failure> {
    let (mut connection, mut watch) = match slot.take() {
        Some(watched) => watched,
        None => connect(path, fold)?,
    };
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let done = work(&transaction)?;
    if done {
        transaction.commit()?;
        watch.look();
    } else {
        transaction.rollback()?;
    }
    *slot = Some((connection, watch));
    Ok(done)
}

fn connect(path: &Path, fold: &Fold) -> Result<Watched, Failure> {
    let connection = direct::connect(path, Access::Appending)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    let watch = fold.watch(&connection);
    Ok((connection, watch))
}
