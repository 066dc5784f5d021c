//! A 500 may have passed five seconds later: then the upstream is asked once more, while nobody
//! waits.

use std::time::Duration;

use agent_assist_app::fetch::{FetchOptions, FetchService};
use agent_assist_domain::answer::CacheStatus;
use agent_assist_domain::audit::AuditEvent::{FetchFailed, RefreshCompleted, RefreshFailed};
use agent_assist_domain::dialect::Dialect::Recommendations;
use agent_assist_domain::ports::{Priority, SourceErrorKind};
use agent_assist_testkit::build::request;
use tokio::time::Instant;

use crate::harness::{Bench, failure, fetch, one, options, settled, shown};

/// Time until the second try.
const WAIT: Duration = Duration::from_secs(5);

fn then_500(bench: &Bench) {
    let error = failure(SourceErrorKind::ServerError, 500, 1);
    bench.source.then(Err(error));
}

/// A service whose only request so far was answered with a 500.
async fn failed_once(bench: &Bench) -> FetchService {
    then_500(bench);
    let service = bench.service();
    fetch(&service, request()).await.expect("a degraded answer");
    service
}

#[tokio::test(start_paused = true)]
async fn after_a_500_the_upstream_is_asked_once_more_and_the_next_request_finds_the_answer() {
    let bench = Bench::new(Recommendations);
    let service = failed_once(&bench).await;
    bench.source.then(Ok(one("r-1")));
    bench.pass(WAIT - Duration::from_millis(1)).await;
    assert_eq!(bench.source.calls(), 1);
    bench.pass(Duration::from_millis(2)).await;
    assert_eq!(bench.source.calls(), 2);
    assert_eq!(bench.source.queries()[1].priority, Priority::Background);
    assert_eq!(bench.events(), [FetchFailed, RefreshCompleted]);
    assert!(bench.exposed().is_empty(), "nobody has seen it yet");

    let answer = fetch(&service, request()).await.expect("an answer").answer;
    assert_eq!(answer.cache().status, CacheStatus::Hit);
    assert_eq!(shown(&answer), ["r-1"]);
    assert_eq!(bench.source.calls(), 2);
    assert_eq!(bench.exposed(), ["r-1"]);
}

#[tokio::test(start_paused = true)]
async fn however_many_requests_failed_there_is_one_second_try_and_no_third() {
    let bench = Bench::new(Recommendations);
    let service = failed_once(&bench).await;
    for _ in 0..2 {
        then_500(&bench);
        fetch(&service, request()).await.expect("a degraded answer");
    }
    then_500(&bench);
    bench.pass(WAIT * 10).await;
    assert_eq!(bench.source.calls(), 4);
    let failed = [FetchFailed, FetchFailed, FetchFailed, RefreshFailed];
    assert_eq!(bench.events(), failed);
}

#[tokio::test(start_paused = true)]
async fn another_failure_or_a_request_without_the_cache_gets_no_second_try() {
    let bench = Bench::new(Recommendations);
    let service = bench.service();
    let unavailable = failure(SourceErrorKind::ServerError, 503, 1);
    bench.source.then(Err(unavailable));
    fetch(&service, request()).await.expect("a degraded answer");
    then_500(&bench);
    let bypass = FetchOptions {
        use_cache: false,
        ..options()
    };
    service
        .fetch(request(), bypass)
        .await
        .expect("a degraded answer");
    bench.pass(WAIT * 10).await;
    assert_eq!(bench.source.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn shutting_down_drops_a_second_try_that_waits() {
    let bench = Bench::new(Recommendations);
    let service = failed_once(&bench).await;
    let began = Instant::now();
    service.shut_down(WAIT).await;
    assert_eq!(began.elapsed(), Duration::ZERO);
    bench.pass(WAIT * 2).await;
    assert_eq!(bench.source.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn shutting_down_awaits_a_second_try_that_is_under_way() {
    let bench = Bench::new(Recommendations);
    let service = failed_once(&bench).await;
    bench.source.then(Ok(one("r-1")));
    let gate = bench.source.hold();
    bench.pass(WAIT).await;
    settled().await;
    assert_eq!(bench.source.calls(), 2);
    let ending = tokio::spawn(async move { service.shut_down(WAIT).await });
    settled().await;
    assert!(!ending.is_finished());
    gate.open();
    ending.await.expect("no panic");
    assert_eq!(bench.events(), [FetchFailed, RefreshCompleted]);
    assert_eq!(bench.cache.keys().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn shutting_down_does_not_wait_beyond_its_patience() {
    let bench = Bench::new(Recommendations);
    let service = failed_once(&bench).await;
    let gate = bench.source.hold();
    bench.pass(WAIT).await;
    settled().await;
    assert_eq!(bench.source.calls(), 2);
    let began = Instant::now();
    service.shut_down(Duration::from_secs(2)).await;
    assert_eq!(began.elapsed(), Duration::from_secs(2));
    drop(gate);
}
