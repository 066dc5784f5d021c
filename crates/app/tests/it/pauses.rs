//! A session whose calls fail while those of others do not is paused for a while; in an outage
//! nobody is.

use std::time::Duration;

use agent_assist_app::fetch::{FetchOutcome, FetchService};
use agent_assist_domain::answer::{CacheStatus, DegradedReason};
use agent_assist_domain::assist::{Off, SwitchCause, SwitchScope};
use agent_assist_domain::audit::AuditEvent::{AssistSwitched, FetchWithheld};
use agent_assist_domain::audit::AuditFact;
use agent_assist_domain::dialect::Dialect::Recommendations;
use agent_assist_domain::ports::{AssistSwitch as _, SourceError, SourceErrorKind, StoreErrorKind};
use agent_assist_testkit::build::switch_on;
use agent_assist_testkit::faulty::Calls;

use crate::harness::{Bench, fetch, in_session, label, one, settled};

/// The session that fails.
const SICK: &str = "sick";
/// Failures after which it is paused.
const FAILURES: usize = 3;
/// How long it is paused.
const PAUSE: Duration = Duration::from_secs(5 * 60);

/// A bench whose upstream fails for one session only, and for all if told so.
fn bench(outage: bool) -> Bench {
    let mut bench = Bench::new(Recommendations).without_stale();
    // Each request asks the upstream.
    bench.resilience.freshness.ttl = Duration::from_millis(1);
    bench.source.otherwise(move |query| {
        if outage || query.session_id == SICK {
            Err(SourceError::new(SourceErrorKind::ServerError))
        } else {
            Ok(one("r-1"))
        }
    });
    bench
}

async fn ask(bench: &Bench, service: &FetchService, session: &str) -> FetchOutcome {
    bench.pass(Duration::from_secs(1)).await;
    let outcome = fetch(service, in_session(session))
        .await
        .expect("an answer");
    settled().await;
    outcome
}

/// The sick session fails as often as it takes, between others.
async fn fail_repeatedly(bench: &Bench, service: &FetchService) {
    for _ in 0..FAILURES {
        let outcome = ask(bench, service, SICK).await;
        assert_eq!(label(&outcome.answer), Some(DegradedReason::UpstreamError));
        ask(bench, service, "well").await;
    }
}

async fn switched_off(bench: &Bench) -> Vec<Off> {
    bench.switch.off("default").await.expect("readable")
}

#[tokio::test(start_paused = true)]
async fn a_session_that_fails_alone_is_paused_on_record_and_says_so() {
    let bench = bench(false);
    let service = bench.service();
    fail_repeatedly(&bench, &service).await;
    let standing = switched_off(&bench).await;
    assert_eq!(standing.len(), 1);
    let off = &standing[0];
    assert_eq!(off.scope, SwitchScope::Session(SICK.to_owned()));
    assert_eq!(off.cause, SwitchCause::RepeatedFailures);
    assert_eq!(
        (off.until, off.by.as_deref()),
        (Some(off.since.plus(PAUSE)), None)
    );
    let entries = bench.audit.entries();
    let turned: Vec<_> = entries
        .iter()
        .filter(|entry| matches!(entry.fact, AuditFact::AssistSwitched(_)))
        .collect();
    assert_eq!(turned.len(), 1);
    assert_eq!(turned[0].subject.session_id.as_deref(), Some(SICK));
    let canonical = turned[0].to_canonical();
    assert!(canonical.contains("repeated_failures"), "{canonical}");

    let calls = bench.source.calls();
    let outcome = ask(&bench, &service, SICK).await;
    assert_eq!(label(&outcome.answer), Some(DegradedReason::SessionPaused));
    assert_eq!(outcome.answer.cache().status, CacheStatus::None);
    assert!(outcome.cause.is_none(), "nothing failed this time");
    assert_eq!(bench.last_entry().event(), FetchWithheld);
    assert_eq!(
        bench.last_facts().degraded,
        Some(DegradedReason::SessionPaused)
    );
    assert_eq!(bench.source.calls(), calls, "nothing was asked");
    let outcome = ask(&bench, &service, "well").await;
    assert_eq!(label(&outcome.answer), None);
}

