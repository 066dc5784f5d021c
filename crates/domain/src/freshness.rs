//! How long a remembered answer may be given out, and under which circumstances.
//!
//! An answer ages through four states: fresh, then stale (given out while it is refreshed behind),
//! then good only if the upstream fails, then expired. Stale times count from the end of freshness,
//! as in RFC 5861. A lifetime is cut by up to a tenth, differently for every answer, so that what
//! was fetched together does not expire together.

use std::time::Duration;

use crate::time::Timestamp;

/// Largest part of a lifetime that the spread takes away.
const SPREAD: f64 = 0.1;

/// How long answers may be given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FreshnessPolicy {
    /// How long an answer is fresh.
    pub ttl: Duration,
    /// How long an answer without any content is fresh: the customer may say more at any moment.
    pub negative_ttl: Duration,
    /// How long after that it is given out while it is being refreshed.
    pub stale_while_revalidate: Duration,
    /// How long after that it is given out if the upstream fails. Zero: never, and what is
    /// remembered is forgotten when the upstream fails.
    pub stale_if_error: Duration,
}

impl Default for FreshnessPolicy {
    fn default() -> Self {
        Self {
            ttl: Duration::from_secs(15),
            negative_ttl: Duration::from_secs(5),
            stale_while_revalidate: Duration::from_secs(15),
            stale_if_error: Duration::from_secs(15 * 60),
        }
    }
}

/// What is judged: one remembered answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Remembrance {
    /// When the upstream gave it.
    pub fetched_at: Timestamp,
    /// Whether the upstream had nothing to give.
    pub negative: bool,
    /// Where in the spread it lies, `0.0..=1.0`; see
    /// [`AnswerKey::spread`](crate::cache::AnswerKey::spread).
    pub spread: f64,
}

/// Whether remembered content may still be given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// As it is.
    Fresh {
        /// Time since it was fetched.
        age: Duration,
    },
    /// At once, while it is being refreshed.
    Stale {
        /// Time since it was fetched.
        age: Duration,
    },
    /// Only if the upstream fails.
    IfError {
        /// Time since it was fetched.
        age: Duration,
    },
    /// Not at all: it is too old, or claims to come from the future (the clock was set back).
    Expired,
}

impl FreshnessPolicy {
    /// Judges `what` at `now`. The end of each time belongs to the next state.
    pub fn judge(&self, what: Remembrance, now: Timestamp) -> Freshness {
        let Some(age) = now.since(what.fetched_at) else {
            return Freshness::Expired;
        };
        let ttl = if what.negative {
            self.negative_ttl.min(self.ttl)
        } else {
            self.ttl
        };
        let fresh = ttl.mul_f64(1.0 - SPREAD * what.spread.clamp(0.0, 1.0));
        if age < fresh {
            Freshness::Fresh { age }
        } else if age < fresh.saturating_add(self.stale_while_revalidate) {
            Freshness::Stale { age }
        } else if age < fresh.saturating_add(self.stale_if_error) {
            Freshness::IfError { age }
        } else {
            Freshness::Expired
        }
    }

    /// Whether an answer may stand in when the upstream fails.
    pub fn outlives_failure(&self) -> bool {
        !self.stale_if_error.is_zero()
    }

    /// After how long an answer is of no use to anybody.
    pub fn retention(&self) -> Duration {
        self.ttl
            .saturating_add(self.stale_while_revalidate.max(self.stale_if_error))
    }
}
