//! What runs come to. Promises that are kept where nothing happens prove nothing.

use std::collections::BTreeMap;

use agent_assist_domain::answer::CacheStatus;
use agent_assist_domain::assist::SwitchCause;
use agent_assist_domain::audit::AuditEvent;
use agent_assist_domain::ports::SourceErrorKind;

use crate::judge::upstream::{Attempt, attempts};
use crate::judge::{Case, cases};
use crate::run::Run;
use crate::trace::{End, Event, Reply};

/// How often each thing came about.
pub(crate) type Reach = BTreeMap<&'static str, u32>;

/// Adds what `run` came to.
pub(crate) fn add(reach: &mut Reach, run: &Run) {
    let mut count = |what| *reach.entry(what).or_default() += 1;
    for case in cases(run) {
        count(of_case(&case));
    }
    for (_, _, attempt) in attempts(run) {
        count(match attempt {
            Attempt::First => "request sent",
            Attempt::Resent => "request sent again with another token",
            Attempt::Repeated => "request repeated",
        });
    }
    for moment in &run.moments {
        match &moment.event {
            Event::Crashed(_) => count("process crashed"),
            Event::Question(question) if question.background => count("renewal"),
            Event::Answered(answered) if answered.closes.is_some() => count("window closed"),
            Event::Recorded(entry) if entry.event() == AuditEvent::RefreshCompleted => {
                count("renewal kept");
            }
            Event::Switched(change) if change.cause == SwitchCause::RepeatedFailures => {
                count("session paused");
            }
            Event::Switched(_) => count("switch turned"),
            _ => {}
        }
    }
}

fn of_case(case: &Case<'_>) -> &'static str {
    match case.end {
        Some((_, _, End::Answer(reply))) => of_answer(reply),
        Some((_, _, End::Invalid)) => "refused",
        Some((_, _, End::Source(_))) => "error of credentials or endpoint",
        Some((_, _, End::NoRecord)) => "error for want of a record",
        None => "abandoned",
    }
}

fn of_answer(reply: &Reply) -> &'static str {
    match (reply.cache.status, reply.cause) {
        (CacheStatus::Hit, _) => "hit",
        (CacheStatus::Miss, _) => "miss",
        (CacheStatus::Bypass, _) => "bypass",
        (CacheStatus::Stale, None) => "stale while renewed",
        (CacheStatus::Stale, Some(_)) => "stale for a failure",
        (CacheStatus::Fallback, _) => "fallback",
        (CacheStatus::None, None) => "withheld",
        (CacheStatus::None, Some(SourceErrorKind::CircuitOpen)) => "nothing, circuit open",
        (CacheStatus::None, Some(SourceErrorKind::RateLimited)) => "nothing, throttled",
        (CacheStatus::None, Some(SourceErrorKind::DeadlineExceeded)) => "nothing in time",
        (CacheStatus::None, Some(_)) => "nothing, upstream failed",
    }
}

/// What has to come about, in some hundred runs.
pub(crate) const EXPECTED: [&str; 24] = [
    "abandoned",
    "bypass",
    "error for want of a record",
    "error of credentials or endpoint",
    "fallback",
    "hit",
    "miss",
    "nothing in time",
    "nothing, circuit open",
    "nothing, throttled",
    "nothing, upstream failed",
    "process crashed",
    "refused",
    "renewal",
    "renewal kept",
    "request repeated",
    "request sent",
    "request sent again with another token",
    "session paused",
    "stale for a failure",
    "stale while renewed",
    "switch turned",
    "window closed",
    "withheld",
];
