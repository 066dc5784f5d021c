//! Who may write next.
//!
//! SQLite lets one connection write at a time and makes the others ask again and again, in no order:
//! beside a process that commits one batch after the other they would hardly ever find the door open.
//! So whoever writes takes turns here first. Within a process, the connection that appends to the
//! audit log and the one for everything else: of the latter one call at a time stands in line, so
//! that a batch of appends waits for one other write at most, and each of those for one batch. Among
//! processes, by a lock on the file with the log's head, which the system gives to those who wait.
//!
//! The lock is a courtesy and not what keeps writers apart: that remains SQLite's. Only the file with
//! the head relies on it, which says no more than the database whoever writes it.

use std::fs::{File, TryLockError};
use std::io;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use agent_assist_domain::ports::{StoreError, StoreErrorKind};
use sqlx::sqlite::SqliteConnection;
use sqlx::{Pool, Sqlite, Transaction};
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::timeout;

use crate::connection::{LOCK_PATIENCE, QUEUE_PATIENCE};
use crate::error::{failed, file_failed, is_poison};
use crate::poison::Poison;
use crate::sql::file::BEGIN;

/// The line. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Turns {
    /// In order of arrival.
    next: Arc<Mutex<Door>>,
    /// Which of the writes that are no appends stands in line.
    others: Arc<Mutex<()>>,
}

/// One's turn, until dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    // Dropped first: unlocks the file.
    _entered: Entered,
    _next: OwnedMutexGuard<Door>,
    _others: Option<OwnedMutexGuard<()>>,
}

impl Turns {
    /// Turns at the store whose head stands in `file`.
    pub(crate) fn at(file: Arc<File>) -> Self {
        let door = Door {
            file,
            waiting: None,
        };
        Self {
            next: Arc::new(Mutex::new(door)),
            others: Arc::default(),
        }
    }

    /// The turn of a batch of appends.
    pub(crate) async fn to_append(&self, operation: &'static str) -> Result<Turn, StoreError> {
        let mut next = Arc::clone(&self.next).lock_owned().await;
        Ok(Turn {
            _entered: next.enter(operation).await?,
            _next: next,
            _others: None,
        })
    }

    /// The turn of any other write.
    pub(crate) async fn to_write(&self, operation: &'static str) -> Result<Turn, StoreError> {
        let line = async {
            let others = Arc::clone(&self.others).lock_owned().await;
            (Arc::clone(&self.next).lock_owned().await, others)
        };
        let (mut next, others) = timeout(QUEUE_PATIENCE, line).await.map_err(|elapsed| {
            StoreError::new(StoreErrorKind::Unavailable, operation).because(elapsed)
        })?;
        Ok(Turn {
            _entered: next.enter(operation).await?,
            _next: next,
            _others: Some(others),
        })
    }
}

/// Where processes wait for each other.
#[derive(Debug)]
struct Door {
    file: Arc<File>,
    /// A thread that waits, left behind by somebody who lost patience. The next one joins it.
    waiting: Option<JoinHandle<io::Result<Entered>>>,
}

/// Holds the lock until dropped.
#[derive(Debug)]
struct Entered(Arc<File>);

impl Drop for Entered {
    fn drop(&mut self) {
        if let Err(error) = self.0.unlock() {
            tracing::warn!(%error, "the file with the audit log's head cannot be unlocked");
        }
    }
}

impl Door {
    async fn enter(&mut self, operation: &'static str) -> Result<Entered, StoreError> {
        if self.waiting.is_none() {
            match self.file.try_lock() {
                Ok(()) => return Ok(Entered(Arc::clone(&self.file))),
                Err(TryLockError::WouldBlock) => {}
                Err(TryLockError::Error(error)) => return Err(file_failed(operation)(error)),
            }
        }
        let file = Arc::clone(&self.file);
        let waiting = self.waiting.get_or_insert_with(|| {
            spawn_blocking(move || {
                file.lock()?;
                Ok(Entered(file))
            })
        });
        let entered = timeout(LOCK_PATIENCE, waiting).await.map_err(|elapsed| {
            StoreError::new(StoreErrorKind::Unavailable, operation).because(elapsed)
        })?;
        self.waiting = None;
        entered
            .map_err(io::Error::other)
            .flatten()
            .map_err(file_failed(operation))
    }
}

/// A transaction that holds the write lock, and the turn it has. Dropped before its commit it leaves
/// no trace.
#[derive(Debug)]
pub(crate) struct Write {
    // Dropped before the turn ends.
    transaction: Transaction<'static, Sqlite>,
    poison: Arc<Poison>,
    _turn: Turn,
}

impl Write {
    pub(crate) async fn begin(
        pool: &Pool<Sqlite>,
        turn: Turn,
        poison: Arc<Poison>,
        operation: &'static str,
    ) -> Result<Self, StoreError> {
        let transaction = pool.begin_with(BEGIN).await.map_err(failed(operation))?;
        Ok(Self {
            transaction,
            poison,
            _turn: turn,
        })
    }

    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        let committed = self.transaction.commit().await;
        if committed.as_ref().is_err_and(is_poison) {
            self.poison.set();
        }
        committed
    }
}

impl Deref for Write {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.transaction
    }
}

impl DerefMut for Write {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.transaction
    }
}
