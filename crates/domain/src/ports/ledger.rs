//! The engagement ledger.

use std::fmt;

use async_trait::async_trait;

use super::StoreError;
use crate::adoption::{EngagementEvent, ItemKey, LedgerSummary, Recorded};
use crate::time::Timestamp;

/// Which part of the ledger to count. Bounds apply to the time of emission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerScope {
    /// Whose events.
    pub tenant: String,
    /// Emitted not before this time.
    pub since: Option<Timestamp>,
    /// Emitted before this time.
    pub until: Option<Timestamp>,
}

/// Keeps what happened to recommendations, append-only.
///
/// # Contract
/// - An event is kept once per tenant and `event_id`, however often it is recorded; the first one
///   stays as it was. The same item and kind again is a replay, another is a conflict.
/// - `record` keeps all new events of a call or, on an error, none of them. Its answers come in
///   the order of the events, and are durable.
/// - It does not judge: whether something may be used is the caller's decision, by `emission`.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait EngagementLedger: fmt::Debug + Send + Sync + 'static {
    /// Keeps `events` and says of each whether it was new.
    async fn record(&self, events: &[EngagementEvent]) -> Result<Vec<Recorded>, StoreError>;

    /// The first exposure of `item`, or `None` if it was never emitted.
    async fn emission(&self, item: &ItemKey) -> Result<Option<EngagementEvent>, StoreError>;

    /// Counts what `scope` names.
    async fn summarise(&self, scope: &LedgerScope) -> Result<LedgerSummary, StoreError>;
}
