//! Connections: how they are opened, and the settings that the store's promises rest on.
//!
//! SQLite ignores settings it does not know or cannot take, without an error. So every connection
//! reads them back.

use std::path::Path;
use std::time::Duration;

use agent_assist_domain::ports::StoreError;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tokio::time::{Instant, sleep};

use crate::error::{Refusal, failed, is_busy};
use crate::sql::file::{JOURNAL_MODE, SET_JOURNAL_MODE_WAL, SETTINGS, Setting};

/// How long a statement waits for a lock that another process holds.
pub(crate) const LOCK_PATIENCE: Duration = Duration::from_secs(2);

/// How long a call waits for its turn on a connection. Callers with less time drop the call.
pub(crate) const QUEUE_PATIENCE: Duration = Duration::from_secs(5);

/// Pages of the write-ahead log with which whoever commits folds it into the file, while all others wait:
/// 64 MiB. Before that [`fold`](crate::fold) does, beside them.
pub(crate) const MOST_PAGES: u32 = 16_384;
const CHECKPOINT: &str = "16384";

/// KiB of pages that the appending connections keep: the ends of the log and of its indexes.
const APPEND_CACHE: &str = "-4096";

/// Between two tries to switch to WAL, which is the one lock that SQLite does not wait for.
const SWITCH_PAUSE: Duration = Duration::from_millis(20);

/// What a connection is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// To write.
    Writing,
    /// To append to the audit log.
    Appending,
    /// To read beside one that writes. It holds the file open for writing, for that is how it
    /// takes part in the write-ahead log, but refuses statements that change something.
    Reading,
    /// To read from a file that is not to be touched, together with its write-ahead log.
    ReadingOnly,
    /// To read from a file that has no write-ahead log and where none can be made. SQLite takes no
    /// locks then: it relies on nobody writing meanwhile.
    ReadingImmutable,
}

impl Access {
    /// How to connect to the file at `path`. It is not created.
    pub(crate) fn options(self, path: &Path) -> SqliteConnectOptions {
        let options = SqliteConnectOptions::new()
            .filename(path)
            // Set through the C interface before any pragma runs, `journal_mode` included.
            .busy_timeout(LOCK_PATIENCE);
        let options = self.pragmas().fold(options, |options, (name, value)| {
            options.pragma(*name, *value)
        });
        match self {
            Self::Writing | Self::Appending | Self::Reading => options,
            Self::ReadingOnly => options.read_only(true),
            Self::ReadingImmutable => options.read_only(true).immutable(true),
        }
    }

    /// What a connection is told before it is used.
    pub(crate) fn pragmas(self) -> impl Iterator<Item = &'static Pragma> {
        let besides: &[Pragma] = match self {
            Self::Writing => &[],
            Self::Appending => &APPENDING,
            Self::Reading | Self::ReadingOnly | Self::ReadingImmutable => &READING,
        };
        COMMON.iter().chain(besides)
    }
}

/// A setting of SQLite's by name, and its value.
pub(crate) type Pragma = (&'static str, &'static str);

/// What every connection is told.
const COMMON: [Pragma; 7] = [
    // A commit returns when the write-ahead log has been synchronised to the disk; without
    // `fullfsync` macOS would only have handed it to the drive.
    ("synchronous", "FULL"),
    ("fullfsync", "ON"),
    ("foreign_keys", "ON"),
    // Delete triggers also fire for rows that INSERT OR REPLACE removes.
    ("recursive_triggers", "ON"),
    ("secure_delete", "ON"),
    // The file may come from elsewhere; its views and triggers get harmless functions only.
    ("trusted_schema", "OFF"),
    ("wal_autocheckpoint", CHECKPOINT),
];

/// What those are told besides that append to the audit log.
pub(crate) const APPENDING: [Pragma; 3] = [
    ("cache_size", APPEND_CACHE),
    // Before each statement SQLite sets pages aside, in case that it fails half-way: in a file in the
    // system's temporary folder, unless told otherwise.
    ("temp_store", "MEMORY"),
    // What they ask is asked before an entry queues: see `audit::contradiction`.
    ("ignore_check_constraints", "ON"),
];

