//! What was announced and left by a writer that is gone is ended on record, once; what a writer that
//! is there has open is left to it. Two stores in one process stand for two processes: a lock belongs
//! to whoever opened the file.

use std::io::{BufRead as _, BufReader};
use std::process::Command;
use std::time::Duration;

use agent_assist_domain::audit::{AuditEntry, AuditFact, Intent};
use agent_assist_domain::ports::{AuditLog as _, StoreErrorKind};
use agent_assist_sqlite::SqliteStore;
use agent_assist_testkit::build::{fetch_entry, forward_entries, initiated_entry, intent_entry};
use futures_util::future::join_all;

use super::kill::{run_test, say, store_of_child, this_binary};
use super::tree::verified;
use super::{OtherTool, Place, at, audit_record, fresh};

/// Requests that a child announces before it says so.
const ANNOUNCED: usize = 5;

async fn append_all(store: &SqliteStore, entries: impl IntoIterator<Item = AuditEntry>) {
    for entry in entries {
        store.append(&entry).await.expect("append");
    }
}

async fn settle(store: &SqliteStore) -> usize {
    store.settle(at(60)).await.expect("settle")
}

fn refreshed(request_id: &str) -> AuditEntry {
    let completed = fetch_entry(request_id, at(5));
    let AuditFact::FetchCompleted(scope, facts) = completed.fact else {
        unreachable!("fetch_entry builds a completed fetch");
    };
    AuditEntry {
        fact: AuditFact::RefreshCompleted(scope, facts),
        ..completed
    }
}

/// Files beside the store that tell of a writer.
fn leases(place: &Place) -> usize {
    let files = std::fs::read_dir(place.0.path()).expect("the folder");
    let names = files.map(|file| file.expect("a file").file_name());
    names
        .filter(|name| name.to_string_lossy().contains(".writer-"))
        .count()
}

#[tokio::test]
async fn what_is_left_open_is_ended_once_its_writer_is_gone() {
    let (gone, place) = fresh().await;
    let staying = place.open().await;
    append_all(
        &gone,
        [
            initiated_entry("r-1", at(1)),
            initiated_entry("r-2", at(2)),
            fetch_entry("r-2", at(3)),
            // The answer to the request does not end the refresh behind it.
            intent_entry(Intent::Refresh, "r-3", at(4)),
            fetch_entry("r-3", at(5)),
        ],
    )
    .await;
    append_all(&staying, [initiated_entry("r-4", at(6))]).await;
    assert_eq!((settle(&gone).await, settle(&staying).await), (0, 0));
    assert_eq!(leases(&place), 2);

    gone.close().await;
    assert_eq!(settle(&staying).await, 2);
    assert_eq!(settle(&staying).await, 0, "once");
    assert_eq!(leases(&place), 1);
    for (seq, request, intent) in [(7, "r-1", "fetch"), (8, "r-3", "refresh")] {
        let record = audit_record(&staying, seq).await.expect("a record");
        assert_eq!(record.columns.event, "assist_outcome_unknown");
        assert_eq!(record.columns.request_id, request);
        assert_eq!(record.columns.at, at(60));
        let announced = fetch_entry(request, at(0)).columns();
        assert_eq!(record.columns.conversation_id, announced.conversation_id);
        assert!(record.entry.contains(&format!("assist_{intent}_initiated")));
    }
    append_all(&staying, [fetch_entry("r-4", at(61))]).await;
    staying.close().await;
    assert_eq!(leases(&place), 0, "nothing is left where all has ended");
    let mut tool = OtherTool::at(&place.file()).await;
    let open: i64 = tool.ask("SELECT count(*) FROM audit_open_intent").await;
    assert_eq!(open, 0);
    let outcomes: String = tool
        .ask("SELECT group_concat(outcome, ' ') FROM (SELECT * FROM audit_intents ORDER BY seq)")
        .await;
    assert_eq!(outcomes, "unknown completed unknown completed");
    verified(&place.file()).await;
}

