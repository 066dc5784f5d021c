//! The store: a file, the connection that writes to it and those that read.

use std::fmt;
use std::path::{Path, absolute};
use std::sync::Arc;

use agent_assist_domain::ports::{StoreError, StoreErrorKind};
use agent_assist_domain::time::Timestamp;
use sqlx::sqlite::{SqliteArguments, SqliteConnection, SqlitePoolOptions};
use sqlx::{Connection as _, Pool, Sqlite};
use tokio::fs;

use crate::audit::{
    Appender, AuditCounts, AuditHead, Legacy, OpenIntents, Signer, Signing, Writer, check_end,
    check_length, give_leaves, last_record,
};
use crate::ballast::Ballast;
use crate::bulk::Bulk;
use crate::connection::{
    APPENDING, Access, QUEUE_PATIENCE, setting_not_taken, switch_to_wal, tell,
};
use crate::direct::Readers;
use crate::error::{Refusal, failed, file_failed};
use crate::file::{
    create_if_missing, has_log, known_version, migrate, refused_or_failed, require_current,
};
use crate::fold::Fold;
use crate::guard::check;
use crate::poison::Poison;
use crate::reader::{Reader, ReaderPool};
use crate::sidecar::{self, Sidecar, Told};
use crate::sql::conversation_keys::EMPTY_LOG;
use crate::together::{Piece, Together};
use crate::turns::{Turns, Write};

/// Connections that read. More would not read faster: the file is one.
const READERS: u32 = 4;

const OPEN: &str = "open the store";

/// The first schema with an audit log, and the first with its tree.
const WITH_LOG: i64 = 2;
const WITH_TREE: i64 = 7;

pub(crate) type Query = sqlx::query::Query<'static, Sqlite, SqliteArguments>;

/// A store in one SQLite file; implements every store port. Cheap to clone.
///
/// Appends to the audit log queue; those that have queued when the disk is ready are written
/// together. Other writes wait up to five seconds for each other, and every write up to two for
/// another process at the file; after that they fail as
/// [`Unavailable`](agent_assist_domain::ports::StoreErrorKind) with nothing changed. A caller with less
/// time may drop the call.
///
/// When a write or a synchronisation fails, nothing is written any more: calls that write fail as
/// [`Poisoned`](agent_assist_domain::ports::StoreErrorKind), and the process should end.
#[derive(Clone)]
pub struct SqliteStore {
    path: Arc<Path>,
    /// `None` if opened for reading only.
    writing: Option<Writing>,
    readers: Arc<ReaderPool>,
    direct: Arc<Readers>,
    immutable: bool,
}

/// What it takes to write.
#[derive(Clone)]
struct Writing {
    appender: Appender,
    together: Together,
    fold: Fold,
    /// For everything else.
    writer: Pool<Sqlite>,
    turns: Turns,
    poison: Arc<Poison>,
}

