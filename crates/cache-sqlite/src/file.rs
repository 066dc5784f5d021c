//! The file: whose it is, and how it becomes ours.
//!
//! Nothing is written to a file before it is known to be empty or ours, and everything that makes
//! it ours happens in one transaction.

use std::io;
use std::path::Path;

use agent_assist_domain::ports::StoreError;
use sqlx::Connection as _;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::SqliteConnection;
use tokio::fs;

use crate::error::{Refusal, failed, file_failed, is_not_a_database};
use crate::sql::file::{BEGIN, IDENTITY, OUR_APPLICATION_ID};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// Number of the last migration, 0 for a file that has seen none.
type Version = i64;

/// The newest schema this program knows.
pub(crate) fn known_version() -> Version {
    MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0)
}

/// Creates the file if there is none, empty, for its owner's eyes only, its folders likewise. What
/// exists keeps its mode; SQLite gives its side files the mode of the file.
pub(crate) async fn create_if_missing(
    path: &Path,
    operation: &'static str,
) -> Result<(), StoreError> {
    if let Some(folder) = path.parent() {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        builder.mode(0o700);
        builder
            .create(folder)
            .await
            .map_err(file_failed(operation))?;
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    options.mode(0o600);
    match options.open(path).await {
        Ok(_) => synchronise_folder(path)
            .await
            .map_err(file_failed(operation)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(file_failed(operation)(error)),
    }
}

/// Makes the name of a new file as durable as its content will be.
async fn synchronise_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        // Elsewhere folders cannot be opened, or need not be.
        Some(folder) if cfg!(unix) => fs::File::open(folder).await?.sync_all().await,
        _ => Ok(()),
    }
}

/// Whether there is a write-ahead log beside the file with something in it. If it cannot be told,
/// there may be.
pub(crate) async fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    match fs::metadata(log).await {
        Ok(log) => log.len() > 0,
        Err(error) => !matches!(
            error.kind(),
            io::ErrorKind::NotFound | io::ErrorKind::InvalidFilename
        ),
    }
}

/// The version of a file that is ours; 0 for an empty one.
pub(crate) async fn identify(
    connection: &mut SqliteConnection,
    operation: &'static str,
) -> Result<Version, StoreError> {
    let (application_id, version, objects): (i64, Version, i64) = sqlx::query_as(IDENTITY)
        .fetch_one(connection)
        .await
        .map_err(|error| refused_or_failed(error, operation))?;
    let known = known_version();
    match application_id {
        OUR_APPLICATION_ID if version > known => Err(Refusal::NewerSchema {
            found: version,
            known,
        }
        .of(operation)),
        OUR_APPLICATION_ID => Ok(version),
        0 if objects == 0 && version == 0 => Ok(0),
        _ => Err(Refusal::Foreign { application_id }.of(operation)),
    }
}

/// The error of a statement that is among the first on a file.
pub(crate) fn refused_or_failed(error: sqlx::Error, operation: &'static str) -> StoreError {
    if is_not_a_database(&error) {
        Refusal::NotADatabase.of(operation)
    } else {
        failed(operation)(error)
    }
}

/// Refuses a file whose schema is older than this program needs.
pub(crate) async fn require_current(
    connection: &mut SqliteConnection,
    operation: &'static str,
) -> Result<(), StoreError> {
    let (found, known) = (identify(connection, operation).await?, known_version());
    if found < known {
        return Err(Refusal::OlderSchema { found, known }.of(operation));
    }
    Ok(())
}

/// Brings the file to the newest schema. Of several processes that try, one does it and the others
/// find it done.
pub(crate) async fn migrate(
    connection: &mut SqliteConnection,
    operation: &'static str,
) -> Result<(), StoreError> {
    let known = known_version();
    if identify(connection, operation).await? == known {
        return Ok(());
    }
    let mut transaction = connection
        .begin_with(BEGIN)
        .await
        .map_err(failed(operation))?;
    let found = identify(&mut transaction, operation).await?;
    if found < known {
        // What `run` calls. The future of `run` itself is not `Send` here: its bound on
        // `Acquire` is not general enough for a borrowed connection.
        MIGRATIONS
            .run_direct(None, &mut *transaction, false)
            .await
            .map_err(|error| not_migrated(error, operation))?;
        transaction.commit().await.map_err(failed(operation))?;
        tracing::info!(schema.from = found, schema.to = known, "store migrated");
    }
    Ok(())
}

fn not_migrated(error: MigrateError, operation: &'static str) -> StoreError {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            failed(operation)(error)
        }
        MigrateError::VersionMismatch(version) | MigrateError::VersionMissing(version) => {
            Refusal::OtherMigration { version }.of(operation)
        }
        other => failed(operation)(sqlx::Error::from(other)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A landed migration is never edited: its checksum is in every file it was applied to. A new
    /// one adds a line here; a changed line is a mistake.
    #[test]
    fn landed_migrations_are_as_they_landed() {
        let landed: Vec<String> = MIGRATIONS
            .iter()
            .map(|migration| {
                let checksum = migration.checksum.iter().take(8);
                let checksum: String = checksum.map(|byte| format!("{byte:02x}")).collect();
                format!(
                    "{:04} {checksum} {}",
                    migration.version, migration.description
                )
            })
            .collect();
        insta::assert_snapshot!(landed.join("\n"));
    }

    #[tokio::test]
    async fn every_migration_sets_its_own_number() {
        let mut connection = SqliteConnection::connect("sqlite::memory:")
            .await
            .expect("connect");
        // There may be gaps.
        for version in MIGRATIONS.iter().map(|migration| migration.version) {
            MIGRATIONS
                .run_to(version, &mut connection)
                .await
                .expect("migrate");
            assert_eq!(
                identify(&mut connection, "test").await.expect("ours"),
                version
            );
        }
    }
}