#[tokio::test(start_paused = true)]
async fn a_paused_session_comes_back_by_itself() {
    let bench = bench(false);
    let service = bench.service();
    fail_repeatedly(&bench, &service).await;
    bench.pass(PAUSE - Duration::from_secs(5)).await;
    let outcome = ask(&bench, &service, SICK).await;
    assert_eq!(label(&outcome.answer), Some(DegradedReason::SessionPaused));
    bench.source.then(Ok(one("r-1")));
    bench.pass(Duration::from_secs(5)).await;
    let outcome = ask(&bench, &service, SICK).await;
    assert_eq!(label(&outcome.answer), None);
    assert_eq!(bench.recorded(AssistSwitched), 1, "nobody ordered it");
}

#[tokio::test(start_paused = true)]
async fn a_pause_can_be_ended_by_hand_and_starts_afresh() {
    let bench = bench(false);
    let service = bench.service();
    fail_repeatedly(&bench, &service).await;
    let scope = SwitchScope::Session(SICK.to_owned());
    let on = switch_on(scope, bench.clock.advance(Duration::ZERO));
    bench.switch.set("default", &on).await.expect("turned");
    // The count begins again: two more failures are not enough.
    for _ in 1..FAILURES {
        let outcome = ask(&bench, &service, SICK).await;
        assert_eq!(label(&outcome.answer), Some(DegradedReason::UpstreamError));
        assert!(switched_off(&bench).await.is_empty());
        ask(&bench, &service, "well").await;
    }
    ask(&bench, &service, SICK).await;
    assert_eq!(switched_off(&bench).await.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn failures_far_apart_or_with_a_success_between_pause_nobody() {
    let bench = bench(false);
    let service = bench.service();
    for _ in 0..FAILURES * 3 {
        ask(&bench, &service, SICK).await;
        for _ in 0..3 {
            ask(&bench, &service, "well").await;
        }
        bench.pass(Duration::from_secs(30)).await;
    }
    assert!(switched_off(&bench).await.is_empty());
    bench.pass(Duration::from_secs(60)).await;
    for _ in 0..FAILURES * 3 {
        for _ in 1..FAILURES {
            ask(&bench, &service, SICK).await;
            ask(&bench, &service, "well").await;
        }
        bench.source.then(Ok(one("r-1")));
        ask(&bench, &service, SICK).await;
    }
    assert!(switched_off(&bench).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_outage_pauses_nobody() {
    let bench = bench(true);
    let service = bench.service();
    for round in 0..20 {
        for session in [SICK, "s-1", "s-2", "s-3"] {
            let outcome = ask(&bench, &service, session).await;
            let reason = label(&outcome.answer);
            assert_eq!(reason, Some(DegradedReason::UpstreamError), "round {round}");
        }
    }
    assert!(switched_off(&bench).await.is_empty());
    assert_eq!(bench.recorded(AssistSwitched), 0);
}

#[tokio::test(start_paused = true)]
async fn what_failed_in_an_outage_does_not_count_after_it() {
    let bench = bench(false);
    let service = bench.service();
    for _ in 1..FAILURES {
        ask(&bench, &service, SICK).await;
    }
    // Three failures of others open the circuit.
    for session in ["s-1", "s-2", "s-3"] {
        bench.source.then_fail(SourceErrorKind::ServerError);
        ask(&bench, &service, session).await;
    }
    bench.pass(Duration::from_secs(5)).await;
    for _ in 0..20 {
        let outcome = ask(&bench, &service, "well").await;
        assert_eq!(label(&outcome.answer), None);
    }
    ask(&bench, &service, SICK).await;
    assert!(switched_off(&bench).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn whoever_is_alone_when_an_outage_begins_is_not_paused_for_it() {
    let bench = bench(true);
    bench.source.then(Ok(one("r-1")));
    let service = bench.service();
    for _ in 0..FAILURES * 2 {
        ask(&bench, &service, "alone").await;
    }
    assert!(switched_off(&bench).await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn no_pause_without_its_record() {
    let bench = bench(false);
    let service = bench.service();
    for _ in 1..FAILURES {
        ask(&bench, &service, SICK).await;
        ask(&bench, &service, "well").await;
    }
    bench.audit_faults.fail(Calls::Writes, StoreErrorKind::Full);
    bench.pass(Duration::from_secs(1)).await;
    fetch(&service, in_session(SICK))
        .await
        .expect_err("no record");
    settled().await;
    assert!(switched_off(&bench).await.is_empty());
}
