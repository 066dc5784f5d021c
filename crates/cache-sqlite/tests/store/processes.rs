//! Several processes at one file. Two stores in one process stand for them: SQLite's locks are
//! between connections, whoever owns them.

use agent_assist_domain::adoption::Recorded;
use agent_assist_domain::assist::SwitchScope;
use agent_assist_domain::audit::{AuditFilter, AuditOrder, AuditQuery, Seq};
use agent_assist_domain::ports::{
    AssistSwitch as _, AuditLog as _, AuditTrail as _, EngagementLedger as _, StoreErrorKind,
};
use agent_assist_sqlite::SqliteStore;
use agent_assist_testkit::build::{TENANT, fetch_entry, item, switch_off, switch_on, used};
use futures_util::future::join_all;

use super::{OtherTool, Place, at, audit_record, fresh};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn appends_of_two_processes_stay_contiguous() {
    let place = Place::new();
    let stores = [place.open().await, place.open().await];
    let entry = fetch_entry("", at(0));
    let tasks = (0..100).map(|n: usize| {
        let (store, mut entry) = (stores[n % 2].clone(), entry.clone());
        entry.request_id = format!("r-{n}");
        tokio::spawn(async move {
            let seq = store.append(&entry).await;
            (n, seq.expect("append"))
        })
    });
    let mut given: Vec<(usize, Seq)> = Vec::new();
    for task in join_all(tasks).await {
        given.push(task.expect("the task"));
    }
    let mut positions: Vec<Seq> = given.iter().map(|(_, seq)| *seq).collect();
    positions.sort_unstable();
    assert_eq!(positions, (1..=100).collect::<Vec<Seq>>());
    for (n, seq) in given {
        let record = audit_record(&stores[(n + 1) % 2], seq).await;
        let record = record.expect("found by the other process too");
        assert_eq!(record.columns.request_id, format!("r-{n}"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_create_the_file_at_once_agree_on_one_schema() {
    for _ in 0..5 {
        let place = Place::new();
        let path = place.file();
        let opening = (0..4).map(|_| {
            let path = path.clone();
            tokio::spawn(async move { SqliteStore::open(&path).await })
        });
        for opened in join_all(opening).await {
            let store = opened.expect("the task").expect("open");
            store
                .append(&fetch_entry("r", at(0)))
                .await
                .expect("append");
        }
        let store = place.open().await;
        assert!(audit_record(&store, 4).await.is_some());
        assert_eq!(audit_record(&store, 5).await, None);
    }
}

#[tokio::test]
async fn an_event_that_two_processes_record_is_new_once() {
    let place = Place::new();
    let stores = [place.open().await, place.open().await];
    let events = [used("u-1", &item("c-1", "r-1"), at(0))];
    let answers = join_all(stores.iter().map(|store| store.record(&events))).await;
    let new = answers
        .into_iter()
        .filter(|answer| answer.as_deref().expect("record") == [Recorded::New]);
    assert_eq!(new.count(), 1);
}

#[tokio::test]
async fn what_one_process_switches_off_is_off_for_the_others_at_once() {
    let place = Place::new();
    let (gateway, operator) = (place.open().await, place.open().await);
    assert_eq!(gateway.off(TENANT).await.expect("off"), []);
    let off = switch_off(SwitchScope::Everything, at(0), None);
    assert!(operator.set(TENANT, &off).await.expect("set"));
    let told = gateway.off(TENANT).await.expect("off");
    assert_eq!(told.len(), 1);
    assert!(!gateway.set(TENANT, &off).await.expect("set"), "no news");
    let on = switch_on(SwitchScope::Everything, at(1));
    let answers = join_all([operator.set(TENANT, &on), gateway.set(TENANT, &on)]).await;
    let changed = answers
        .into_iter()
        .filter(|answer| *answer.as_ref().expect("set"));
    assert_eq!(changed.count(), 1);
}

#[tokio::test]
async fn readers_do_not_wait_for_a_writer_of_another_process() {
    let (store, place) = fresh().await;
    store
        .append(&fetch_entry("r-1", at(0)))
        .await
        .expect("append");
    let mut tool = OtherTool::at(&place.file()).await;
    tool.must("BEGIN IMMEDIATE").await;
    let everything = AuditQuery {
        filter: AuditFilter::default(),
        order: AuditOrder::NewestFirst,
        after: None,
        limit: 10,
    };
    assert_eq!(store.page(&everything).await.expect("page").len(), 1);
    tool.must("ROLLBACK").await;
}

#[tokio::test]
async fn a_writer_that_waits_in_vain_says_so_and_has_changed_nothing() {
    let (store, place) = fresh().await;
    let mut tool = OtherTool::at(&place.file()).await;
    tool.must("BEGIN IMMEDIATE").await;
    let entry = fetch_entry("r-1", at(0));
    let error = store.append(&entry).await.expect_err("locked");
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    tool.must("ROLLBACK").await;
    // Behind the record that tells of it.
    assert_eq!(store.append(&entry).await.expect("append"), 2);
}
