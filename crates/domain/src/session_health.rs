//! Whether failures are one session's own: then assist is paused for it, so that a conversation
//! which the upstream cannot digest stops costing everybody.
//!
//! Pure counting. A session whose calls fail again and again, without one success in between,
//! while the calls of others go well, is paused. An outage of the upstream is the breaker's
//! business, not each session's: when others fail too, nobody is paused. Nor is a session without
//! others to compare it with, unless the upstream refuses its calls one by one.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use crate::breaker::Evidence;
use crate::ports::SourceErrorKind;
use crate::recent_calls::RecentCalls;

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
    all: RecentCalls,
    failing: HashMap<String, VecDeque<Instant>>,
}

impl SessionHealth {
    /// Nothing has failed yet.
    pub fn new(policy: PausePolicy) -> Self {
        Self {
            policy,
            all: RecentCalls::new(policy.within),
            failing: HashMap::new(),
        }
    }

    /// A call of `session` went well at `now`.
    pub fn succeeded(&mut self, session: &str, now: Instant) {
        self.all.note(now, false);
        self.failing.remove(session);
    }

    /// A call of `session` failed at `now`, which said of the upstream what `evidence` is. Says
    /// whether the session is to be paused; it then starts afresh.
    pub fn failed(&mut self, session: &str, evidence: Evidence, now: Instant) -> bool {
        self.all.note(now, true);
        self.make_room(now);
        let failures = self.failing.entry(session.to_owned()).or_default();
        failures.push_back(now);
        forget_old(failures, self.policy.within, now);
        let own = failures.len() as u32;
        if own < self.policy.failures.max(1) {
            return false;
        }
        let (calls, failed) = self.all.counts(now);
        let (others, others_failed) = (calls.saturating_sub(own), failed.saturating_sub(own));
        let compared = others > 0 || evidence == Evidence::Working;
        let peculiar = compared && f64::from(others_failed) <= OTHERS_MAY_FAIL * f64::from(others);
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

fn forget_old(failures: &mut VecDeque<Instant>, within: Duration, now: Instant) {
    while let Some(first) = failures.front()
        && now.saturating_duration_since(*first) >= within
    {
        failures.pop_front();
    }
}
