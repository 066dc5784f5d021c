//! The recommendation cache.

use std::fmt;

use async_trait::async_trait;

use super::StoreError;
use crate::cache::{AnswerKey, CacheEntry, CacheRow, CacheScope, CacheStats};
use crate::time::Timestamp;

/// Keeps screened answers for a while.
///
/// # Contract
/// - It decides nothing: what is fresh is the caller's judgement, a `get` gives what is there
///   however old.
/// - `put` replaces; of two concurrent `put`s of one key either may stay.
/// - A row that cannot be read is [`Corrupt`](super::StoreErrorKind::Corrupt), not missing.
/// - It may lose entries at any time, and never makes one up.
/// - Dropping a call's future leaves each entry as it was or as it was to be.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait RecommendationCache: fmt::Debug + Send + Sync + 'static {
    /// The entry of `key`, or `None` where there is none.
    async fn get(&self, key: &AnswerKey) -> Result<Option<CacheRow>, StoreError>;

    /// Keeps `entry`.
    async fn put(&self, entry: &CacheEntry) -> Result<(), StoreError>;

    /// Forgets what `scope` names and says how many entries that were; none is no error.
    async fn invalidate(&self, scope: &CacheScope) -> Result<u64, StoreError>;

    /// Forgets entries fetched before `fetched_before` and says how many that were.
    async fn evict(&self, fetched_before: Timestamp) -> Result<u64, StoreError>;

    /// What is held.
    async fn stats(&self) -> Result<CacheStats, StoreError>;
}
