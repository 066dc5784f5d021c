//! Tokens: who has one, until when, and how many requests it has left.
//!
//! Time is tokio's, so that tests can move it. The allowance is per token and per window of 60 s
//! which starts with the first request made in it, as on the platform.

use std::collections::HashMap;
use std::time::Duration;

use fastrand::Rng;
use tokio::time::Instant;

const WINDOW: Duration = Duration::from_secs(60);

/// The length of a client secret and of a token, in characters.
const SECRET_LENGTH: usize = 43;

/// The tokens issued so far.
#[derive(Debug)]
pub(crate) struct TokenStore {
    granted: HashMap<String, Grant>,
    random: Rng,
    ttl: Duration,
    allowed: u32,
}

#[derive(Debug)]
struct Grant {
    expires_at: Instant,
    window_ends: Instant,
    used: u32,
}

/// What a token may still do, as the `inin-ratelimit-*` headers tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Quota {
    /// Requests made in this window, this one included.
    pub(crate) used: u32,
    /// Requests allowed in a window.
    pub(crate) allowed: u32,
    /// Whole seconds until the window ends, at least 1.
    pub(crate) reset_seconds: u64,
}

impl Quota {
    pub(crate) fn is_exceeded(self) -> bool {
        self.used > self.allowed
    }
}

impl TokenStore {
    pub(crate) fn new(ttl: Duration, allowed: u32, random: Rng) -> Self {
        Self {
            granted: HashMap::new(),
            random,
            ttl,
            allowed,
        }
    }

    /// A new token and its lifetime in seconds.
    pub(crate) fn issue(&mut self, now: Instant) -> (String, u64) {
        self.granted.retain(|_, grant| now < grant.expires_at);
        let token = secret(&mut self.random);
        let grant = Grant {
            expires_at: now + self.ttl,
            window_ends: now,
            used: 0,
        };
        self.granted.insert(token.clone(), grant);
        (token, self.ttl.as_secs())
    }

    /// Counts a request against a token. `None` if the token is unknown or has expired.
    pub(crate) fn spend(&mut self, token: &str, now: Instant) -> Option<Quota> {
        let grant = self
            .granted
            .get_mut(token)
            .filter(|grant| now < grant.expires_at)?;
        if now >= grant.window_ends {
            grant.window_ends = now + WINDOW;
            grant.used = 0;
        }
        grant.used = grant.used.saturating_add(1);
        let left = grant.window_ends - now;
        Some(Quota {
            used: grant.used,
            allowed: self.allowed,
            reset_seconds: left.as_secs() + u64::from(left.subsec_nanos() > 0),
        })
    }

    /// Requests allowed per token and window.
    pub(crate) fn requests_per_minute(&self) -> u32 {
        self.allowed
    }

    /// Ends every token issued so far.
    pub(crate) fn expire_all(&mut self) {
        self.granted.clear();
    }
}

/// A random text of letters and digits.
pub(crate) fn secret(random: &mut Rng) -> String {
    std::iter::repeat_with(|| random.alphanumeric())
        .take(SECRET_LENGTH)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(ttl: u64, allowed: u32) -> TokenStore {
        TokenStore::new(Duration::from_secs(ttl), allowed, Rng::with_seed(1))
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_lasts_for_its_lifetime_and_not_a_moment_longer() {
        let mut store = store(300, 10);
        let (token, seconds) = store.issue(Instant::now());
        assert_eq!(seconds, 300);
        tokio::time::advance(Duration::from_millis(299_999)).await;
        assert!(store.spend(&token, Instant::now()).is_some());
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(store.spend(&token, Instant::now()), None);
    }

    #[tokio::test(start_paused = true)]
    async fn the_allowance_is_per_token_and_comes_back_with_the_next_window() {
        let mut store = store(86_400, 2);
        let (first, _) = store.issue(Instant::now());
        let (second, _) = store.issue(Instant::now());
        let spend = |store: &mut TokenStore, token: &str| {
            store
                .spend(token, Instant::now())
                .expect("the token is valid")
        };
        assert_eq!(
            spend(&mut store, &first),
            Quota {
                used: 1,
                allowed: 2,
                reset_seconds: 60
            }
        );
        tokio::time::advance(Duration::from_millis(100)).await;
        assert!(!spend(&mut store, &first).is_exceeded());
        let third = spend(&mut store, &first);
        assert!(third.is_exceeded());
        assert_eq!(
            third.reset_seconds, 60,
            "part of a second left counts as a whole one"
        );
        assert!(!spend(&mut store, &second).is_exceeded());
        tokio::time::advance(Duration::from_millis(59_900)).await;
        assert_eq!(spend(&mut store, &first).used, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn expiring_ends_every_token_and_later_ones_are_good() {
        let mut store = store(300, 10);
        let (old, _) = store.issue(Instant::now());
        store.expire_all();
        let (new, _) = store.issue(Instant::now());
        assert_eq!(store.spend(&old, Instant::now()), None);
        assert!(store.spend(&new, Instant::now()).is_some());
    }
}
