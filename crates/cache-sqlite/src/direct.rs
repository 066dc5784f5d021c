//! Connections without a thread between, for where rows go by in masses.
//!
//! sqlx hands each row from one thread to another and copies what is in it, which costs many times what
//! SQLite takes to find it. Here whoever reads is on the thread of the connection, and borrows.

use std::path::Path;
use std::sync::Arc;
use std::thread;

use agent_assist_domain::ports::{StoreError, StoreErrorKind};
use rusqlite::{Connection, OpenFlags, Row};
use tokio::sync::oneshot;

use crate::connection::{Access, LOCK_PATIENCE};
use crate::error::{Refusal, code, file_failed, kind_of_code};
use crate::sql::file::{JOURNAL_MODE, SETTINGS};

/// Statements that are kept ready: as many as anything here uses.
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

/// Runs `read` in one view of the file at `path`, on a thread of its own. Dropped before it ends, it is
/// not awaited any more.
///
/// # Errors
/// Those of `read`; if there is no connection or no thread.
pub(crate) async fn in_view<T: Send + 'static>(
    path: Arc<Path>,
    access: Access,
    operation: &'static str,
    read: impl FnOnce(&Connection, IsAwaited<'_>) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let (answer, answered) = oneshot::channel();
    let work = move || {
        let is_awaited = || !answer.is_closed();
        let outcome = view(&path, access, operation, |connection| {
            read(connection, &is_awaited)
        });
        // Nobody waits any more.
        let _ = answer.send(outcome);
    };
    let builder = thread::Builder::new().name("store-read".to_owned());
    builder.spawn(work).map_err(file_failed(operation))?;
    let gone = |_| StoreError::new(StoreErrorKind::Other, operation);
    answered.await.map_err(gone)?
}

fn view<T>(
    path: &Path,
    access: Access,
    operation: &'static str,
    read: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut connection = connect(path, access).map_err(|failure| failure.of(operation))?;
    let view = connection.transaction().map_err(failed(operation))?;
    let outcome = read(&view)?;
    view.rollback().map_err(failed(operation))?;
    Ok(outcome)
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
        E::FromSqlConversionFailure(..)
            | E::InvalidColumnType(..)
            | E::IntegralValueOutOfRange(..)
            | E::Utf8Error(..)
    )
}

fn primary_code(error: &rusqlite::Error) -> Option<i32> {
    Some(error.sqlite_error()?.extended_code & 0xff)
}

/// A number in a row; SQLite's have a sign.
///
/// # Errors
/// If there is none, or it is below zero.
pub(crate) fn count(row: &Row<'_>, at: usize) -> rusqlite::Result<u64> {
    let number: i64 = row.get(at)?;
    u64::try_from(number).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(at, number))
}

/// [`count`], or nothing.
///
/// # Errors
/// If it is below zero, or no number.
pub(crate) fn maybe_count(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<u64>> {
    let number: Option<i64> = row.get(at)?;
    number.map(|_| count(row, at)).transpose()
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
