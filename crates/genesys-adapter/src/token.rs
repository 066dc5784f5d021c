//! Holds the access token: obtained once however many callers need it, renewed before it expires,
//! renewed once more when the platform refuses it.
//!
//! Renewals are serialised by one lock. A caller that waited for the lock takes what the renewal
//! ahead of it brought, a failure too, so a thousand callers with a dead token cost one request,
//! not a thousand in a row. Only a renewal that ran out of its own caller's time is tried again by
//! the next. If the caller at work is dropped, the lock passes on.
//!
//! Time is the runtime's monotonic clock; the wall clock may jump.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use agent_assist_domain::ports::{SourceError, SourceErrorKind};
use agent_assist_domain::time::Deadline;
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::{Instant, sleep, timeout_at};
use url::Url;

use crate::backoff::{self, MAX_RETRY_AFTER};
use crate::config::Credentials;
use crate::oauth::{self, Grant};
use crate::request;
use crate::retry::{Endpoint, Exchange, affordable};
use crate::retry_after::retry_after;
use crate::spent::Spent;

/// Longest time before its expiry at which a token counts as due for renewal, before jitter.
const MAX_MARGIN: Duration = Duration::from_secs(60);

/// How long a renewal that failed is not tried again: an early one, for the token at hand still
/// works, or one whose credentials were refused.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// A token to send, and which one it is.
#[derive(Clone, Debug)]
pub(crate) struct AccessToken {
    /// The header that carries it.
    pub(crate) authorization: HeaderValue,
    /// The renewal that brought it.
    generation: u64,
}

/// Where tokens come from.
#[derive(Debug)]
pub(crate) enum Tokens {
    /// A token obtained elsewhere, or why it cannot be sent.
    Given(Result<AccessToken, SourceError>),
    /// Tokens obtained by client credentials.
    Renewed(Box<TokenCache>),
}

impl Tokens {
    pub(crate) fn new(login_base: Url, credentials: &Credentials, exchange: Arc<Exchange>) -> Self {
        match credentials {
            Credentials::AccessToken(token) => Self::Given(given(token)),
            Credentials::ClientCredentials {
                client_id,
                client_secret,
            } => Self::Renewed(Box::new(TokenCache {
                login_base,
                client_id: client_id.clone(),
                client_secret: client_secret.clone(),
                exchange,
                state: Mutex::default(),
                renewal: tokio::sync::Mutex::default(),
            })),
        }
    }

    /// A token that is good as far as is known.
    pub(crate) async fn current(&self, deadline: Deadline) -> Result<AccessToken, SourceError> {
        match self {
            Self::Given(token) => token.clone(),
            Self::Renewed(cache) => cache.current(deadline).await,
        }
    }

    /// Another token than `dead`, which the platform refused; `None` if there cannot be one.
    pub(crate) async fn instead_of(
        &self,
        dead: &AccessToken,
        deadline: Deadline,
    ) -> Option<Result<AccessToken, SourceError>> {
        match self {
            Self::Given(_) => None,
            Self::Renewed(cache) => Some(cache.instead_of(dead, deadline).await),
        }
    }

    /// Whether there is a token that can be sent without asking for one.
    pub(crate) fn is_at_hand(&self) -> bool {
        match self {
            Self::Given(token) => token.is_ok(),
            Self::Renewed(cache) => cache.valid_token(Instant::now()).is_some(),
        }
    }

    /// How long the token at hand is valid, if there is one and it says.
    pub(crate) fn expires_in(&self) -> Option<Duration> {
        match self {
            Self::Given(_) => None,
            Self::Renewed(cache) => {
                let held = cache.state().held.clone()?;
                Some(held.expires_at.saturating_duration_since(Instant::now()))
            }
        }
    }
}

/// Tokens by client credentials.
pub(crate) struct TokenCache {
    login_base: Url,
    client_id: String,
    client_secret: SecretString,
    exchange: Arc<Exchange>,
    state: Mutex<State>,
    renewal: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct State {
    held: Option<Held>,
    /// Renewals ended so far. The number of a renewal is the generation of its token.
    renewals: u64,
    /// How the last renewal ended.
    last: Option<Result<AccessToken, SourceError>>,
    /// Until when another renewal would end as the last one.
    spared_until: Option<Instant>,
}

#[derive(Clone, Debug)]
struct Held {
    token: AccessToken,
    renew_at: Instant,
    expires_at: Instant,
}

impl TokenCache {
    async fn current(&self, deadline: Deadline) -> Result<AccessToken, SourceError> {
        let arrived = self.state().renewals;
        let now = Instant::now();
        match self.valid_token(now) {
            Some(held) if now < held.renew_at => Ok(held.token),
            Some(held) => Ok(self.renew_early(held.token, deadline).await),
            None => self.renew(arrived, None, deadline).await,
        }
    }

    async fn instead_of(
        &self,
        dead: &AccessToken,
        deadline: Deadline,
    ) -> Result<AccessToken, SourceError> {
        let arrived = self.state().renewals;
        self.renew(arrived, Some(dead.generation), deadline).await
    }

