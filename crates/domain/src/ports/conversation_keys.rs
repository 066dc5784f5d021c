//! The keys under which the values of conversations are hashed.

use std::fmt;

use async_trait::async_trait;

use super::StoreError;
use crate::pii::ValueKey;
use crate::sealing::SealingKey;
use crate::time::Timestamp;

/// The secret of one conversation. Once it is forgotten, nobody can find out any more which value a
/// hash was made of.
#[derive(Clone, PartialEq, Eq)]
pub struct ConversationKey([u8; 32]);

impl ConversationKey {
    /// The key from 32 bytes, which must come from a cryptographic source of randomness.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for a store to keep.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What texts are sealed with.
    pub(crate) fn text_key(&self) -> SealingKey {
        SealingKey::derived(&self.0, "the text of a recommendation")
    }

    /// What values are hashed with.
    pub fn value_key(&self) -> ValueKey {
        ValueKey::from_bytes(self.0)
    }
}

/// Shows nothing of it.
impl fmt::Debug for ConversationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConversationKey(..)")
    }
}

/// Keeps a key for each conversation, until it is to be forgotten.
///
/// # Contract
/// - A conversation has one key: the first `fresh` that it was given. It is durable when `key`
///   returns, and every later call of any process gives it.
/// - Of concurrent first calls one makes the key, and all get that one.
/// - Conversations of two tenants are two conversations, whatever they are called.
/// - `forget` says whether there was a key. When it returns, the key is nowhere in the store any more,
///   in copies neither; a later `key` makes another.
/// - Dropping a call's future leaves a key whole or absent.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ConversationKeys: fmt::Debug + Send + Sync + 'static {
    /// The key of a tenant's conversation; `fresh`, made at `now`, if it has none.
    async fn key(
        &self,
        tenant: &str,
        conversation_id: &str,
        fresh: &ConversationKey,
        now: Timestamp,
    ) -> Result<ConversationKey, StoreError>;

    /// Forgets the key of a tenant's conversation.
    async fn forget(&self, tenant: &str, conversation_id: &str) -> Result<bool, StoreError>;
}
