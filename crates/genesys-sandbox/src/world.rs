//! The emulated organisation: what it knows, and what has happened to it since it started.
//!
//! Knowledge and conversations never change; suggestions change state when engaged with. Everything
//! else that changes (tokens, faults, journal, correlation ids) sits behind a lock of its own and
//! is held for the length of one line, never across an await.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use agent_assist_genesys_wire::Suggestion;
use fastrand::Rng;
use tokio::time::Instant;
use uuid::Uuid;

use crate::assist;
use crate::config::SandboxConfig;
use crate::conversation::Conversation;
use crate::fault::FaultBook;
use crate::ids;
use crate::journal::Journal;
use crate::knowledge::Library;
use crate::token::{Allowances, TokenStore, secret};
use crate::usage::Usage;

/// Everything the routes share.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) library: Arc<Library>,
    pub(crate) sessions: Vec<Session>,
    pub(crate) client: Client,
    started: Instant,
    tokens: Mutex<TokenStore>,
    faults: Mutex<FaultBook>,
    journal: Mutex<Journal>,
    correlation_ids: Mutex<Rng>,
}

/// A conversation and the suggestions made in it.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) conversation: Conversation,
    library: Arc<Library>,
    /// Made when first asked for.
    suggestions: OnceLock<Mutex<Vec<Suggestion>>>,
    usage: Mutex<Usage>,
}

/// The one OAuth client there is.
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) secret: String,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl World {
    pub(crate) fn new(
        library: Arc<Library>,
        conversations: Vec<Conversation>,
        config: &SandboxConfig,
    ) -> Self {
        // One stream of random numbers per purpose, so that more tokens do not mean other faults.
        let mut seeds = Rng::with_seed(config.seed);
        let client = Client {
            id: ids::stable("oauth-client", &config.seed.to_string()).to_string(),
            secret: secret(&mut seeds.fork()),
        };
        let sessions = conversations
            .into_iter()
            .map(|conversation| Session {
                conversation,
                library: Arc::clone(&library),
                suggestions: OnceLock::new(),
                usage: Mutex::default(),
            })
            .collect();
        let started = Instant::now();
        Self {
            started,
            tokens: Mutex::new(TokenStore::new(
                config.token_ttl,
                Allowances {
                    per_token: config.requests_per_minute,
                    per_application: config.application_requests_per_minute,
                },
                seeds.fork(),
            )),
            faults: Mutex::new(FaultBook::new(
                config.faults.clone(),
                seeds.u64(..),
                started,
            )),
            journal: Mutex::default(),
            correlation_ids: Mutex::new(seeds.fork()),
            library,
            sessions,
            client,
        }
    }

    /// The conversation with this id, as it stands in a request.
    pub(crate) fn session(&self, id: &str) -> Option<&Session> {
        let id = Uuid::try_parse(id).ok()?;
        self.sessions
            .iter()
            .find(|session| session.conversation.id == id)
    }

    /// Milliseconds since the sandbox's start.
    pub(crate) fn age_ms(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    pub(crate) fn tokens(&self) -> MutexGuard<'_, TokenStore> {
        lock(&self.tokens)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, FaultBook> {
        lock(&self.faults)
    }

    pub(crate) fn journal(&self) -> MutexGuard<'_, Journal> {
        lock(&self.journal)
    }

    /// The next correlation id: a UUID.
    pub(crate) fn next_correlation_id(&self) -> String {
        let bytes = lock(&self.correlation_ids).u128(..).to_be_bytes();
        uuid::Builder::from_random_bytes(bytes)
            .into_uuid()
            .to_string()
    }
}

impl Session {
    pub(crate) fn suggestions(&self) -> MutexGuard<'_, Vec<Suggestion>> {
        let made = || Mutex::new(assist::suggestions(&self.library, &self.conversation));
        lock(self.suggestions.get_or_init(made))
    }

    /// Never taken before [`suggestions`](Self::suggestions) where both are.
    pub(crate) fn usage(&self) -> MutexGuard<'_, Usage> {
        lock(&self.usage)
    }
}

/// A poisoned lock is taken all the same: every critical section leaves the data whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
