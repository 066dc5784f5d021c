//! What customers were last understood to ask, by conversation: the words for a knowledge search
//! when the upstream that knew them fails.
//!
//! Unmasked words of customers: in memory only, for as long as an answer might need them, and sent
//! nowhere but back to the platform they came from.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use agent_assist_domain::batch::QueryStatement;
use agent_assist_domain::payload::QUERY_CHARS;
use quick_cache::sync::Cache;
use tokio::time::Instant;

/// Conversations remembered at most; the least used give way.
const CONVERSATIONS: usize = 10_000;
/// Time between two sweeps.
const SWEEP: Duration = Duration::from_secs(60);
/// How long a question is of use.
const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// The last question of every conversation.
pub(crate) struct Questions {
    heard: Cache<Arc<str>, (Instant, String)>,
    swept_at: Mutex<Option<Instant>>,
}

impl Questions {
    /// Nothing is known.
    pub(crate) fn new() -> Self {
        Self {
            heard: Cache::new(CONVERSATIONS),
            swept_at: Mutex::default(),
        }
    }

    /// `statement` is what the customer of `conversation` asks.
    pub(crate) fn note(&self, conversation: &str, statement: &QueryStatement) {
        let now = Instant::now();
        self.sweep(now);
        let words = statement.0.chars().take(QUERY_CHARS.1).collect();
        self.heard.insert(conversation.into(), (now, words));
    }

    /// What the customer of `conversation` asked last, if that is not long ago.
    pub(crate) fn last(&self, conversation: &str) -> Option<String> {
        let (heard_at, words) = self.heard.get(conversation)?;
        (heard_at.elapsed() < LIFETIME).then_some(words)
    }

    /// Lets go of what is of no use any more, now and then.
    fn sweep(&self, now: Instant) {
        let mut swept_at = self.swept_at.lock().unwrap_or_else(PoisonError::into_inner);
        if swept_at.is_none_or(|swept_at| now - swept_at >= SWEEP) {
            *swept_at = Some(now);
            drop(swept_at);
            self.heard
                .retain(|_, (heard_at, _)| now - *heard_at < LIFETIME);
        }
    }
}

impl fmt::Debug for Questions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Questions({})", self.heard.len())
    }
}
