//! A clock that a test moves by hand.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use agent_assist_domain::ports::Clock;
use agent_assist_domain::time::Timestamp;

/// Stands still until told. Share it as `Arc<ManualClock>` and keep one handle to move it.
#[derive(Debug)]
pub struct ManualClock(AtomicI64);

impl ManualClock {
    /// Where [`ManualClock::default`] stands: 2026-01-05 09:00:00 UTC, a Monday.
    pub const START: Timestamp = Timestamp::from_millis(1_767_603_600_000);

    /// A clock that stands at `now`.
    pub const fn at(now: Timestamp) -> Self {
        Self(AtomicI64::new(now.as_micros()))
    }

    /// Jumps to `now`, back if need be, as a host's clock does when it is set.
    pub fn set(&self, now: Timestamp) {
        self.0.store(now.as_micros(), Ordering::SeqCst);
    }

    /// Moves on by `span` and gives the new time.
    pub fn advance(&self, span: Duration) -> Timestamp {
        let span = i64::try_from(span.as_micros()).unwrap_or(i64::MAX);
        Timestamp::from_micros(
            self.0
                .fetch_add(span, Ordering::SeqCst)
                .saturating_add(span),
        )
    }
}

impl Default for ManualClock {
    fn default() -> Self {
        Self::at(Self::START)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}
