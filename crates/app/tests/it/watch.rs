//! Conversations that are being watched are refreshed ahead of their expiry, no oftener than the
//! upstream allows.

use std::time::Duration;

use agent_assist_app::fetch::{Allowance, Watch};
use agent_assist_domain::answer::CacheStatus;
use agent_assist_domain::audit::AuditEvent::RefreshCompleted;
use agent_assist_domain::dialect::Dialect::Recommendations;
use agent_assist_domain::ports::{Priority, SourceErrorKind};
use agent_assist_testkit::build::request;

use crate::harness::{Bench, about, fetch, in_session, label, one, options};

/// Time between two answers of a conversation that is watched alone.
const INTERVAL: Duration = Duration::from_secs(12);

fn bench() -> Bench {
    let bench = Bench::new(Recommendations);
    bench.source.otherwise(|_| Ok(one("r-1")));
    bench
}

/// Watches on in the background, until it is aborted.
fn watching(mut watch: Watch) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        loop {
            watch.next().await.expect("an answer");
        }
    })
}

#[tokio::test(start_paused = true)]
async fn whoever_else_asks_about_a_watched_conversation_finds_a_fresh_answer_at_any_time() {
    let bench = bench();
    let service = bench.service();
    let watching = watching(service.watch(request(), options()));
    bench.pass(Duration::from_millis(500)).await;
    for second in 0..60 {
        let answer = fetch(&service, request()).await.expect("an answer").answer;
        assert_eq!(answer.cache().status, CacheStatus::Hit, "after {second} s");
        assert!(answer.cache().age_ms <= 12_500, "after {second} s");
        bench.pass(Duration::from_secs(1)).await;
    }
    assert_eq!(bench.source.calls(), 6, "at 0, 12, 24, 36, 48 and 60 s");
    assert_eq!(bench.recorded(RefreshCompleted), 5);
    let queries = bench.source.queries();
    let (first, later) = queries.split_first().expect("calls");
    assert_eq!(first.priority, Priority::Interactive);
    assert!(
        later
            .iter()
            .all(|query| query.priority == Priority::Background)
    );
    watching.abort();
}

#[tokio::test(start_paused = true)]
async fn the_first_answer_comes_at_once_and_each_further_one_when_its_time_has_come() {
    let bench = bench();
    let mut watch = bench.service().watch(request(), options());
    let began = tokio::time::Instant::now();
    for answers in 0..3 {
        watch.next().await.expect("an answer");
        assert_eq!(began.elapsed(), INTERVAL * answers);
        bench.clock.advance(INTERVAL);
    }
}

#[tokio::test(start_paused = true)]
async fn the_more_are_watched_the_longer_each_waits() {
    let mut bench = bench();
    bench.resilience.allowance = Allowance::new(|| 300);
    let service = bench.service();
    let watch = service.watch(request(), options());
    assert_eq!(watch.interval(), INTERVAL);
    let others: Vec<_> = (0..209)
        .map(|number| service.watch(about(number), options()))
        .collect();
    assert_eq!(watch.interval(), Duration::from_secs(60));
    drop(others);
    assert_eq!(watch.interval(), INTERVAL);
}

#[tokio::test(start_paused = true)]
async fn dropping_the_watch_ends_the_refreshing() {
    let bench = bench();
    let service = bench.service();
    let watching = watching(service.watch(request(), options()));
    bench.pass(INTERVAL + Duration::from_secs(1)).await;
    assert_eq!(bench.source.calls(), 2);
    watching.abort();
    bench.pass(INTERVAL * 10).await;
    assert_eq!(bench.source.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_watch_goes_on_through_an_outage_and_shows_what_is_remembered_meanwhile() {
    let bench = bench();
    let service = bench.service();
    let mut watch = service.watch(in_session("s-1"), options());
    watch.next().await.expect("an answer");
    bench.source.then_fail(SourceErrorKind::Unreachable);
    bench.source.then_fail(SourceErrorKind::Unreachable);
    bench.source.then_fail(SourceErrorKind::Unreachable);
    let mut statuses = Vec::new();
    for _ in 0..4 {
        bench.clock.advance(INTERVAL);
        let answer = watch.next().await.expect("an answer").answer;
        statuses.push((answer.cache().status, label(&answer).is_some()));
    }
    let expected = [
        // The answer is still fresh when its refresh ahead fails.
        (CacheStatus::Hit, false),
        (CacheStatus::Stale, true),
        (CacheStatus::Hit, false),
        (CacheStatus::Hit, false),
    ];
    assert_eq!(statuses, expected);
}
