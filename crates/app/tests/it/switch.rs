//! What operators switch off is withheld, said plainly, and on record; and comes back within a
//! second of their word.

use std::time::Duration;

use agent_assist_app::fetch::FetchService;
use agent_assist_domain::answer::{CacheStatus, DegradedReason, EmptyReason};
use agent_assist_domain::assist::{SwitchChange, SwitchScope};
use agent_assist_domain::audit::AuditEvent::FetchWithheld;
use agent_assist_domain::batch::{Batch, UpstreamContext};
use agent_assist_domain::dialect::Dialect::{Recommendations, Suggestions};
use agent_assist_domain::payload::{RawField, RawRequest};
use agent_assist_domain::ports::{AssistSwitch as _, StoreErrorKind};
use agent_assist_domain::recommendation::UpstreamId;
use agent_assist_testkit::ManualClock;
use agent_assist_testkit::build::{SESSION, request, switch_off, switch_on};
use agent_assist_testkit::faulty::Calls;

use crate::harness::{Bench, fetch, in_session, label, one};

/// A queue.
const QUEUE: &str = "q-1";

fn in_queue() -> RawRequest {
    RawRequest {
        queue_id: RawField::text(Some(QUEUE)),
        ..request()
    }
}

fn queue() -> SwitchScope {
    SwitchScope::Queue(QUEUE.to_owned())
}

fn bench() -> Bench {
    let bench = Bench::new(Recommendations);
    bench.source.otherwise(|_| Ok(one("r-1")));
    bench
}

async fn turn(bench: &Bench, change: &SwitchChange) {
    bench.switch.set("default", change).await.expect("turned");
}

async fn off(bench: &Bench, scope: SwitchScope) {
    turn(bench, &switch_off(scope, ManualClock::START, None)).await;
}

async fn is_off(service: &FetchService, raw: RawRequest) -> bool {
    let answer = fetch(service, raw).await.expect("an answer").answer;
    label(&answer) == Some(DegradedReason::AssistOff)
}

#[tokio::test]
async fn what_is_off_is_withheld_with_label_and_record_and_nothing_is_asked() {
    let session = SwitchScope::Session(SESSION.to_owned());
    for scope in [session, queue(), SwitchScope::Everything] {
        let bench = bench();
        fetch(&bench.service(), in_queue())
            .await
            .expect("an answer");
        off(&bench, scope.clone()).await;
        let unknown = RawRequest {
            limit: RawField::Number(7.0),
            ..in_queue()
        };
        // Neither what is remembered is given nor what is not asked for.
        for raw in [in_queue(), unknown] {
            let outcome = fetch(&bench.service(), raw).await.expect("an answer");
            let answer = outcome.answer;
            assert_eq!(label(&answer), Some(DegradedReason::AssistOff), "{scope:?}");
            assert_eq!(answer.empty_reason(), Some(EmptyReason::Degraded));
            assert_eq!(answer.cache().status, CacheStatus::None);
            let json = serde_json::to_value(&answer).expect("serialises");
            assert_eq!(json["degraded"]["since"], ManualClock::START.as_millis());
            assert!(outcome.cause.is_none());
            assert_eq!(bench.source.calls(), 1, "{scope:?}");
            assert_eq!(bench.last_entry().event(), FetchWithheld);
            assert_eq!(bench.last_facts().degraded, Some(DegradedReason::AssistOff));
        }
    }
}

#[tokio::test]
async fn whom_it_does_not_concern_it_does_not_touch() {
    let bench = bench();
    off(&bench, SwitchScope::Session(SESSION.to_owned())).await;
    off(&bench, queue()).await;
    let service = bench.service();
    assert!(is_off(&service, request()).await);
    assert!(!is_off(&service, in_session("another")).await);
    let elsewhere = RawRequest {
        queue_id: RawField::text(Some("q-2")),
        ..in_session("another")
    };
    assert!(!is_off(&service, elsewhere).await);
}

#[tokio::test]
async fn a_queue_that_only_the_upstream_knows_is_withheld_after_the_call() {
    let bench = Bench::new(Suggestions);
    let queue_id = UpstreamId::new(QUEUE);
    bench.source.otherwise(move |_| {
        Ok(Batch {
            context: UpstreamContext {
                agent_id: None,
                queue_id: queue_id.clone(),
            },
            ..one("s-1")
        })
    });
    off(&bench, queue()).await;
    let service = bench.service();
    for requests in [1, 0] {
        let answer = fetch(&service, request()).await.expect("an answer").answer;
        assert_eq!(label(&answer), Some(DegradedReason::AssistOff));
        assert!(answer.recommendations().is_empty());
        assert_eq!(bench.last_entry().event(), FetchWithheld);
        let facts = bench.last_facts();
        assert_eq!(
            facts.upstream.requests, requests,
            "the log tells the traffic"
        );
        assert!(facts.shown.is_empty());
    }
    assert_eq!(bench.source.calls(), 1);
    assert!(bench.exposed().is_empty(), "nobody has seen it");
}

#[tokio::test(start_paused = true)]
async fn a_turn_of_the_switch_counts_within_a_second() {
    let bench = bench();
    let service = bench.service();
    assert!(!is_off(&service, request()).await);
    for _ in 0..2 {
        off(&bench, SwitchScope::Everything).await;
        bench.pass(Duration::from_secs(1)).await;
        assert!(is_off(&service, request()).await);
        let on = switch_on(SwitchScope::Everything, ManualClock::START);
        turn(&bench, &on).await;
        bench.pass(Duration::from_secs(1)).await;
        assert!(!is_off(&service, request()).await);
    }
}

#[tokio::test(start_paused = true)]
async fn while_the_switches_cannot_be_read_the_last_reading_holds() {
    for was_off in [true, false] {
        let bench = bench();
        let service = bench.service();
        if was_off {
            off(&bench, SwitchScope::Everything).await;
        }
        assert_eq!(is_off(&service, request()).await, was_off);
        bench
            .switch_faults
            .fail(Calls::Reads, StoreErrorKind::Unavailable);
        let turned = match was_off {
            true => switch_on(SwitchScope::Everything, ManualClock::START),
            false => switch_off(SwitchScope::Everything, ManualClock::START, None),
        };
        turn(&bench, &turned).await;
        for _ in 0..3 {
            bench.pass(Duration::from_secs(2)).await;
            assert_eq!(is_off(&service, request()).await, was_off);
        }
        bench.switch_faults.heal();
        bench.pass(Duration::from_secs(2)).await;
        assert_eq!(is_off(&service, request()).await, !was_off);
    }
}
