//! What the sandbox was asked.
//!
//! A request is written down when it arrives and completed when it is answered, so that one whose
//! client gave up is there too. Bodies and headers are not kept: no token and no secret is in here.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// How many requests are remembered; older ones are forgotten first.
const CAPACITY: usize = 100_000;

/// One request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// The request's number, counting from 1 in the order of arrival.
    pub seq: u64,
    /// The method.
    pub method: String,
    /// Path and query exactly as they were received.
    pub path: String,
    /// The status answered; `None` while the request is being served, and for good if the client
    /// went away meanwhile.
    pub status: Option<u16>,
    /// The answer's `ININ-Correlation-Id`.
    pub correlation_id: String,
    /// Whether the request carried a valid token, or on the token endpoint was granted one.
    pub authenticated: bool,
    /// The fault rules that were applied.
    pub faults: Vec<String>,
}

#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: VecDeque<JournalEntry>,
    last_seq: u64,
}

impl Journal {
    /// Writes a request down and returns its number.
    pub(crate) fn open(&mut self, method: &str, path: &str, correlation_id: &str) -> u64 {
        if self.entries.len() == CAPACITY {
            self.entries.pop_front();
        }
        self.last_seq += 1;
        self.entries.push_back(JournalEntry {
            seq: self.last_seq,
            method: method.to_owned(),
            path: path.to_owned(),
            status: None,
            correlation_id: correlation_id.to_owned(),
            authenticated: false,
            faults: Vec::new(),
        });
        self.last_seq
    }

    /// Changes an entry, unless it has been forgotten.
    pub(crate) fn amend(&mut self, seq: u64, change: impl FnOnce(&mut JournalEntry)) {
        let forgotten = self.last_seq - self.entries.len() as u64;
        let position = seq
            .checked_sub(forgotten + 1)
            .and_then(|at| usize::try_from(at).ok());
        if let Some(entry) = position.and_then(|at| self.entries.get_mut(at)) {
            change(entry);
        }
    }

    pub(crate) fn entries(&self) -> Vec<JournalEntry> {
        self.entries.iter().cloned().collect()
    }
}
