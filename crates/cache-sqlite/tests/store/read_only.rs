//! A store that is opened for reading: it answers, changes nothing, and says why it will not.
//! Who runs these as root may write everywhere; the log's name is made impossible then.

use std::error::Error as _;
use std::fs;
use std::path::PathBuf;

use agent_assist_domain::cache::CacheScope;
use agent_assist_domain::ports::{
    AuditLog as _, EngagementLedger as _, RecommendationCache as _, StoreErrorKind,
};
use agent_assist_sqlite::{Refusal, SqliteStore};
use agent_assist_testkit::build::{cache_entry, fetch_entry};

use super::{OtherTool, Place, at, audit_record, fresh};

#[tokio::test]
async fn reads_see_what_another_process_writes_meanwhile() {
    let (writer, place) = fresh().await;
    let reader = SqliteStore::open_read_only(&place.file()).await;
    let reader = reader.expect("open");
    assert_eq!(audit_record(&reader, 1).await, None);
    let entry = fetch_entry("r-1", at(0));
    writer.append(&entry).await.expect("append");
    let seen = audit_record(&reader, 1).await.expect("the record");
    assert_eq!(seen.columns, entry.columns());
}

#[tokio::test]
async fn every_write_is_refused() {
    let (writer, place) = fresh().await;
    writer.close().await;
    let reader = SqliteStore::open_read_only(&place.file()).await;
    let reader = reader.expect("open");
    let errors = [
        reader
            .append(&fetch_entry("r-1", at(0)))
            .await
            .expect_err("append"),
        reader.put(&cache_entry(1, at(0))).await.expect_err("put"),
        reader.evict(at(0)).await.expect_err("evict"),
        reader
            .invalidate(&CacheScope::All)
            .await
            .expect_err("invalidate"),
        reader.record(&[]).await.expect_err("record"),
    ];
    for error in errors {
        assert_eq!(error.kind(), StoreErrorKind::ReadOnly);
        let source = error.source().and_then(|source| source.downcast_ref());
        assert_eq!(source, Some(&Refusal::OpenedForReading));
    }
}

#[tokio::test]
async fn nothing_is_created_where_there_is_no_file() {
    let place = Place::new();
    let error = SqliteStore::open_read_only(&place.file()).await;
    let error = error.expect_err("there is no file");
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    let source = error.source().and_then(|source| source.downcast_ref());
    assert_eq!(source, Some(&Refusal::Missing));
    assert_eq!(files_in(&place), Vec::<PathBuf>::new());
}

/// A store with one record, closed, under a name so long that no log can stand beside it.
async fn store_without_room_for_a_log() -> (Place, PathBuf) {
    let (writer, place) = fresh().await;
    let appended = writer.append(&fetch_entry("r-1", at(0))).await;
    appended.expect("append");
    writer.close().await;
    let path = place.0.path().join("s".repeat(255));
    fs::rename(place.file(), &path).expect("rename");
    (place, path)
}

fn files_in(place: &Place) -> Vec<PathBuf> {
    let entries = fs::read_dir(place.0.path()).expect("the folder");
    entries.map(|entry| entry.expect("entry").path()).collect()
}

#[tokio::test]
async fn a_store_is_read_where_no_log_can_be_made() {
    let (place, path) = store_without_room_for_a_log().await;
    let (before, files) = (fs::read(&path).expect("read"), files_in(&place));
    let reader = SqliteStore::open_read_only(&path).await.expect("open");
    let seen = audit_record(&reader, 1).await.expect("the record");
    assert_eq!(seen.columns.request_id, "r-1");
    assert_eq!(reader.stats().await.expect("stats").entries, 0);
    let error = reader.append(&fetch_entry("r-2", at(0))).await;
    assert_eq!(error.expect_err("append").kind(), StoreErrorKind::ReadOnly);
    reader.close().await;
    assert_eq!(files_in(&place), files);
    assert_eq!(fs::read(&path).expect("read"), before);
}

#[tokio::test]
async fn what_is_refused_elsewhere_is_refused_where_no_log_can_be_made() {
    let (place, path) = store_without_room_for_a_log().await;
    fs::rename(&path, place.file()).expect("rename");
    let mut tool = OtherTool::at(&place.file()).await;
    tool.must("PRAGMA application_id = 42").await;
    tool.leave().await;
    fs::rename(place.file(), &path).expect("rename");
    let error = SqliteStore::open_read_only(&path).await;
    let error = error.expect_err("another program's");
    assert_eq!(error.kind(), StoreErrorKind::Incompatible);
}

#[tokio::test]
async fn a_log_that_cannot_be_opened_is_not_passed_over() {
    let (writer, place) = fresh().await;
    writer.close().await;
    let log = place.file().with_file_name("store.db-wal");
    fs::create_dir(&log).expect("a folder in the log's place");
    fs::write(log.join("something"), "in it").expect("write");
    let error = SqliteStore::open_read_only(&place.file()).await;
    let error = error.expect_err("no log");
    assert_eq!(error.kind(), StoreErrorKind::ReadOnly);
}

#[cfg(unix)]
#[tokio::test]
async fn a_read_only_file_in_a_read_only_folder_is_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let (writer, place) = fresh().await;
    let appended = writer.append(&fetch_entry("r-1", at(0))).await;
    appended.expect("append");
    writer.close().await;
    let permit = |path: &std::path::Path, mode| {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("chmod");
    };
    permit(&place.file(), 0o444);
    permit(place.0.path(), 0o555);
    let reader = SqliteStore::open_read_only(&place.file()).await;
    let seen = audit_record(reader.as_ref().expect("open"), 1).await;
    permit(place.0.path(), 0o755);
    assert_eq!(seen.expect("the record").columns.request_id, "r-1");
}

#[tokio::test]
async fn a_file_with_an_older_schema_is_refused() {
    let (writer, place) = fresh().await;
    writer.close().await;
    let mut tool = OtherTool::at(&place.file()).await;
    tool.must("PRAGMA user_version = 1").await;
    tool.leave().await;
    let error = SqliteStore::open_read_only(&place.file()).await;
    let error = error.expect_err("an older schema");
    assert_eq!(error.kind(), StoreErrorKind::Incompatible);
    let source = error.source().and_then(|source| source.downcast_ref());
    assert!(matches!(
        source,
        Some(Refusal::OlderSchema { found: 1, .. })
    ));
}
