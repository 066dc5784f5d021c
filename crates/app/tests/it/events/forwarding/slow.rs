//! Stores that give way before and after each call, so that whoever calls may die at every step; and one
//! behind which the machine goes to sleep.

use super::*;
use agent_assist_domain::outbox::{
    DeadItem, Enqueued, Leased, OutboxItem, Outcome, Standing, Taken, Ticket,
};

/// `call`, with a place to die before and after it.
async fn slowly<T>(call: impl Future<Output = T>) -> T {
    tokio::task::yield_now().await;
    let answer = call.await;
    tokio::task::yield_now().await;
    answer
}

#[derive(Debug)]
pub(super) struct SlowOutbox(pub(super) Arc<MemoryOutbox>);

#[async_trait]
impl Outbox for SlowOutbox {
    async fn enqueue(
        &self,
        destination: &str,
        items: &[OutboxItem],
        taken: Option<Taken>,
    ) -> Result<Enqueued, StoreError> {
        slowly(self.0.enqueue(destination, items, taken)).await
    }

    async fn lease(&self, destination: &str, terms: LeaseTerms) -> Result<Vec<Leased>, StoreError> {
        slowly(self.0.lease(destination, terms)).await
    }

    async fn settle(
        &self,
        destination: &str,
        now: Timestamp,
        outcomes: &[(Ticket, Outcome)],
    ) -> Result<Vec<bool>, StoreError> {
        slowly(self.0.settle(destination, now, outcomes)).await
    }

    async fn hold(&self, destination: &str, now: Timestamp, why: &str) -> Result<bool, StoreError> {
        slowly(self.0.hold(destination, now, why)).await
    }

    async fn resume(&self, destination: &str) -> Result<bool, StoreError> {
        slowly(self.0.resume(destination)).await
    }

    async fn dead(
        &self,
        destination: &str,
        after: u64,
        limit: u32,
    ) -> Result<Vec<DeadItem>, StoreError> {
        slowly(self.0.dead(destination, after, limit)).await
    }

    async fn redrive(
        &self,
        destination: &str,
        ids: &[String],
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        slowly(self.0.redrive(destination, ids, now)).await
    }

    async fn standing(&self, destination: &str) -> Result<Standing, StoreError> {
        slowly(self.0.standing(destination)).await
    }
}

#[derive(Debug)]
pub(super) struct SlowLog(pub(super) Arc<dyn AuditLog>);

#[async_trait]
impl AuditLog for SlowLog {
    async fn append(&self, entry: &AuditEntry) -> Result<Seq, StoreError> {
        slowly(self.0.append(entry)).await
    }
}

/// Once something is announced in it, the clock goes on by more than a lease.
#[derive(Debug)]
pub(super) struct SleepyLog {
    pub(super) log: Arc<MemoryAuditLog>,
    pub(super) clock: Arc<ManualClock>,
}

#[async_trait]
impl AuditLog for SleepyLog {
    async fn append(&self, entry: &AuditEntry) -> Result<Seq, StoreError> {
        if entry.event() == AuditEvent::ForwardInitiated {
            self.clock.advance(LEASE_OVER);
        }
        self.log.append(entry).await
    }
}
