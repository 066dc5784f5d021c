//! A cache that fails on demand.

use std::sync::Arc;

use agent_assist_domain::cache::{AnswerKey, CacheEntry, CacheRow, CacheScope, CacheStats};
use agent_assist_domain::ports::{RecommendationCache, StoreError};
use agent_assist_domain::time::Timestamp;
use async_trait::async_trait;

use super::Faults;

/// Wraps a cache.
#[derive(Clone, Debug)]
pub struct FaultyCache {
    inner: Arc<dyn RecommendationCache>,
    faults: Faults,
}

impl FaultyCache {
    /// `inner`, failing as `faults` say.
    pub fn new(inner: Arc<dyn RecommendationCache>, faults: Faults) -> Self {
        Self { inner, faults }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl RecommendationCache for FaultyCache {
    async fn get(&self, key: &AnswerKey) -> Result<Option<CacheRow>, StoreError> {
        self.faults.read("read the cache")?;
        self.inner.get(key).await
    }

    async fn put(&self, entry: &CacheEntry) -> Result<(), StoreError> {
        self.faults.write("write to the cache")?;
        self.inner.put(entry).await
    }

    async fn invalidate(&self, scope: &CacheScope) -> Result<u64, StoreError> {
        self.faults.write("invalidate cache entries")?;
        self.inner.invalidate(scope).await
    }

    async fn evict(&self, fetched_before: Timestamp) -> Result<u64, StoreError> {
        self.faults.write("evict cache entries")?;
        self.inner.evict(fetched_before).await
    }

    async fn stats(&self) -> Result<CacheStats, StoreError> {
        self.faults.read("measure the cache")?;
        self.inner.stats().await
    }
}
