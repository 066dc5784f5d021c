//! What becomes of recommendations: only of what was given out, once per event, on record.

use std::time::Duration;

use agent_assist_app::engage::EngageError;
use agent_assist_domain::audit::{AuditEntry, AuditEvent, AuditFact};
use agent_assist_domain::dialect::Dialect::Recommendations;
use agent_assist_domain::payload::{RawEngagements, RawField, RawRequest};
use agent_assist_domain::person::PersonKind;
use agent_assist_domain::ports::{Clock as _, EngagementLedger as _, StoreErrorKind};
use agent_assist_domain::recommendation::UpstreamId;
use agent_assist_domain::time::Timestamp;
use agent_assist_testkit::build::{SESSION, batch, recommendation, request};
use agent_assist_testkit::faulty::Calls;

use crate::harness::{Bench, engage, event, fetch, told};

fn adoption(recommendation_id: &str, event_id: Option<&str>) -> RawEngagements {
    told(recommendation_id, "used", event_id)
}

async fn bench_with_two_shown() -> Bench {
    let bench = Bench::new(Recommendations);
    bench
        .source
        .then(Ok(batch([recommendation("r-1"), recommendation("r-2")])));
    fetch(&bench.service(), request()).await.expect("an answer");
    bench
}

#[tokio::test]
async fn a_use_counts_once_per_event_however_often_it_is_sent() {
    let bench = bench_with_two_shown().await;
    let service = bench.engage_service();
    let first = engage(&service, adoption("r-1", Some("e-1")))
        .await
        .expect("recorded");
    let again = engage(&service, adoption("r-1", Some("e-1")))
        .await
        .expect("recorded");
    assert_eq!((first.replay, again.replay), (false, true));
    let adopted = AuditEvent::RecommendationAdopted;
    assert_eq!(
        bench.events(),
        [AuditEvent::FetchCompleted, adopted, adopted]
    );
    assert_eq!(bench.ledger.events().len(), 1);
}

#[tokio::test]
async fn only_what_was_given_out_in_that_conversation_can_be_used() {
    let bench = bench_with_two_shown().await;
    let service = bench.engage_service();
    let elsewhere = RawEngagements {
        conversation_id: RawField::text(Some("elsewhere")),
        ..adoption("r-1", None)
    };
    for raw in [adoption("never-shown", None), elsewhere] {
        let error = engage(&service, raw).await.expect_err("never given out");
        assert!(matches!(error, EngageError::NeverEmitted));
        assert_refused(&bench.last_entry(), "never_emitted");
    }
    assert_eq!(bench.ledger.events(), []);
}

/// The record of a refusal names why, and nothing that was sent but whom it is about.
fn assert_refused(entry: &AuditEntry, reason: &str) {
    let AuditFact::AdoptionRefused(refusal) = &entry.fact else {
        panic!("{entry:?}");
    };
    assert_eq!(refusal.as_str(), reason);
    assert_eq!(entry.subject.session_id.as_deref(), Some(SESSION));
    let canonical = entry.to_canonical();
    for sent in ["never-shown", "r-1", "r-2", "e-1"] {
        assert!(!canonical.contains(&format!("\"{sent}\"")), "{canonical}");
    }
}

#[tokio::test]
async fn a_use_that_breaks_the_rules_is_refused_on_record() {
    let bench = bench_with_two_shown().await;
    let service = bench.engage_service();
    let raw = RawEngagements {
        conversation_id: RawField::text(Some("a\u{7}b")),
        ..adoption("r-1", Some("emitted/e-1"))
    };
    let error = engage(&service, raw.clone())
        .await
        .expect_err("two mistakes");
    assert!(matches!(error, EngageError::Invalid(_)));
    assert_refused(&bench.last_entry(), "payload_rules");
    bench.audit_faults.fail(Calls::Writes, StoreErrorKind::Full);
    let error = engage(&service, raw).await.expect_err("no record");
    assert!(matches!(error, EngageError::Record(_)));
}

#[tokio::test]
async fn an_event_id_that_names_another_use_is_refused_not_swallowed() {
    let bench = bench_with_two_shown().await;
    let service = bench.engage_service();
    engage(&service, adoption("r-1", Some("e-1")))
        .await
        .expect("recorded");
    let error = engage(&service, adoption("r-2", Some("e-1")))
        .await
        .expect_err("taken");
    assert!(matches!(error, EngageError::EventIdTaken));
    assert_refused(&bench.last_entry(), "event_id_taken");
    assert_eq!(bench.recorded(AuditEvent::RecommendationAdopted), 1);
}

#[tokio::test]
async fn a_use_that_cannot_be_recorded_is_an_error() {
    let bench = bench_with_two_shown().await;
    let service = bench.engage_service();
    bench.audit_faults.fail(Calls::Writes, StoreErrorKind::Full);
    let error = engage(&service, adoption("r-1", None))
        .await
        .expect_err("no record");
    assert!(matches!(error, EngageError::Record(_)));
}

