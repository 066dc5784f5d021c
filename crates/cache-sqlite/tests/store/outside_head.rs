//! What the file beside the store knows: that a log was longer once, or was another.

use std::error::Error as _;
use std::fs;
use std::path::{Path, PathBuf};

use agent_assist_domain::ports::{AuditLog as _, StoreErrorKind};
use agent_assist_sqlite::{Refusal, SqliteStore};
use futures_util::future::join_all;

use super::tree::{outside_head, verified};
use super::{Place, audit_record, cheap_entry};

fn beside(store: &Path, what: &str) -> PathBuf {
    PathBuf::from(format!("{}{what}", store.display()))
}

/// Appends `count` records to the store at `place` and closes it.
async fn append(place: &Place, name: &str, count: usize) {
    let store = place.open().await;
    for n in 0..count {
        let entry = cheap_entry(&format!("{name}-{n}"));
        store.append(&entry).await.expect("append");
    }
    store.close().await;
}

/// That the store at `path` is not opened for writing, and neither changed nor lost to readers.
async fn refused(path: &Path, expected: Refusal) {
    let files = ["", "-wal", ".audit-head"].map(|what| beside(path, what));
    // Reading alone may leave an empty log behind.
    let content = |file| {
        fs::read(file)
            .ok()
            .filter(|bytes: &Vec<u8>| !bytes.is_empty())
    };
    let before = files.clone().map(content);
    let Err(error) = SqliteStore::open(path).await else {
        panic!("opened; expected {expected:?}");
    };
    assert_eq!(error.kind(), StoreErrorKind::Corrupt);
    let refusal = error.source().and_then(|cause| cause.downcast_ref());
    assert_eq!(refusal, Some(&expected));
    assert!(files.map(content) == before, "changed");
    if path.exists() {
        let reader = SqliteStore::open_read_only(path).await.expect("read");
        audit_record(&reader, 1).await.expect("a record");
    }
}

#[tokio::test]
async fn a_restored_backup_is_shorter_than_the_log_was() {
    let place = Place::new();
    append(&place, "kept", 3).await;
    let backup = fs::read(place.file()).expect("read");
    append(&place, "lost", 4).await;
    fs::write(place.file(), backup).expect("restore");
    refused(&place.file(), Refusal::Lost { first: 4, last: 7 }).await;
    // The operator's decision.
    fs::remove_file(beside(&place.file(), ".audit-head")).expect("remove");
    append(&place, "new", 1).await;
    assert_eq!(verified(&place.file()).await.len(), 4);
}

#[tokio::test]
async fn a_deleted_log_is_not_begun_anew() {
    let place = Place::new();
    append(&place, "lost", 3).await;
    fs::remove_file(place.file()).expect("remove");
    refused(&place.file(), Refusal::Lost { first: 1, last: 3 }).await;
    assert!(!place.file().exists());
}

#[tokio::test]
async fn another_log_of_the_same_length_or_more_is_another() {
    for more in [0, 1, 300] {
        let (place, other) = (Place::new(), Place::new());
        append(&place, "ours", 3).await;
        append(&other, "theirs", 3 + more).await;
        fs::copy(other.file(), place.file()).expect("copy");
        refused(&place.file(), Refusal::OtherLog { last: 3 }).await;
    }
}

#[tokio::test]
async fn a_flipped_bit_in_the_write_ahead_log_loses_nothing_unseen() {
    let place = Place::new();
    let store = place.open().await;
    for round in 0..20 {
        let entries: Vec<_> = (0..5)
            .map(|n| cheap_entry(&format!("{round}-{n}")))
            .collect();
        for seq in join_all(entries.iter().map(|entry| store.append(entry))).await {
            seq.expect("append");
        }
    }
    // The file beside follows within 100 ms.
    while outside_head(&place.file()).is_none_or(|(size, _)| size < 100) {
        tokio::task::yield_now().await;
    }
    // As a crash leaves it: the store is not closed.
    let crashed = Place::new();
    for what in ["", "-wal", ".audit-head"] {
        fs::copy(beside(&place.file(), what), beside(&crashed.file(), what)).expect("copy");
    }
    let wal = beside(&crashed.file(), "-wal");
    let mut bytes = fs::read(&wal).expect("read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&wal, &bytes).expect("write");
    let kept = {
        let reader = SqliteStore::open_read_only(&crashed.file())
            .await
            .expect("read");
        let mut last = 0;
        while audit_record(&reader, last + 1).await.is_some() {
            last += 1;
        }
        last as i64
    };
    assert!((1..100).contains(&kept), "{kept} kept");
    let (first, last) = (kept + 1, 100);
    refused(&crashed.file(), Refusal::Lost { first, last }).await;
}

#[tokio::test]
async fn a_file_that_makes_no_sense_is_not_passed_over() {
    let place = Place::new();
    append(&place, "ours", 3).await;
    let head = beside(&place.file(), ".audit-head");
    fs::write(&head, "size 1").expect("write");
    refused(&place.file(), Refusal::HeadFile).await;
    for nothing in ["", "\0\0\0"] {
        fs::write(&head, nothing).expect("write");
        append(&place, "more", 1).await;
    }
    assert_eq!(outside_head(&place.file()).expect("a head").0, 5);
}

#[cfg(unix)]
#[tokio::test]
async fn files_beside_the_store_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    append(&place, "ours", 1).await;
    for what in [".audit-head", ".ballast"] {
        let file = fs::metadata(beside(&place.file(), what)).expect("a file");
        assert_eq!(file.permissions().mode() & 0o777, 0o600, "{what}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_or_somebody_elses_file_is_read_and_not_written_to() {
    let place = Place::new();
    append(&place, "ours", 1).await;
    let link = place.0.path().join("link.db");
    std::os::unix::fs::symlink(place.file(), &link).expect("link");
    let source = async |path: &Path| {
        let error = SqliteStore::open(path).await.expect_err("refused");
        assert_eq!(error.kind(), StoreErrorKind::ReadOnly);
        error
            .source()
            .and_then(|cause| cause.downcast_ref())
            .copied()
    };
    assert_eq!(source(&link).await, Some(Refusal::Link));
    SqliteStore::open_read_only(&link).await.expect("read");
    // Only some may give files away.
    if std::os::unix::fs::chown(place.file(), Some(54_321), None).is_ok() {
        let refusal = source(&place.file()).await;
        assert!(matches!(
            refusal,
            Some(Refusal::Owner { owner: 54_321, .. })
        ));
        SqliteStore::open_read_only(&place.file())
            .await
            .expect("read");
    }
}
