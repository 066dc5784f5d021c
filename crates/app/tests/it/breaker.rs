//! An upstream that keeps failing is left alone, asked once in a while, and used again when it works.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::circuit_breaker::CircuitBreaker;
use agent_assist_app::fetch::{FetchOptions, FetchOutcome, FetchService};
use agent_assist_domain::answer::DegradedReason;
use agent_assist_domain::breaker::{BreakerPolicy, BreakerState};
use agent_assist_domain::dialect::Dialect::Recommendations;
use agent_assist_domain::ports::{RecommendationSource as _, SourceError, SourceErrorKind};
use agent_assist_domain::time::Deadline;
use agent_assist_testkit::ScriptedSource;
use agent_assist_testkit::build::source_query;
use tokio::time::Instant;

use crate::harness::{Bench, about, fetch, in_session, label, one, options, settled};

/// Failures in a row that open the circuit.
const FAILURES: usize = 5;
/// Time for which it is open.
const OPEN: Duration = Duration::from_secs(5);

fn failing(bench: &Bench, kind: SourceErrorKind) {
    bench.source.otherwise(move |_| Err(SourceError::new(kind)));
}

/// The answers to `times` requests, each about a conversation of its own.
async fn ask(service: &FetchService, times: usize) -> Vec<FetchOutcome> {
    let mut outcomes = Vec::new();
    for conversation in 0..times {
        outcomes.push(
            fetch(service, about(conversation))
                .await
                .expect("an answer"),
        );
    }
    outcomes
}

fn cause(outcome: &FetchOutcome) -> Option<SourceErrorKind> {
    outcome.cause.as_ref().map(SourceError::kind)
}

#[tokio::test(start_paused = true)]
async fn after_five_failures_in_a_row_nothing_is_asked_and_answers_come_at_once() {
    let bench = Bench::new(Recommendations);
    failing(&bench, SourceErrorKind::ServerError);
    let service = bench.service();
    ask(&service, FAILURES).await;
    let gate = bench.source.hold();
    let began = Instant::now();
    for outcome in ask(&service, 20).await {
        assert_eq!(cause(&outcome), Some(SourceErrorKind::CircuitOpen));
        assert_eq!(label(&outcome.answer), Some(DegradedReason::UpstreamError));
    }
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert_eq!(bench.source.calls(), FAILURES);
    assert_eq!(bench.last_facts().error, Some(SourceErrorKind::CircuitOpen));
    assert_eq!(bench.last_facts().upstream.requests, 0);
    drop(gate);
}

