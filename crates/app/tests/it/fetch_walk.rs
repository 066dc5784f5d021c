//! The walk of one request: what it answers, what it remembers, what it leaves on record.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::fetch::{FetchError, FetchOptions, FetchOutcome};
use agent_assist_domain::answer::{CacheStatus, DegradedReason, EmptyReason};
use agent_assist_domain::audit::AuditEvent::{
    FetchCompleted, FetchFailed, FetchHit, FetchInitiated, FetchRefused,
};
use agent_assist_domain::audit::{AuditEntry, AuditFact, IdOrigin, Seq};
use agent_assist_domain::batch::{Batch, UpstreamContext};
use agent_assist_domain::cache::CacheScope;
use agent_assist_domain::dialect::Dialect::{Recommendations, Suggestions};
use agent_assist_domain::payload::{RawField, RawRequest};
use agent_assist_domain::person::PersonKind;
use agent_assist_domain::ports::{AuditLog, SourceErrorKind, StoreError, StoreErrorKind};
use agent_assist_domain::recommendation::UpstreamId;
use agent_assist_testkit::build::{CONVERSATION, batch, recommendation, request};
use agent_assist_testkit::faulty::Calls;
use async_trait::async_trait;

use crate::harness::{Bench, FORGOTTEN, TTL, fetch, options};

fn two() -> Batch {
    batch([
        recommendation("r-1").score(0.9),
        recommendation("r-2").score(0.8),
    ])
}

#[tokio::test]
async fn the_first_answer_is_a_miss_and_the_next_a_hit_that_asks_nobody() {
    let bench = Bench::new(Recommendations);
    bench.source.then(Ok(two()));
    let service = bench.service();
    let first = fetch(&service, request()).await.expect("an answer").answer;
    assert_eq!(first.cache().status, CacheStatus::Miss);
    bench.clock.advance(Duration::from_secs(3));
    let second = fetch(&service, request()).await.expect("an answer").answer;
    assert_eq!(
        (second.cache().status, second.cache().age_ms),
        (CacheStatus::Hit, 3_000)
    );
    assert_eq!(second.recommendations(), first.recommendations());
    assert_eq!(bench.source.calls(), 1);
    assert_eq!(bench.events(), [FetchCompleted, FetchHit]);
}

#[tokio::test]
async fn an_answer_in_pieces_is_the_answer_and_what_it_shows_is_shared() {
    let bench = Bench::new(Recommendations);
    bench.source.otherwise(|_| Ok(two()));
    let service = bench.service();
    let mut shown = Vec::new();
    for status in [CacheStatus::Miss, CacheStatus::Hit, CacheStatus::Hit] {
        let outcome = fetch(&service, request()).await.expect("an answer");
        assert_eq!(outcome.answer.cache().status, status);
        let pieces = outcome.to_json().expect("JSON");
        let whole = serde_json::to_vec(&outcome.answer).expect("JSON");
        assert_eq!(pieces.concat(), whole, "{status:?}");
        shown.push(pieces[1].clone());
    }
    assert!(shown[0].is_empty(), "what is given out once is not kept");
    assert_eq!(shown[1].as_ptr(), shown[2].as_ptr());
}

#[tokio::test]
async fn an_answer_outlives_the_process_and_expires_with_its_time() {
    let bench = Bench::new(Recommendations);
    bench.source.otherwise(|_| Ok(two()));
    fetch(&bench.service(), request()).await.expect("an answer");
    let restarted = bench.service();
    let hit = fetch(&restarted, request())
        .await
        .expect("an answer")
        .answer;
    assert_eq!(hit.cache().status, CacheStatus::Hit);
    bench.clock.advance(FORGOTTEN);
    let late = fetch(&restarted, request())
        .await
        .expect("an answer")
        .answer;
    assert_eq!(late.cache().status, CacheStatus::Miss);
    assert_eq!(bench.source.calls(), 2);
}

