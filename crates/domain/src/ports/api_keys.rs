//! The keys with which callers identify themselves over the network.

use std::fmt;

use async_trait::async_trait;

use super::StoreError;
use crate::access::ApiKey;
use crate::time::Timestamp;

/// Keeps keys, without their secrets.
///
/// # Contract
/// - It decides nothing: `find` gives a key that is over or revoked like any other.
/// - `add` says whether the key was added; one whose `id` is taken already is not, and changes nothing.
/// - `revoke` says whether such a key was there and had not been revoked; the first time stands. A key
///   stays in the list.
/// - `list` gives every key that was ever added, the oldest first, of one age by `id`.
/// - What `add` and `revoke` have done is durable when they return, and every later call of any process
///   sees it.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait ApiKeys: fmt::Debug + Send + Sync + 'static {
    /// Adds a key.
    async fn add(&self, key: &ApiKey) -> Result<bool, StoreError>;

    /// The key of this name.
    async fn find(&self, id: &str) -> Result<Option<ApiKey>, StoreError>;

    /// Every key.
    async fn list(&self) -> Result<Vec<ApiKey>, StoreError>;

    /// Ends the key of this name.
    async fn revoke(&self, id: &str, at: Timestamp) -> Result<bool, StoreError>;
}
