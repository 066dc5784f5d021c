//! Whether failures are one session's own: then assist is paused for it, so that a conversation
//! which the upstream cannot digest stops costing everybody.
//!
//! Pure counting. A session whose calls fail again and again, without one success in between,
//! while the calls of others go well, is paused. An outage of the upstream is the breaker's
//! business, not each session's: when others fail too, nobody is paused. Nor is a session without
//! others to compare it with, unless the upstream refuses its calls one by one. What went well
//! before its first failure says nothing: the outage may have begun with it.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use crate::breaker::Evidence;
use crate::ports::SourceErrorKind;

/// When a session is paused, and for how long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PausePolicy {
    /// So many failures in a row; at least 1.
    pub failures: u32,
    /// Within so long.
    pub within: Duration,
    /// How long it is paused.
    pub pause: Duration,
}

impl Default for PausePolicy {
    fn default() -> Self {
        Self {
            failures: 3,
            within: Duration::from_secs(60),
            pause: Duration::from_secs(5 * 60),
        }
    }
}

/// With a larger share of failures among the others, the upstream is to blame.
const OTHERS_MAY_FAIL: f64 = 0.2;

/// Sessions with failures kept at most; with more than that failing, it is not theirs.
const SESSIONS: usize = 10_000;

/// Whether a failure of this kind counts against a session: what the upstream did with its call.
/// Throttling and open circuits concern all.
pub fn counts_against_session(kind: SourceErrorKind) -> bool {
    !matches!(
        kind,
        SourceErrorKind::RateLimited
            | SourceErrorKind::CircuitOpen
            | SourceErrorKind::Unauthenticated
            | SourceErrorKind::Forbidden
            | SourceErrorKind::NotFound
            | SourceErrorKind::Internal
    )
}

/// The recent failures of every session.
#[derive(Debug)]
pub struct SessionHealth {
    policy: PausePolicy,
    all: Calls,
    failing: HashMap<String, VecDeque<Failure>>,
}

/// Calls of all sessions, and the failed ones among them.
#[derive(Clone, Copy, Debug, Default)]
struct Calls {
    made: u64,
    failed: u64,
}

#[derive(Debug)]
struct Failure {
    at: Instant,
    /// What there had been before it.
    before: Calls,
}

impl SessionHealth {
    /// Nothing has failed yet.
    pub fn new(policy: PausePolicy) -> Self {
        Self {
            policy,
            all: Calls::default(),
            failing: HashMap::new(),
        }
    }

    /// A call of `session` went well.
    pub fn succeeded(&mut self, session: &str) {
        self.all.made += 1;
        self.failing.remove(session);
    }

    /// A call of `session` failed at `now`, which said of the upstream what `evidence` is. Says
    /// whether the session is to be paused; it then starts afresh.
    pub fn failed(&mut self, session: &str, evidence: Evidence, now: Instant) -> bool {
        self.make_room(now);
        let before = self.all;
        self.all.made += 1;
        self.all.failed += 1;
        let failures = self.failing.entry(session.to_owned()).or_default();
        failures.push_back(Failure { at: now, before });
        forget_old(failures, self.policy.within, now);
        let (own, first) = (failures.len() as u64, failures.front());
        if own < u64::from(self.policy.failures.max(1)) {
            return false;
        }
        // Since its first failure all calls of its own have failed: these are the others'.
        let before = first.map_or(before, |first| first.before);
        let others = self.all.made - before.made - own;
        let others_failed = self.all.failed - before.failed - own;
        let compared = others > 0 || evidence == Evidence::Working;
        let peculiar = compared && others_failed as f64 <= OTHERS_MAY_FAIL * others as f64;
        if peculiar {
            self.failing.remove(session);
        }
        peculiar
    }

    /// Forgets all failures: they were the upstream's.
    pub fn absolve(&mut self) {
        self.failing.clear();
    }

    fn make_room(&mut self, now: Instant) {
        if self.failing.len() < SESSIONS {
            return;
        }
        let within = self.policy.within;
        self.failing.retain(|_, failures| {
            forget_old(failures, within, now);
            !failures.is_empty()
        });
        if self.failing.len() >= SESSIONS {
            self.failing.clear();
        }
    }
}

fn forget_old(failures: &mut VecDeque<Failure>, within: Duration, now: Instant) {
    while let Some(first) = failures.front()
        && now.saturating_duration_since(first.at) >= within
    {
        failures.pop_front();
    }
}