impl SqliteStore {
    /// Opens the store at `path`, creating it and its folders where missing, readable by their
    /// owner only, and brings it to this program's schema.
    ///
    /// Beside it stand a file with the head of its audit log, against which the log is held when it
    /// is opened the next time, and one that keeps room for the time when the disk is full.
    ///
    /// # Errors
    /// [`Incompatible`](agent_assist_domain::ports::StoreErrorKind) if the file is another
    /// program's or a newer version's, which leaves it as it is; the source is a [`Refusal`] then.
    /// `ReadOnly` if it cannot be opened for writing, is a link or somebody else's. `Corrupt` with a
    /// [`Refusal`] if its audit log is shorter than it was, or another; it may still be read.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        Self::open_as(path, None).await
    }

    /// Like [`open`](Self::open); the head of its audit log is signed within a second, and when the
    /// store is closed.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub async fn open_signing(path: &Path, signing: Signing) -> Result<Self, StoreError> {
        Self::open_as(path, Some(signing)).await
    }

    async fn open_as(path: &Path, signing: Option<Signing>) -> Result<Self, StoreError> {
        let path: Arc<Path> = absolute(path).map_err(file_failed(OPEN))?.into();
        let head_path = sidecar::path_of(&path);
        check(&path, OPEN).await?;
        check(&head_path, OPEN).await?;
        let promised = match sidecar::read(&head_path).await.map_err(file_failed(OPEN))? {
            Told::Nothing => None,
            Told::Head(head) => Some(head),
            Told::Nonsense => return Err(Refusal::HeadFile.of(OPEN)),
        };
        let looked = match promised {
            Some(promised) => check_unopened(&path, promised).await?,
            None => None,
        };
        create_if_missing(&path, OPEN).await?;
        let mut connection = connect(&path, Access::Writing).await?;
        // Refuses before the switch to WAL, which writes to the file.
        crate::file::identify(&mut connection, OPEN).await?;
        switch_to_wal(&mut connection, OPEN).await?;
        migrate(&mut connection, OPEN).await?;
        check_settings(&mut connection, Access::Writing).await?;
        let tree = give_leaves(&mut connection, OPEN).await?;
        if let Some(promised) = promised {
            check_end(&mut connection, promised, OPEN).await?;
        }
        let size = tree.head().tree.size;
        let signer = Signer::new(signing, &mut connection, size, OPEN).await?;
        // Another connection would have to read the schema again.
        let mut appending = connection;
        tell(&mut appending, &APPENDING)
            .await
            .map_err(failed(OPEN))?;
        check_settings(&mut appending, Access::Appending).await?;
        let head_file = Sidecar::open(head_path).await.map_err(file_failed(OPEN))?;
        let (turns, poison) = (
            Turns::at(Arc::clone(&head_file)),
            Arc::new(Poison::default()),
        );
        let fold = Fold::start(Arc::clone(&path), turns.clone(), Arc::clone(&poison));
        let bulk = Bulk::start(Arc::clone(&path), fold.clone()).map_err(file_failed(OPEN))?;
        let together = Together::start(bulk.clone(), turns.clone(), Arc::clone(&poison));
        let writer = Writer {
            path: Arc::clone(&path),
            connection: Some(appending),
            bulk,
            sidecar: Sidecar::new(head_file, tree.head()),
            signer,
            tree,
            intents: OpenIntents::default(),
            ballast: Ballast::keep(&path).await,
            untold: Arc::default(),
            turns: turns.clone(),
            poison: Arc::clone(&poison),
        };
        Ok(Self {
            writing: Some(Writing {
                appender: writer.start(),
                together,
                fold,
                writer: other_writes(&path),
                turns,
                poison,
            }),
            readers: ReaderPool::new(READERS, Arc::clone(&path), Access::Reading, looked),
            direct: Readers::new(READERS, Arc::clone(&path), Access::Reading),
            immutable: false,
            path,
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
        let path: Arc<Path> = absolute(path).map_err(file_failed(OPEN))?.into();
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
            writing: None,
            readers: ReaderPool::new(READERS, Arc::clone(&path), access, None),
            direct: Readers::new(READERS, Arc::clone(&path), access),
            immutable: access == Access::ReadingImmutable,
            path,
        })
    }

    /// Whether the file at `path` is in use as a store: the file with its log's head stands beside it. A
    /// copy that was put away has none, and is better left as it is.
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub async fn is_in_use(path: &Path) -> Result<bool, StoreError> {
        let head = sidecar::path_of(path);
        fs::try_exists(head).await.map_err(file_failed(OPEN))
    }

    /// Whether what others add to the file is not seen, because it is on a medium that cannot be
    /// written to.
    pub fn is_immutable(&self) -> bool {
        self.immutable
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Waits for calls under way, then closes every connection of this store and its clones. Later
    /// calls fail as [`Unavailable`](agent_assist_domain::ports::StoreErrorKind). Nothing is lost
    /// without it; with it the head of the audit log is written down and the write-ahead log is folded
    /// into the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.direct.close().await;
        if let Some(writing) = &self.writing {
            writing.together.close().await;
            writing.fold.close().await;
            writing.writer.close().await;
            writing.appender.close().await;
        }
    }

    /// Ends, as of `at`, what writers that are gone have announced in the audit log and left open: with
    /// records that say that nobody knows what became of it. Gives how many. What writers that are
    /// still there have open is left to them, in this process and in others.
    ///
    /// # Errors
    /// If it cannot be read or written; what is open stays so.
    pub async fn settle(&self, at: Timestamp) -> Result<usize, StoreError> {
        let Some(appender) = self.appender() else {
            return Err(Refusal::OpenedForReading.of(OPEN));
        };
        let mut settled = 0;
        for legacy in Legacy::find(self, at).await? {
            settled += appender.settle(legacy).await?;
        }
        Ok(settled)
    }

    /// How often this store and its clones have written to the audit log since it was opened.
    pub fn audit_counts(&self) -> AuditCounts {
        let counts = self.appender().map(Appender::counts);
        counts.unwrap_or_default()
    }

    /// A connection that reads, for nobody else until it is [done](Reader::done) with.
    pub(crate) async fn reader(&self, operation: &'static str) -> Result<Reader, StoreError> {
        self.readers.acquire(operation).await
    }

    /// Those that read on their own threads, where many rows go by.
    pub(crate) fn direct(&self) -> &Arc<Readers> {
        &self.direct
    }

    /// The way into the audit log; `None` if the store was opened for reading only.
    pub(crate) fn appender(&self) -> Option<&Appender> {
        self.writing.as_ref().map(|writing| &writing.appender)
    }

    fn writing(&self, operation: &'static str) -> Result<&Writing, StoreError> {
        let Some(writing) = &self.writing else {
            return Err(Refusal::OpenedForReading.of(operation));
        };
        writing.poison.check(operation)?;
        Ok(writing)
    }

    /// A transaction that holds the write lock. Dropped before its commit it leaves no trace.
    pub(crate) async fn begin(&self, operation: &'static str) -> Result<Write, StoreError> {
        let writing = self.writing(operation)?;
        let turn = writing.turns.to_write(operation).await?;
        Write::begin(
            &writing.writer,
            turn,
            Arc::clone(&writing.poison),
            operation,
        )
        .await
    }

    /// Writes `piece` with others; `false` says that it has to be written by itself.
    pub(crate) async fn write_together(
        &self,
        piece: Piece,
        operation: &'static str,
    ) -> Result<bool, StoreError> {
        let writing = self.writing(operation)?;
        writing.together.write(piece, operation).await
    }

    /// Folds the write-ahead log into the file and empties it, so that nothing deleted is left in it.
    pub(crate) async fn empty_log(&self, operation: &'static str) -> Result<(), StoreError> {
        let writing = self.writing(operation)?;
        let _turn = writing.turns.to_write(operation).await?;
        let (busy, ..): (i64, i64, i64) = sqlx::query_as(EMPTY_LOG)
            .fetch_one(&writing.writer)
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
            .field("read_only", &self.writing.is_none())
            .finish_non_exhaustive()
    }
}