#[tokio::test]
async fn sessions_of_one_conversation_share_the_upstream_call_in_suggestions() {
    let bench = Bench::new(Suggestions).without_stale();
    bench
        .source
        .then(Ok(batch([recommendation("s-1").flagged(None)])));
    let service = bench.service();
    fetch(&service, request()).await.expect("an answer");
    let other = RawRequest {
        session_id: RawField::text(Some("session-2")),
        ..request()
    };
    bench.clock.advance(Duration::from_secs(13));
    let shared = fetch(&service, other.clone())
        .await
        .expect("an answer")
        .answer;
    assert_eq!(
        (shared.cache().status, shared.cache().age_ms),
        (CacheStatus::Hit, 13_000)
    );
    // The answer is as old as its batch: sharing must not double its life.
    bench.source.then(Ok(Batch::default()));
    bench.clock.advance(Duration::from_secs(2));
    let fresh = fetch(&service, other).await.expect("an answer").answer;
    assert_eq!(fresh.cache().status, CacheStatus::Miss);
}

#[tokio::test]
async fn without_the_cache_nothing_is_looked_up_and_nothing_kept() {
    let bench = Bench::new(Recommendations);
    bench.source.otherwise(|_| Ok(two()));
    let service = bench.service();
    let bypass = FetchOptions {
        use_cache: false,
        ..options()
    };
    let answer = service
        .fetch(request(), bypass)
        .await
        .expect("an answer")
        .answer;
    assert_eq!(answer.cache().status, CacheStatus::Bypass);
    assert!(bench.cache.keys().is_empty());
    service.fetch(request(), bypass).await.expect("an answer");
    let after = fetch(&service, request()).await.expect("an answer").answer;
    assert_eq!(after.cache().status, CacheStatus::Miss);
    assert_eq!(bench.source.calls(), 3);
}

#[tokio::test]
async fn an_invalid_request_is_refused_on_record_before_anything_is_sent() {
    let bench = Bench::new(Recommendations);
    let error = fetch(&bench.service(), RawRequest::default())
        .await
        .expect_err("refused");
    assert!(matches!(error, FetchError::Invalid(_)));
    assert_eq!(bench.source.calls(), 0);
    assert_eq!(bench.events(), [FetchRefused]);
}

#[tokio::test]
async fn no_record_no_answer() {
    let bench = Bench::new(Recommendations);
    bench.source.otherwise(|_| Ok(two()));
    let service = bench.service();
    for kind in [
        StoreErrorKind::Full,
        StoreErrorKind::ReadOnly,
        StoreErrorKind::Other,
    ] {
        bench.audit_faults.fail(Calls::Writes, kind);
        for raw in [request(), RawRequest::default()] {
            let error = fetch(&service, raw)
                .await
                .expect_err("no record could be written");
            assert!(matches!(error, FetchError::Record(error) if error.kind() == kind));
        }
    }
    assert!(
        bench.sink.events().is_empty(),
        "nobody hears of what is not on record"
    );
    bench.audit_faults.heal();
    bench
        .ledger_faults
        .fail(Calls::Writes, StoreErrorKind::Full);
    let bypass = FetchOptions {
        use_cache: false,
        ..options()
    };
    let error = service
        .fetch(request(), bypass)
        .await
        .expect_err("no exposure on record");
    assert!(matches!(error, FetchError::Record(_)));
}

#[tokio::test]
async fn strict_mode_records_the_intent_before_the_upstream_is_asked() {
    let bench = Bench::new(Recommendations).strict();
    bench.source.then(Ok(two()));
    let service = bench.service();
    fetch(&service, request()).await.expect("an answer");
    fetch(&service, request()).await.expect("an answer");
    assert_eq!(bench.events(), [FetchInitiated, FetchCompleted, FetchHit]);
    bench.audit_faults.fail(Calls::Writes, StoreErrorKind::Full);
    bench.clock.advance(TTL);
    fetch(&service, request())
        .await
        .expect_err("no intent on record");
    assert_eq!(
        bench.source.calls(),
        1,
        "nothing was sent without its intent on record"
    );
}

