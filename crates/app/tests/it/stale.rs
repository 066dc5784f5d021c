//! Answers past their time: given out at once while they are refreshed behind, or in place of an
//! upstream that fails, labelled for what they are, and never beyond their limit.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::fetch::{FetchOutcome, FetchService};
use agent_assist_domain::answer::{CacheStatus, DegradedReason, EmptyReason};
use agent_assist_domain::audit::AuditEvent::{
    FetchCompleted, FetchFailed, FetchHit, RefreshCompleted, RefreshFailed,
};
use agent_assist_domain::batch::Batch;
use agent_assist_domain::dialect::Dialect::{Recommendations, Suggestions};
use agent_assist_domain::ports::{Priority, SourceErrorKind, StoreErrorKind};
use agent_assist_testkit::ManualClock;
use agent_assist_testkit::build::request;
use agent_assist_testkit::faulty::Calls;
use tokio::time::Instant;

use crate::harness::{Bench, TTL, about, fetch, in_session, label, one, options, settled, shown};

/// Past the time in which answers are refreshed behind, well within that of failures.
const OLD: Duration = Duration::from_secs(60);

async fn answered(service: &FetchService) -> FetchOutcome {
    fetch(service, request()).await.expect("an answer")
}

/// What the answer says of its age: status and milliseconds.
fn age(outcome: &FetchOutcome) -> (CacheStatus, u64) {
    let cache = outcome.answer.cache();
    (cache.status, cache.age_ms)
}

#[tokio::test(start_paused = true)]
async fn a_stale_answer_comes_at_once_and_one_refresh_behind_it_serves_the_next() {
    let bench = Bench::new(Recommendations);
    bench.source.then(Ok(one("old"))).then(Ok(one("new")));
    let service = bench.service();
    answered(&service).await;
    bench.pass(TTL).await;

    let gate = bench.source.hold();
    for _ in 0..100 {
        let began = Instant::now();
        let outcome = answered(&service).await;
        assert_eq!(began.elapsed(), Duration::ZERO);
        assert_eq!(age(&outcome), (CacheStatus::Stale, 15_000));
        assert_eq!(shown(&outcome.answer), ["old"]);
        assert_eq!(label(&outcome.answer), None, "nothing has failed");
    }
    gate.open();
    settled().await;
    assert_eq!(bench.source.calls(), 2, "one refresh for all of them");
    assert_eq!(bench.source.queries()[1].priority, Priority::Background);

    let next = answered(&service).await;
    assert_eq!(age(&next), (CacheStatus::Hit, 0));
    assert_eq!(shown(&next.answer), ["new"]);
    assert_eq!(bench.recorded(FetchCompleted), 1);
    assert_eq!(bench.recorded(FetchHit), 101);
    assert_eq!(bench.recorded(RefreshCompleted), 1);
}

#[tokio::test(start_paused = true)]
async fn whatever_moment_an_answer_turns_stale_the_next_one_is_younger() {
    // Answers and the batches under them expire at different moments, by key.
    for conversation in 0..20 {
        let bench = Bench::new(Recommendations);
        bench.source.otherwise(|_| Ok(one("r-1")));
        let service = bench.service();
        let ask = async || {
            let outcome = fetch(&service, about(conversation))
                .await
                .expect("an answer");
            age(&outcome)
        };
        ask().await;
        bench.pass(Duration::from_secs(13)).await;
        loop {
            let (status, before) = ask().await;
            if status == CacheStatus::Stale {
                settled().await;
                let (status, after) = ask().await;
                assert_eq!(status, CacheStatus::Hit, "conversation {conversation}");
                assert!(after < before);
                break;
            }
            bench.pass(Duration::from_millis(100)).await;
        }
        assert_eq!(bench.source.calls(), 2, "conversation {conversation}");
    }
}