#[tokio::test]
async fn what_is_told_at_once_of_one_conversation_is_answered_one_by_one() {
    let bench = bench_with_two_shown().await;
    let raw = RawEngagements {
        events: vec![
            event("r-1", "displayed", Some("e-1")),
            event("r-2", "displayed", Some("e-2")),
            event("r-1", "copied", Some("e-3")),
            event("never-shown", "displayed", Some("e-4")),
            event("r-2", "admired", Some("e-5")),
            event("r-1", "displayed", Some("e-1")),
            event("r-2", "dismissed", Some("e-3")),
        ],
        ..adoption("r-1", None)
    };
    let answers = bench.engage_service().engage(raw).await.expect("recorded");
    let words: Vec<String> = answers
        .iter()
        .map(|answer| match answer {
            Ok(engaged) => format!("{} {}", engaged.kind, engaged.replay),
            Err(EngageError::NeverEmitted) => "never emitted".to_owned(),
            Err(EngageError::Invalid(_)) => "invalid".to_owned(),
            Err(error) => error.to_string(),
        })
        .collect();
    assert_eq!(
        words,
        [
            "displayed false",
            "displayed false",
            "copied false",
            "never emitted",
            "invalid",
            "displayed true",
            "this event id already names another event",
        ]
    );
    let refused = AuditEvent::AdoptionRefused;
    assert_eq!(
        bench.events(),
        [
            AuditEvent::FetchCompleted,
            AuditEvent::RecommendationEngaged,
            AuditEvent::RecommendationAdopted,
            refused,
            refused,
            refused,
        ],
        "one record for all that was only seen"
    );
    let AuditFact::RecommendationEngaged(facts) = &bench.audit.entries()[1].fact else {
        panic!("what was seen is on record");
    };
    assert_eq!(facts.len(), 3);
}

#[tokio::test]
async fn what_is_told_a_day_late_is_taken_and_later_refused() {
    let bench = bench_with_two_shown().await;
    let service = bench.engage_service();
    let day = Duration::from_secs(24 * 60 * 60);
    bench.clock.advance(day);
    engage(&service, told("r-1", "copied", Some("e-1")))
        .await
        .expect("in time");
    bench.clock.advance(Duration::from_micros(1));
    let error = engage(&service, told("r-2", "copied", Some("e-2")))
        .await
        .expect_err("too late");
    assert!(matches!(error, EngageError::TooLate), "{error}");
    assert_refused(&bench.last_entry(), "too_late");
}

#[tokio::test]
async fn both_clocks_are_kept() {
    let bench = bench_with_two_shown().await;
    let mut raw = told("r-1", "opened", Some("e-1"));
    let by_their_clock = Timestamp::from_millis(5);
    raw.events[0].at = Some(by_their_clock);
    engage(&bench.engage_service(), raw)
        .await
        .expect("recorded");
    let events = bench.ledger.events();
    assert_eq!(events[0].client_at, Some(by_their_clock));
    assert_eq!(events[0].at, bench.clock.now());
    let canonical = bench.last_entry().to_canonical();
    assert!(canonical.contains("\"client_at_us\":5000"), "{canonical}");
}

#[tokio::test]
async fn a_use_counts_for_the_agent_to_whom_it_was_displayed() {
    let bench = bench_with_two_shown().await;
    let service = bench.engage_service();
    let by = |agent: &str, raw: RawEngagements| RawEngagements {
        agent_id: RawField::text(Some(agent)),
        ..raw
    };
    for raw in [
        by("first", told("r-1", "displayed", None)),
        by("second", told("r-1", "copied", None)),
    ] {
        engage(&service, raw).await.expect("recorded");
    }
    let item = bench.ledger.exposures()[0].item.clone();
    let item = bench
        .ledger
        .item(&item)
        .await
        .expect("read")
        .expect("known");
    let first = bench.pseudonym(PersonKind::Agent, "first").await;
    assert_eq!(item.agent_id(), Some(first.as_str()));
}

#[tokio::test]
async fn an_exposure_says_what_it_is_counted_by() {
    let bench = Bench::new(Recommendations);
    let mut first = recommendation("r-1").build();
    first.source.trigger_id = UpstreamId::new("utterance-1");
    first.source.document_id = UpstreamId::new("article-1");
    bench
        .source
        .then(Ok(batch([first, recommendation("r-2").build()])));
    let raw = RawRequest {
        queue_id: RawField::text(Some("queue-1")),
        ..request()
    };
    let outcome = fetch(&bench.service(), raw).await.expect("an answer");
    let exposures = bench.ledger.exposures();
    let of = |n: usize| {
        let exposure = &exposures[n];
        (
            exposure.trigger_id.as_str(),
            exposure.document_id.as_deref(),
        )
    };
    assert_eq!(of(0), ("utterance-1", Some("article-1")));
    assert_eq!(of(1).0, outcome.answer.request_id(), "for want of a better");
    assert_eq!(exposures[0].queue_id.as_deref(), Some("queue-1"));
}
