//! The keys of conversations in memory.

use std::collections::BTreeMap;
use std::sync::Mutex;

use agent_assist_domain::ports::{ConversationKey, ConversationKeys, StoreError};
use agent_assist_domain::time::Timestamp;
use async_trait::async_trait;

use crate::lock;

/// Keeps keys by tenant and conversation.
#[derive(Debug, Default)]
pub struct MemoryConversationKeys {
    keys: Mutex<BTreeMap<(String, String), ConversationKey>>,
}

impl MemoryConversationKeys {
    /// How many conversations have a key.
    pub fn count(&self) -> usize {
        lock(&self.keys).len()
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl ConversationKeys for MemoryConversationKeys {
    async fn key(
        &self,
        tenant: &str,
        conversation_id: &str,
        fresh: &ConversationKey,
        _now: Timestamp,
    ) -> Result<ConversationKey, StoreError> {
        let whose = (tenant.to_owned(), conversation_id.to_owned());
        let mut keys = lock(&self.keys);
        Ok(keys.entry(whose).or_insert_with(|| fresh.clone()).clone())
    }

    async fn forget(&self, tenant: &str, conversation_id: &str) -> Result<bool, StoreError> {
        let whose = (tenant.to_owned(), conversation_id.to_owned());
        Ok(lock(&self.keys).remove(&whose).is_some())
    }
}
