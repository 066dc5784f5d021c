//! Uses of recommendations: only what was given out, once per event, on record; and the report.

use agent_assist_app::engage::EngageError;
use agent_assist_app::report::{ReportService, ReportSpan};
use agent_assist_domain::audit::{AuditEntry, AuditEvent, AuditFact};
use agent_assist_domain::dialect::Dialect::Recommendations;
use agent_assist_domain::payload::{RawEngagements, RawField};
use agent_assist_domain::ports::{SourceErrorKind, StoreErrorKind};
use agent_assist_testkit::build::{SESSION, batch, recommendation, request};
use agent_assist_testkit::faulty::Calls;

use crate::harness::{Bench, FORGOTTEN, engage, fetch, told};

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
async fn the_report_counts_distinct_uses_over_distinct_exposures_not_over_fetches() {
    let bench = bench_with_two_shown().await;
    let fetcher = bench.service();
    for _ in 0..58 {
        fetch(&fetcher, request()).await.expect("a hit");
    }
    bench.clock.advance(FORGOTTEN);
    bench.source.then_fail(SourceErrorKind::RateLimited);
    fetch(&fetcher, request()).await.expect("degraded");
    fetch(&fetcher, Default::default())
        .await
        .expect_err("refused");
    let service = bench.engage_service();
    engage(&service, adoption("r-1", Some("e-1")))
        .await
        .expect("recorded");
    engage(&service, adoption("r-1", Some("e-2")))
        .await
        .expect("recorded");

    let reports = ReportService::new(
        "default",
        bench.audit.clone(),
        bench.ledger.clone(),
        bench.clock.clone(),
    );
    let report = reports
        .report(ReportSpan::default())
        .await
        .expect("a report");
    assert_eq!((report.adoption.emitted, report.adoption.used), (2, 1));
    assert_eq!(report.adoption.rate, Some(0.5));
    let fetches = report.fetches;
    assert_eq!(
        (fetches.total, fetches.hits, fetches.completed),
        (61, 58, 1)
    );
    assert_eq!((fetches.failed, fetches.refused), (1, 1));
    assert_eq!(report.latency_hits.map(|latency| latency.count), Some(58));
    assert_eq!(report.latency_misses.map(|latency| latency.count), Some(1));
}
