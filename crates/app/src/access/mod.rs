//! Callers over the network: who they are, by a key or by a token that a key's holder minted.
//!
//! [`KeyService`] makes, lists and revokes keys; [`AccessService`] finds out who asks; [`DenialService`]
//! puts on record who was denied. What they may do
//! then is [`domain::access`](agent_assist_domain::access)'s answer.

mod denials;
mod first_key;
mod keys;
mod secret;
mod token;

pub use self::denials::{DenialService, Denied};
pub use self::first_key::{FirstKey, first_key};
pub use self::keys::{IssueError, Issued, KeyOrder, KeyService, MAX_KEY_NAME_CHARS, ShownKey};
pub use self::secret::KeySecret;
pub use self::token::{DEFAULT_TOKEN_LIFE, MAX_TOKEN_LIFE, Minted, TokenKey};

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use agent_assist_domain::access::{ApiKey, Denial, Limits, Role};
use agent_assist_domain::ports::{ApiKeys, Clock, StoreError};
use agent_assist_domain::time::Timestamp;
use tokio::time::Instant;

use self::token::Claims;

/// How old what is known of a key may be: a key revoked by another process opens nothing after that.
const MAX_AGE: Duration = Duration::from_secs(1);
/// Keys known at once, before those that are too old are forgotten.
const MOST_KNOWN: usize = 1_024;

/// Somebody who has shown who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The key they hold, or whose holder minted their token.
    pub key_id: String,
    /// What they may do.
    pub role: Role,
    /// What they are limited to.
    pub limits: Limits,
    /// Whether they hold the key itself. Who holds a token mints no other.
    pub holds_key: bool,
    /// When their token ends; `None` for who holds a key, which [stands](AccessService::stands) or not.
    pub expires_at: Option<Timestamp>,
}

/// A caller is not let in.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// What was shown is no key or token of ours, or it is over.
    #[error("the credentials are not known or not valid any more")]
    Unknown,
    /// Whether it is one could not be looked up.
    #[error("credentials cannot be looked up")]
    Store(#[source] StoreError),
}

/// Finds out who asks. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AccessService(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    keys: Arc<dyn ApiKeys>,
    clock: Arc<dyn Clock>,
    token_key: TokenKey,
    known: Mutex<HashMap<String, Known>>,
}

#[derive(Clone, Debug)]
struct Known {
    key: Arc<ApiKey>,
    asked_at: Instant,
}

impl AccessService {
    /// The service over its ports; tokens are signed under `token_key`.
    pub fn new(keys: Arc<dyn ApiKeys>, clock: Arc<dyn Clock>, token_key: TokenKey) -> Self {
        Self(Arc::new(Inner {
            keys,
            clock,
            token_key,
            known: Mutex::default(),
        }))
    }

    /// Who shows `credentials`, a key or a token as text.
    ///
    /// # Errors
    /// If they are none, or not valid any more, or that cannot be looked up.
    pub async fn identify(&self, credentials: &str) -> Result<Caller, AccessError> {
        if let Some(secret) = KeySecret::parse(credentials) {
            return self.holder(&secret).await;
        }
        let now = self.0.clock.now();
        let claims = self.0.token_key.open(credentials, now);
        let (claims, expires_at) = claims.ok_or(AccessError::Unknown)?;
        // A token is worth no more than its key: revoked, it takes its tokens along.
        let key = self.key(&claims.key_id).await?;
        let role = match claims.conversation_id {
            Some(_) => Role::Agent,
            None => key.role,
        };
        Ok(Caller {
            key_id: key.id.clone(),
            role,
            limits: claims.within(&key.limits),
            holds_key: false,
            expires_at: Some(expires_at),
        })
    }

    /// Whether `caller`, who was let in some time ago, would be let in now.
    ///
    /// # Errors
    /// If their key or token has ended, or that cannot be looked up.
    pub async fn stands(&self, caller: &Caller) -> Result<(), AccessError> {
        let now = self.0.clock.now();
        if caller.expires_at.is_some_and(|end| end <= now) {
            return Err(AccessError::Unknown);
        }
        self.key(&caller.key_id).await.map(drop)
    }

    /// Mints a token for `conversation_id` of `tenant` in the name of `caller`, who must hold a key that may
    /// ask for it; `queue_id` is what the backend knows of it.
    ///
    /// # Errors
    /// Which limit of the caller it would break.
    pub fn mint(
        &self,
        caller: &Caller,
        tenant: &str,
        conversation_id: &str,
        queue_id: Option<&str>,
        life: Duration,
    ) -> Result<Minted, Denial> {
        if !caller.holds_key {
            return Err(Denial::Role);
        }
        caller.limits.allow_queue(queue_id)?;
        let only = caller.limits.conversation_id.as_deref();
        if only.is_some_and(|only| only != conversation_id) {
            return Err(Denial::Conversation);
        }
        let claims = Claims {
            key_id: caller.key_id.clone(),
            tenant: Some(tenant.to_owned()),
            conversation_id: Some(conversation_id.to_owned()),
            queue_id: queue_id.map(str::to_owned),
        };
        Ok(self.0.token_key.mint(&claims, self.0.clock.now(), life))
    }

    /// Who logs in as key `id` with `secret` (that alone, or the whole key), and a token for `life` that
    /// may what the key may, but mint others.
    ///
    /// # Errors
    /// If there is no such key or it is not valid any more, or that cannot be looked up.
    pub async fn log_in(
        &self,
        id: &str,
        secret: &str,
        life: Duration,
    ) -> Result<(Caller, Minted), AccessError> {
        let secret = KeySecret::of_client(id, secret).ok_or(AccessError::Unknown)?;
        let caller = self.holder(&secret).await?;
        let claims = Claims {
            key_id: caller.key_id.clone(),
            tenant: None,
            conversation_id: None,
            queue_id: None,
        };
        let minted = self.0.token_key.mint(&claims, self.0.clock.now(), life);
        Ok((caller, minted))
    }

    async fn holder(&self, secret: &KeySecret) -> Result<Caller, AccessError> {
        let key = self.key(secret.id()).await?;
        if !secret.opens(&key.digest) {
            return Err(AccessError::Unknown);
        }
        Ok(Caller {
            key_id: key.id.clone(),
            role: key.role,
            limits: key.limits.clone(),
            holds_key: true,
            expires_at: None,
        })
    }

    /// The key of this name, if it is valid now; what is known of it may be a second old.
    async fn key(&self, id: &str) -> Result<Arc<ApiKey>, AccessError> {
        let key = match self.known(id) {
            Some(key) => key,
            None => self.look_up(id).await?,
        };
        match key.is_valid(self.0.clock.now()) {
            true => Ok(key),
            false => Err(AccessError::Unknown),
        }
    }

    fn known(&self, id: &str) -> Option<Arc<ApiKey>> {
        let known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known.get(id)?;
        (known.asked_at.elapsed() < MAX_AGE).then(|| Arc::clone(&known.key))
    }

    async fn look_up(&self, id: &str) -> Result<Arc<ApiKey>, AccessError> {
        let asked_at = Instant::now();
        let found = self.0.keys.find(id).await.map_err(AccessError::Store)?;
        let key = Arc::new(found.ok_or(AccessError::Unknown)?);
        let mut known = self.0.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_KNOWN {
            known.retain(|_, known| known.asked_at.elapsed() < MAX_AGE);
        }
        let entry = Known {
            key: Arc::clone(&key),
            asked_at,
        };
        known.insert(id.to_owned(), entry);
        Ok(key)
    }
}
