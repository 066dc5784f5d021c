//! What waits to be delivered to somewhere else.

use std::fmt;

use async_trait::async_trait;

use super::StoreError;
use crate::outbox::{
    DeadItem, Enqueued, LeaseTerms, Leased, OutboxItem, Outcome, Standing, Taken, Ticket,
};
use crate::time::Timestamp;

/// A durable queue for each destination, shared by every process that uses the store.
///
/// # Contract
/// - It decides nothing: when to try again, when to give up and when to hold is the caller's
///   judgement. It never reads a clock.
/// - `enqueue` keeps all items of a call behind those that are there, or, on an error, none. An item
///   whose identifier waits or is dead already is not kept again. What was delivered is forgotten: a
///   source that could hand an item over twice says how far it was `taken`.
/// - With `taken`, items and cursor change together, and only if the cursor is still what the caller
///   believes it to be; so of two that hand over the same, one does.
/// - `lease` gives the oldest items that are due, oldest first. None of them comes behind one of its
///   lane that waits and is not due: so order is kept within a lane, whoever delivers. Until the lease
///   runs out nobody else gets them; then they are due again, and say that they were left
///   [`unsettled`](Leased::unsettled).
/// - Whoever delivers does it in the order given, ends before the lease does, and after a failure
///   delivers nothing more of that lane.
/// - `settle` takes outcomes in order, all or, on an error, none, and says of each whether the ticket
///   still counted; an outcome under an older one changes nothing.
/// - The first [`Retry`](Outcome::Retry) behind a delivery starts the time for which a destination has
///   been failing, a delivery ends it.
/// - A destination that is held gives out nothing until it is resumed, which also ends the time for
///   which it has been failing. `hold` and `resume` say whether that changed anything; who held it
///   first is kept.
/// - A dead item that is redriven is due at once, with no attempts, at its old place: before
///   everything that waits behind it. Without identifiers all are.
/// - What any of these changed is durable when they return. Dropping the future leaves things either
///   as they were or as they were to be.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Outbox: fmt::Debug + Send + Sync + 'static {
    /// Keeps `items` for `destination`.
    async fn enqueue(
        &self,
        destination: &str,
        items: &[OutboxItem],
        taken: Option<Taken>,
    ) -> Result<Enqueued, StoreError>;

    /// The items of `destination` to deliver now.
    async fn lease(&self, destination: &str, terms: LeaseTerms) -> Result<Vec<Leased>, StoreError>;

    /// Takes down what became of leased items.
    async fn settle(
        &self,
        destination: &str,
        now: Timestamp,
        outcomes: &[(Ticket, Outcome)],
    ) -> Result<Vec<bool>, StoreError>;

    /// Gives out nothing of `destination` any more, because of `why`.
    async fn hold(&self, destination: &str, now: Timestamp, why: &str) -> Result<bool, StoreError>;

    /// Gives it out again.
    async fn resume(&self, destination: &str) -> Result<bool, StoreError>;

    /// Up to `limit` dead items, oldest first, behind the position `after`.
    async fn dead(
        &self,
        destination: &str,
        after: u64,
        limit: u32,
    ) -> Result<Vec<DeadItem>, StoreError>;

    /// Has the dead items with these identifiers tried again, and says how many there were.
    async fn redrive(
        &self,
        destination: &str,
        ids: &[String],
        now: Timestamp,
    ) -> Result<u64, StoreError>;

    /// How `destination` stands; one that nobody has used yet is empty.
    async fn standing(&self, destination: &str) -> Result<Standing, StoreError>;
}
