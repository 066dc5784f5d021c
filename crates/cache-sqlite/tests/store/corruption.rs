//! Rows that somebody or something else has changed.

use agent_assist_domain::assist::SwitchScope;
use agent_assist_domain::cache::CacheEntry;
use agent_assist_domain::ports::{AssistSwitch as _, RecommendationCache as _, StoreErrorKind};
use agent_assist_domain::screening::RestoreError;
use agent_assist_sqlite::SqliteStore;
use agent_assist_testkit::build::{TENANT, cache_entry, switch_off};

use super::{OtherTool, at, fresh};

/// A store with one cached answer, after `damage` to it.
async fn damaged(damage: &str) -> (SqliteStore, CacheEntry, super::Place) {
    let (store, place) = fresh().await;
    let entry = cache_entry(1, at(0));
    store.put(&entry).await.expect("put");
    let mut tool = OtherTool::at(&place.file()).await;
    tool.must("PRAGMA ignore_check_constraints = ON").await;
    let set = format!("UPDATE recommendation_cache SET {damage}");
    assert_eq!(tool.must(set).await, 1);
    (store, entry, place)
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_corrupt_and_not_missing() {
    for damage in [
        "body = 'not json'",
        "body = substr(body, 1, length(body) / 2)",
        "body = replace(body, '\"kind\":\"recommendation\"', '\"kind\":\"joe@example.com\"')",
        "body = json_remove(body, '$.report.total_received')",
        "body = json_set(body, '$.note', 1)",
        "body = json_set(body, '$.oddities.malformed.\"joe@example.com\"', 1)",
        "body = json_set(body, '$.kept[0].parts[0].role', 'joe@example.com')",
        "body_version = 1",
        "digest = x'00'",
        "policy_version = 'first'",
    ] {
        let (store, entry, _place) = damaged(damage).await;
        let error = store.get(&entry.key).await.expect_err(damage);
        assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{damage}");
        let told = format!("{error} {:?}", std::error::Error::source(&error));
        assert!(!told.contains("joe"), "the message quotes the row: {told}");
        store.put(&entry).await.expect("put");
        assert!(store.get(&entry.key).await.expect("get").is_some());
    }
}

#[tokio::test]
async fn a_row_that_was_edited_reads_but_is_not_restored() {
    for (damage, expected) in [
        (
            "body = replace(body, 'Text of', 'Lies of')",
            RestoreError::Digest,
        ),
        (
            "body = json_set(body, '$.kept[0].score', 0.91)",
            RestoreError::Digest,
        ),
        (
            "body = json_set(body, '$.oddities.unknown_fields', 1)",
            RestoreError::Digest,
        ),
        ("digest = zeroblob(32)", RestoreError::Digest),
        ("policy_version = '999.1.00'", RestoreError::OtherPolicy),
    ] {
        let (store, entry, _place) = damaged(damage).await;
        let row = store.get(&entry.key).await.expect("get").expect("a row");
        assert_eq!(
            row.stored
                .restore(entry.screened.policy_version())
                .expect_err(damage),
            expected,
            "{damage}"
        );
    }
}

#[tokio::test]
async fn a_switch_that_makes_no_sense_is_corrupt_and_not_on() {
    for damage in [
        "scope = 'joe@example.com'",
        "scope_id = 'joe@example.com'",
        "cause = 'joe'",
    ] {
        let (store, place) = fresh().await;
        let off = switch_off(SwitchScope::Everything, at(0), None);
        store.set(TENANT, &off).await.expect("set");
        let mut tool = OtherTool::at(&place.file()).await;
        tool.must("PRAGMA ignore_check_constraints = ON").await;
        tool.must(format!("UPDATE assist_off SET {damage}")).await;
        let error = store.off(TENANT).await.expect_err(damage);
        assert_eq!(error.kind(), StoreErrorKind::Corrupt, "{damage}");
        let told = format!("{error} {:?}", std::error::Error::source(&error));
        assert!(!told.contains("joe"), "the message quotes the row: {told}");
    }
}

#[tokio::test]
async fn a_damaged_file_is_corrupt() {
    let (store, place) = fresh().await;
    for n in 0..100 {
        store.put(&cache_entry(n, at(0))).await.expect("put");
    }
    store.close().await;
    let mut bytes = std::fs::read(place.file()).expect("read");
    // Everything behind the first page, which holds the header and the start of the schema.
    for byte in bytes.iter_mut().skip(4096) {
        *byte = 0xa5;
    }
    std::fs::write(place.file(), bytes).expect("write");
    let error = match SqliteStore::open(&place.file()).await {
        Ok(store) => store.stats().await.expect_err("damaged"),
        Err(error) => error,
    };
    assert_eq!(error.kind(), StoreErrorKind::Corrupt);
}
