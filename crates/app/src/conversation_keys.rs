//! The keys of conversations at hand: made when first needed, remembered for a while.
//!
//! Only conversations in which something is found get one, unless texts are kept, so most fetches ask
//! for none.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::ports::{Clock, ConversationKey, ConversationKeys};
use agent_assist_domain::sealing::Nonce;
use quick_cache::sync::Cache;
use tokio::time::{Instant, timeout};

use crate::error::Chain;

/// Keys remembered at most.
const KEYS: usize = 10_000;
/// How long a key is remembered: no longer than forgetting one may take to reach every process.
const LIFE: Duration = Duration::from_secs(60);
/// How long a fetch waits for a key. Hashes and texts on record are worth less than an answer in time.
const PATIENCE: Duration = Duration::from_millis(250);

/// Gives keys. Cheap to clone; clones share what they remember.
#[derive(Clone)]
pub struct ConversationKeyring(Arc<Ring>);

struct Ring {
    store: Arc<dyn ConversationKeys>,
    draw: Box<dyn Fn() -> Option<[u8; 32]> + Send + Sync>,
    /// By tenant and conversation: the key, and when it was looked up.
    recent: Cache<(Arc<str>, Box<str>), (ConversationKey, Instant)>,
}

impl ConversationKeyring {
    /// Keys in `store`; new ones are what `draw` gives, which must be a cryptographic source of
    /// randomness, or `None` if it fails.
    pub fn new(
        store: Arc<dyn ConversationKeys>,
        draw: impl Fn() -> Option<[u8; 32]> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(Ring {
            store,
            draw: Box::new(draw),
            recent: Cache::new(KEYS),
        }))
    }

    /// Keys in `store`, drawn from the system's randomness.
    pub fn random(store: Arc<dyn ConversationKeys>) -> Self {
        Self::new(store, || {
            let mut bytes = [0; 32];
            getrandom::fill(&mut bytes).ok().map(|()| bytes)
        })
    }

    /// Bytes to seal a text with; `None` if there is no randomness.
    pub(crate) fn nonce(&self) -> Option<Nonce> {
        (self.0.draw)()?.first_chunk().copied()
    }

    /// The key of a conversation, if it is remembered.
    pub(crate) fn at_hand(
        &self,
        tenant: &Arc<str>,
        conversation_id: &str,
    ) -> Option<ConversationKey> {
        let whose = (Arc::clone(tenant), Box::from(conversation_id));
        let (key, looked_up) = self.0.recent.get(&whose)?;
        (looked_up.elapsed() < LIFE).then_some(key)
    }

    /// The key of a conversation; `None` if it cannot be had in time.
    pub(crate) async fn key(
        &self,
        tenant: &Arc<str>,
        conversation_id: &str,
        clock: &dyn Clock,
    ) -> Option<ConversationKey> {
        if let Some(key) = self.at_hand(tenant, conversation_id) {
            return Some(key);
        }
        let whose = (Arc::clone(tenant), Box::from(conversation_id));
        let fresh = ConversationKey::from_bytes((self.0.draw)()?);
        let now = clock.now();
        let found = self.0.store.key(tenant, conversation_id, &fresh, now);
        match timeout(PATIENCE, found).await {
            Ok(Ok(key)) => {
                self.0.recent.insert(whose, (key.clone(), Instant::now()));
                Some(key)
            }
            Ok(Err(error)) => {
                tracing::warn!(error = %Chain(&error), "recorded without hashes and texts");
                None
            }
            Err(_) => {
                tracing::warn!("recorded without hashes and texts: the store is busy");
                None
            }
        }
    }
}

impl fmt::Debug for ConversationKeyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ConversationKeyring({})", self.0.recent.len())
    }
}
