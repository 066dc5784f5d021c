//! One upstream call per question: any number of callers, leaving, panicking, out of time.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::fetch::FetchOptions;
use agent_assist_domain::answer::{CacheStatus, DegradedReason};
use agent_assist_domain::audit::{AuditEntry, AuditFact};
use agent_assist_domain::dialect::Dialect::Recommendations;
use agent_assist_domain::ports::SourceErrorKind;
use agent_assist_testkit::build::{batch, recommendation, request};

use crate::harness::{Bench, FORGOTTEN, TTL, fetch, options};

#[tokio::test]
async fn a_thousand_identical_questions_on_a_cold_key_make_one_call_and_a_thousand_records() {
    let bench = Bench::new(Recommendations);
    bench.source.then(Ok(batch([recommendation("r-1")])));
    let gate = bench.source.hold();
    let service = Arc::new(bench.service());
    let callers: Vec<_> = (0..1_000)
        .map(|_| {
            let service = Arc::clone(&service);
            tokio::spawn(async move { fetch(&service, request()).await })
        })
        .collect();
    bench.source.called(1).await;
    gate.open();
    for caller in callers {
        let outcome = caller.await.expect("no panic").expect("an answer");
        assert_eq!(outcome.answer.recommendations().len(), 1);
    }
    assert_eq!(bench.source.calls(), 1);
    assert_eq!(bench.audit.entries().len(), 1_000);
    let requests: u32 = bench.audit.entries().iter().map(upstream_requests).sum();
    assert_eq!(requests, 1, "the log tells the true traffic");
    assert_eq!(bench.ledger.exposures().len(), 1);
}

#[tokio::test]
async fn the_first_caller_leaving_strands_nobody() {
    let bench = Bench::new(Recommendations);
    bench.source.then(Ok(batch([recommendation("r-1")])));
    let gate = bench.source.hold();
    let service = Arc::new(bench.service());
    let caller = |service: &Arc<_>| {
        let service = Arc::clone(service);
        tokio::spawn(async move { fetch(&service, request()).await })
    };
    let first = caller(&service);
    bench.source.called(1).await;
    let second = caller(&service);
    first.abort();
    assert!(first.await.expect_err("aborted").is_cancelled());
    gate.open();
    second.await.expect("no panic").expect("an answer");
    assert_eq!(bench.source.calls(), 1);
}

#[tokio::test]
async fn a_panicking_source_leaves_a_labelled_answer_and_a_clear_way() {
    let bench = Bench::new(Recommendations);
    bench.source.otherwise(|_| panic!("the source broke"));
    let service = bench.service();
    let outcome = fetch(&service, request()).await.expect("a degraded answer");
    assert_eq!(
        outcome.cause.map(|cause| cause.kind()),
        Some(SourceErrorKind::Internal)
    );
    bench
        .source
        .otherwise(|_| Ok(batch([recommendation("r-1")])));
    let outcome = fetch(&service, request()).await.expect("an answer");
    assert!(outcome.cause.is_none(), "the dead call is not in the way");
}

/// Where requests are rationed, a renewal may be held back for long.
#[tokio::test(start_paused = true)]
async fn a_person_does_not_wait_behind_a_renewal_that_nobody_waits_for() {
    let bench = Bench::new(Recommendations);
    bench
        .source
        .otherwise(|_| Ok(batch([recommendation("r-1")])));
    let service = Arc::new(bench.service());
    fetch(&service, request()).await.expect("an answer");
    bench.clock.advance(TTL);
    let gate = bench.source.hold();
    let stale = fetch(&service, request()).await.expect("an answer").answer;
    assert_eq!(stale.cache().status, CacheStatus::Stale);
    bench.source.called(2).await;
    bench.clock.advance(FORGOTTEN);
    let person = {
        let service = Arc::clone(&service);
        tokio::spawn(async move { fetch(&service, request()).await })
    };
    let asked_anew = tokio::time::timeout(Duration::from_secs(1), bench.source.called(3));
    asked_anew.await.expect("a call of its own");
    gate.open();
    let answer = person.await.expect("no panic").expect("an answer").answer;
    assert_eq!(answer.cache().status, CacheStatus::Miss);
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_past_the_deadline() {
    let bench = Bench::new(Recommendations);
    let gate = bench.source.hold();
    let service = bench.service();
    let started = tokio::time::Instant::now();
    let outcome = fetch(&service, request()).await.expect("a degraded answer");
    let reason = outcome
        .answer
        .degradation()
        .map(|degraded| degraded.reason());
    assert_eq!(reason, Some(DegradedReason::Timeout));
    assert_eq!(started.elapsed(), options().timeout);
    drop(gate);
}

#[tokio::test(start_paused = true)]
async fn who_has_more_time_than_the_call_it_joined_makes_another() {
    let bench = Bench::new(Recommendations);
    bench
        .source
        .otherwise(|_| Ok(batch([recommendation("r-1")])));
    let gate = bench.source.hold();
    let service = Arc::new(bench.service());
    let caller = |seconds| {
        let service = Arc::clone(&service);
        let options = FetchOptions {
            timeout: Duration::from_secs(seconds),
            use_cache: true,
        };
        tokio::spawn(async move { service.fetch(request(), options).await })
    };
    let hasty = caller(1);
    bench.source.called(1).await;
    let patient = caller(10);
    assert!(
        hasty
            .await
            .expect("no panic")
            .expect("degraded")
            .cause
            .is_some()
    );
    bench.source.called(2).await;
    gate.open();
    assert!(
        patient
            .await
            .expect("no panic")
            .expect("an answer")
            .cause
            .is_none()
    );
}

fn upstream_requests(entry: &AuditEntry) -> u32 {
    match &entry.fact {
        AuditFact::FetchCompleted(_, facts) | AuditFact::FetchHit(_, facts) => {
            facts.upstream.requests
        }
        fact => panic!("no answer: {fact:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn an_unscreened_batch_is_gone_when_its_time_is_up_also_if_nobody_asks_again() {
    let bench = Bench::new(Recommendations);
    bench.source.then(Ok(batch([recommendation("r-1")])));
    let service = bench.service();
    fetch(&service, request()).await.expect("an answer");
    assert!(format!("{service:?}").contains("batches: 1"));
    tokio::time::sleep(TTL + Duration::from_millis(1)).await;
    assert!(format!("{service:?}").contains("batches: 0"));
}