/// What those are told besides that only read.
const READING: [Pragma; 1] = [("query_only", "ON")];

/// Tells an open connection more.
pub(crate) async fn tell(
    connection: &mut SqliteConnection,
    pragmas: &[Pragma],
) -> Result<(), sqlx::Error> {
    for (name, value) in pragmas {
        // Both are ours.
        let statement = sqlx::AssertSqlSafe(format!("PRAGMA {name} = {value}"));
        sqlx::query(statement).execute(&mut *connection).await?;
    }
    Ok(())
}

/// Switches the file to write-ahead logging, where readers and the writer do not wait for each
/// other. It stays with the file.
pub(crate) async fn switch_to_wal(
    connection: &mut SqliteConnection,
    operation: &'static str,
) -> Result<(), StoreError> {
    let give_up = Instant::now() + LOCK_PATIENCE;
    loop {
        let mode: Result<String, sqlx::Error> = sqlx::query_scalar(SET_JOURNAL_MODE_WAL)
            .fetch_one(&mut *connection)
            .await;
        match mode {
            Ok(mode) if mode == "wal" => return Ok(()),
            Ok(_) => return Err(Refusal::Setting("journal_mode").of(operation)),
            Err(error) if is_busy(&error) && Instant::now() < give_up => sleep(SWITCH_PAUSE).await,
            Err(error) => return Err(failed(operation)(error)),
        }
    }
}

/// Reads the settings back. `Ok(Some(_))` names the first that did not take.
pub(crate) async fn setting_not_taken(
    connection: &mut SqliteConnection,
    access: Access,
) -> Result<Option<&'static str>, sqlx::Error> {
    // Who reads an immutable file has no journal, of whatever mode.
    if access != Access::ReadingImmutable {
        let mode: String = sqlx::query_scalar(JOURNAL_MODE)
            .fetch_one(&mut *connection)
            .await?;
        if mode != "wal" {
            return Ok(Some("journal_mode"));
        }
    }
    for Setting { name, ask, wanted } in &SETTINGS {
        let taken: i64 = sqlx::query_scalar(*ask).fetch_one(&mut *connection).await?;
        if taken != *wanted {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use sqlx::{Connection as _, Executor as _};

    use super::*;

    /// A connection with our settings to a file in WAL mode.
    async fn set_up(directory: &Path) -> SqliteConnection {
        let options = Access::Writing
            .options(&directory.join("store.db"))
            .create_if_missing(true);
        let mut connection = SqliteConnection::connect_with(&options)
            .await
            .expect("connect");
        switch_to_wal(&mut connection, "test").await.expect("WAL");
        connection
    }

    #[tokio::test]
    async fn every_setting_takes() {
        let directory = tempfile::tempdir().expect("a directory");
        let mut connection = set_up(directory.path()).await;
        let not_taken = setting_not_taken(&mut connection, Access::Writing).await;
        assert_eq!(not_taken.expect("ask"), None);
    }

    #[tokio::test]
    async fn a_setting_that_did_not_take_is_named() {
        let directory = tempfile::tempdir().expect("a directory");
        let cases = [
            ("synchronous", "PRAGMA synchronous = NORMAL"),
            ("fullfsync", "PRAGMA fullfsync = OFF"),
            ("foreign_keys", "PRAGMA foreign_keys = OFF"),
            ("recursive_triggers", "PRAGMA recursive_triggers = OFF"),
            ("trusted_schema", "PRAGMA trusted_schema = ON"),
            ("journal_mode", "PRAGMA journal_mode = DELETE"),
        ];
        for (name, undo) in cases {
            let mut connection = set_up(directory.path()).await;
            connection.execute(undo).await.expect("undo");
            let not_taken = setting_not_taken(&mut connection, Access::Writing).await;
            assert_eq!(not_taken.expect("ask"), Some(name));
            connection.close().await.expect("close");
        }
    }
}
