//! A store that is opened for reading: it answers, changes nothing, and says why it will not.

use std::error::Error as _;

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
    assert_eq!(seen.entry, entry.to_canonical());
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
    assert!(!place.file().exists());
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
