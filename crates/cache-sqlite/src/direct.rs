//! Connections without a thread between, for where rows go by in masses.
//!
//! sqlx hands each row from one thread to another and copies what is in it, which costs many times what
//! SQLite takes to find it. Here whoever reads is on the thread of the connection, and borrows.

use std::num::TryFromIntError;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use agent_assist_domain::ports::{StoreError, StoreErrorKind};
use rusqlite::types::{Type, ValueRef};
use rusqlite::{Connection, OpenFlags, Row};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::timeout;

use crate::connection::{Access, LOCK_PATIENCE, QUEUE_PATIENCE};
use crate::error::{Refusal, code, kind_of_code};
use crate::sql::file::{JOURNAL_MODE, SETTINGS};

/// Statements that are kept ready: about as many as anybody here has.
const STATEMENTS: usize = 16;

/// Why there is no connection, or nothing came of it.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error("SQLite did not take the setting {0}")]
    Setting(&'static str),
}

impl Failure {
    /// The error of `operation` for this reason.
    fn of(self, operation: &'static str) -> StoreError {
        match self {
            Self::Sqlite(error) => failed(operation)(error),
            Self::Setting(name) => Refusal::Setting(name).of(operation),
        }
    }
}

/// Connects to the file at `path`, and reads the settings back.
///
/// # Errors
/// If the file cannot be opened so, or a setting did not take.
pub(crate) fn connect(path: &Path, access: Access) -> Result<Connection, Failure> {
    let connection = open(path, access)?;
    connection.busy_timeout(LOCK_PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    for (name, value) in access.pragmas() {
        connection.execute_batch(&format!("PRAGMA {name} = {value}"))?;
    }
    // Who reads an immutable file has no journal, of whatever mode.
    if access != Access::ReadingImmutable {
        let mode: String = connection.query_row(JOURNAL_MODE, [], |row| row.get(0))?;
        if mode != "wal" {
            return Err(Failure::Setting("journal_mode"));
        }
    }
    for setting in &SETTINGS {
        let taken: i64 = connection.query_row(setting.ask, [], |row| row.get(0))?;
        if taken != setting.wanted {
            return Err(Failure::Setting(setting.name));
        }
    }
    Ok(connection)
}

fn open(path: &Path, access: Access) -> rusqlite::Result<Connection> {
    let flags = match access {
        Access::Writing | Access::Appending | Access::Reading => OpenFlags::SQLITE_OPEN_READ_WRITE,
        Access::ReadingOnly => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Access::ReadingImmutable => OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI,
    };
    // Each is used by one thread at a time: no lock.
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if access != Access::ReadingImmutable {
        return Connection::open_with_flags(path, flags);
    }
    let path = path.to_str();
    let path = path.ok_or_else(|| rusqlite::Error::InvalidPath(Path::new("").to_owned()))?;
    Connection::open_with_flags(immutable_uri(path), flags)
}

/// The name under which SQLite takes the file at `path` to stay as it is.
fn immutable_uri(path: &str) -> String {
    let mut uri = String::from("file:");
    for character in path.chars() {
        match character {
            '%' => uri.push_str("%25"),
            '?' => uri.push_str("%3f"),
            '#' => uri.push_str("%23"),
            character => uri.push(character),
        }
    }
    uri.push_str("?immutable=1");
    uri
}

/// Whether somebody still waits for what is read.
pub(crate) type IsAwaited<'c> = &'c dyn Fn() -> bool;

/// Connections that read, on threads for calls that block. Opened when needed and kept.
#[derive(Debug)]
pub(crate) struct Readers {
    path: Arc<Path>,
    access: Access,
    /// As many as may read at a time.
    turns: Semaphore,
    most: u32,
    free: Mutex<Vec<Connection>>,
}

impl Readers {
    /// At most `most` connections to the file at `path`.
    pub(crate) fn new(most: u32, path: Arc<Path>, access: Access) -> Arc<Self> {
        Arc::new(Self {
            path,
            access,
            turns: Semaphore::new(most as usize),
            most,
            free: Mutex::default(),
        })
    }

    /// Runs `read` in one view of the file. Where this is dropped before it ends, it is not awaited any
    /// more.
    ///
    /// # Errors
    /// Those of `read`; if there is no connection, or none is free for seconds.
    pub(crate) async fn read<T: Send + 'static>(
        self: &Arc<Self>,
        operation: &'static str,
        read: impl FnOnce(&Connection, IsAwaited<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let unavailable = || StoreError::new(StoreErrorKind::Unavailable, operation);
        let turn = timeout(QUEUE_PATIENCE, self.turns.acquire());
        let turn = turn.await.map_err(|_| unavailable())?;
        let _turn = turn.map_err(|_| Refusal::Closed.of(operation))?;
        let (answer, answered) = oneshot::channel();
        let readers = Arc::clone(self);
        tokio::task::spawn_blocking(move || {
            let is_awaited = || !answer.is_closed();
            let outcome = readers.view(operation, |connection| read(connection, &is_awaited));
            // Nobody waits any more.
            let _ = answer.send(outcome);
        });
        let gone = |_| StoreError::new(StoreErrorKind::Other, operation);
        answered.await.map_err(gone)?
    }

    fn view<T>(
        &self,
        operation: &'static str,
        read: impl FnOnce(&Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let free = self.free().pop();
        let connection = free.map_or_else(|| connect(&self.path, self.access), Ok);
        let mut connection = connection.map_err(|failure| failure.of(operation))?;
        // One that failed is not used again.
        let view = connection.transaction().map_err(failed(operation))?;
        let outcome = read(&view)?;
        view.rollback().map_err(failed(operation))?;
        if !self.turns.is_closed() {
            self.free().push(connection);
        }
        Ok(outcome)
    }

    fn free(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for those that read, then closes every connection; nobody reads any more.
    pub(crate) async fn close(&self) {
        // An error means that it is closed already.
        let _ = self.turns.acquire_many(self.most).await;
        self.turns.close();
        let free = std::mem::take(&mut *self.free());
        // Closing may read and write.
        let _ = tokio::task::spawn_blocking(move || drop(free)).await;
    }
}

/// What makes the port's error of one of SQLite's; for `map_err`.
pub(crate) fn failed(operation: &'static str) -> impl Fn(rusqlite::Error) -> StoreError {
    move |error| {
        let kind = match primary_code(&error) {
            Some(code) => kind_of_code(code),
            // Every column read is named in the statement, so its content must be at fault.
            None if is_content(&error) => StoreErrorKind::Corrupt,
            None => StoreErrorKind::Other,
        };
        StoreError::new(kind, operation).because(error)
    }
}

/// Whether what is in the file is at fault, and not the reading of it.
pub(crate) fn is_damage(error: &rusqlite::Error) -> bool {
    match primary_code(error) {
        Some(code) => code::is_damage(code),
        None => is_content(error),
    }
}

/// Whether a value is none of those that its column has.
fn is_content(error: &rusqlite::Error) -> bool {
    use rusqlite::Error as E;
    matches!(
        error,
        E::FromSqlConversionFailure(..) | E::InvalidColumnType(..) | E::Utf8Error(..)
    )
}

fn primary_code(error: &rusqlite::Error) -> Option<i32> {
    Some(error.sqlite_error()?.extended_code & 0xff)
}

/// A number in a row: SQLite's have 64 bits and a sign.
///
/// # Errors
/// If there is none, or it is out of range.
pub(crate) fn number<T>(row: &Row<'_>, at: usize) -> rusqlite::Result<T>
where
    T: TryFrom<i64, Error = TryFromIntError>,
{
    let number: i64 = row.get(at)?;
    // An error of SQLite's would say which number it was.
    T::try_from(number)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(at, Type::Integer, error.into()))
}

/// [`number`], or nothing.
///
/// # Errors
/// If it is out of range, or no number.
pub(crate) fn maybe_number<T>(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<T>>
where
    T: TryFrom<i64, Error = TryFromIntError>,
{
    let is_null = matches!(row.get_ref(at)?, ValueRef::Null);
    if is_null {
        Ok(None)
    } else {
        number(row, at).map(Some)
    }
}

/// The bytes of a value, whether it is text or not.
///
/// # Errors
/// If it is a number or missing.
pub(crate) fn bytes(row: &Row<'_>, at: usize) -> rusqlite::Result<Vec<u8>> {
    Ok(row.get_ref(at)?.as_bytes()?.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_immutable_file_says_which_file_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("50% of #1, really? ä.db");
        let writing = Connection::open(&path).expect("create");
        writing.execute_batch("CREATE TABLE t (a) STRICT").ok();
        writing
            .execute_batch("CREATE TABLE here (a)")
            .expect("a table");
        let reading = open(&path, Access::ReadingImmutable).expect("open");
        let sql = "SELECT name FROM sqlite_schema";
        let name: String = reading.query_row(sql, [], |row| row.get(0)).expect("read");
        assert_eq!(name, "here");
    }
}