#[tokio::test(start_paused = true)]
async fn one_call_probes_while_the_others_go_on_without_and_its_success_closes_the_circuit() {
    let bench = Bench::new(Recommendations);
    failing(&bench, SourceErrorKind::Unreachable);
    let service = bench.service();
    ask(&service, FAILURES).await;
    bench.pass(OPEN).await;
    bench.source.otherwise(|_| Ok(one("r-1")));
    let gate = bench.source.hold();
    let probe = tokio::spawn({
        let service = service.clone();
        async move { fetch(&service, about("probe")).await }
    });
    bench.source.called(FAILURES + 1).await;
    for outcome in ask(&service, 10).await {
        assert_eq!(cause(&outcome), Some(SourceErrorKind::CircuitOpen));
    }
    gate.open();
    let outcome = probe.await.expect("no panic").expect("an answer");
    assert_eq!(cause(&outcome), None);
    for outcome in ask(&service, 10).await {
        assert_eq!(cause(&outcome), None);
    }
    assert_eq!(bench.source.calls(), FAILURES + 11);
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_fails_keeps_the_circuit_open_for_longer() {
    let bench = Bench::new(Recommendations);
    failing(&bench, SourceErrorKind::Unreachable);
    let service = bench.service();
    ask(&service, FAILURES).await;
    bench.pass(OPEN).await;
    ask(&service, 10).await;
    assert_eq!(bench.source.calls(), FAILURES + 1);
    bench.pass(OPEN).await;
    ask(&service, 10).await;
    assert_eq!(bench.source.calls(), FAILURES + 1);
    bench.pass(OPEN).await;
    ask(&service, 10).await;
    assert_eq!(bench.source.calls(), FAILURES + 2);
}

#[tokio::test(start_paused = true)]
async fn refusals_and_throttling_never_open_it() {
    for kind in [
        SourceErrorKind::BadRequest,
        SourceErrorKind::Unauthenticated,
        SourceErrorKind::Forbidden,
        SourceErrorKind::NotFound,
        SourceErrorKind::TooLarge,
        SourceErrorKind::RateLimited,
    ] {
        let bench = Bench::new(Recommendations);
        failing(&bench, kind);
        let service = bench.service();
        for session in 0..50 {
            // Sessions of their own, or theirs would be paused. Some of these are errors, which are
            // not the point here.
            let _ = fetch(&service, in_session(&format!("s-{session}"))).await;
        }
        assert_eq!(bench.source.calls(), 50, "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_upstream_that_hangs_opens_it() {
    let bench = Bench::new(Recommendations);
    let gate = bench.source.hold();
    let service = bench.service();
    for outcome in ask(&service, FAILURES).await {
        assert_eq!(cause(&outcome), Some(SourceErrorKind::DeadlineExceeded));
    }
    let began = Instant::now();
    let outcomes = ask(&service, 10).await;
    assert_eq!(began.elapsed(), Duration::ZERO);
    assert!(
        outcomes
            .iter()
            .all(|outcome| cause(outcome) == Some(SourceErrorKind::CircuitOpen))
    );
    drop(gate);
}

#[tokio::test(start_paused = true)]
async fn callers_in_a_hurry_do_not_open_it() {
    let bench = Bench::new(Recommendations);
    let gate = bench.source.hold();
    let service = bench.service();
    let hasty = FetchOptions {
        timeout: Duration::from_millis(900),
        ..options()
    };
    for conversation in 0..50 {
        let outcome = service
            .fetch(about(conversation), hasty)
            .await
            .expect("an answer");
        assert_eq!(cause(&outcome), Some(SourceErrorKind::DeadlineExceeded));
    }
    assert_eq!(bench.source.calls(), 50);
    drop(gate);
}

#[tokio::test(start_paused = true)]
async fn a_probe_whose_caller_leaves_closes_the_circuit_all_the_same() {
    let bench = Bench::new(Recommendations);
    failing(&bench, SourceErrorKind::Unreachable);
    let service = bench.service();
    ask(&service, FAILURES).await;
    bench.pass(OPEN).await;
    bench.source.otherwise(|_| Ok(one("r-1")));
    let gate = bench.source.hold();
    let probe = tokio::spawn({
        let service = service.clone();
        async move { fetch(&service, about("probe")).await }
    });
    bench.source.called(FAILURES + 1).await;
    probe.abort();
    assert!(probe.await.expect_err("aborted").is_cancelled());
    gate.open();
    settled().await;
    assert!(
        ask(&service, 3)
            .await
            .iter()
            .all(|outcome| cause(outcome).is_none())
    );
}

#[tokio::test(start_paused = true)]
async fn a_probe_that_is_cancelled_leaves_the_probing_to_the_next_call() {
    let source = Arc::new(ScriptedSource::new(Recommendations));
    let circuit = CircuitBreaker::new(source.clone(), "upstream", BreakerPolicy::default());
    let ask = async || {
        let deadline = Deadline::at((Instant::now() + Duration::from_secs(3)).into_std());
        circuit.fetch(&source_query(), deadline).await
    };
    for _ in 0..FAILURES {
        source.then_fail(SourceErrorKind::ServerError);
        ask().await.expect_err("told to fail");
    }
    assert_eq!(circuit.state(), BreakerState::Open);
    tokio::time::sleep(OPEN).await;
    let gate = source.hold();
    tokio::select! {
        outcome = ask() => panic!("held, but gave {outcome:?}"),
        () = source.called(FAILURES + 1) => {}
    }
    gate.open();
    source.then(Ok(one("r-1")));
    ask().await.expect("the next call probes");
    assert_eq!(circuit.state(), BreakerState::Closed);
}