    /// Renews while the token at hand still works: by one caller, the others go on with what there
    /// is, and so does that one if the renewal fails or takes half of its time.
    async fn renew_early(&self, token: AccessToken, deadline: Deadline) -> AccessToken {
        let Ok(_lock) = self.renewal.try_lock() else {
            return token;
        };
        let now = Instant::now();
        match self.valid_token(now) {
            Some(held) if now < held.renew_at => return held.token,
            _ => {}
        }
        let half = deadline.remaining(now.into_std()) / 2;
        let patience = Deadline::at((now + half).into_std());
        match self.ask(patience).await {
            Ok(token) => token,
            Err(error) => {
                tracing::warn!(
                    error.kind = error.kind().as_str(),
                    "early token renewal failed"
                );
                if let Some(held) = &mut self.state().held {
                    held.renew_at = Instant::now() + PAUSE_AFTER_FAILURE;
                }
                token
            }
        }
    }

    /// Renews for a caller that has nothing to send and arrived after `arrived` renewals.
    async fn renew(
        &self,
        arrived: u64,
        dead: Option<u64>,
        deadline: Deadline,
    ) -> Result<AccessToken, SourceError> {
        let end = Instant::from_std(deadline.instant());
        let lock = timeout_at(end, self.renewal.lock()).await;
        let _lock = lock.map_err(|_| SourceError::new(SourceErrorKind::DeadlineExceeded))?;
        if let Some(settled) = self.settled(arrived, dead) {
            return settled;
        }
        match self.spared() {
            Some((wait, error)) if error.kind() == SourceErrorKind::RateLimited => {
                if !affordable(wait, deadline) {
                    return Err(error);
                }
                sleep(wait).await;
            }
            Some((_, error)) => return Err(error),
            None => {}
        }
        self.ask(deadline).await
    }

    /// For how long the token endpoint is not to be asked, and why.
    fn spared(&self) -> Option<(Duration, SourceError)> {
        let state = self.state();
        let wait = state.spared_until?.checked_duration_since(Instant::now())?;
        match &state.last {
            Some(Err(error)) if !wait.is_zero() => Some((wait, error.clone())),
            _ => None,
        }
    }

    /// What a renewal by somebody else means for a caller that arrived after `arrived` renewals
    /// and was refused with the token of generation `dead`. `None` if that caller must renew.
    fn settled(&self, arrived: u64, dead: Option<u64>) -> Option<Result<AccessToken, SourceError>> {
        let mut state = self.state();
        if state.renewals > arrived {
            return match &state.last {
                Some(Err(error)) if error.kind() == SourceErrorKind::DeadlineExceeded => None,
                last => last.clone(),
            };
        }
        let now = Instant::now();
        let held = state.held.as_ref().filter(|held| now < held.expires_at)?;
        if Some(held.token.generation) != dead {
            return Some(Ok(held.token.clone()));
        }
        // Nobody else shall send the dead token meanwhile.
        state.held = None;
        None
    }

    /// Asks the token endpoint, repeating as needed, and keeps what it grants. The lock is held.
    async fn ask(&self, deadline: Deadline) -> Result<AccessToken, SourceError> {
        let asked_at = Instant::now();
        let granted = self.grant(deadline).await;
        let mut state = self.state();
        state.renewals += 1;
        let outcome = granted.map(|grant| {
            let held = self.held(grant, asked_at, state.renewals);
            state.held.insert(held).token.clone()
        });
        let spared = outcome.as_ref().err().and_then(spare);
        state.spared_until = spared.map(|spared| Instant::now() + spared);
        state.last = Some(outcome.clone());
        outcome
    }

    async fn grant(&self, deadline: Deadline) -> Result<Grant, SourceError> {
        let request = request::token(&self.login_base, &self.client_id, &self.client_secret)
            .map_err(|error| SourceError::new(SourceErrorKind::Unauthenticated).because(error))?;
        let mut spent = Spent::default();
        let response = self
            .exchange
            .answer(Endpoint::Token, &request, deadline, &mut spent)
            .await?;
        let wait = retry_after(response.headers(), self.exchange.now());
        oauth::grant(&response, spent, wait)
    }

    fn held(&self, grant: Grant, asked_at: Instant, generation: u64) -> Held {
        let expires_at = asked_at + grant.lifetime;
        let margin = (grant.lifetime / 10).min(MAX_MARGIN);
        // Many gateways started in the same second must not renew in the same second.
        let margin = margin.mul_f64(1.0 + self.exchange.chance());
        Held {
            token: AccessToken {
                authorization: grant.authorization,
                generation,
            },
            renew_at: asked_at + grant.lifetime.saturating_sub(margin),
            expires_at,
        }
    }

    fn valid_token(&self, now: Instant) -> Option<Held> {
        self.state()
            .held
            .clone()
            .filter(|held| now < held.expires_at)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock, and no half-made state could be seen if it did.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows neither the client nor its secret.
impl fmt::Debug for TokenCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenCache")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// How long the token endpoint is not asked again after `error`. Credentials that were refused are
/// refused again; throttling says how long it lasts.
fn spare(error: &SourceError) -> Option<Duration> {
    match error.kind() {
        SourceErrorKind::Unauthenticated => Some(PAUSE_AFTER_FAILURE),
        SourceErrorKind::RateLimited => {
            Some(backoff::throttled(error.retry_after()).min(MAX_RETRY_AFTER))
        }
        _ => None,
    }
}

fn given(token: &SecretString) -> Result<AccessToken, SourceError> {
    let authorization = request::bearer(token.expose_secret().trim())
        .map_err(|error| SourceError::new(SourceErrorKind::Unauthenticated).because(error))?;
    Ok(AccessToken {
        authorization,
        generation: 0,
    })
}
