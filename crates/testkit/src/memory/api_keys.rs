//! Keys of callers in memory.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Mutex;

use agent_assist_domain::access::ApiKey;
use agent_assist_domain::ports::{ApiKeys, StoreError};
use agent_assist_domain::time::Timestamp;
use async_trait::async_trait;

use crate::lock;

/// Keeps keys by name.
#[derive(Debug, Default)]
pub struct MemoryApiKeys {
    keys: Mutex<BTreeMap<String, ApiKey>>,
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl ApiKeys for MemoryApiKeys {
    async fn add(&self, key: &ApiKey) -> Result<bool, StoreError> {
        match lock(&self.keys).entry(key.id.clone()) {
            Entry::Occupied(_) => Ok(false),
            Entry::Vacant(place) => {
                place.insert(key.clone());
                Ok(true)
            }
        }
    }

    async fn find(&self, id: &str) -> Result<Option<ApiKey>, StoreError> {
        Ok(lock(&self.keys).get(id).cloned())
    }

    async fn list(&self) -> Result<Vec<ApiKey>, StoreError> {
        let mut keys: Vec<ApiKey> = lock(&self.keys).values().cloned().collect();
        keys.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        Ok(keys)
    }

    async fn revoke(&self, id: &str, at: Timestamp) -> Result<bool, StoreError> {
        match lock(&self.keys).get_mut(id) {
            Some(key) if key.revoked_at.is_none() => {
                key.revoked_at = Some(at);
                Ok(true)
            }
            _ => Ok(false),
        }
    }
}