#[tokio::test]
async fn a_failing_upstream_gives_a_labelled_empty_answer_except_where_somebody_must_act() {
    use SourceErrorKind as Kind;
    let cases = [
        (Kind::RateLimited, Some(DegradedReason::RateLimited)),
        (Kind::ServerError, Some(DegradedReason::UpstreamError)),
        (Kind::Unreachable, Some(DegradedReason::UpstreamError)),
        (Kind::Internal, Some(DegradedReason::UpstreamError)),
        (Kind::UpstreamTimeout, Some(DegradedReason::Timeout)),
        (Kind::DeadlineExceeded, Some(DegradedReason::Timeout)),
        (Kind::BadFormat, Some(DegradedReason::BadFormat)),
        (Kind::BadRequest, Some(DegradedReason::Rejected)),
        (Kind::TooLarge, Some(DegradedReason::Rejected)),
        (Kind::Unauthenticated, None),
        (Kind::Forbidden, None),
        (Kind::NotFound, None),
    ];
    for (kind, degraded) in cases {
        let bench = Bench::new(Recommendations);
        bench.source.then_fail(kind);
        let outcome = fetch(&bench.service(), request()).await;
        assert_eq!(bench.events(), [FetchFailed], "{kind:?}");
        match (outcome, degraded) {
            (Ok(outcome), Some(reason)) => {
                let answer = outcome.answer;
                assert_eq!(
                    answer.degradation().map(|d| d.reason()),
                    Some(reason),
                    "{kind:?}"
                );
                assert_eq!(answer.empty_reason(), Some(EmptyReason::Degraded));
                assert_eq!(answer.cache().status, CacheStatus::None);
                assert_eq!(outcome.cause.map(|cause| cause.kind()), Some(kind));
            }
            (Err(FetchError::Source(error)), None) => assert_eq!(error.kind(), kind),
            (outcome, _) => panic!("{kind:?} gave {outcome:?}"),
        }
    }
}

#[tokio::test]
async fn without_stale_if_error_an_answer_is_forgotten_everywhere_after_a_server_error() {
    let bench = Bench::new(Recommendations).without_stale();
    bench
        .source
        .then(Ok(two()))
        .then_fail(SourceErrorKind::ServerError);
    let service = bench.service();
    fetch(&service, request()).await.expect("an answer");
    assert_eq!(bench.cache.keys().len(), 1);
    bench.clock.advance(TTL);
    fetch(&service, request()).await.expect("a degraded answer");
    assert!(bench.cache.keys().is_empty());
}

#[tokio::test]
async fn a_broken_cache_costs_a_call_never_an_answer() {
    let bench = Bench::new(Recommendations);
    bench.source.otherwise(|_| Ok(two()));
    fetch(&bench.service(), request()).await.expect("an answer");
    for kind in [
        StoreErrorKind::Corrupt,
        StoreErrorKind::Unavailable,
        StoreErrorKind::Full,
    ] {
        bench.cache_faults.fail(Calls::All, kind);
        let answer = fetch(&bench.service(), request())
            .await
            .expect("an answer")
            .answer;
        assert_eq!(answer.cache().status, CacheStatus::Miss, "{kind:?}");
    }
}

#[tokio::test]
async fn a_conversation_unknown_to_the_assistant_is_an_empty_answer_with_its_reason() {
    let bench = Bench::new(Suggestions);
    bench.source.then(Ok(Batch {
        no_data: true,
        ..Batch::default()
    }));
    let answer = fetch(&bench.service(), request())
        .await
        .expect("an answer")
        .answer;
    assert_eq!(answer.empty_reason(), Some(EmptyReason::NoCopilotData));
    assert!(answer.degradation().is_none());
    assert_eq!(bench.events(), [FetchCompleted]);
}

