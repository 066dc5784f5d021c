//! Every outcome of every use case leaves exactly one record that ends it.
//!
//! The rows below are held against what the domain says there is: a new event, a new way for an
//! answer to come about or a new error does not compile, or fails, until it has a row.

mod fetches;
mod uses_and_orders;

use std::collections::{BTreeMap, BTreeSet};

use agent_assist_domain::audit::{AuditEntry, AuditEvent, Intent};
use agent_assist_domain::dialect::Dialect::Recommendations;

use crate::harness::{Bench, one};

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
        E::EgressStopped | E::AccessDenied => Part::Beside,
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

/// The same of one request, whose records are those behind the first `before`.
fn judge_last(bench: &Bench, before: usize, ending: Ending) {
    let name = format!("{ending:?}");
    let entries = bench.audit.entries().split_off(before);
    let seen = Seen {
        ending,
        requests: 1,
        entries,
    };
    judge(&name, &seen);
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
