//! The recommendation cache in memory.

use std::collections::HashMap;
use std::sync::Mutex;

use agent_assist_domain::cache::{AnswerKey, CacheEntry, CacheRow, CacheScope, CacheStats};
use agent_assist_domain::ports::{RecommendationCache, StoreError};
use agent_assist_domain::screening::StoredFields;
use agent_assist_domain::time::Timestamp;
use async_trait::async_trait;

use crate::lock;

/// Keeps answers until told to forget them.
#[derive(Debug, Default)]
pub struct MemoryCache {
    slots: Mutex<HashMap<AnswerKey, Slot>>,
}

#[derive(Debug)]
struct Slot {
    tenant: String,
    conversation_id: String,
    session_id: String,
    row: CacheRow,
}

impl MemoryCache {
    /// The keys held, in no order.
    pub fn keys(&self) -> Vec<AnswerKey> {
        lock(&self.slots).keys().copied().collect()
    }

    fn forget(&self, mut goes: impl FnMut(&AnswerKey, &Slot) -> bool) -> u64 {
        let mut slots = lock(&self.slots);
        let before = slots.len();
        slots.retain(|key, slot| !goes(key, slot));
        (before - slots.len()) as u64
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl RecommendationCache for MemoryCache {
    async fn get(&self, key: &AnswerKey) -> Result<Option<CacheRow>, StoreError> {
        Ok(lock(&self.slots).get(key).map(|slot| slot.row.clone()))
    }

    async fn put(&self, entry: &CacheEntry) -> Result<(), StoreError> {
        let slot = Slot {
            tenant: entry.tenant.clone(),
            conversation_id: entry.conversation_id.clone(),
            session_id: entry.session_id.clone(),
            row: CacheRow {
                fetched_at: entry.fetched_at,
                stored: entry.screened.to_stored().into_owned(),
            },
        };
        lock(&self.slots).insert(entry.key, slot);
        Ok(())
    }

    async fn invalidate(&self, scope: &CacheScope) -> Result<u64, StoreError> {
        Ok(self.forget(|key, slot| match scope {
            CacheScope::Key(wanted) => key == wanted,
            CacheScope::Conversation {
                tenant,
                conversation_id,
            } => slot.tenant == *tenant && slot.conversation_id == *conversation_id,
            CacheScope::Session { tenant, session_id } => {
                slot.tenant == *tenant && slot.session_id == *session_id
            }
            CacheScope::All => true,
        }))
    }

    async fn evict(&self, fetched_before: Timestamp) -> Result<u64, StoreError> {
        Ok(self.forget(|_, slot| slot.row.fetched_at < fetched_before))
    }

    async fn stats(&self) -> Result<CacheStats, StoreError> {
        let slots = lock(&self.slots);
        let fetched = || slots.values().map(|slot| slot.row.fetched_at);
        Ok(CacheStats {
            entries: slots.len() as u64,
            bytes: slots
                .values()
                .map(|slot| text_bytes(&slot.row.stored.fields))
                .sum(),
            oldest: fetched().min(),
            newest: fetched().max(),
        })
    }
}

/// Nearly all of an answer's size is its text.
fn text_bytes(fields: &StoredFields<'_>) -> u64 {
    fields
        .kept
        .iter()
        .flat_map(|safe| &safe.recommendation.parts)
        .map(|part| part.text.len() as u64)
        .sum()
}
