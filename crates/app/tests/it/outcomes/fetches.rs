//! What may become of a fetch, and of a refresh behind it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::fallbacks::Fallback;
use agent_assist_app::fetch::{FetchError, FetchOptions, FetchOutcome, FetchService};
use agent_assist_domain::answer::{CacheStatus, DegradedReason};
use agent_assist_domain::assist::{SwitchCause, SwitchChange, SwitchScope};
use agent_assist_domain::audit::{AuditEntry, AuditEvent};
use agent_assist_domain::dialect::Dialect::Recommendations;
use agent_assist_domain::payload::RawRequest;
use agent_assist_domain::pii::Policy;
use agent_assist_domain::ports::{AssistSwitch as _, SourceError, SourceErrorKind, StoreErrorKind};
use agent_assist_domain::recommendation::Origin;
use agent_assist_testkit::build::{SESSION, request, switch_off};
use agent_assist_testkit::faulty::Calls;
use agent_assist_testkit::{ManualClock, ScriptedSource};

use super::{Ending, Seen, bench, judge};
use crate::harness::{Bench, TTL, every_byte, fetch, label, one, options, settled};

fn of_fetch(outcome: &Result<FetchOutcome, FetchError>) -> Ending {
    match outcome {
        Ok(FetchOutcome { answer, .. }) => Ending::Answer(
            answer.cache().status.as_str(),
            label(answer).map(DegradedReason::as_str),
        ),
        Err(FetchError::Invalid(_)) => Ending::Invalid,
        Err(FetchError::Source(error)) => Ending::Source(error.kind().as_str()),
        Err(FetchError::Denied(_)) => unreachable!("nobody is limited here"),
        Err(FetchError::Record(_)) => Ending::NoRecord,
    }
}

fn seen(bench: &Bench, ending: Ending, requests: usize) -> Seen {
    Seen {
        ending,
        requests,
        entries: bench.audit.entries(),
    }
}

/// Makes the standard request `times` times in a row.
async fn ask(bench: &Bench, service: &FetchService, times: usize) -> Seen {
    let mut ending = Ending::Left;
    for _ in 0..times {
        ending = of_fetch(&fetch(service, request()).await);
        settled().await;
    }
    seen(bench, ending, times)
}

/// What the request leads to on a bench that is prepared like this.
async fn once(prepare: impl FnOnce(&mut Bench)) -> Seen {
    let mut bench = bench();
    prepare(&mut bench);
    let service = bench.service();
    ask(&bench, &service, 1).await
}

/// An answer is remembered, then so much time passes, then the source fails if told so.
async fn later(age: Duration, failure: Option<SourceErrorKind>, strict: bool) -> Seen {
    let bench = match strict {
        true => bench().strict(),
        false => bench(),
    };
    let service = bench.service();
    ask(&bench, &service, 1).await;
    bench.pass(age).await;
    if let Some(kind) = failure {
        bench.source.otherwise(move |_| Err(SourceError::new(kind)));
    }
    let seen = ask(&bench, &service, 1).await;
    Seen {
        requests: 2,
        ..seen
    }
}

async fn bypassing() -> Seen {
    let bench = bench();
    let bypass = FetchOptions {
        use_cache: false,
        ..options()
    };
    let outcome = bench.service().fetch(request(), bypass).await;
    seen(&bench, of_fetch(&outcome), 1)
}

async fn falling_back() -> Seen {
    once(|bench| {
        bench.source.then_fail(SourceErrorKind::ServerError);
        let source = Arc::new(ScriptedSource::new(Recommendations));
        source.then(Ok(one("instead")));
        bench.fallbacks.push(Fallback {
            source,
            knowledge_source_ids: Vec::new(),
            origin: Origin::FallbackSources,
        });
    })
    .await
}

async fn switched_off(cause: SwitchCause) -> Seen {
    let bench = bench();
    let session = SwitchScope::Session(SESSION.to_owned());
    let off = SwitchChange {
        cause,
        ..switch_off(session, ManualClock::START, None)
    };
    bench.switch.set("default", &off).await.expect("turned");
    let service = bench.service();
    ask(&bench, &service, 1).await
}

/// The caller is gone while the upstream is asked.
async fn leaving(strict: bool) -> Seen {
    let bench = match strict {
        true => bench().strict(),
        false => bench(),
    };
    let service = bench.service();
    let gate = bench.source.hold();
    let caller = tokio::spawn(async move { fetch(&service, request()).await });
    bench.source.called(1).await;
    caller.abort();
    assert!(caller.await.expect_err("aborted").is_cancelled());
    gate.open();
    settled().await;
    seen(&bench, Ending::Left, 1)
}