pub(crate) async fn connect(path: &Path, access: Access) -> Result<SqliteConnection, StoreError> {
    SqliteConnection::connect_with(&access.options(path))
        .await
        .map_err(|error| refused_or_failed(error, OPEN))
}

/// Whether the file can be read this way, and has the schema to be read.
async fn check_readable(path: &Path, access: Access) -> Result<(), StoreError> {
    let mut connection = connect(path, access).await?;
    require_current(&mut connection, OPEN).await?;
    check_settings(&mut connection, access).await?;
    connection.close().await.map_err(failed(OPEN))
}

/// Holds the audit log in the file at `path` against the head that it must have reached, before
/// anything is done to the file: whoever opens it for writing also tidies up its write-ahead log,
/// where what is missing may still be. Gives the connection that has looked, if it may read on.
async fn check_unopened(
    path: &Path,
    promised: AuditHead,
) -> Result<Option<SqliteConnection>, StoreError> {
    if !fs::try_exists(path).await.map_err(file_failed(OPEN))? {
        check_length(0, promised, OPEN)?;
        return Ok(None);
    }
    // What is wrong with the file otherwise is said when it is opened.
    let Ok(mut connection) = connect(path, Access::ReadingOnly).await else {
        return Ok(None);
    };
    match crate::file::identify(&mut connection, OPEN).await {
        Err(_) => return Ok(None),
        Ok(version) if version < WITH_LOG => check_length(0, promised, OPEN)?,
        Ok(version) if version < WITH_TREE => {
            let last = last_record(&mut connection, OPEN).await?;
            check_length(last, promised, OPEN)?;
        }
        Ok(version) => {
            check_end(&mut connection, promised, OPEN).await?;
            // A file in another journal mode, as some tools copy it, is switched when it is opened.
            let not_taken = setting_not_taken(&mut connection, Access::ReadingOnly).await;
            if version == known_version() && matches!(not_taken, Ok(None)) {
                return Ok(Some(connection));
            }
        }
    }
    connection.close().await.map_err(failed(OPEN))?;
    Ok(None)
}

/// Refuses to start on a connection whose settings did not take.
async fn check_settings(
    connection: &mut SqliteConnection,
    access: Access,
) -> Result<(), StoreError> {
    if let Some(name) = setting_not_taken(connection, access)
        .await
        .map_err(failed(OPEN))?
    {
        return Err(Refusal::Setting(name).of(OPEN));
    }
    Ok(())
}

/// The connection for what is written by itself, opened when needed and checked then, kept for good.
fn other_writes(path: &Path) -> Pool<Sqlite> {
    SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(QUEUE_PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        // A connection to a file does not go stale; the round trip would cost every call.
        .test_before_acquire(false)
        // SQLite gives up some transactions by itself; what counts them here does not notice, and
        // the connection would take no other.
        .after_release(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }))
        .after_connect(move |connection, _| {
            Box::pin(async move {
                match setting_not_taken(connection, Access::Writing).await? {
                    Some(name) => Err(sqlx::Error::Configuration(Refusal::Setting(name).into())),
                    None => Ok(()),
                }
            })
        })
        .connect_lazy_with(Access::Writing.options(path))
}

#[cfg(test)]
mod tests {
    use agent_assist_domain::ports::AuditLog as _;
    use agent_assist_testkit::build::fetch_entry;

    use super::*;

    #[tokio::test]
    async fn a_store_that_a_tool_left_in_another_journal_mode_is_opened() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("store.db");
        for _ in 0..2 {
            let store = SqliteStore::open(&path).await.expect("a store");
            let entry = fetch_entry("r-1", Timestamp::from_micros(1));
            store.append(&entry).await.expect("a record");
            store.close().await;
            let tool = rusqlite::Connection::open(&path).expect("a connection");
            let mode: String = tool
                .query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0))
                .expect("a mode");
            assert_eq!(mode, "delete");
        }
    }
}
