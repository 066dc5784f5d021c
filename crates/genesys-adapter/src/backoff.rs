//! How long to wait before the next attempt. Pure arithmetic: chance comes in as a number.
//!
//! What the upstream asks for is a floor, stretched by up to half so that callers told the same
//! second do not all come back in it. Otherwise full jitter: anything up to a limit that doubles.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Longest wait the upstream may ask for. Beyond it, it reports a spent daily quota rather than a
/// moment's pressure, and the vendor's own clients give up as well.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(180);

/// Wait after a 429 that names none.
const THROTTLED_WITHOUT_HINT: Duration = Duration::from_secs(2);

/// Wait after a 500 that names none. The platform failed at the request itself and will hardly do
/// better a moment later.
pub(crate) const AFTER_SERVER_FAULT: Duration = Duration::from_secs(5);

/// Upper limit of the jittered wait after the first attempt.
const BASE: Duration = Duration::from_millis(200);

/// Upper limit of the jittered wait after any attempt.
const CAP: Duration = Duration::from_secs(5);

/// A source of chance: each call yields a number, uniform in `0.0..1.0`. Injected, so that tests
/// choose it.
#[derive(Clone)]
pub struct Jitter(Arc<dyn Fn() -> f64 + Send + Sync>);

impl Jitter {
    /// Chance from `sample`, uniform in `0.0..1.0`.
    pub fn new(sample: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(sample))
    }

    /// The next number; one out of range is pulled into it.
    pub(crate) fn sample(&self) -> f64 {
        let sample = (self.0)();
        if sample.is_nan() {
            0.0
        } else {
            sample.clamp(0.0, 1.0)
        }
    }
}

impl fmt::Debug for Jitter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Jitter")
    }
}

/// The wait after throttling that `asked_for` one. None at all is no answer to too many requests.
pub(crate) fn throttled(asked_for: Option<Duration>) -> Duration {
    let asked_for = asked_for.filter(|wait| !wait.is_zero());
    asked_for.unwrap_or(THROTTLED_WITHOUT_HINT)
}

/// The wait after attempt number `attempt` (from 1), given the floor that the upstream set and a
/// number of chance in `0.0..=1.0`. `None` if the floor is beyond [`MAX_RETRY_AFTER`].
pub(crate) fn wait(attempt: u32, floor: Option<Duration>, chance: f64) -> Option<Duration> {
    let backoff = limit(attempt).mul_f64(chance);
    match floor {
        Some(floor) if floor > MAX_RETRY_AFTER => None,
        Some(floor) => Some(floor.mul_f64(1.0 + chance / 2.0).max(backoff)),
        None => Some(backoff),
    }
}

fn limit(attempt: u32) -> Duration {
    let doublings = attempt.saturating_sub(1).min(16);
    BASE.saturating_mul(1 << doublings).min(CAP)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_floor_is_kept_and_stretched_by_at_most_half(
            attempt in 1..50_u32, millis in 1_000..=180_000_u64, chance in 0.0..=1.0,
        ) {
            let floor = Duration::from_millis(millis);
            let wait = wait(attempt, Some(floor), chance).unwrap();
            prop_assert!(wait >= floor);
            prop_assert!(wait <= floor.mul_f64(1.5).max(CAP));
        }

        #[test]
        fn without_a_floor_the_wait_stays_under_a_limit_that_doubles_to_the_cap(
            attempt in 1..u32::MAX, chance in 0.0..=1.0,
        ) {
            let limit = BASE.mul_f64(2_f64.powi(attempt.min(20) as i32 - 1)).min(CAP);
            let wait = wait(attempt, None, chance).unwrap();
            prop_assert!(wait <= limit);
            prop_assert!(wait >= limit.mul_f64(chance * 0.999_999));
        }

        #[test]
        fn a_floor_beyond_three_minutes_is_given_up(millis in 180_001..u64::MAX, chance in 0.0..=1.0) {
            prop_assert_eq!(wait(1, Some(Duration::from_millis(millis)), chance), None);
        }
    }

    #[test]
    fn chance_out_of_range_is_pulled_into_it() {
        for (given, used) in [(-1.0, 0.0), (7.0, 1.0), (f64::NAN, 0.0), (0.25, 0.25)] {
            assert_eq!(Jitter::new(move || given).sample(), used);
        }
    }
}
