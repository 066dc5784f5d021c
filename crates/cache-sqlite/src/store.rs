//! The store: a file, the connection that writes to it and those that read.

use std::fmt;
use std::path::{Path, absolute};
use std::sync::Arc;

use agent_assist_domain::ports::{StoreError, StoreErrorKind};
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqlitePoolOptions};
use sqlx::{Connection as _, Pool, Sqlite, Transaction};
use tokio::fs;

use crate::connection::{Access, QUEUE_PATIENCE, setting_not_taken, switch_to_wal};
use crate::error::{Refusal, failed, file_failed};
use crate::file::{create_if_missing, has_log, migrate, refused_or_failed, require_current};
use crate::sql::conversation_keys::EMPTY_LOG;
use crate::sql::file::BEGIN;

/// Connections that read. More would not read faster: the file is one.
const READERS: u32 = 4;

const OPEN: &str = "open the store";

pub(crate) type Query = sqlx::query::Query<'static, Sqlite, SqliteArguments>;

/// A store in one SQLite file; implements every store port. Cheap to clone.
///
/// Writes wait up to five seconds for each other and up to two for another process at the file;
/// after that they fail as [`Unavailable`](agent_assist_domain::ports::StoreErrorKind) with nothing
/// changed. A caller with less time may drop the call.
#[derive(Clone)]
pub struct SqliteStore {
    path: Arc<Path>,
    /// `None` if opened for reading only.
    writer: Option<Pool<Sqlite>>,
    readers: Pool<Sqlite>,
}

impl SqliteStore {
    /// Opens the store at `path`, creating it and its folders where missing, readable by their
    /// owner only, and brings it to this program's schema.
    ///
    /// # Errors
    /// [`Incompatible`](agent_assist_domain::ports::StoreErrorKind) if the file is another
    /// program's or a newer version's, which leaves it as it is; the source is a [`Refusal`] then.
    /// `ReadOnly` if it cannot be opened for writing.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        let path = absolute(path).map_err(file_failed(OPEN))?;
        create_if_missing(&path, OPEN).await?;
        let mut connection = connect(&path, Access::Writing).await?;
        // Refuses before the switch to WAL, which writes to the file.
        crate::file::identify(&mut connection, OPEN).await?;
        switch_to_wal(&mut connection, OPEN).await?;
        migrate(&mut connection, OPEN).await?;
        check_settings(connection, Access::Writing).await?;
        Ok(Self {
            writer: Some(pool(1, &path, Access::Writing)),
            readers: pool(READERS, &path, Access::Reading),
            path: path.into(),
        })
    }

    /// Opens the store at `path` to read from it only: reports, and auditors who must not append.
    /// Calls that write fail as [`ReadOnly`](agent_assist_domain::ports::StoreErrorKind).
    ///
    /// It works on a file and a folder that cannot be written to: a backup on a read-only medium,
    /// another user's store. Where the write-ahead log cannot be opened and there is none to read,
    /// the file is taken to be the whole store and to stay as it is; open it anew to see what a
    /// writer has added since.
    ///
    /// # Errors
    /// As [`open`](Self::open); also `Incompatible` if the file's schema is older than this
    /// program's, `Unavailable` if there is no file, and `ReadOnly` if the file, or a write-ahead
    /// log with something in it, cannot be opened.
    pub async fn open_read_only(path: &Path) -> Result<Self, StoreError> {
        let path = absolute(path).map_err(file_failed(OPEN))?;
        if !fs::try_exists(&path).await.map_err(file_failed(OPEN))? {
            return Err(Refusal::Missing.of(OPEN));
        }
        let access = match check_readable(&path, Access::ReadingOnly).await {
            Ok(()) => Access::ReadingOnly,
            Err(error) if error.kind() == StoreErrorKind::ReadOnly && !has_log(&path).await => {
                check_readable(&path, Access::ReadingImmutable).await?;
                Access::ReadingImmutable
            }
            Err(error) => return Err(error),
        };
        Ok(Self {
            writer: None,
            readers: pool(READERS, &path, access),
            path: path.into(),
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Waits for calls under way, then closes every connection of this store and its clones. Later
    /// calls fail as [`Unavailable`](agent_assist_domain::ports::StoreErrorKind). Nothing is lost
    /// without it; with it the write-ahead log is folded into the file.
    pub async fn close(&self) {
        self.readers.close().await;
        if let Some(writer) = &self.writer {
            writer.close().await;
        }
    }

    /// The connections that read.
    pub(crate) fn readers(&self) -> &Pool<Sqlite> {
        &self.readers
    }

    /// A transaction that holds the write lock. Dropped before its commit it leaves no trace.
    pub(crate) async fn begin(
        &self,
        operation: &'static str,
    ) -> Result<Transaction<'static, Sqlite>, StoreError> {
        let Some(writer) = &self.writer else {
            return Err(Refusal::OpenedForReading.of(operation));
        };
        writer.begin_with(BEGIN).await.map_err(failed(operation))
    }

    /// Folds the write-ahead log into the file and empties it, so that nothing deleted is left in it.
    pub(crate) async fn empty_log(&self, operation: &'static str) -> Result<(), StoreError> {
        let Some(writer) = &self.writer else {
            return Err(Refusal::OpenedForReading.of(operation));
        };
        let (busy, ..): (i64, i64, i64) = sqlx::query_as(EMPTY_LOG)
            .fetch_one(writer)
            .await
            .map_err(failed(operation))?;
        match busy {
            0 => Ok(()),
            // Somebody is still reading what was deleted.
            _ => Err(StoreError::new(StoreErrorKind::Unavailable, operation)),
        }
    }

    /// Runs one statement in a transaction of its own and says how many rows it changed.
    pub(crate) async fn change(
        &self,
        operation: &'static str,
        query: Query,
    ) -> Result<u64, StoreError> {
        let mut transaction = self.begin(operation).await?;
        let done = query
            .execute(&mut *transaction)
            .await
            .map_err(failed(operation))?;
        transaction.commit().await.map_err(failed(operation))?;
        Ok(done.rows_affected())
    }
}

impl fmt::Debug for SqliteStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteStore")
            .field("path", &self.path)
            .field("read_only", &self.writer.is_none())
            .finish_non_exhaustive()
    }
}

