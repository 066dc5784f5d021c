//! Entries that have queued share a commit, and nobody pays for another's mistake.

use agent_assist_domain::assist::SwitchScope;
use agent_assist_domain::audit::{Attribution, AuditEntry, IdOrigin, Seq};
use agent_assist_domain::ports::{AuditLog as _, RecommendationCache as _, StoreErrorKind};
use agent_assist_sqlite::{Refusal, SqliteStore};
use agent_assist_testkit::build::switch_off;
use futures_util::FutureExt as _;
use futures_util::future::join_all;

use super::tree::verified;
use super::{at, audit_record, cheap_entry, cheap_order, cheap_switch, fresh};

fn cheap_entries(count: usize) -> Vec<AuditEntry> {
    (0..count).map(|n| cheap_entry(&format!("r-{n}"))).collect()
}

async fn append_all(store: &SqliteStore, entries: &[AuditEntry]) -> Vec<Seq> {
    let appended = join_all(entries.iter().map(|entry| store.append(entry))).await;
    let positions = appended.into_iter().map(|seq| seq.expect("append"));
    positions.collect()
}

/// On one thread all of them have queued before the writer gets to run.
#[tokio::test]
async fn what_has_queued_is_committed_at_once() {
    let ways: [fn(&str) -> AuditEntry; 2] = [cheap_entry, cheap_order];
    for (count, way) in [1, 64, 256]
        .into_iter()
        .flat_map(|count| ways.map(|way| (count, way)))
    {
        let (store, place) = fresh().await;
        let entries: Vec<AuditEntry> = (0..count).map(|n| way(&format!("r-{n}"))).collect();
        let positions = append_all(&store, &entries).await;
        assert_eq!(positions, (1..=count as Seq).collect::<Vec<_>>());
        let counts = store.audit_counts();
        assert_eq!((counts.commits, counts.records), (1, count as u64));
        for (seq, entry) in positions.into_iter().zip(&entries) {
            let record = audit_record(&store, seq).await.expect("a record");
            assert_eq!(record.columns, entry.columns());
        }
        verified(&place.file()).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_commit_serves_many_of_256_appenders_that_go_on_and_on() {
    let (store, place) = fresh().await;
    let appenders = (0..256).map(|appender| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut given = Vec::new();
            for n in 0..8 {
                let entry = cheap_entry(&format!("{appender}-{n}"));
                given.push(store.append(&entry).await.expect("append"));
            }
            assert!(given.is_sorted(), "one's own appends stay in order");
            given
        })
    });
    let mut positions = Vec::new();
    for given in join_all(appenders).await {
        positions.extend(given.expect("the task"));
    }
    positions.sort_unstable();
    assert_eq!(positions, (1..=2048).collect::<Vec<Seq>>());
    let counts = store.audit_counts();
    assert_eq!(counts.records, 2048);
    assert!(counts.commits <= 512, "{} commits", counts.commits);
    verified(&place.file()).await;
}

#[tokio::test]
async fn a_full_queue_refuses_and_drops_nothing() {
    let (store, place) = fresh().await;
    let entries = cheap_entries(4096 + 10);
    let appended = join_all(entries.iter().map(|entry| store.append(entry))).await;
    let (taken, refused) = appended.split_at(4096);
    assert!(taken.iter().all(Result::is_ok));
    for error in refused
        .iter()
        .map(|refused| refused.as_ref().expect_err("full"))
    {
        assert_eq!(error.kind(), StoreErrorKind::Unavailable);
        let cause = std::error::Error::source(error).and_then(|cause| cause.downcast_ref());
        assert_eq!(cause, Some(&Refusal::QueueFull));
    }
    append_all(&store, &entries[..1]).await;
    let records = verified(&place.file()).await;
    assert_eq!(records.len(), 4098);
    // Nothing had been written yet.
    assert!(records[0].contains("\"count\":10,"), "{}", records[0]);
}

#[tokio::test]
async fn an_entry_whose_caller_left_before_it_was_taken_is_skipped_and_told_of() {
    let (store, _place) = fresh().await;
    let entries = cheap_entries(3);
    for entry in &entries {
        assert!(store.append(entry).now_or_never().is_none());
    }
    assert_eq!(append_all(&store, &entries[..1]).await, [2]);
    let told = audit_record(&store, 1).await.expect("a record");
    assert_eq!(told.columns.event, "assist_log_unwritten");
    assert_eq!(told.columns.request_id, "r-0");
    assert!(
        told.entry.contains("\"reasons\":{\"unavailable\":3}"),
        "{}",
        told.entry
    );
}

#[tokio::test]
async fn a_bad_entry_fails_alone() {
    let (store, place) = fresh().await;
    let mut entries = cheap_entries(9);
    // Refused by the schema: a queue is switched off that is not the record's.
    let queue = SwitchScope::Queue("queue-3".to_owned());
    let mut lie = cheap_switch("r-lie", &switch_off(queue, at(0), None));
    lie.subject.queue = Attribution {
        id: Some("queue-4".to_owned()),
        origin: IdOrigin::Request,
    };
    entries.insert(4, lie);
    // Refused before: an identifier that nobody named.
    let mut orphan = cheap_entry("r-orphan");
    orphan.subject.agent.origin = IdOrigin::Request;
    entries.insert(7, orphan);
    let appended = join_all(entries.iter().map(|entry| store.append(entry))).await;
    let mut positions = Vec::new();
    for (place, appended) in appended.into_iter().enumerate() {
        match (place, appended) {
            (4 | 7, Err(error)) => assert_eq!(error.kind(), StoreErrorKind::Other),
            (4 | 7, Ok(seq)) => panic!("{place} became record {seq}"),
            (_, appended) => positions.push(appended.expect("append")),
        }
    }
    assert_eq!(positions, (1..=9).collect::<Vec<Seq>>());
    assert_eq!(verified(&place.file()).await.len(), 9);
    let alone = store.append(&entries[4]).await.expect_err("alone too");
    assert_eq!(alone.kind(), StoreErrorKind::Other);
    assert_eq!(append_all(&store, &entries[..1]).await, [10]);
}

#[tokio::test]
async fn closing_writes_what_has_queued_and_refuses_what_comes_after() {
    let (store, place) = fresh().await;
    let entries = cheap_entries(5);
    let appending = join_all(entries.iter().map(|entry| store.append(entry)));
    let (appended, ()) = tokio::join!(appending, store.close());
    assert!(appended.iter().all(Result::is_ok));
    let late = store.append(&entries[0]).await.expect_err("closed");
    assert_eq!(late.kind(), StoreErrorKind::Unavailable);
    assert_eq!(verified(&place.file()).await.len(), 5);
}

#[tokio::test]
async fn other_writes_take_turns_with_appends() {
    let (store, place) = fresh().await;
    let entries = cheap_entries(40);
    let appends = join_all(entries.iter().map(|entry| store.append(entry)));
    let others = join_all((0..40).map(|_| store.evict(at(0))));
    let (appends, others) = tokio::join!(appends, others);
    assert!(appends.iter().all(Result::is_ok));
    assert!(others.iter().all(Result::is_ok));
    assert_eq!(verified(&place.file()).await.len(), 40);
}
