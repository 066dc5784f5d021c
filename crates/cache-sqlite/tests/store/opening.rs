//! Which files are taken, how they are made, and which are left alone.

use std::error::Error as _;
use std::fs;
use std::path::Path;

use agent_assist_domain::ports::{RecommendationCache as _, StoreError, StoreErrorKind};
use agent_assist_sqlite::{Refusal, SqliteStore};

use super::{OtherTool, Place, at, fresh};

async fn refused(path: &Path) -> StoreError {
    match SqliteStore::open(path).await {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(error) => error,
    }
}

fn refusal(error: &StoreError) -> Option<&Refusal> {
    error.source()?.downcast_ref()
}

#[tokio::test]
async fn a_file_of_another_program_is_refused_and_left_as_it_is() {
    let place = Place::new();
    let mut tool = OtherTool::at(&place.file()).await;
    tool.must("CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine')")
        .await;
    tool.leave().await;
    let before = fs::read(place.file()).expect("read");
    for application_id in [0, 42] {
        if application_id > 0 {
            let mut tool = OtherTool::at(&place.file()).await;
            tool.must(format!("PRAGMA application_id = {application_id}"))
                .await;
            tool.leave().await;
        }
        let before = fs::read(place.file()).expect("read");
        let error = refused(&place.file()).await;
        assert_eq!(error.kind(), StoreErrorKind::Incompatible);
        assert_eq!(refusal(&error), Some(&Refusal::Foreign { application_id }));
        assert_eq!(fs::read(place.file()).expect("read"), before);
    }
    assert!(!before.is_empty());
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    let place = Place::new();
    for content in ["hello", &"dear diary ".repeat(1_000)] {
        fs::write(place.file(), content).expect("write");
        let error = refused(&place.file()).await;
        assert_eq!(error.kind(), StoreErrorKind::Incompatible);
        assert_eq!(refusal(&error), Some(&Refusal::NotADatabase));
        let after = fs::read_to_string(place.file()).expect("read");
        assert_eq!(after, content);
    }
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_refused_and_left_as_it_is() {
    let (store, place) = fresh().await;
    store.close().await;
    let mut tool = OtherTool::at(&place.file()).await;
    let known: i64 = tool.ask("PRAGMA user_version").await;
    tool.must(format!("PRAGMA user_version = {}", known + 1))
        .await;
    tool.leave().await;
    let before = fs::read(place.file()).expect("read");
    let error = refused(&place.file()).await;
    assert_eq!(error.kind(), StoreErrorKind::Incompatible);
    let found = known + 1;
    assert_eq!(
        refusal(&error),
        Some(&Refusal::NewerSchema { found, known })
    );
    assert_eq!(fs::read(place.file()).expect("read"), before);
}

#[tokio::test]
async fn a_file_with_another_migration_under_a_known_number_is_refused() {
    let (store, place) = fresh().await;
    store.close().await;
    let mut tool = OtherTool::at(&place.file()).await;
    tool.must("UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 2")
        .await;
    tool.must("PRAGMA user_version = 3").await;
    tool.leave().await;
    let error = refused(&place.file()).await;
    assert_eq!(error.kind(), StoreErrorKind::Incompatible);
    assert_eq!(
        refusal(&error),
        Some(&Refusal::OtherMigration { version: 2 })
    );
}

#[tokio::test]
async fn an_empty_file_becomes_a_store() {
    let place = Place::new();
    fs::write(place.file(), "").expect("write");
    place.open().await.close().await;
    let mut tool = OtherTool::at(&place.file()).await;
    assert_eq!(tool.ask::<i64>("PRAGMA application_id").await, 0x4167_4173);
    assert_eq!(tool.ask::<String>("PRAGMA journal_mode").await, "wal");
}

#[tokio::test]
async fn a_place_where_no_file_can_be_is_an_operators_matter() {
    let place = Place::new();
    fs::create_dir(place.file()).expect("a folder in the file's place");
    assert_eq!(
        refused(&place.file()).await.kind(),
        StoreErrorKind::ReadOnly
    );

    let file = place.0.path().join("file");
    fs::write(&file, "").expect("write");
    let inside = file.join("store.db");
    assert_eq!(refused(&inside).await.kind(), StoreErrorKind::ReadOnly);
}

#[tokio::test]
async fn names_that_mean_something_to_sqlite_are_names_of_files() {
    let place = Place::new();
    for name in [":memory:", "file:x.db?mode=memory", "caf\u{e9} ?#%41.db"] {
        let path = place.0.path().join(name);
        let store = SqliteStore::open(&path).await.expect("open");
        assert_eq!(store.path(), path);
        store.close().await;
        assert!(fs::metadata(&path).expect("a file").len() > 0, "{name}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn new_files_and_folders_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let path = place.0.path().join("a/b/store.db");
    let store = SqliteStore::open(&path).await.expect("open");
    store.evict(at(0)).await.expect("a first write");
    let mode = |path: &Path| fs::metadata(path).expect("metadata").permissions().mode() & 0o777;
    assert_eq!(mode(&place.0.path().join("a")), 0o700);
    assert_eq!(mode(&place.0.path().join("a/b")), 0o700);
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(&path.with_file_name("store.db-wal")), 0o600);
    store.close().await;
}
