//! From SQLite's errors to those of the ports.
//!
//! Causes are passed on without the wrappers whose `Display` repeats them. No message holds
//! anything of a row: SQLite names columns and constraints only, and those of `serde_json`, which
//! quote what they stumble over, are not passed on (see [`row`](crate::row)).

use std::error::Error;
use std::fmt;
use std::io;
use std::sync::Arc;

use agent_assist_domain::audit::Seq;
use agent_assist_domain::ports::{StoreError, StoreErrorKind};

/// Why a file is not used as a store, or not written to. Found as the source of a [`StoreError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// There is no file, and it was to be opened for reading only.
    #[error("there is no such file")]
    Missing,
    /// It is no SQLite file.
    #[error("the file is no SQLite database")]
    NotADatabase,
    /// It is a SQLite file of another program.
    #[error("the file belongs to another program (application id {application_id:#010x})")]
    Foreign {
        /// What the file says it is.
        application_id: i64,
    },
    /// A newer version of this program wrote it.
    #[error("the file has schema {found}, this program knows schemas up to {known}")]
    NewerSchema {
        /// Its schema.
        found: i64,
        /// The newest schema known here.
        known: i64,
    },
    /// An older version wrote it, and it was to be opened for reading only: open it for writing
    /// once.
    #[error("the file has schema {found} and must be brought to {known} by opening it for writing")]
    OlderSchema {
        /// Its schema.
        found: i64,
        /// The schema needed.
        known: i64,
    },
    /// Its schema is not the one this program's migrations made.
    #[error("migration {version} of the file is not the one of this program")]
    OtherMigration {
        /// The migration that differs.
        version: i64,
    },
    /// SQLite did not take a setting that the store relies on, as on a file system without shared
    /// memory.
    #[error("SQLite did not take the setting {0}")]
    Setting(&'static str),
    /// It was opened for reading only.
    #[error("the store was opened for reading only")]
    OpenedForReading,
    /// It is a link, and it was to be opened for writing.
    #[error("the file is a symbolic link")]
    Link,
    /// It is somebody else's, and it was to be opened for writing.
    #[error("the file belongs to user {owner}, and this process runs as user {user}")]
    Owner {
        /// Whose it is.
        owner: u32,
        /// Who wants to write.
        user: u32,
    },
    /// The audit log is shorter than it was: the file beside it that holds its head knows of more.
    /// It was restored from a backup or cut, or its write-ahead log is damaged.
    #[error("audit records {first} to {last} are missing: they were there once")]
    Lost {
        /// The first record that is missing.
        first: i64,
        /// The last one known.
        last: i64,
    },
    /// The audit log is long enough, but not the one whose head stands in the file beside it.
    #[error("audit records up to {last} are not those that were there once")]
    OtherLog {
        /// The last record of the head.
        last: i64,
    },
    /// The file beside the store that holds the head of its audit log is none.
    #[error("the file with the head of the audit log cannot be read")]
    HeadFile,
    /// From this record on the audit log was written to by something else, or records are missing.
    #[error("audit records from {first} on are not in the log's tree")]
    Unlike {
        /// The first such record.
        first: i64,
    },
    /// A legal hold covers a record that was to be let go.
    #[error("a legal hold covers a record among them")]
    Held,
    /// Another process archives records in the same folder.
    #[error("another process is archiving into that folder")]
    Archiving,
    /// The folder for archives has one of another log.
    #[error("the archive from record {first} on in that folder is of another log")]
    OtherArchive {
        /// Its first record.
        first: Seq,
    },
    /// More entries wait to be appended than the store takes.
    #[error("too many entries wait to be appended")]
    QueueFull,
    /// The store was closed.
    #[error("the store is closed")]
    Closed,
    /// A write failed before. What is on the disk is not known, and nothing is written any more.
    #[error("a write to the store failed before")]
    Poisoned,
}

impl Refusal {
    /// The error of `operation` for this reason.
    pub(crate) fn of(self, operation: &'static str) -> StoreError {
        let kind = match self {
            Self::Missing | Self::QueueFull | Self::Closed | Self::Held | Self::Archiving => {
                StoreErrorKind::Unavailable
            }
            Self::NotADatabase
            | Self::Foreign { .. }
            | Self::NewerSchema { .. }
            | Self::OlderSchema { .. }
            | Self::OtherMigration { .. } => StoreErrorKind::Incompatible,
            Self::Setting(_) => StoreErrorKind::Other,
            Self::OpenedForReading | Self::Link | Self::Owner { .. } => StoreErrorKind::ReadOnly,
            Self::Lost { .. }
            | Self::OtherLog { .. }
            | Self::OtherArchive { .. }
            | Self::HeadFile
            | Self::Unlike { .. } => StoreErrorKind::Corrupt,
            Self::Poisoned => StoreErrorKind::Poisoned,
        };
        StoreError::new(kind, operation).because(self)
    }
}

/// What makes the port's error of one of SQLite's; for `map_err`.
pub(crate) fn failed(operation: &'static str) -> impl Fn(sqlx::Error) -> StoreError {
    move |error| StoreError::new(kind_of(&error), operation).because(bare(error))
}

/// The port's error of one after which nothing is written any more.
pub(crate) fn poisoned(operation: &'static str, error: sqlx::Error) -> StoreError {
    StoreError::new(StoreErrorKind::Poisoned, operation).because(bare(error))
}

/// The port's error of one from the file system.
pub(crate) fn file_failed(operation: &'static str) -> impl Fn(io::Error) -> StoreError {
    move |error| StoreError::new(kind_of_io(&error), operation).because(error)
}

