//! Every outcome of every use case leaves exactly one record that ends it.
//!
//! The rows below are held against what the domain says there is: a new event, a new way for an
//! answer to come about or a new error does not compile, or fails, until it has a row.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::assist::{AssistError, AssistService};
use agent_assist_app::engage::EngageError;
use agent_assist_app::fallbacks::Fallback;
use agent_assist_app::fetch::{FetchError, FetchOptions, FetchOutcome, FetchService};
use agent_assist_app::ids::Ids;
use agent_assist_app::recorder::Recorder;
use agent_assist_domain::answer::{CacheStatus, DegradedReason};
use agent_assist_domain::assist::{SwitchCause, SwitchChange, SwitchScope};
use agent_assist_domain::audit::{AuditEntry, AuditEvent, Intent};
use agent_assist_domain::dialect::Dialect::Recommendations;
use agent_assist_domain::payload::{
    RawEngagements, RawField, RawRequest, RawSwitch, RawSwitchScope,
};
use agent_assist_domain::pii::Policy;
use agent_assist_domain::ports::{AssistSwitch as _, SourceError, SourceErrorKind, StoreErrorKind};
use agent_assist_domain::recommendation::Origin;
use agent_assist_testkit::build::{SESSION, batch, recommendation, request, switch_off};
use agent_assist_testkit::faulty::{Calls, FaultyAssistSwitch, FaultyAudit};
use agent_assist_testkit::{ManualClock, ScriptedSource};

use crate::harness::{Bench, TTL, engage, every_byte, fetch, label, one, options, settled, told};

/// What a record is to the request that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Part {
    /// It ends it, for whoever asked.
    Ends,
    /// It ends what was done under its name while nobody waited.
    EndsRefresh,
    /// It says what is about to be done.
    Announces,
    /// It says something else.
    Beside,
}

fn part(event: AuditEvent) -> Part {
    use AuditEvent as E;
    match event {
        E::FetchHit | E::FetchCompleted | E::FetchFailed | E::FetchRefused | E::FetchWithheld => {
            Part::Ends
        }
        E::RecommendationAdopted | E::RecommendationEngaged | E::AdoptionRefused => Part::Ends,
        E::AssistSwitched | E::SwitchRefused => Part::Ends,
        E::RefreshCompleted | E::RefreshFailed => Part::EndsRefresh,
        E::FetchInitiated | E::RefreshInitiated => Part::Announces,
        // The store's own: of requests that nobody will end any more, and of those without a record.
        E::OutcomeUnknown | E::LogUnwritten => Part::Beside,
        E::EgressStopped => Part::Beside,
        other => panic!("what is {other:?} to its request?"),
    }
}

/// How a request ended for whoever made it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Ending {
    /// Content from there, or nothing, under this label.
    Answer(&'static str, Option<&'static str>),
    Invalid,
    Source(&'static str),
    NoRecord,
    /// Whoever made it had left.
    Left,
    Adopted {
        replay: bool,
    },
    NeverEmitted,
    TooLate,
    EventIdTaken,
    Turned,
    NotTurned,
}

fn of_fetch(outcome: &Result<FetchOutcome, FetchError>) -> Ending {
    match outcome {
        Ok(FetchOutcome { answer, .. }) => Ending::Answer(
            answer.cache().status.as_str(),
            label(answer).map(DegradedReason::as_str),
        ),
        Err(FetchError::Invalid(_)) => Ending::Invalid,
        Err(FetchError::Source(error)) => Ending::Source(error.kind().as_str()),
        Err(FetchError::Record(_)) => Ending::NoRecord,
    }
}

/// What a row saw: how the last request ended, and how many there were.
struct Seen {
    ending: Ending,
    requests: usize,
    entries: Vec<AuditEntry>,
}

/// Every row's requests have one record each that ends them, and no refresh has two.
fn judge(name: &str, seen: &Seen) {
    let mut parts: BTreeMap<(&str, Part), usize> = BTreeMap::new();
    for entry in &seen.entries {
        *parts
            .entry((entry.request_id.as_str(), part(entry.event())))
            .or_default() += 1;
    }
    let ended = parts.iter().filter(|((_, part), _)| *part == Part::Ends);
    let expected = match seen.ending {
        Ending::NoRecord => seen.requests - 1,
        _ => seen.requests,
    };
    assert_eq!(ended.count(), expected, "{name}: {:?}", seen.entries);
    for ((request, part), count) in parts {
        let once = matches!(part, Part::Ends | Part::EndsRefresh);
        assert!(!once || count == 1, "{name}: {count} records end {request}");
    }
    for intent in announced(&seen.entries) {
        assert!(
            seen.entries
                .iter()
                .any(|entry| Intent::ended(entry.event()) == Some(intent)),
            "{name}: {intent:?} has no end"
        );
    }
}

