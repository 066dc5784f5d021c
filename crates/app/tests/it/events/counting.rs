//! An outbox that counts what a store would have to write.

use std::sync::atomic::{AtomicU64, Ordering};

use agent_assist_domain::outbox::{
    DeadItem, Enqueued, LeaseTerms, Leased, OutboxItem, Outcome, Standing, Taken, Ticket,
};
use agent_assist_domain::ports::{Outbox, StoreError};
use agent_assist_domain::time::Timestamp;
use agent_assist_testkit::memory::MemoryOutbox;
use async_trait::async_trait;

#[derive(Debug, Default)]
pub(super) struct CountingOutbox {
    inner: MemoryOutbox,
    writes: AtomicU64,
}

impl CountingOutbox {
    pub(super) fn writes(&self) -> u64 {
        self.writes.load(Ordering::SeqCst)
    }

    fn count(&self) {
        self.writes.fetch_add(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl Outbox for CountingOutbox {
    async fn enqueue(
        &self,
        destination: &str,
        items: &[OutboxItem],
        taken: Option<Taken>,
    ) -> Result<Enqueued, StoreError> {
        self.count();
        self.inner.enqueue(destination, items, taken).await
    }

    async fn lease(&self, destination: &str, terms: LeaseTerms) -> Result<Vec<Leased>, StoreError> {
        let leased = self.inner.lease(destination, terms).await?;
        // A store looks first, and writes nothing where nothing is due.
        if !leased.is_empty() {
            self.count();
        }
        Ok(leased)
    }

    async fn settle(
        &self,
        destination: &str,
        now: Timestamp,
        outcomes: &[(Ticket, Outcome)],
    ) -> Result<Vec<bool>, StoreError> {
        self.count();
        self.inner.settle(destination, now, outcomes).await
    }

    async fn hold(&self, destination: &str, now: Timestamp, why: &str) -> Result<bool, StoreError> {
        self.count();
        self.inner.hold(destination, now, why).await
    }

    async fn resume(&self, destination: &str) -> Result<bool, StoreError> {
        self.count();
        self.inner.resume(destination).await
    }

    async fn dead(
        &self,
        destination: &str,
        after: u64,
        limit: u32,
    ) -> Result<Vec<DeadItem>, StoreError> {
        self.inner.dead(destination, after, limit).await
    }

    async fn redrive(
        &self,
        destination: &str,
        ids: &[String],
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        self.count();
        self.inner.redrive(destination, ids, now).await
    }

    async fn standing(&self, destination: &str) -> Result<Standing, StoreError> {
        self.inner.standing(destination).await
    }
}