/// What was read makes no sense.
pub(crate) fn corrupt(
    operation: &'static str,
    cause: impl Into<Box<dyn Error + Send + Sync>>,
) -> StoreError {
    StoreError::new(StoreErrorKind::Corrupt, operation).because(cause)
}

/// Whether `error` says that the file is no SQLite database.
pub(crate) fn is_not_a_database(error: &sqlx::Error) -> bool {
    primary_code(error) == Some(code::NOTADB)
}

/// Whether somebody else holds a lock that is needed.
pub(crate) fn is_busy(error: &sqlx::Error) -> bool {
    matches!(primary_code(error), Some(code::BUSY | code::LOCKED))
}

/// Whether `error` says that a write or a synchronisation failed, or leaves it open.
pub(crate) fn is_poison(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => true,
        error => primary_code(error) == Some(code::IOERR),
    }
}

/// Whether the schema refuses the row, and the transaction may go on without it.
pub(crate) fn is_refused_row(error: &sqlx::Error) -> bool {
    matches!(
        primary_code(error),
        Some(code::CONSTRAINT | code::TOOBIG | code::MISMATCH)
    )
}

/// One error for many callers.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    kind: StoreErrorKind,
    cause: SharedCause,
}

impl Shared {
    pub(crate) fn new(error: StoreError) -> Self {
        Self {
            kind: error.kind(),
            cause: SharedCause(Arc::new(error)),
        }
    }

    /// The error as `operation` has it.
    pub(crate) fn error(&self, operation: &'static str) -> StoreError {
        let error = StoreError::new(self.kind, operation);
        match self.cause.0.source() {
            // A refusal is found as the source itself.
            Some(cause) => match cause.downcast_ref::<Refusal>() {
                Some(refusal) => error.because(*refusal),
                None => error.because(self.cause.clone()),
            },
            None => error,
        }
    }
}

/// The cause of an error that is shared.
#[derive(Clone, Debug)]
struct SharedCause(Arc<StoreError>);

impl fmt::Display for SharedCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.source() {
            Some(cause) => fmt::Display::fmt(cause, f),
            None => fmt::Display::fmt(&self.0, f),
        }
    }
}

impl Error for SharedCause {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source().and_then(Error::source)
    }
}

/// Whether SQLite ran into a bound on its memory, or on the size of a value.
pub(crate) fn is_out_of_memory(error: &sqlx::Error) -> bool {
    matches!(primary_code(error), Some(code::NOMEM | code::TOOBIG))
}

/// Primary result codes, <https://www.sqlite.org/rescode.html>.
pub(crate) mod code {
    /// Among others: a value that a function does not take.
    pub(super) const ERROR: i32 = 1;
    pub(super) const PERM: i32 = 3;
    pub(super) const BUSY: i32 = 5;
    pub(super) const LOCKED: i32 = 6;
    pub(super) const NOMEM: i32 = 7;
    pub(super) const READONLY: i32 = 8;
    pub(super) const IOERR: i32 = 10;
    pub(super) const CORRUPT: i32 = 11;
    pub(super) const FULL: i32 = 13;
    pub(super) const CANTOPEN: i32 = 14;
    pub(super) const TOOBIG: i32 = 18;
    pub(super) const CONSTRAINT: i32 = 19;
    pub(super) const MISMATCH: i32 = 20;
    pub(super) const NOTADB: i32 = 26;

    /// Whether it says that what is in the file is at fault.
    pub(crate) fn is_damage(code: i32) -> bool {
        matches!(code, ERROR | CORRUPT | NOTADB | TOOBIG | MISMATCH)
    }
}

/// sqlx gives extended codes; their lowest byte is the primary one.
fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let code = error.as_database_error()?.code()?;
    code.parse::<i32>().ok().map(|code| code & 0xff)
}

fn kind_of(error: &sqlx::Error) -> StoreErrorKind {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => StoreErrorKind::Unavailable,
        sqlx::Error::Io(error) => kind_of_io(error),
        // Every column read is named in the statement, so its content must be at fault.
        sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) => StoreErrorKind::Corrupt,
        _ => primary_code(error).map_or(StoreErrorKind::Other, kind_of_code),
    }
}

/// The port's kind of a primary result code.
pub(crate) fn kind_of_code(code: i32) -> StoreErrorKind {
    match code {
        code::BUSY | code::LOCKED => StoreErrorKind::Unavailable,
        code::FULL => StoreErrorKind::Full,
        code::READONLY | code::CANTOPEN | code::PERM => StoreErrorKind::ReadOnly,
        code::CORRUPT | code::NOTADB => StoreErrorKind::Corrupt,
        _ => StoreErrorKind::Other,
    }
}

fn kind_of_io(error: &io::Error) -> StoreErrorKind {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreErrorKind::Full,
        io::ErrorKind::PermissionDenied
        | io::ErrorKind::ReadOnlyFilesystem
        | io::ErrorKind::AlreadyExists
        | io::ErrorKind::NotADirectory
        | io::ErrorKind::IsADirectory => StoreErrorKind::ReadOnly,
        _ => StoreErrorKind::Other,
    }
}

fn bare(error: sqlx::Error) -> Box<dyn Error + Send + Sync> {
    match error {
        sqlx::Error::Database(error) => error.into_error(),
        sqlx::Error::Io(error) => error.into(),
        sqlx::Error::ColumnDecode { source, .. } | sqlx::Error::Decode(source) => source,
        other => other.into(),
    }
}