fn announced(entries: &[AuditEntry]) -> BTreeSet<Intent> {
    let events = entries.iter().map(AuditEntry::event);
    events.filter_map(Intent::announced).collect()
}

/// A bench whose source gives one recommendation whenever it is asked.
fn bench() -> Bench {
    let bench = Bench::new(Recommendations);
    bench.source.otherwise(|_| Ok(one("r-1")));
    bench
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

fn seen(bench: &Bench, ending: Ending, requests: usize) -> Seen {
    Seen {
        ending,
        requests,
        entries: bench.audit.entries(),
    }
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

fn used(recommendation: &str, event: &str) -> RawEngagements {
    told(recommendation, "used", Some(event))
}

#[tokio::test(start_paused = true)]
async fn every_outcome_of_a_use_leaves_one_record_that_ends_it() {
    let bench = bench();
    bench
        .source
        .then(Ok(batch([recommendation("r-1"), recommendation("r-2")])));
    fetch(&bench.service(), request()).await.expect("an answer");
    let service = bench.engage_service();
    let rows = [
        (used("r-1", "e-1"), Ending::Adopted { replay: false }),
        (used("r-1", "e-1"), Ending::Adopted { replay: true }),
        (used("r-2", "e-1"), Ending::EventIdTaken),
        (used("never", "e-2"), Ending::NeverEmitted),
        (
            told("r-1", "displayed", Some("e-3")),
            Ending::Adopted { replay: false },
        ),
        (told("r-1", "admired", Some("e-4")), Ending::Invalid),
        (RawEngagements::default(), Ending::Invalid),
    ];
    for (raw, expected) in rows {
        let before = bench.audit.entries().len();
        let ending = match engage(&service, raw).await {
            Ok(adoption) => Ending::Adopted {
                replay: adoption.replay,
            },
            Err(EngageError::Invalid(_)) => Ending::Invalid,
            Err(EngageError::NeverEmitted) => Ending::NeverEmitted,
            Err(EngageError::TooLate) => Ending::TooLate,
            Err(EngageError::EventIdTaken) => Ending::EventIdTaken,
            Err(EngageError::Record(_)) => Ending::NoRecord,
        };
        assert_eq!(ending, expected);
        let entries = bench.audit.entries().split_off(before);
        let requests = 1;
        let name = format!("{ending:?}");
        judge(
            &name,
            &Seen {
                ending,
                requests,
                entries,
            },
        );
    }
    bench.audit_faults.fail(Calls::Writes, StoreErrorKind::Full);
    for raw in [
        used("r-1", "e-3"),
        used("never", "e-4"),
        RawEngagements::default(),
    ] {
        let error = engage(&service, raw).await.expect_err("no record");
        assert!(matches!(error, EngageError::Record(_)), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_outcome_of_an_order_leaves_one_record_that_ends_it() {
    let bench = bench();
    let ids = || {
        let count = std::sync::atomic::AtomicU64::new(0);
        Ids::new(move || {
            format!(
                "id-{}",
                count.fetch_add(1, std::sync::atomic::Ordering::SeqCst)
            )
        })
    };
    let audit = FaultyAudit::new(bench.audit.clone(), bench.audit_faults.clone());
    let switch = FaultyAssistSwitch::new(bench.switch.clone(), bench.switch_faults.clone());
    let service = AssistService::new(
        "default",
        Arc::new(switch),
        Recorder::new(Arc::new(audit), Vec::new()),
        bench.clock.clone(),
        ids(),
    );
    let order = |lasts: u64| RawSwitch {
        scope: RawSwitchScope::Everything,
        by: RawField::Absent,
        lasts: Some(Duration::from_secs(lasts)),
    };
    for (stuck, lasts, expected) in [
        (false, 60, Ending::Turned),
        (true, 60, Ending::NotTurned),
        (false, 0, Ending::Invalid),
    ] {
        let kind = StoreErrorKind::Unavailable;
        match stuck {
            true => bench.switch_faults.fail(Calls::Writes, kind),
            false => bench.switch_faults.heal(),
        }
        let before = bench.audit.entries().len();
        let ending = match service.off(order(lasts)).await {
            Ok(_) => Ending::Turned,
            Err(AssistError::Invalid(_)) => Ending::Invalid,
            Err(AssistError::Turn(_)) => Ending::NotTurned,
            Err(AssistError::Record(_)) => Ending::NoRecord,
        };
        assert_eq!(ending, expected);
        let entries = bench.audit.entries().split_off(before);
        let requests = 1;
        let name = format!("{ending:?}");
        judge(
            &name,
            &Seen {
                ending,
                requests,
                entries,
            },
        );
    }
    bench.audit_faults.fail(Calls::Writes, StoreErrorKind::Full);
    for lasts in [60, 0] {
        let error = service.off(order(lasts)).await.expect_err("no record");
        assert!(matches!(error, AssistError::Record(_)), "{error}");
    }
}
