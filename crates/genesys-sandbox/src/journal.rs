//! What the sandbox was asked.
//!
//! A request is written down when it arrives and completed when it is answered, so that one whose
//! client gave up is there too. Bodies and headers are not kept: no token and no secret is in here.
//! Memory is bounded by the number of requests and by the length of their paths and rules together;
//! the counts by route go on.

use std::collections::{BTreeMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::fault::Route;

/// How many requests are remembered; older ones are forgotten first.
const CAPACITY: usize = 100_000;

/// How many bytes of paths and rules are remembered, likewise.
const TEXT_CAPACITY: usize = 64 * 1024 * 1024;

/// One request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// The request's number, counting from 1 in the order of arrival.
    pub seq: u64,
    /// The route as fault rules name it; `unserved` for a path the sandbox does not serve.
    pub route: String,
    /// The method.
    pub method: String,
    /// Path and query exactly as they were received.
    pub path: String,
    /// When the request had arrived, in milliseconds since the sandbox's start.
    pub arrived_ms: u64,
    /// When the answer was ready to be sent, likewise. A dripping body may go on for long after.
    /// `None` while the request is being served, and for good if the client went away meanwhile.
    pub answered_ms: Option<u64>,
    /// The status answered; `None` as for `answered_ms`. An answer that was cut by a reset has its
    /// status here, though the client may not have seen it.
    pub status: Option<u16>,
    /// The answer's `ININ-Correlation-Id`.
    pub correlation_id: String,
    /// Whether the request carried a bearer token, valid or not.
    pub bearer: bool,
    /// Whether the request carried a valid token, or on the token endpoint was granted one.
    pub authenticated: bool,
    /// The fault rules that were applied.
    pub faults: Vec<String>,
}

impl JournalEntry {
    /// The bytes of its texts that have no bound of their own.
    fn text_len(&self) -> usize {
        self.path.len() + self.faults.iter().map(String::len).sum::<usize>()
    }
}

#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: VecDeque<JournalEntry>,
    last_seq: u64,
    /// The text lengths of all entries together.
    text_len: usize,
    counts: BTreeMap<&'static str, u64>,
}

/// A request as it arrives.
#[derive(Debug)]
pub(crate) struct Arrival<'a> {
    pub(crate) route: Route,
    pub(crate) method: &'a str,
    pub(crate) path: &'a str,
    pub(crate) correlation_id: &'a str,
    pub(crate) bearer: bool,
    /// In milliseconds since the sandbox's start.
    pub(crate) at_ms: u64,
    pub(crate) faults: Vec<String>,
}

impl Journal {
    /// Writes a request down and returns its number.
    pub(crate) fn open(&mut self, arrival: Arrival<'_>) -> u64 {
        self.last_seq += 1;
        *self.counts.entry(arrival.route.name()).or_default() += 1;
        let entry = JournalEntry {
            seq: self.last_seq,
            route: arrival.route.name().to_owned(),
            method: arrival.method.to_owned(),
            path: arrival.path.to_owned(),
            arrived_ms: arrival.at_ms,
            answered_ms: None,
            status: None,
            correlation_id: arrival.correlation_id.to_owned(),
            bearer: arrival.bearer,
            authenticated: false,
            faults: arrival.faults,
        };
        self.text_len += entry.text_len();
        self.entries.push_back(entry);
        while self.entries.len() > CAPACITY || self.text_len > TEXT_CAPACITY {
            let Some(forgotten) = self.entries.pop_front() else {
                break;
            };
            self.text_len -= forgotten.text_len();
        }
        self.last_seq
    }

    /// Completes an entry, unless it has been forgotten.
    pub(crate) fn close(&mut self, seq: u64, status: u16, at_ms: u64, authenticated: bool) {
        let forgotten = self.last_seq - self.entries.len() as u64;
        let position = seq
            .checked_sub(forgotten + 1)
            .and_then(|at| usize::try_from(at).ok());
        if let Some(entry) = position.and_then(|at| self.entries.get_mut(at)) {
            entry.status = Some(status);
            entry.answered_ms = Some(at_ms);
            entry.authenticated = authenticated;
        }
    }

    pub(crate) fn entries(&self) -> Vec<JournalEntry> {
        self.entries.iter().cloned().collect()
    }

    /// How many requests each route has had, forgotten ones included.
    pub(crate) fn counts(&self) -> BTreeMap<String, u64> {
        let owned = |(name, count): (&&'static str, &u64)| ((*name).to_owned(), *count);
        self.counts.iter().map(owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrive(journal: &mut Journal, path: &str) -> u64 {
        journal.open(Arrival {
            route: Route::Suggestions,
            method: "GET",
            path,
            correlation_id: "",
            bearer: true,
            at_ms: 0,
            faults: vec!["*:delay=1s".to_owned()],
        })
    }

    #[test]
    fn memory_is_bounded_in_number_and_in_length() {
        let mut journal = Journal::default();
        for _ in 0..CAPACITY + 10 {
            arrive(&mut journal, "/short");
        }
        assert_eq!(journal.entries.len(), CAPACITY);
        assert_eq!(journal.entries[0].seq, 11);
        let long = "x".repeat(TEXT_CAPACITY / 4);
        for _ in 0..10 {
            arrive(&mut journal, &long);
        }
        assert_eq!(journal.entries.len(), 3);
        let held: usize = journal.entries.iter().map(JournalEntry::text_len).sum();
        assert_eq!(journal.text_len, held);
        assert_eq!(journal.counts()["suggestions"], CAPACITY as u64 + 20);
    }

    #[test]
    fn an_entry_is_completed_wherever_it_has_moved_to() {
        let mut journal = Journal::default();
        let first = arrive(&mut journal, "/first");
        let second = arrive(&mut journal, "/second");
        for _ in 0..CAPACITY - 1 {
            arrive(&mut journal, "/more");
        }
        journal.close(first, 200, 5, true);
        journal.close(second, 404, 7, true);
        let told = |entry: &JournalEntry| (entry.seq, entry.status, entry.answered_ms);
        assert_eq!(told(&journal.entries[0]), (2, Some(404), Some(7)));
        assert_eq!(told(&journal.entries[1]), (3, None, None));
    }
}
