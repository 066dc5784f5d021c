//! The log as it grows: everything once, in order, without a busy loop.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::export::Cursor;
use agent_assist_app::tail::Tail;
use agent_assist_domain::audit::{AuditEvent, AuditFilter, Seq};
use agent_assist_domain::ports::AuditLog as _;
use agent_assist_testkit::ManualClock;
use agent_assist_testkit::build::{adoption_entry, fetch_entry};
use agent_assist_testkit::memory::MemoryAuditLog;
use tokio::time::{Instant, sleep, timeout};

async fn append(log: &MemoryAuditLog, times: usize) {
    for _ in 0..times {
        let entry = fetch_entry("r", ManualClock::START);
        log.append(&entry).await.expect("append");
    }
}

async fn next(tail: &mut Tail<'_>) -> Vec<Seq> {
    let records = tail.next().await.expect("readable");
    records.iter().map(|record| record.seq).collect()
}

#[tokio::test(start_paused = true)]
async fn what_comes_is_given_once_and_in_order() {
    let log = MemoryAuditLog::default();
    append(&log, 3).await;
    let everything = AuditFilter::default();
    let mut tail = Tail::from(&log, everything.clone(), None)
        .await
        .expect("there");
    assert_eq!(tail.cursor(), Cursor::behind(3));
    append(&log, 2).await;
    assert_eq!(next(&mut tail).await, [4, 5]);
    let mut earlier = Tail::from(&log, everything, Some(Cursor::behind(1)))
        .await
        .expect("there");
    append(&log, 1_200).await;
    let mut seen = Vec::new();
    while seen.last() != Some(&1_205) {
        seen.extend(next(&mut earlier).await);
    }
    let all: Vec<Seq> = (2..=1_205).collect();
    assert_eq!(seen, all);
}

#[tokio::test(start_paused = true)]
async fn it_waits_without_a_busy_loop_and_passes_over_nothing() {
    let log = Arc::new(MemoryAuditLog::default());
    let mut tail = Tail::from(&*log, AuditFilter::default(), None)
        .await
        .expect("there");
    let waiting = timeout(Duration::from_secs(3_600), tail.next()).await;
    assert!(waiting.is_err(), "there is nothing");
    let later = Arc::clone(&log);
    let writer = tokio::spawn(async move {
        sleep(Duration::from_secs(60)).await;
        append(&later, 1).await;
    });
    let begin = Instant::now();
    assert_eq!(next(&mut tail).await, [1]);
    let waited = begin.elapsed();
    assert!(
        (60_000..61_000).contains(&waited.as_millis()),
        "{waited:?} on the test's clock"
    );
    writer.await.expect("done");
}

#[tokio::test(start_paused = true)]
async fn what_a_filter_passes_over_is_not_looked_at_again() {
    let log = MemoryAuditLog::default();
    let adoptions = AuditFilter {
        events: vec![AuditEvent::RecommendationAdopted],
        ..AuditFilter::default()
    };
    let mut tail = Tail::from(&log, adoptions, Some(Cursor::BEGINNING))
        .await
        .expect("there");
    append(&log, 700).await;
    let waiting = timeout(Duration::from_secs(60), tail.next()).await;
    assert!(waiting.is_err(), "there is no adoption");
    assert_eq!(tail.cursor(), Cursor::behind(700));
    let used = adoption_entry("r", "item-1", ManualClock::START);
    log.append(&used).await.expect("append");
    append(&log, 1).await;
    assert_eq!(next(&mut tail).await, [701]);
    assert_eq!(tail.cursor(), Cursor::behind(702));
}