#[tokio::test]
async fn the_record_says_whence_agent_and_queue_are_known_also_on_a_hit() {
    let bench = Bench::new(Suggestions);
    let context = UpstreamContext {
        agent_id: UpstreamId::new("agent-9"),
        queue_id: None,
    };
    bench.source.then(Ok(Batch {
        context,
        ..batch([recommendation("s-1").flagged(None)])
    }));
    let raw = RawRequest {
        queue_id: RawField::text(Some("queue-1")),
        ..request()
    };
    let service = bench.service();
    fetch(&service, raw.clone()).await.expect("an answer");
    fetch(&service, raw).await.expect("an answer");
    let agent = bench.pseudonym(PersonKind::Agent, "agent-9").await;
    for entry in bench.audit.entries() {
        assert_eq!(entry.subject.agent.origin, IdOrigin::UpstreamContext);
        assert_eq!(entry.subject.agent.id.as_ref(), Some(&agent));
        assert_eq!(entry.subject.queue.origin, IdOrigin::Request);
    }
}

#[tokio::test]
async fn answer_record_and_event_carry_the_same_request_and_the_same_numbers() {
    let bench = Bench::new(Recommendations);
    bench.source.then(Ok(batch([
        recommendation("r-1"),
        recommendation("r-2").score(0.1),
        recommendation("r-3").flagged(false),
    ])));
    let outcome = fetch(&bench.service(), request()).await.expect("an answer");
    let entries = bench.audit.entries();
    assert_eq!(entries[0].request_id, outcome.answer.request_id());
    assert_eq!(bench.sink.events()[0].entry(), Some(&entries[0]));
    let AuditFact::FetchCompleted(_, facts) = &entries[0].fact else {
        panic!("completed")
    };
    assert_eq!(facts.rejected, outcome.screened.rejected());
    assert_eq!(
        (facts.report.relevance_filtered, facts.report.pii_rejected),
        (1, 1)
    );
    let shape = serde_json::to_value(&outcome.answer).expect("an answer serialises");
    for (name, count) in facts.report.counts() {
        assert_eq!(shape["metrics"][name], count, "{name}");
    }
}

#[tokio::test]
async fn a_sink_that_refuses_costs_nobody_an_answer() {
    let bench = Bench::new(Recommendations);
    bench.source.then(Ok(two()));
    bench.sink.refuse(true);
    fetch(&bench.service(), request()).await.expect("an answer");
}

#[tokio::test]
async fn a_hit_is_not_a_second_exposure_and_neither_is_fetching_the_same_again() {
    let bench = Bench::new(Recommendations);
    bench.source.otherwise(|_| Ok(two()));
    let service = bench.service();
    fetch(&service, request()).await.expect("an answer");
    fetch(&service, request()).await.expect("an answer");
    bench.clock.advance(TTL);
    fetch(&service, request()).await.expect("an answer");
    assert_eq!(bench.ledger.exposures().len(), 2);
}

#[tokio::test]
async fn invalidating_a_conversation_reaches_memory_and_disk_and_no_other_conversation() {
    let bench = Bench::new(Recommendations);
    bench.source.otherwise(|_| Ok(two()));
    let service = bench.service();
    let other = RawRequest {
        conversation_id: RawField::text(Some("other")),
        ..request()
    };
    fetch(&service, request()).await.expect("an answer");
    fetch(&service, other.clone()).await.expect("an answer");
    let scope = CacheScope::Conversation {
        tenant: "default".into(),
        conversation_id: CONVERSATION.into(),
    };
    assert_eq!(service.invalidate(&scope).await.expect("invalidated"), 1);
    assert_eq!(bench.cache.keys().len(), 1);
    let hit = fetch(&service, other).await.expect("an answer").answer;
    assert_eq!(hit.cache().status, CacheStatus::Hit);
}

