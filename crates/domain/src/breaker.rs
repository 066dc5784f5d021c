//! Whether an upstream that has been failing may be asked again.
//!
//! A pure state machine. It opens after so many failures in a row, or when too large a share of the
//! recent calls failed; while it is open nothing is asked; then one call probes, and its outcome
//! closes the circuit or opens it for twice as long. What happened to a call that began before the
//! last change of state is old news and ignored.
//!
//! Time is monotonic and comes in as an argument. Throttling is not its business: the rate budget
//! knows exactly how long to wait.

use std::time::{Duration, Instant};

use crate::ports::{Priority, SourceError, SourceErrorKind};
use crate::recent_calls::RecentCalls;

/// When a circuit opens, and for how long.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BreakerPolicy {
    /// So many failures in a row open it; at least 1.
    pub consecutive_failures: u32,
    /// Such a share of the calls of the last [`window`](Self::window) opens it, `0.0..=1.0`.
    pub failure_rate: f64,
    /// How far back the share is judged.
    pub window: Duration,
    /// Fewer calls in the window than this say nothing about a share.
    pub min_calls: u32,
    /// How long nothing is asked after it opened. Each failed probe doubles it, up to
    /// [`MAX_OPEN`].
    pub open: Duration,
}

impl Default for BreakerPolicy {
    fn default() -> Self {
        Self {
            consecutive_failures: 5,
            failure_rate: 0.5,
            window: Duration::from_secs(30),
            min_calls: 20,
            open: Duration::from_secs(5),
        }
    }
}

/// Longest time between two probes, unless the policy's own is longer.
pub const MAX_OPEN: Duration = Duration::from_secs(30);

/// A call given less time than this and not answered says nothing about the upstream.
const FAIR_CHANCE: Duration = Duration::from_secs(1);

/// What a call says about the upstream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// It works; also if it refused this one request.
    Working,
    /// It fails.
    Failing,
    /// Nothing: it was not asked, or not given a fair chance, or throttled.
    None,
}

impl Evidence {
    /// What an outcome says, of a call that was given `patience`.
    pub fn of<T>(outcome: &Result<T, SourceError>, patience: Duration) -> Self {
        let Err(error) = outcome else {
            return Self::Working;
        };
        match error.kind() {
            SourceErrorKind::ServerError
            | SourceErrorKind::Unreachable
            | SourceErrorKind::UpstreamTimeout
            | SourceErrorKind::BadFormat => Self::Failing,
            SourceErrorKind::DeadlineExceeded if patience >= FAIR_CHANCE => Self::Failing,
            SourceErrorKind::BadRequest
            | SourceErrorKind::Unauthenticated
            | SourceErrorKind::Forbidden
            | SourceErrorKind::NotFound
            | SourceErrorKind::TooLarge => Self::Working,
            SourceErrorKind::DeadlineExceeded
            | SourceErrorKind::RateLimited
            | SourceErrorKind::CircuitOpen
            | SourceErrorKind::Internal => Self::None,
        }
    }
}

/// Permission for one call, to be [settled](Breaker::settle) when the call has ended.
#[derive(Debug, PartialEq, Eq)]
#[must_use = "an unsettled probe keeps the circuit half open"]
pub struct Ticket {
    era: u64,
}

/// Whether a call may be made.
#[derive(Debug, PartialEq, Eq)]
pub enum Admission {
    /// It may.
    Granted(Ticket),
    /// It may not, and no other for so long at least; zero where a probe is under way or due.
    Refused(Duration),
}

/// What a circuit looks like from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerState {
    /// Calls go through.
    Closed,
    /// Nothing is asked.
    Open,
    /// One call probes.
    HalfOpen,
}

/// A circuit breaker for one upstream.
#[derive(Debug)]
pub struct Breaker {
    policy: BreakerPolicy,
    circuit: Circuit,
    /// Counts changes of state, so that late outcomes can be told.
    era: u64,
}

#[derive(Debug)]
enum Circuit {
    Closed {
        in_a_row: u32,
        recent: RecentCalls,
    },
    Open {
        until: Instant,
        length: Duration,
    },
    /// A probe is under way; `length` is how long the circuit was open before.
    HalfOpen {
        length: Duration,
    },
}

impl Breaker {
    /// A closed circuit.
    pub fn new(policy: BreakerPolicy) -> Self {
        Self {
            policy,
            circuit: Circuit::closed(policy.window),
            era: 0,
        }
    }

    /// Asks to make a call at `now`. Only a call for which somebody waits may probe: others may be
    /// held back on their way, and the circuit with them.
    pub fn admit(&mut self, priority: Priority, now: Instant) -> Admission {
        match self.circuit {
            Circuit::Closed { .. } => {}
            Circuit::Open { until, .. } if now < until => {
                return Admission::Refused(until - now);
            }
            Circuit::Open { length, .. } if priority == Priority::Interactive => {
                self.enter(Circuit::HalfOpen { length });
            }
            Circuit::Open { .. } | Circuit::HalfOpen { .. } => {
                return Admission::Refused(Duration::ZERO);
            }
        }
        Admission::Granted(Ticket { era: self.era })
    }

    /// Takes in how a call ended at `now`. A call that was abandoned is [`Evidence::None`].
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a ticket is good for one settlement"
    )]
    pub fn settle(&mut self, ticket: Ticket, evidence: Evidence, now: Instant) {
        if ticket.era != self.era {
            return;
        }
        let policy = self.policy;
        match (&mut self.circuit, evidence) {
            (Circuit::Closed { in_a_row, recent }, Evidence::Working) => {
                *in_a_row = 0;
                recent.note(now, false);
            }
            (Circuit::Closed { in_a_row, recent }, Evidence::Failing) => {
                *in_a_row += 1;
                recent.note(now, true);
                let in_a_row = *in_a_row >= policy.consecutive_failures;
                if in_a_row || recent.share(now, policy.min_calls) >= Some(policy.failure_rate) {
                    self.open(policy.open, now);
                }
            }
            (Circuit::HalfOpen { .. }, Evidence::Working) => {
                self.enter(Circuit::closed(policy.window));
            }
            (Circuit::HalfOpen { length }, Evidence::Failing) => {
                let longer = length.saturating_mul(2).min(MAX_OPEN.max(policy.open));
                self.open(longer, now);
            }
            // The next call probes.
            (Circuit::HalfOpen { length }, Evidence::None) => {
                let length = *length;
                self.enter(Circuit::Open { until: now, length });
            }
            // A ticket of this era was not given while it is open.
            (Circuit::Closed { .. } | Circuit::Open { .. }, _) => {}
        }
    }

    /// What it looks like at `now`. An open circuit whose time is over counts as half open: the
    /// next call probes.
    pub fn state(&self, now: Instant) -> BreakerState {
        match self.circuit {
            Circuit::Closed { .. } => BreakerState::Closed,
            Circuit::Open { until, .. } if now < until => BreakerState::Open,
            Circuit::Open { .. } | Circuit::HalfOpen { .. } => BreakerState::HalfOpen,
        }
    }

    fn open(&mut self, length: Duration, now: Instant) {
        self.enter(Circuit::Open {
            until: now + length,
            length,
        });
    }

    fn enter(&mut self, circuit: Circuit) {
        self.circuit = circuit;
        self.era += 1;
    }
}

impl Circuit {
    fn closed(window: Duration) -> Self {
        Self::Closed {
            in_a_row: 0,
            recent: RecentCalls::new(window),
        }
    }
}
