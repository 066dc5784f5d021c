//! What must be true of every run, whatever its seed. Judged after the run, by its trace alone: the
//! judges know what was sent, stored and shown, and nothing of how the gateway thinks.

mod answers;
mod records;
mod switches;
mod times;
pub(crate) mod upstream;

use std::collections::BTreeMap;
use std::time::Duration;

use agent_assist_domain::audit::{AuditEntry, AuditEvent, AuditFact, FetchFacts, ShownAs};
use serde_json::Value;

use crate::run::Run;
use crate::trace::{Asked, End, Event};

/// A promise that was not kept, and at which line of the trace.
#[derive(Debug)]
pub(crate) struct Breach {
    pub(crate) line: usize,
    pub(crate) what: String,
}

/// One request and all that came of it.
#[derive(Debug)]
pub(crate) struct Case<'a> {
    pub(crate) asked: &'a Asked,
    pub(crate) asked_at: Duration,
    /// The line, the time and the end, if there was one.
    pub(crate) end: Option<(usize, Duration, &'a End)>,
    /// Whether its caller went away, or its process died.
    pub(crate) abandoned: Option<Duration>,
    /// Its records that end a request, with their lines.
    pub(crate) records: Vec<(usize, &'a AuditEntry)>,
}

/// Everything that `run` did not keep.
pub(crate) fn breaches(run: &Run) -> Vec<Breach> {
    let cases = cases(run);
    let mut breaches = Vec::new();
    breaches.extend(records::judge(run, &cases));
    breaches.extend(answers::judge(run, &cases));
    breaches.extend(times::judge(run, &cases));
    breaches.extend(upstream::judge(run));
    breaches.extend(switches::judge(run));
    breaches.sort_by_key(|breach| breach.line);
    breaches
}

fn breach(line: usize, what: impl Into<String>) -> Breach {
    Breach {
        line,
        what: what.into(),
    }
}

/// The requests of `run`, in the order of their arrival.
pub(crate) fn cases(run: &Run) -> Vec<Case<'_>> {
    let mut cases: Vec<Case<'_>> = Vec::new();
    let mut by_request = BTreeMap::new();
    let mut by_id = BTreeMap::new();
    for (line, moment) in run.moments.iter().enumerate() {
        let at = moment.at;
        match &moment.event {
            Event::Asked(asked) => {
                by_request.insert(asked.request, cases.len());
                by_id.insert(asked.id.as_str(), cases.len());
                cases.push(Case {
                    asked,
                    asked_at: at,
                    end: None,
                    abandoned: None,
                    records: Vec::new(),
                });
            }
            Event::Ended(request, end) => {
                if let Some(case) = by_request.get(request) {
                    cases[*case].end = Some((line, at, end));
                }
            }
            Event::GaveUp(request) => {
                if let Some(case) = by_request.get(request) {
                    cases[*case].abandoned = Some(at);
                }
            }
            Event::Crashed(process) => {
                let theirs = cases
                    .iter_mut()
                    .filter(|case| case.asked.process == *process);
                for case in theirs.filter(|case| case.end.is_none()) {
                    case.abandoned.get_or_insert(at);
                }
            }
            Event::Recorded(entry) if ends_a_request(entry.event()) => {
                if let Some(case) = by_id.get(entry.request_id.as_str()) {
                    cases[*case].records.push((line, entry));
                }
            }
            _ => {}
        }
    }
    cases
}

/// Whether a record of `event` is the last word on a request.
fn ends_a_request(event: AuditEvent) -> bool {
    matches!(
        event,
        AuditEvent::FetchHit
            | AuditEvent::FetchCompleted
            | AuditEvent::FetchFailed
            | AuditEvent::FetchRefused
            | AuditEvent::FetchWithheld
    )
}

/// How a fetch or a renewal ended, according to its record.
fn facts(entry: &AuditEntry) -> Option<&FetchFacts> {
    match &entry.fact {
        AuditFact::FetchHit(_, facts)
        | AuditFact::FetchCompleted(_, facts)
        | AuditFact::FetchFailed(_, facts)
        | AuditFact::FetchWithheld(_, facts)
        | AuditFact::RefreshCompleted(_, facts)
        | AuditFact::RefreshFailed(_, facts) => Some(facts),
        _ => None,
    }
}

/// Whether `earlier` is the record of the same conversation that `shown_as` in `entry` means.
fn tells_whole(earlier: &AuditEntry, shown_as: &ShownAs, entry: &AuditEntry) -> bool {
    let (AuditFact::FetchHit(scope, facts)
    | AuditFact::FetchCompleted(scope, facts)
    | AuditFact::FetchFailed(scope, facts)
    | AuditFact::RefreshCompleted(scope, facts)) = &earlier.fact
    else {
        return false;
    };
    facts.shown_as.is_none()
        && earlier.request_id == shown_as.request_id
        && earlier.subject.conversation_id == entry.subject.conversation_id
        && facts.content_digest(scope.policy_version()) == shown_as.digest
}

/// What was shown according to the record at `line`, as a reader of the log finds it: in the record that
/// it names, where it names one.
fn shown_ids(run: &Run, line: usize, entry: &AuditEntry) -> Vec<String> {
    let Some(facts) = facts(entry) else {
        return Vec::new();
    };
    if let Some(shown_as) = &facts.shown_as {
        let before = run.moments[..line].iter().enumerate();
        let whole = before.rev().find_map(|(at, moment)| match &moment.event {
            Event::Recorded(earlier) if tells_whole(earlier, shown_as, entry) => {
                Some((at, earlier))
            }
            _ => None,
        });
        // One that leads nowhere shows what nobody was shown.
        return whole.map_or(vec!["nowhere".to_owned()], |(at, earlier)| {
            shown_ids(run, at, earlier)
        });
    }
    if facts.shown.is_empty() {
        return Vec::new();
    }
    let record: Value = serde_json::from_str(&entry.to_canonical()).unwrap();
    let shown = record["fetch"]["shown"].as_array().unwrap();
    let id = |item: &Value| item["id"].as_str().unwrap().to_owned();
    shown.iter().map(id).collect()
}
