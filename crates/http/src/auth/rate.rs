//! How often one key may ask, with its tokens: so that a desktop that runs wild takes nobody else's
//! share.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// The share of a minute's requests that may come at once.
const BURST_SHARE: u32 = 6;
/// What may come at once at least, as far as a minute has it.
const LEAST_BURST: u32 = 20;

/// Counts requests by key. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Rates {
    per_minute: u32,
    limiter: Arc<DefaultKeyedRateLimiter<String>>,
    clock: DefaultClock,
}

impl Rates {
    /// So many a minute for each key; at least one.
    pub(crate) fn per_minute(requests: u32) -> Self {
        let at_least_one = |number: u32| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let burst = (requests / BURST_SHARE).max(LEAST_BURST).min(requests);
        let quota = Quota::per_minute(at_least_one(requests)).allow_burst(at_least_one(burst));
        Self {
            per_minute: requests,
            limiter: Arc::new(RateLimiter::keyed(quota)),
            clock: DefaultClock::default(),
        }
    }

    /// What one key may ask a minute.
    pub(crate) fn allowed(&self) -> u32 {
        self.per_minute
    }

    /// The same counts where the same is allowed, else counts that begin anew.
    pub(crate) fn to_allow(&self, per_minute: u32) -> Self {
        match per_minute == self.per_minute {
            true => self.clone(),
            false => Self::per_minute(per_minute),
        }
    }

    /// Counts a request of this key.
    ///
    /// # Errors
    /// How long to wait, if it is one too many; it is not counted then.
    pub(crate) fn count(&self, key_id: &str) -> Result<(), Duration> {
        let counted = self.limiter.check_key(&key_id.to_owned());
        counted.map_err(|until| until.wait_time_from(self.clock.now()))
    }
}

impl std::fmt::Debug for Rates {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rates").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_has_used_its_share_waits_and_others_do_not() {
        let rates = Rates::per_minute(2);
        assert_eq!(rates.count("a"), Ok(()));
        assert_eq!(rates.count("a"), Ok(()));
        let wait = rates.count("a").expect_err("one too many");
        assert!(
            wait > Duration::ZERO && wait <= Duration::from_secs(30),
            "{wait:?}"
        );
        assert_eq!(rates.count("b"), Ok(()));
    }
}
