//! Connections that read, for statements through sqlx.
//!
//! A pool of sqlx's takes a connection back in a task of its own, which asks it first whether it is well: until
//! then whoever reads next opens another, and each reads the whole schema. Here it is there again as soon
//! as it is [done](Reader::done) with.

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use agent_assist_domain::ports::{StoreError, StoreErrorKind};
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::connection::{Access, QUEUE_PATIENCE, setting_not_taken};
use crate::error::{Refusal, failed};

/// The connections. Opened when needed, checked then, and kept.
pub(crate) struct ReaderPool {
    path: Arc<Path>,
    access: Access,
    /// As many as may read at a time.
    turns: Arc<Semaphore>,
    most: u32,
    free: Mutex<Vec<SqliteConnection>>,
}

/// One of them. Unless it is [done](Self::done) with it is closed: it may be in the middle of something.
pub(crate) struct Reader {
    connection: SqliteConnection,
    pool: Arc<ReaderPool>,
    _turn: OwnedSemaphorePermit,
}

impl ReaderPool {
    /// At most `most` connections to the file at `path`, of which `first` is open already.
    pub(crate) fn new(
        most: u32,
        path: Arc<Path>,
        access: Access,
        first: Option<SqliteConnection>,
    ) -> Arc<Self> {
        Arc::new(Self {
            path,
            access,
            turns: Arc::new(Semaphore::new(most as usize)),
            most,
            free: Mutex::new(first.into_iter().collect()),
        })
    }

    /// A connection that nobody else uses meanwhile.
    ///
    /// # Errors
    /// If none can be opened, or none is free for seconds.
    pub(crate) async fn acquire(
        self: &Arc<Self>,
        operation: &'static str,
    ) -> Result<Reader, StoreError> {
        let turn = timeout(QUEUE_PATIENCE, Arc::clone(&self.turns).acquire_owned());
        let turn = turn.await.map_err(|elapsed| {
            StoreError::new(StoreErrorKind::Unavailable, operation).because(elapsed)
        })?;
        let turn = turn.map_err(|_| Refusal::Closed.of(operation))?;
        let free = self.free().pop();
        let connection = match free {
            Some(connection) => connection,
            None => self.open(operation).await?,
        };
        Ok(Reader {
            connection,
            pool: Arc::clone(self),
            _turn: turn,
        })
    }

    async fn open(&self, operation: &'static str) -> Result<SqliteConnection, StoreError> {
        let connection = SqliteConnection::connect_with(&self.access.options(&self.path)).await;
        let mut connection = connection.map_err(failed(operation))?;
        let not_taken = setting_not_taken(&mut connection, self.access).await;
        match not_taken.map_err(failed(operation))? {
            Some(name) => Err(Refusal::Setting(name).of(operation)),
            None => Ok(connection),
        }
    }

    /// Waits for those that read, then closes every connection; nobody reads any more.
    pub(crate) async fn close(&self) {
        // An error means that it is closed already.
        let _ = self.turns.acquire_many(self.most).await;
        self.turns.close();
        let free = std::mem::take(&mut *self.free());
        for connection in free {
            // It has only read: there is nothing to be lost.
            let _ = connection.close().await;
        }
    }

    fn free(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ReaderPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReaderPool")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Reader {
    /// Whoever reads next may have it. No statement is under way, and no transaction but one that has been
    /// dropped.
    pub(crate) fn done(self) {
        if !self.pool.turns.is_closed() {
            self.pool.free().push(self.connection);
        }
    }

    /// Nobody else is to use it.
    pub(crate) fn detach(self) -> SqliteConnection {
        self.connection
    }
}

impl Deref for Reader {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.connection
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
}
