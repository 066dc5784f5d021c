//! What customers were last understood to ask, by conversation: the words for a knowledge search
//! when the upstream that knew them fails.
//!
//! Unmasked words of customers: in memory only, for as long as an answer might need them, and sent
//! nowhere but back to the platform they came from.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::batch::QueryStatement;
use quick_cache::sync::Cache;
use tokio::time::Instant;

/// Conversations remembered at most; the least used give way.
const CONVERSATIONS: usize = 10_000;
/// How long a question is of use.
const LIFETIME: Duration = Duration::from_secs(15 * 60);

/// The last question of every conversation.
pub(crate) struct Questions(Cache<Arc<str>, (Instant, QueryStatement)>);

impl Questions {
    /// Nothing is known.
    pub(crate) fn new() -> Self {
        Self(Cache::new(CONVERSATIONS))
    }

    /// `statement` is what the customer of `conversation` asks.
    pub(crate) fn note(&self, conversation: &str, statement: &QueryStatement) {
        let heard = (Instant::now(), statement.clone());
        self.0.insert(conversation.into(), heard);
    }

    /// What the customer of `conversation` asked last, if that is not long ago.
    pub(crate) fn last(&self, conversation: &str) -> Option<String> {
        let (heard_at, statement) = self.0.get(conversation)?;
        if heard_at.elapsed() < LIFETIME {
            return Some(statement.0);
        }
        self.0.remove(conversation);
        None
    }
}

impl fmt::Debug for Questions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Questions({})", self.0.len())
    }
}
