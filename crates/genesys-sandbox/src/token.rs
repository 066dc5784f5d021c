//! Tokens: who has one, until when, and how many requests it has left.
//!
//! Time is tokio's, so that tests can move it. There is an allowance per token and one for all
//! tokens together, per window of 60 s which starts with the first request made in it, as on the
//! platform.

use std::collections::HashMap;
use std::time::Duration;

use fastrand::Rng;
use tokio::time::Instant;

const WINDOW: Duration = Duration::from_secs(60);

/// The length of a client secret and of a token, in characters.
const SECRET_LENGTH: usize = 43;

/// The tokens issued so far, all to the one OAuth client.
#[derive(Debug)]
pub(crate) struct TokenStore {
    granted: HashMap<String, Grant>,
    random: Rng,
    ttl: Duration,
    allowances: Allowances,
    /// What all tokens together have used.
    application: Window,
    revoked: bool,
}

/// Requests allowed in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Allowances {
    /// Of one token.
    pub(crate) per_token: u32,
    /// Of all tokens of the client together.
    pub(crate) per_application: u32,
}

#[derive(Debug)]
struct Grant {
    expires_at: Instant,
    window: Window,
}

/// Requests counted within 60 s.
#[derive(Clone, Copy, Debug)]
struct Window {
    ends: Instant,
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
    /// Whole seconds until the application may make requests again; `None` if it may now.
    application_exceeded: Option<u64>,
}

impl Quota {
    /// Whole seconds to wait where the request was one too many, for the token or the application.
    pub(crate) fn retry_after(self) -> Option<u64> {
        let token = (self.used > self.allowed).then_some(self.reset_seconds);
        token.max(self.application_exceeded)
    }
}

impl Window {
    /// One that begins with the next request.
    fn new(now: Instant) -> Self {
        Self { ends: now, used: 0 }
    }

    fn count(&mut self, now: Instant) {
        if now >= self.ends {
            *self = Self::new(now + WINDOW);
        }
        self.used = self.used.saturating_add(1);
    }

    /// Part of a second left counts as a whole one.
    fn seconds_left(self, now: Instant) -> u64 {
        let left = self.ends - now;
        left.as_secs() + u64::from(left.subsec_nanos() > 0)
    }
}

impl TokenStore {
    pub(crate) fn new(ttl: Duration, allowances: Allowances, random: Rng) -> Self {
        Self {
            granted: HashMap::new(),
            random,
            ttl,
            allowances,
            application: Window::new(Instant::now()),
            revoked: false,
        }
    }

    /// A new token and its lifetime in seconds. `None` if the client has been revoked.
    pub(crate) fn issue(&mut self, now: Instant) -> Option<(String, u64)> {
        if self.revoked {
            return None;
        }
        self.granted.retain(|_, grant| now < grant.expires_at);
        let token = secret(&mut self.random);
        let grant = Grant {
            expires_at: now + self.ttl,
            window: Window::new(now),
        };
        self.granted.insert(token.clone(), grant);
        Some((token, self.ttl.as_secs()))
    }

    /// Counts a request against a token and the application. `None` if the token is unknown or has
    /// expired.
    pub(crate) fn spend(&mut self, token: &str, now: Instant) -> Option<Quota> {
        let grant = self
            .granted
            .get_mut(token)
            .filter(|grant| now < grant.expires_at)?;
        grant.window.count(now);
        self.application.count(now);
        let exceeded = self.application.used > self.allowances.per_application;
        Some(Quota {
            used: grant.window.used,
            allowed: self.allowances.per_token,
            reset_seconds: grant.window.seconds_left(now),
            application_exceeded: exceeded.then(|| self.application.seconds_left(now)),
        })
    }

    pub(crate) fn allowances(&self) -> Allowances {
        self.allowances
    }

    /// Ends every token issued so far.
    pub(crate) fn expire_all(&mut self) {
        self.granted.clear();
    }

    /// Ends every token issued so far, and issues none from now on.
    pub(crate) fn revoke(&mut self) {
        self.expire_all();
        self.revoked = true;
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
        let allowances = Allowances {
            per_token: allowed,
            per_application: 5,
        };
        TokenStore::new(Duration::from_secs(ttl), allowances, Rng::with_seed(1))
    }

    fn issue(store: &mut TokenStore) -> (String, u64) {
        store
            .issue(Instant::now())
            .expect("the client is not revoked")
    }

    #[tokio::test(start_paused = true)]
    async fn a_token_lasts_for_its_lifetime_and_not_a_moment_longer() {
        let mut store = store(300, 10);
        let (token, seconds) = issue(&mut store);
        assert_eq!(seconds, 300);
        tokio::time::advance(Duration::from_millis(299_999)).await;
        assert!(store.spend(&token, Instant::now()).is_some());
        tokio::time::advance(Duration::from_millis(1)).await;
        assert_eq!(store.spend(&token, Instant::now()), None);
    }

    #[tokio::test(start_paused = true)]
    async fn the_allowance_is_per_token_and_comes_back_with_the_next_window() {
        let mut store = store(86_400, 2);
        let (first, _) = issue(&mut store);
        let (second, _) = issue(&mut store);
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
                reset_seconds: 60,
                application_exceeded: None,
            }
        );
        tokio::time::advance(Duration::from_millis(100)).await;
        assert_eq!(spend(&mut store, &first).retry_after(), None);
        let third = spend(&mut store, &first);
        assert_eq!(
            third.retry_after(),
            Some(60),
            "part of a second left counts as a whole one"
        );
        assert_eq!(spend(&mut store, &second).retry_after(), None);
        tokio::time::advance(Duration::from_millis(59_900)).await;
        assert_eq!(spend(&mut store, &first).used, 1);
    }

    #[tokio::test(start_paused = true)]
    async fn expiring_ends_every_token_and_later_ones_are_good() {
        let mut store = store(300, 10);
        let (old, _) = issue(&mut store);
        store.expire_all();
        let (new, _) = issue(&mut store);
        assert_eq!(store.spend(&old, Instant::now()), None);
        assert!(store.spend(&new, Instant::now()).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn all_tokens_together_have_an_allowance_of_their_own() {
        let mut store = store(86_400, 4);
        let tokens = [issue(&mut store).0, issue(&mut store).0];
        let mut spend = |token: &str| store.spend(token, Instant::now()).expect("a valid token");
        for token in tokens.iter().cycle().take(5) {
            assert_eq!(spend(token).retry_after(), None);
        }
        let sixth = spend(&tokens[1]);
        assert!(sixth.used <= sixth.allowed);
        assert_eq!(sixth.retry_after(), Some(60));
        tokio::time::advance(WINDOW).await;
        assert_eq!(spend(&tokens[0]).retry_after(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_revoked_client_has_no_token_and_gets_none() {
        let mut store = store(300, 10);
        let (token, _) = issue(&mut store);
        store.revoke();
        assert_eq!(store.spend(&token, Instant::now()), None);
        assert_eq!(store.issue(Instant::now()), None);
    }
}
