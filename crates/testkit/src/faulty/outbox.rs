//! An outbox that fails on demand.

use std::sync::Arc;

use agent_assist_domain::outbox::{
    DeadItem, Enqueued, LeaseTerms, Leased, OutboxItem, Outcome, Standing, Taken, Ticket,
};
use agent_assist_domain::ports::{Outbox, StoreError};
use agent_assist_domain::time::Timestamp;
use async_trait::async_trait;

use super::Faults;

/// Wraps an outbox.
#[derive(Clone, Debug)]
pub struct FaultyOutbox {
    inner: Arc<dyn Outbox>,
    faults: Faults,
}

impl FaultyOutbox {
    /// `inner`, failing as `faults` say.
    pub fn new(inner: Arc<dyn Outbox>, faults: Faults) -> Self {
        Self { inner, faults }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Outbox for FaultyOutbox {
    async fn enqueue(
        &self,
        destination: &str,
        items: &[OutboxItem],
        taken: Option<Taken>,
    ) -> Result<Enqueued, StoreError> {
        self.faults.write("keep items for delivery")?;
        self.inner.enqueue(destination, items, taken).await
    }

    async fn lease(&self, destination: &str, terms: LeaseTerms) -> Result<Vec<Leased>, StoreError> {
        self.faults.write("lease items to deliver")?;
        self.inner.lease(destination, terms).await
    }

    async fn settle(
        &self,
        destination: &str,
        now: Timestamp,
        outcomes: &[(Ticket, Outcome)],
    ) -> Result<Vec<bool>, StoreError> {
        self.faults.write("settle deliveries")?;
        self.inner.settle(destination, now, outcomes).await
    }

    async fn hold(&self, destination: &str, now: Timestamp, why: &str) -> Result<bool, StoreError> {
        self.faults.write("hold a destination")?;
        self.inner.hold(destination, now, why).await
    }

    async fn resume(&self, destination: &str) -> Result<bool, StoreError> {
        self.faults.write("resume a destination")?;
        self.inner.resume(destination).await
    }

    async fn dead(
        &self,
        destination: &str,
        after: u64,
        limit: u32,
    ) -> Result<Vec<DeadItem>, StoreError> {
        self.faults.read("look up what was given up")?;
        self.inner.dead(destination, after, limit).await
    }

    async fn redrive(
        &self,
        destination: &str,
        ids: &[String],
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        self.faults.write("redrive what was given up")?;
        self.inner.redrive(destination, ids, now).await
    }

    async fn standing(&self, destination: &str) -> Result<Standing, StoreError> {
        self.faults.read("look up how a destination stands")?;
        self.inner.standing(destination).await
    }
}
