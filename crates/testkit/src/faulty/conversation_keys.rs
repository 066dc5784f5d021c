//! Keys of conversations that cannot be had on demand.

use std::sync::Arc;

use agent_assist_domain::ports::{ConversationKey, ConversationKeys, StoreError};
use agent_assist_domain::time::Timestamp;
use async_trait::async_trait;

use super::Faults;

/// Wraps a store of keys.
#[derive(Clone, Debug)]
pub struct FaultyConversationKeys {
    inner: Arc<dyn ConversationKeys>,
    faults: Faults,
}

impl FaultyConversationKeys {
    /// `inner`, failing as `faults` say.
    pub fn new(inner: Arc<dyn ConversationKeys>, faults: Faults) -> Self {
        Self { inner, faults }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl ConversationKeys for FaultyConversationKeys {
    async fn key(
        &self,
        tenant: &str,
        conversation_id: &str,
        fresh: &ConversationKey,
        now: Timestamp,
    ) -> Result<ConversationKey, StoreError> {
        self.faults.write("look up a conversation's key")?;
        self.inner.key(tenant, conversation_id, fresh, now).await
    }

    async fn forget(&self, tenant: &str, conversation_id: &str) -> Result<bool, StoreError> {
        self.faults.write("forget a conversation's key")?;
        self.inner.forget(tenant, conversation_id).await
    }
}
