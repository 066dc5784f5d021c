//! How often conversations that are being watched are refreshed ahead of their expiry. Pure
//! arithmetic.

use std::time::Duration;

/// Share of the allowance that refreshing may use; the rest is for people who wait.
const USABLE: f64 = 0.7;

/// Share of a lifetime after which a refresh ahead begins: before the earliest expiry, with time
/// left for the call.
const AHEAD: f64 = 0.8;

/// Time between two refreshes of one conversation, where `watched` are watched, the upstream allows
/// `allowed_per_minute` requests, and an answer is fresh for `ttl`:
/// at least `60 x watched / (0.7 x allowed_per_minute)` seconds, so that all of them together stay
/// within their share.
pub fn interval(watched: usize, allowed_per_minute: u32, ttl: Duration) -> Duration {
    let usable = USABLE * f64::from(allowed_per_minute.max(1));
    let least = Duration::from_secs_f64(60.0 * watched as f64 / usable);
    ttl.mul_f64(AHEAD).max(least)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn all_refreshes_together_stay_within_their_share(
            watched in 1..100_000_usize, allowed in 1..10_000_u32, ttl_ms in 1..120_000_u64,
        ) {
            let interval = interval(watched, allowed, Duration::from_millis(ttl_ms));
            let per_minute = watched as f64 * 60.0 / interval.as_secs_f64();
            prop_assert!(per_minute <= 0.7 * f64::from(allowed) * 1.000_001);
        }
    }

    #[test]
    fn few_conversations_are_refreshed_before_they_expire_and_many_as_often_as_allowed() {
        let ttl = Duration::from_secs(15);
        assert_eq!(interval(10, 300, ttl), Duration::from_secs(12));
        assert_eq!(interval(210, 300, ttl), Duration::from_secs(60));
    }
}