/// What was to be told to the upstream, too: several attempts are announced under one request.
#[tokio::test]
async fn an_attempt_that_nobody_ends_is_ended_as_unknown_and_those_before_it_are_not() {
    let (store, place) = fresh().await;
    let failed = forward_entries("r-1", at(2)).remove(1);
    append_all(
        &store,
        [
            fetch_entry("r-0", at(0)),
            intent_entry(Intent::Forward, "r-1", at(1)),
            failed,
            intent_entry(Intent::Forward, "r-1", at(3)),
        ],
    )
    .await;
    store.close().await;
    let store = place.open().await;
    assert_eq!(settle(&store).await, 1);
    let record = audit_record(&store, 5).await.expect("a record");
    assert_eq!(record.columns.event, "assist_outcome_unknown");
    assert!(
        record
            .entry
            .contains(r#""intent":{"event":"assist_forward_initiated","seq":4}"#)
    );
    store.close().await;
    let mut tool = OtherTool::at(&place.file()).await;
    let outcomes: String = tool
        .ask("SELECT group_concat(outcome, ' ') FROM (SELECT * FROM audit_intents ORDER BY seq)")
        .await;
    assert_eq!(outcomes, "failed unknown");
}

#[tokio::test]
async fn who_announces_nothing_leaves_no_sign() {
    let (store, place) = fresh().await;
    append_all(&store, [fetch_entry("r-1", at(1)), refreshed("r-1")]).await;
    assert_eq!(leases(&place), 0);
    assert_eq!(settle(&store).await, 0);
}

#[tokio::test]
async fn what_begins_and_ends_in_one_batch_was_never_open() {
    let (store, place) = fresh().await;
    let entries = [
        initiated_entry("r-1", at(1)),
        fetch_entry("r-1", at(2)),
        intent_entry(Intent::Refresh, "r-1", at(3)),
        refreshed("r-1"),
    ];
    let appended = join_all(entries.iter().map(|entry| store.append(entry))).await;
    assert!(appended.iter().all(Result::is_ok));
    assert_eq!(store.audit_counts().commits, 1);
    let mut tool = OtherTool::at(&place.file()).await;
    let open: i64 = tool.ask("SELECT count(*) FROM audit_open_intent").await;
    assert_eq!((open, leases(&place)), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_several_that_find_it_one_ends_it() {
    let (gone, place) = fresh().await;
    let announced = (0..20).map(|n| initiated_entry(&format!("r-{n}"), at(n)));
    append_all(&gone, announced).await;
    gone.close().await;
    let stores = [place.open().await, place.open().await, place.open().await];
    let settled = stores.map(|store| tokio::spawn(async move { settle(&store).await }));
    let settled = join_all(settled).await;
    let settled = settled.into_iter().map(|count| count.expect("the task"));
    // Whoever looks at the very moment at which another does may take that one for the writer.
    let left = settle(&place.open().await).await;
    assert_eq!(settled.sum::<usize>() + left, 20);
    assert_eq!(verified(&place.file()).await.len(), 40);
}

#[tokio::test]
async fn a_store_that_is_only_read_settles_nothing() {
    let (store, place) = fresh().await;
    append_all(&store, [initiated_entry("r-1", at(1))]).await;
    store.close().await;
    let reader = SqliteStore::open_read_only(&place.file()).await;
    let error = reader.expect("open").settle(at(2)).await;
    assert_eq!(error.expect_err("a write").kind(), StoreErrorKind::ReadOnly);
}

/// Announces, says so, and goes on for ever.
#[test]
#[ignore = "for the children of other tests"]
fn child_that_announces() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = SqliteStore::open(&store_of_child()).await.expect("open");
        let announced = (0..ANNOUNCED).map(|n| initiated_entry(&format!("r-{n}"), at(0)));
        append_all(&store, announced).await;
        append_all(&store, [fetch_entry("r-0", at(1))]).await;
        say("announced");
        tokio::time::sleep(Duration::MAX).await;
    });
}

#[tokio::test]
async fn what_a_killed_process_left_open_is_ended_and_not_before() {
    let (store, place) = fresh().await;
    let name = "intents::child_that_announces";
    let mut child = run_test(name, &mut Command::new(this_binary()), &place.file());
    let output = BufReader::new(child.stdout.take().expect("its output"));
    let mut lines = output.lines().map_while(Result::ok);
    assert!(lines.any(|line| line.contains("announced")));
    assert_eq!(settle(&store).await, 0, "it is there");
    child.kill().expect("kill");
    child.wait().expect("its end");
    assert_eq!(settle(&store).await, ANNOUNCED - 1);
    assert_eq!(leases(&place), 0);
    verified(&place.file()).await;
}