async fn connect(path: &Path, access: Access) -> Result<SqliteConnection, StoreError> {
    SqliteConnection::connect_with(&access.options(path))
        .await
        .map_err(|error| refused_or_failed(error, OPEN))
}

/// Whether the file can be read this way, and has the schema to be read.
async fn check_readable(path: &Path, access: Access) -> Result<(), StoreError> {
    let mut connection = connect(path, access).await?;
    require_current(&mut connection, OPEN).await?;
    check_settings(connection, access).await
}

/// Refuses to start on a connection whose settings did not take.
async fn check_settings(
    mut connection: SqliteConnection,
    access: Access,
) -> Result<(), StoreError> {
    if let Some(name) = setting_not_taken(&mut connection, access)
        .await
        .map_err(failed(OPEN))?
    {
        return Err(Refusal::Setting(name).of(OPEN));
    }
    connection.close().await.map_err(failed(OPEN))
}

/// Up to `size` connections, opened when needed and checked then, kept for good.
fn pool(size: u32, path: &Path, access: Access) -> Pool<Sqlite> {
    SqlitePoolOptions::new()
        .max_connections(size)
        .acquire_timeout(QUEUE_PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        // A connection to a file does not go stale; the round trip would cost every call.
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            Box::pin(async move {
                match setting_not_taken(connection, access).await? {
                    Some(name) => Err(sqlx::Error::Configuration(Refusal::Setting(name).into())),
                    None => Ok(()),
                }
            })
        })
        .connect_lazy_with(access.options(path))
}