/// The source answers never.
async fn out_of_time() -> Seen {
    let bench = bench();
    let service = bench.service();
    let gate = bench.source.hold();
    let seen = ask(&bench, &service, 1).await;
    drop(gate);
    seen
}

async fn invalid() -> Seen {
    let bench = bench();
    let outcome = fetch(&bench.service(), RawRequest::default()).await;
    seen(&bench, of_fetch(&outcome), 1)
}

async fn without_a_log() -> Seen {
    once(|bench| bench.audit_faults.fail(Calls::Writes, StoreErrorKind::Full)).await
}

async fn stopped_at_the_last_look() -> Seen {
    let everything = r#"
        [[rules]]
        name = "planted"
        entity = "PLANTED"
        regex = 'Title of [a-z]'
        confidence = 90
    "#;
    once(|bench| bench.egress = every_byte(Policy::from_toml(everything).expect("a policy"))).await
}

/// Every outcome of a fetch.
async fn fetches() -> Vec<(String, Seen)> {
    let mut rows = Vec::new();
    let mut row = |name: &str, seen: Seen| rows.push((name.to_owned(), seen));
    row("miss", once(|_| {}).await);
    row("hit", later(Duration::ZERO, None, false).await);
    row("stale", later(TTL, None, false).await);
    let failed = Some(SourceErrorKind::RateLimited);
    row("stale, refresh fails", later(TTL, failed, false).await);
    row("stands in", later(TTL * 4, failed, false).await);
    row("bypass", bypassing().await);
    row("fallback", falling_back().await);
    row("off", switched_off(SwitchCause::Operator).await);
    row("paused", switched_off(SwitchCause::RepeatedFailures).await);
    row("invalid", invalid().await);
    row("no record", without_a_log().await);
    row("stopped", stopped_at_the_last_look().await);
    row("caller leaves", leaving(false).await);
    row("out of time", out_of_time().await);
    let breaks = |bench: &mut Bench| {
        bench.source.otherwise(|_| panic!("the source broke"));
    };
    row("source panics", once(breaks).await);
    row("strict, caller leaves", leaving(true).await);
    row("strict, stale", later(TTL, None, true).await);
    row("strict, refresh fails", later(TTL, failed, true).await);
    for kind in SourceErrorKind::ALL {
        let fails = |bench: &mut Bench| {
            bench.source.then_fail(kind);
        };
        row(kind.as_str(), once(fails).await);
    }
    rows
}

#[tokio::test(start_paused = true)]
async fn every_outcome_of_a_fetch_or_refresh_leaves_one_record_that_ends_it() {
    let rows = fetches().await;
    let mut endings = BTreeSet::new();
    let mut events = BTreeSet::new();
    for (name, seen) in &rows {
        judge(name, seen);
        endings.insert(seen.ending.clone());
        events.extend(seen.entries.iter().map(AuditEntry::event));
    }
    let reached = |ending: &dyn Fn(&Ending) -> bool| endings.iter().any(ending);
    for status in every_cache_status() {
        let status = status.as_str();
        assert!(
            reached(&|e| matches!(e, Ending::Answer(s, _) if *s == status)),
            "{status}"
        );
    }
    for reason in DegradedReason::ALL {
        let reason = Some(reason.as_str());
        assert!(
            reached(&|e| matches!(e, Ending::Answer(_, r) if *r == reason)),
            "{reason:?}"
        );
    }
    for ending in [Ending::Invalid, Ending::NoRecord, Ending::Left] {
        assert!(endings.contains(&ending), "{ending:?}");
    }
    assert!(reached(&|ending| matches!(ending, Ending::Source(_))));
    let here = |event: &AuditEvent| {
        let name = event.as_str();
        name.starts_with("assist_fetch_") || name.starts_with("assist_refresh_")
    };
    let missing: Vec<_> = AuditEvent::ALL
        .into_iter()
        .filter(here)
        .filter(|event| !events.contains(event))
        .collect();
    assert_eq!(missing, [], "an event without a row");
}

/// All of them, as the compiler sees to it.
fn every_cache_status() -> [CacheStatus; 6] {
    match CacheStatus::Hit {
        CacheStatus::Hit
        | CacheStatus::Miss
        | CacheStatus::Stale
        | CacheStatus::Fallback
        | CacheStatus::Bypass
        | CacheStatus::None => {}
    }
    [
        CacheStatus::Hit,
        CacheStatus::Miss,
        CacheStatus::Stale,
        CacheStatus::Fallback,
        CacheStatus::Bypass,
        CacheStatus::None,
    ]
}
