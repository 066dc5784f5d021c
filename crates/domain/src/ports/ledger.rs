//! The engagement ledger.

use std::fmt;

use async_trait::async_trait;

use super::StoreError;
use crate::adoption::{
    By, EngagementEvent, Exposure, GroupTally, Item, ItemKey, LedgerScope, Recorded,
};

/// Keeps what happened to recommendations, append-only.
///
/// # Contract
/// - An event is kept once per tenant and `event_id`, however often it is recorded; the first one
///   stays as it was. The same item and kind again is a replay, another is a conflict.
/// - An item has one exposure, the earliest told by its own time; later ones change nothing.
/// - `expose` and `record` keep all that is new in a call or, on an error, none of it. The answers of
///   `record` come in the order of the events. What was answered is durable.
/// - The order of calls changes no answer of `item` and `tallies`: events may come before the exposure.
/// - `tallies` gives one [`GroupTally`] for each conversation and group that has something emitted
///   within the scope, in any order; without `by` each conversation is one.
/// - It does not judge: whether something may be used is the caller's decision, by `item`.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait EngagementLedger: fmt::Debug + Send + Sync + 'static {
    /// Keeps the first exposure of each item.
    async fn expose(&self, exposures: Vec<Exposure>) -> Result<(), StoreError>;

    /// Keeps `events` and says of each whether it was new.
    async fn record(&self, events: &[EngagementEvent]) -> Result<Vec<Recorded>, StoreError>;

    /// What is known of `item`, or `None` if it was never emitted.
    async fn item(&self, item: &ItemKey) -> Result<Option<Item>, StoreError>;

    /// Counts what `scope` names, apart by `by`.
    async fn tallies(
        &self,
        scope: &LedgerScope,
        by: Option<By>,
    ) -> Result<Vec<GroupTally>, StoreError>;
}
