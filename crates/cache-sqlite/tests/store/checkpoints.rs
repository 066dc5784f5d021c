//! Checkpoints: when the head is signed, what the note says, and what happens to one that was tampered
//! with.

use std::sync::{Arc, Mutex};

use agent_assist_domain::audit::{AuditEntry, Damage, StoredCheckpoint, Symptom};
use agent_assist_domain::ports::{AuditLog as _, AuditTrail as _, CheckpointSink};
use agent_assist_sqlite::{Signing, SqliteStore};
use agent_assist_testkit::ManualClock;
use agent_assist_tlog::{Checkpoint, Hash, SignedNote, SigningKey};
use async_trait::async_trait;
use futures_util::future::join_all;

use super::attacks::{entries, heads};
use super::tree::outside_head;
use super::{OtherTool, Place, cheap_entry};

/// Takes what it is offered.
#[derive(Debug, Default)]
struct Taker(Mutex<Vec<String>>);

#[async_trait]
impl CheckpointSink for Taker {
    fn offer(&self, note: &str) {
        self.0.lock().expect("lock").push(note.to_owned());
    }

    async fn settle(&self) {
        self.0.lock().expect("lock").push("settled".to_owned());
    }
}

fn key() -> SigningKey {
    SigningKey::from_seed("log.example", &[7; 32]).expect("a name")
}

async fn open(place: &Place, taker: &Arc<Taker>) -> SqliteStore {
    let signing = Signing {
        key: key(),
        successor: None,
        clock: Arc::new(ManualClock::default()),
        sink: Some(taker.clone()),
    };
    SqliteStore::open_signing(&place.file(), signing)
        .await
        .expect("open")
}

async fn append(store: &SqliteStore, count: usize) {
    let batch: Vec<AuditEntry> = (0..count).map(|n| cheap_entry(&format!("{n}"))).collect();
    for seq in join_all(batch.iter().map(|entry| store.append(entry))).await {
        seq.expect("append");
    }
}

async fn checkpoints(place: &Place) -> Vec<StoredCheckpoint> {
    let store = SqliteStore::open_read_only(&place.file())
        .await
        .expect("open");
    let checkpoints = store.checkpoints(0, 1_000).await.expect("checkpoints");
    assert_eq!(
        store
            .newest_checkpoint(u64::MAX)
            .await
            .expect("newest")
            .as_ref(),
        checkpoints.last()
    );
    store.close().await;
    checkpoints
}

#[tokio::test]
async fn closing_signs_the_head_once() {
    let place = Place::new();
    let taker = Arc::new(Taker::default());
    for round in 1..=2 {
        let store = open(&place, &taker).await;
        append(&store, 3).await;
        store.close().await;
        let found = checkpoints(&place).await;
        assert_eq!(found.len(), round);
        let last = &found[round - 1];
        let states = heads(&entries(&place.file()).await);
        assert_eq!(last.head, states[3 * round]);
        assert_eq!(last.at, ManualClock::START);
        let note: SignedNote = last.note.parse().expect("a note");
        let checkpoint = Checkpoint::open(&note, "log.example", &[key().verifier()]);
        let head = checkpoint.expect("signed by the key").head();
        assert_eq!(
            (head.size, head.root),
            (last.head.size, Hash::from_bytes(last.head.root))
        );
        let taken = taker.0.lock().expect("lock").clone();
        assert_eq!(
            taken[taken.len() - 2..],
            [last.note.clone(), "settled".to_owned()]
        );
    }
    // Nothing was appended: nothing is signed.
    open(&place, &taker).await.close().await;
    assert_eq!(checkpoints(&place).await.len(), 2);
    let store = place.open().await;
    assert_eq!(store.verify(&[]).await.expect("verify").faults, []);
    // Nothing signs without a key.
    append(&store, 1).await;
    store.close().await;
    assert_eq!(checkpoints(&place).await.len(), 2);
    open(&place, &taker).await.close().await;
    assert_eq!(
        checkpoints(&place).await.len(),
        3,
        "what was left is signed by the next"
    );
}

#[tokio::test]
async fn traffic_is_signed_by_count_and_by_time_and_told_beside_the_store() {
    let place = Place::new();
    let taker = Arc::new(Taker::default());
    let store = open(&place, &taker).await;
    for _ in 0..3 {
        append(&store, 4_000).await;
    }
    let taken = taker.0.lock().expect("lock").len();
    assert!(taken >= 1, "ten thousand are too many without");
    let found = store.checkpoints(0, 10).await.expect("checkpoints");
    let signed = found.last().expect("one").head.size;
    let told = outside_head(&place.file()).expect("a head").0 as u64;
    assert!(told >= signed, "{told} beside the store, {signed} signed");
    // Nobody appends any more: time alone brings the next.
    tokio::time::timeout(std::time::Duration::from_secs(30), async {
        while store
            .newest_checkpoint(u64::MAX)
            .await
            .expect("newest")
            .expect("one")
            .head
            .size
            < 12_000
        {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    })
    .await
    .expect("a checkpoint over all");
    store.close().await;
}

#[tokio::test]
async fn checkpoints_that_were_tampered_with_are_found() {
    let attacks: [(&str, &str, Damage, Symptom, Option<u64>); 5] = [
        (
            "one deleted",
            "DELETE FROM audit_checkpoint WHERE number = 2",
            Damage::Altered,
            Symptom::CheckpointShape,
            None,
        ),
        (
            "another root in the row",
            "UPDATE audit_checkpoint SET root = zeroblob(32) WHERE number = 2",
            Damage::Altered,
            Symptom::CheckpointShape,
            Some(6),
        ),
        (
            "nonsense in place of the note",
            "UPDATE audit_checkpoint SET note = 'x' WHERE number = 2",
            Damage::Altered,
            Symptom::CheckpointShape,
            Some(6),
        ),
        (
            "one of a longer log",
            "UPDATE audit_checkpoint SET size = 900 WHERE number = 3",
            Damage::Truncated,
            Symptom::Checkpoint,
            Some(10),
        ),
        (
            "that of another log",
            "UPDATE audit_checkpoint SET root = zeroblob(32), note = replace(note, \
             (SELECT substr(note, 15, 44) FROM audit_checkpoint WHERE number = 2), \
             'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=') WHERE number = 2",
            Damage::Fork,
            Symptom::Checkpoint,
            None,
        ),
    ];
    for (name, attack, damage, symptom, seq) in attacks {
        let place = Place::new();
        let taker = Arc::new(Taker::default());
        for _ in 0..3 {
            let store = open(&place, &taker).await;
            append(&store, 3).await;
            store.close().await;
        }
        let mut tool = OtherTool::at(&place.file()).await;
        tool.run(attack).await.expect_err("kept by the schema");
        tool.must("DROP TRIGGER audit_checkpoint_is_never_changed")
            .await;
        tool.must("DROP TRIGGER audit_checkpoint_is_never_deleted")
            .await;
        tool.must(attack).await;
        tool.leave().await;
        let store = SqliteStore::open_read_only(&place.file())
            .await
            .expect("open");
        let found = store.verify(&[]).await.expect("verify");
        let worst = found.worst().unwrap_or_else(|| panic!("{name}"));
        assert_eq!(
            (worst.damage, worst.symptom, worst.seq),
            (damage, symptom, seq),
            "{name}"
        );
    }
}