#[tokio::test]
async fn without_an_audit_record_there_is_no_exposure_and_nothing_is_remembered() {
    let bench = Bench::new(Recommendations);
    bench.source.otherwise(|_| Ok(two()));
    bench.audit_faults.fail(Calls::Writes, StoreErrorKind::Full);
    fetch(&bench.service(), request())
        .await
        .expect_err("no record");
    assert!(bench.ledger.exposures().is_empty());
    assert!(bench.cache.keys().is_empty());
}

#[tokio::test]
async fn invalidating_forgets_what_the_upstream_brought_too() {
    let bench = Bench::new(Suggestions);
    bench
        .source
        .otherwise(|_| Ok(batch([recommendation("s-1").flagged(None)])));
    let service = bench.service();
    fetch(&service, request()).await.expect("an answer");
    service
        .invalidate(&CacheScope::All)
        .await
        .expect("invalidated");
    let again = fetch(&service, request()).await.expect("an answer").answer;
    assert_eq!(again.cache().status, CacheStatus::Miss);
    assert_eq!(bench.source.calls(), 2);
}

#[tokio::test]
async fn a_refusal_names_whom_it_is_about_as_far_as_that_is_valid() {
    let bench = Bench::new(Recommendations);
    let agent_id = RawField::text(Some("agent-1"));
    let raw = RawRequest {
        limit: RawField::Number(0.0),
        agent_id,
        ..request()
    };
    fetch(&bench.service(), raw).await.expect_err("refused");
    let subject = &bench.audit.entries()[0].subject;
    assert_eq!(subject.conversation_id.as_deref(), Some(CONVERSATION));
    let agent = bench.pseudonym(PersonKind::Agent, "agent-1").await;
    assert_eq!(subject.agent.id, Some(agent));
}

#[tokio::test]
async fn degraded_answers_say_since_when_the_upstream_fails() {
    let bench = Bench::new(Recommendations);
    bench
        .source
        .then_fail(SourceErrorKind::Unreachable)
        .then_fail(SourceErrorKind::RateLimited);
    let service = bench.service();
    let since = |outcome: FetchOutcome| {
        serde_json::to_value(&outcome.answer).expect("serialises")["degraded"]["since"].clone()
    };
    let first = since(fetch(&service, request()).await.expect("degraded"));
    bench.clock.advance(Duration::from_secs(60));
    assert_eq!(
        since(fetch(&service, request()).await.expect("degraded")),
        first
    );
    bench
        .source
        .then(Ok(two()))
        .then_fail(SourceErrorKind::Unreachable);
    fetch(&service, request()).await.expect("an answer");
    bench.clock.advance(TTL);
    assert_ne!(
        since(fetch(&service, request()).await.expect("degraded")),
        first
    );
}

#[tokio::test]
async fn a_timeout_beyond_the_clock_is_a_long_one_and_no_panic() {
    let bench = Bench::new(Recommendations);
    bench.source.then(Ok(two()));
    let endless = FetchOptions {
        timeout: Duration::MAX,
        use_cache: true,
    };
    bench
        .service()
        .fetch(request(), endless)
        .await
        .expect("an answer");
}

/// A store that never comes back.
#[derive(Debug)]
struct Stuck;

#[async_trait]
impl AuditLog for Stuck {
    async fn append(&self, _: &AuditEntry) -> Result<Seq, StoreError> {
        std::future::pending().await
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_never_comes_back_ends_the_request_a_second_after_its_deadline() {
    let bench = Bench::new(Recommendations);
    bench.source.otherwise(|_| Ok(two()));
    let service = bench.service_with_audit(Arc::new(Stuck));
    for raw in [request(), RawRequest::default()] {
        let started = tokio::time::Instant::now();
        let error = fetch(&service, raw).await.expect_err("no record");
        assert!(matches!(error, FetchError::Record(e) if e.kind() == StoreErrorKind::Unavailable));
        assert_eq!(
            started.elapsed(),
            options().timeout + Duration::from_secs(1)
        );
    }
    assert!(bench.ledger.exposures().is_empty());
}
