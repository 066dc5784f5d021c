//! Verification of logs that nobody has touched.

use agent_assist_domain::audit::{ArchiveFacts, AuditEntry, AuditFact, Continuity, LogHead};
use agent_assist_domain::ports::{AuditLog as _, AuditTrail as _};
use agent_assist_sqlite::SqliteStore;
use agent_assist_testkit::build::{archive_facts, log_entry};
use agent_assist_tlog::Hash;
use futures_util::future::join_all;

use super::attacks::{entries, heads};
use super::{OtherTool, Place, at, cheap_entry, fresh};

async fn append_all(store: &SqliteStore, entries: &[AuditEntry]) {
    for seq in join_all(entries.iter().map(|entry| store.append(entry))).await {
        seq.expect("append");
    }
}

#[tokio::test]
async fn an_empty_log_is_whole() {
    let (store, _place) = fresh().await;
    let found = store.verify(&[]).await.expect("verify");
    assert_eq!(found.faults, []);
    assert_eq!((found.head.size, found.records), (0, 0));
}

#[tokio::test]
async fn logs_of_every_size_are_whole_and_answer_for_each_of_their_states() {
    let place = Place::new();
    for size in [1, 2, 254, 1, 511, 300] {
        let store = place.open().await;
        let batch: Vec<AuditEntry> = (0..size).map(|n| cheap_entry(&format!("{n}"))).collect();
        append_all(&store, &batch).await;
        let heads = heads(&entries(&place.file()).await);
        let mut claims = heads.clone();
        claims.push(LogHead {
            size: heads.len() as u64,
            root: [1; 32],
        });
        claims.push(LogHead {
            size: 1,
            root: [1; 32],
        });
        let found = store.verify(&claims).await.expect("verify");
        let (told, wrong) = found.claims.split_at(heads.len());
        assert!(told.iter().all(|claim| *claim == Continuity::Same));
        assert_eq!(wrong, [Continuity::Beyond, Continuity::Other]);
        assert_eq!(found.head, heads[heads.len() - 1]);
        assert_eq!(found.records, found.head.size);
        let found = store.verify(&[]).await.expect("verify");
        assert_eq!(found.faults, []);
        store.close().await;
        let store = SqliteStore::open_read_only(&place.file())
            .await
            .expect("open");
        let found = store.verify(&[]).await.expect("verify");
        assert_eq!(found.faults, [], "opened for reading");
        assert_eq!(found.outside_head, Some(found.head.size));
    }
}

/// Columns are projected in two places: by the domain when a record is made, and from its bytes here.
/// The contract of the trail tries every event.
#[tokio::test]
async fn columns_hold_any_text_as_the_entry_does() {
    let (store, _place) = fresh().await;
    let mut entries = Vec::new();
    for text in [
        "\u{1f600}\u{0}\u{1}\u{7f}\u{2028}\"\\/\n\t\u{8}\u{c}\r",
        "é",
        "a,b",
        "[]",
    ] {
        let mut entry = cheap_entry(text);
        entry.tenant = text.to_owned();
        entries.push(entry);
    }
    append_all(&store, &entries).await;
    let found = store.verify(&[]).await.expect("verify");
    assert_eq!(found.faults, []);
    assert_eq!(found.records, entries.len() as u64);
}

#[tokio::test]
async fn pruned_records_are_passed_over_by_their_leaves() {
    let (store, place) = fresh().await;
    let batch: Vec<AuditEntry> = (0..700).map(|n| cheap_entry(&format!("{n}"))).collect();
    append_all(&store, &batch).await;
    let heads = heads(&entries(&place.file()).await);
    for (archives, below) in (1..).zip([2_u64, 301, 512, 701]) {
        let facts = ArchiveFacts {
            root: Hash::from_bytes(heads[below as usize - 1].root).to_string(),
            ..archive_facts(1, below - 1)
        };
        let archived = log_entry("archive", AuditFact::AuditArchived(facts), at(0));
        store.append(&archived).await.expect("append");
        let mut tool = OtherTool::at(&place.file()).await;
        tool.must(format!("INSERT INTO audit_pruning VALUES ({below}, 0)"))
            .await;
        tool.must(format!("DELETE FROM audit WHERE seq < {below}"))
            .await;
        // Leaves in full tiles are kept there.
        tool.must(format!(
            "DELETE FROM audit_leaf WHERE seq < {below} AND seq <= 512"
        ))
        .await;
        tool.leave().await;
        let found = store.verify(&heads).await.expect("verify");
        assert_eq!(found.faults, [], "below {below}");
        assert_eq!(found.pruned_below, Some(below));
        assert_eq!(found.records, 701 + archives - below);
    }
    store.append(&cheap_entry("after")).await.expect("append");
    assert_eq!(store.verify(&heads).await.expect("verify").faults, []);
}

#[tokio::test]
async fn what_is_appended_meanwhile_does_not_disturb() {
    let (store, _place) = fresh().await;
    let writer = store.clone();
    let writing = tokio::spawn(async move {
        for n in 0..300 {
            writer
                .append(&cheap_entry(&format!("{n}")))
                .await
                .expect("append");
        }
    });
    while !writing.is_finished() {
        let found = store.verify(&[]).await.expect("verify");
        assert_eq!(found.faults, []);
    }
    writing.await.expect("the task");
    assert_eq!(store.verify(&[]).await.expect("verify").head.size, 300);
}
