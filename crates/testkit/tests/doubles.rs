//! The doubles do what a test tells them.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::ports::{
    AuditLog as _, AuditTrail as _, Clock as _, RecommendationCache as _,
    RecommendationSource as _, SourceErrorKind, StoreErrorKind,
};
use agent_assist_domain::time::{Deadline, Timestamp};
use agent_assist_testkit::build::{
    adoption_entry, batch, cache_entry, fetch_entry, fetch_request, recommendation, source_query,
};
use agent_assist_testkit::faulty::{Calls, Faults, FaultyAudit, FaultyCache};
use agent_assist_testkit::memory::{MemoryAuditLog, MemoryCache};
use agent_assist_testkit::{ManualClock, ScriptedSource};
use tokio::time::Instant;

#[test]
fn the_clock_stands_still_until_it_is_moved() {
    let clock = ManualClock::default();
    assert_eq!(clock.now(), ManualClock::START);
    let later = clock.advance(Duration::from_micros(7));
    assert_eq!(later, ManualClock::START.plus(Duration::from_micros(7)));
    assert_eq!(clock.now(), later);
    clock.set(Timestamp::from_micros(1));
    assert_eq!(clock.now(), Timestamp::from_micros(1));
}

#[tokio::test]
async fn a_faulty_cache_fails_only_what_it_is_told_to_and_changes_nothing_then() {
    let faults = Faults::default();
    let inner = Arc::new(MemoryCache::default());
    let cache = FaultyCache::new(Arc::<MemoryCache>::clone(&inner), faults.clone());
    let entry = cache_entry(1, ManualClock::START);

    faults.fail(Calls::Writes, StoreErrorKind::Full);
    let error = cache.put(&entry).await.expect_err("told to fail");
    assert_eq!(error.kind(), StoreErrorKind::Full);
    assert_eq!(inner.keys(), []);
    assert!(cache.get(&entry.key).await.is_ok(), "reads go on");

    faults.heal();
    cache.put(&entry).await.expect("healed");
    assert_eq!(inner.keys(), [entry.key]);
}

#[tokio::test]
async fn a_faulty_log_recovers_after_the_times_it_was_told_to_fail() {
    let faults = Faults::default();
    let log = FaultyAudit::new(Arc::new(MemoryAuditLog::default()), faults.clone());
    faults.fail_times(2, Calls::All, StoreErrorKind::Unavailable);
    let entry = fetch_entry("r-1", ManualClock::START);
    assert!(log.append(&entry).await.is_err());
    assert!(log.get(1).await.is_err());
    assert_eq!(log.append(&entry).await.expect("recovered"), 1);
    let adoption = adoption_entry("r-2", "item-1", ManualClock::START);
    assert_eq!(log.append(&adoption).await.expect("recovered"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_held_source_answers_in_order_once_its_gate_opens() {
    let source = Arc::new(ScriptedSource::new(Dialect::Recommendations));
    source
        .then(Ok(batch([recommendation("item-1")])))
        .then_fail(SourceErrorKind::RateLimited);
    let gate = source.hold();
    let deadline = Deadline::at((Instant::now() + Duration::from_secs(3)).into_std());
    let ask = || {
        let source = Arc::clone(&source);
        tokio::spawn(async move { source.fetch(&source_query(), deadline).await })
    };

    let first = ask();
    source.called(1).await;
    assert!(!first.is_finished(), "the gate is shut");
    gate.open();
    let first = first.await.expect("the task").expect("the queued batch");
    assert_eq!(first.items.len(), 1);

    let second = ask()
        .await
        .expect("the task")
        .expect_err("the queued failure");
    assert_eq!(second.kind(), SourceErrorKind::RateLimited);
    let third = ask()
        .await
        .expect("the task")
        .expect_err("the script has ended");
    assert_eq!(third.kind(), SourceErrorKind::Internal);
    assert_eq!(source.calls(), 3);
    assert_eq!(source.queries(), vec![source_query(); 3]);
}

#[tokio::test(start_paused = true)]
async fn a_held_source_gives_up_at_the_deadline() {
    let source = ScriptedSource::new(Dialect::Recommendations);
    let _gate = source.hold();
    let deadline = Deadline::at((Instant::now() + Duration::from_secs(3)).into_std());
    let error = source.fetch(&source_query(), deadline).await;
    let error = error.expect_err("nobody opens the gate");
    assert_eq!(error.kind(), SourceErrorKind::DeadlineExceeded);
    assert!(Instant::now().into_std() >= deadline.instant());
}

#[test]
fn what_is_built_keeps_the_rules_of_both_dialects() {
    for dialect in Dialect::ALL {
        assert_eq!(fetch_request(dialect).limit(), 20);
    }
}
