//! No answer is older than its limit, and each says what it is.
//!
//! How old an answer really is follows from when the transport gave the content that is shown; it is
//! judged at the time of its record, when the answer was settled.

use std::collections::HashMap;
use std::time::Duration;

use agent_assist_domain::answer::CacheStatus;

use super::{Breach, Case, breach};
use crate::run::Run;
use crate::trace::{End, Event, Reply, time_of_record};

/// Longest time that a call takes: that of a renewal.
const LONGEST_CALL: Duration = Duration::from_secs(20);

/// Where content came from.
#[derive(Clone, Copy, Debug)]
struct Origin<'a> {
    at: Duration,
    conversation: &'a str,
    fallback: bool,
}

pub(super) fn judge(run: &Run, cases: &[Case<'_>]) -> Vec<Breach> {
    let origins = origins(run);
    let mut breaches = Vec::new();
    for case in cases {
        let (Some((line, _, End::Answer(reply))), Some((_, record))) =
            (case.end, case.records.first())
        else {
            continue;
        };
        let id = &case.asked.id;
        if let Some(what) = mislabelled(run, reply) {
            breaches.push(breach(line, format!("{id}: {what}")));
        }
        for shown in &reply.shown {
            let origin = shown.serial.and_then(|serial| origins.get(&serial));
            let settled = time_of_record(record);
            let what = match origin {
                None => Some("shows what the upstream never said".to_owned()),
                Some(origin) => wrong(run, reply, *origin, settled),
            };
            breaches.extend(what.map(|what| breach(line, format!("{id}: {what}"))));
        }
    }
    breaches
}

/// What is wrong with the words of `reply`.
fn mislabelled(run: &Run, reply: &Reply) -> Option<&'static str> {
    let freshness = run.setting.freshness;
    let unasked = freshness.ttl + freshness.stale_while_revalidate;
    let degraded = reply.degraded.is_some();
    match reply.cache.status {
        CacheStatus::None if !degraded => {
            Some("nothing came from anywhere, and nobody is told why")
        }
        CacheStatus::None if !reply.shown.is_empty() => Some("something came from nowhere"),
        CacheStatus::Fallback if !degraded => Some("a fallback is not labelled"),
        CacheStatus::Fallback if reply.shown.is_empty() => Some("an empty fallback"),
        CacheStatus::Stale if !degraded && age(reply) >= unasked => {
            Some("an answer that stands in for a failure is not labelled")
        }
        CacheStatus::Hit | CacheStatus::Miss | CacheStatus::Bypass if degraded => {
            Some("a good answer is labelled as degraded")
        }
        _ if degraded != reply.cause.is_some() && reply.cache.status != CacheStatus::None => {
            Some("the label and its cause do not go together")
        }
        _ if reply.shown.is_empty() != reply.empty.is_some() => {
            Some("an answer is empty without a reason, or has one without being empty")
        }
        _ => None,
    }
}

/// What is wrong with showing content of `origin` in `reply`, which was settled then.
fn wrong(run: &Run, reply: &Reply, origin: Origin<'_>, settled: Duration) -> Option<String> {
    let freshness = run.setting.freshness;
    let fallback = reply.cache.status == CacheStatus::Fallback;
    if origin.fallback != fallback {
        return Some("a fallback and the upstream are taken for each other".to_owned());
    }
    // A knowledge base is the same for all.
    if !fallback && origin.conversation != reply.conversation {
        return Some("shows what belongs to another conversation".to_owned());
    }
    let real = settled.saturating_sub(origin.at);
    let limit = match (reply.cache.status, reply.degraded) {
        (CacheStatus::Hit, _) => freshness.ttl,
        (CacheStatus::Stale, None) => freshness.ttl + freshness.stale_while_revalidate,
        (CacheStatus::Stale, Some(_)) => freshness.retention(),
        (CacheStatus::Fallback, _) => freshness.ttl.max(LONGEST_CALL),
        _ => LONGEST_CALL,
    };
    if real >= limit {
        return Some(format!(
            "shows what is {real:?} old, and the limit is {limit:?}"
        ));
    }
    // What was fetched for this very question counts as new, though the call took its time.
    let fetched = match reply.cache.status {
        CacheStatus::Miss | CacheStatus::Bypass => true,
        CacheStatus::Fallback => age(reply).is_zero() && real < LONGEST_CALL,
        _ => false,
    };
    let remembered = !fetched;
    if remembered && age(reply) + Duration::from_millis(1) < real {
        return Some(format!("says {:?} of what is {real:?} old", age(reply)));
    }
    None
}

fn age(reply: &Reply) -> Duration {
    Duration::from_millis(reply.cache.age_ms)
}

/// Of each serial number, where it came from.
fn origins(run: &Run) -> HashMap<u32, Origin<'_>> {
    let mut questions = HashMap::new();
    let mut sent = HashMap::new();
    let mut origins = HashMap::new();
    for moment in &run.moments {
        match &moment.event {
            Event::Question(question) => {
                questions.insert(question.number, question);
            }
            Event::Sent(request) => {
                sent.insert(request.number, request.question);
            }
            Event::Answered(answered) => {
                let question = sent.get(&answered.sent).copied().flatten();
                let question = question.and_then(|number| questions.get(&number));
                if let (Some(serial), Some(question)) = (answered.serial, question) {
                    let origin = Origin {
                        at: moment.at,
                        conversation: &question.conversation,
                        fallback: question.fallback,
                    };
                    origins.insert(serial, origin);
                }
            }
            _ => {}
        }
    }
    origins
}