#[tokio::test(start_paused = true)]
async fn sessions_that_share_a_batch_share_its_refresh() {
    let bench = Bench::new(Suggestions);
    bench.source.otherwise(|_| Ok(one("r-1")));
    let service = bench.service();
    let sessions = ["s-1", "s-2", "s-3"];
    for session in sessions {
        fetch(&service, in_session(session))
            .await
            .expect("an answer");
    }
    bench.pass(TTL).await;
    for session in sessions {
        let outcome = fetch(&service, in_session(session))
            .await
            .expect("an answer");
        assert_eq!(age(&outcome), (CacheStatus::Stale, 15_000), "{session}");
        settled().await;
    }
    assert_eq!(bench.source.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn refreshed_content_is_exposed_when_it_is_first_given_out_and_not_before() {
    let bench = Bench::new(Recommendations);
    bench.source.then(Ok(one("old"))).then(Ok(one("new")));
    let service = bench.service();
    answered(&service).await;
    bench.pass(TTL).await;
    answered(&service).await;
    settled().await;
    assert_eq!(bench.recorded(RefreshCompleted), 1);
    assert_eq!(bench.exposed(), ["old"]);

    answered(&service).await;
    assert_eq!(bench.exposed(), ["old", "new"]);
    bench.ledger_faults.fail(Calls::All, StoreErrorKind::Full);
    let again = answered(&service).await;
    assert_eq!(shown(&again.answer), ["new"], "exposed once, not each time");
}

#[tokio::test(start_paused = true)]
async fn a_refresh_leaves_its_own_record_with_the_requests_it_took() {
    let bench = Bench::new(Recommendations);
    bench.source.otherwise(|_| Ok(one("r-1")));
    let service = bench.service();
    answered(&service).await;
    bench.pass(TTL).await;
    answered(&service).await;
    settled().await;
    assert_eq!(bench.events(), [FetchCompleted, FetchHit, RefreshCompleted]);
    let hit = &bench.audit.entries()[1];
    assert_eq!(hit.request_id, bench.last_entry().request_id);
    assert_eq!(bench.last_facts().upstream.requests, 1);
}

#[tokio::test(start_paused = true)]
async fn a_refresh_without_its_record_is_not_remembered() {
    for restarted in [false, true] {
        let bench = Bench::new(Recommendations);
        bench
            .source
            .then(Ok(one("old")))
            .then(Ok(one("unrecorded")));
        let service = bench.service();
        answered(&service).await;
        bench.pass(TTL).await;
        let gate = bench.source.hold();
        answered(&service).await;
        bench.audit_faults.fail(Calls::Writes, StoreErrorKind::Full);
        gate.open();
        settled().await;
        assert_eq!(bench.source.calls(), 2);

        bench.audit_faults.heal();
        let asked = match restarted {
            true => bench.service(),
            false => service,
        };
        let outcome = answered(&asked).await;
        assert_eq!(shown(&outcome.answer), ["old"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_refresh_that_fails_is_on_record_and_the_next_stale_answer_is_labelled() {
    let bench = Bench::new(Recommendations);
    bench
        .source
        .then(Ok(one("old")))
        .then_fail(SourceErrorKind::Unreachable)
        .then_fail(SourceErrorKind::Unreachable);
    let service = bench.service();
    answered(&service).await;
    bench.pass(TTL).await;
    assert_eq!(label(&answered(&service).await.answer), None);
    settled().await;
    assert_eq!(bench.last_entry().event(), RefreshFailed);
    assert_eq!(bench.last_facts().error, Some(SourceErrorKind::Unreachable));

    let outcome = answered(&service).await;
    assert_eq!(age(&outcome), (CacheStatus::Stale, 15_000));
    assert_eq!(label(&outcome.answer), Some(DegradedReason::UpstreamError));
    assert_eq!(bench.recorded(FetchFailed), 1);
}

#[tokio::test(start_paused = true)]
async fn when_the_upstream_fails_the_remembered_answer_stands_in_and_says_so_everywhere() {
    use SourceErrorKind as Kind;
    for (kind, reason) in [
        (Kind::RateLimited, DegradedReason::RateLimited),
        (Kind::ServerError, DegradedReason::UpstreamError),
        (Kind::Unreachable, DegradedReason::UpstreamError),
        (Kind::UpstreamTimeout, DegradedReason::Timeout),
        (Kind::BadFormat, DegradedReason::BadFormat),
        (Kind::BadRequest, DegradedReason::Rejected),
        (Kind::Internal, DegradedReason::UpstreamError),
    ] {
        let bench = Bench::new(Recommendations);
        bench.source.then(Ok(one("old"))).then_fail(kind);
        let service = bench.service();
        answered(&service).await;
        bench.pass(OLD).await;
        let outcome = answered(&service).await;
        assert_eq!(age(&outcome), (CacheStatus::Stale, 60_000), "{kind:?}");
        assert_eq!(shown(&outcome.answer), ["old"], "{kind:?}");
        assert_eq!(label(&outcome.answer), Some(reason), "{kind:?}");
        assert_eq!(outcome.cause.map(|cause| cause.kind()), Some(kind));

        assert_eq!(bench.events(), [FetchCompleted, FetchFailed], "{kind:?}");
        let facts = bench.last_facts();
        assert_eq!(facts.error, Some(kind));
        assert_eq!(facts.degraded, Some(reason));
        assert_eq!(facts.cache, outcome.answer.cache());
        let shown_as = facts.shown_as.expect("a repetition");
        assert_eq!((shown_as.seq, facts.empty), (1, None));
    }
}

#[tokio::test(start_paused = true)]
async fn beyond_its_limit_nothing_remembered_is_given_whatever_fails() {
    let limit = TTL + Duration::from_secs(15 * 60);
    // A lifetime is cut by a tenth of its fresh part at most, never prolonged.
    let earliest = limit - TTL / 10 - Duration::from_millis(1);
    for (span, expected) in [(earliest, CacheStatus::Stale), (limit, CacheStatus::None)] {
        let bench = Bench::new(Recommendations);
        bench
            .source
            .then(Ok(one("old")))
            .then_fail(SourceErrorKind::Unreachable);
        let service = bench.service();
        answered(&service).await;
        bench.pass(span).await;
        let outcome = answered(&service).await;
        assert_eq!(outcome.answer.cache().status, expected, "after {span:?}");
        assert_eq!(label(&outcome.answer), Some(DegradedReason::UpstreamError));
        let nothing = expected == CacheStatus::None;
        assert_eq!(shown(&outcome.answer).is_empty(), nothing);
        let reason = nothing.then_some(EmptyReason::Degraded);
        assert_eq!(outcome.answer.empty_reason(), reason);
    }
}

#[tokio::test(start_paused = true)]
async fn an_answer_from_the_future_is_not_given() {
    let bench = Bench::new(Recommendations);
    bench
        .source
        .then(Ok(one("old")))
        .then_fail(SourceErrorKind::Unreachable);
    let service = bench.service();
    answered(&service).await;
    bench.clock.set(ManualClock::START.minus(OLD));
    let outcome = answered(&service).await;
    assert_eq!(outcome.answer.cache().status, CacheStatus::None);
}

#[tokio::test(start_paused = true)]
async fn without_stale_if_error_answers_are_still_refreshed_behind_until_the_upstream_fails() {
    let mut bench = Bench::new(Recommendations);
    bench.resilience.freshness.stale_if_error = Duration::ZERO;
    bench
        .source
        .then(Ok(one("old")))
        .then_fail(SourceErrorKind::ServerError)
        .then_fail(SourceErrorKind::ServerError);
    let service = bench.service();
    answered(&service).await;
    bench.pass(TTL).await;
    let outcome = answered(&service).await;
    assert_eq!(age(&outcome), (CacheStatus::Stale, 15_000));
    settled().await;
    assert!(bench.cache.keys().is_empty(), "a server error forgets it");
    let outcome = answered(&service).await;
    assert_eq!(outcome.answer.cache().status, CacheStatus::None);
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_content_is_fresh_for_a_shorter_time() {
    let bench = Bench::new(Recommendations);
    let conversation = |raw: &str| about(raw.to_owned());
    bench.source.otherwise(|query| {
        Ok(match query.conversation_id.as_str() {
            "silent" => Batch::default(),
            _ => one("r-1"),
        })
    });
    let service = bench.service();
    for name in ["silent", "talkative"] {
        fetch(&service, conversation(name))
            .await
            .expect("an answer");
    }
    bench.pass(Duration::from_secs(5)).await;
    for (name, status, empty) in [
        (
            "silent",
            CacheStatus::Stale,
            Some(EmptyReason::UpstreamEmpty),
        ),
        ("talkative", CacheStatus::Hit, None),
    ] {
        let answer = fetch(&service, conversation(name))
            .await
            .expect("an answer")
            .answer;
        assert_eq!(
            (answer.cache().status, answer.empty_reason()),
            (status, empty)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_younger_answer_of_another_process_is_preferred() {
    let bench = Bench::new(Recommendations);
    bench.source.then(Ok(one("old"))).then(Ok(one("new")));
    let (ours, theirs) = (bench.service(), bench.service());
    answered(&ours).await;
    bench.pass(OLD).await;
    answered(&theirs).await;
    bench.pass(Duration::from_secs(1)).await;
    let outcome = answered(&ours).await;
    assert_eq!(age(&outcome), (CacheStatus::Hit, 1_000));
    assert_eq!(shown(&outcome.answer), ["new"]);
    assert_eq!(bench.source.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_stand_in_comes_before_the_deadline_when_the_upstream_hangs() {
    let bench = Bench::new(Recommendations);
    bench.source.then(Ok(one("old")));
    let service = Arc::new(bench.service());
    answered(&service).await;
    bench.pass(OLD).await;
    let gate = bench.source.hold();
    let began = Instant::now();
    let outcome = answered(&service).await;
    assert_eq!(age(&outcome), (CacheStatus::Stale, 60_000));
    assert_eq!(label(&outcome.answer), Some(DegradedReason::Timeout));
    assert!(began.elapsed() < options().timeout);
    assert!(
        began.elapsed() > options().timeout * 9 / 10,
        "it had its chance"
    );
    drop(gate);
}
