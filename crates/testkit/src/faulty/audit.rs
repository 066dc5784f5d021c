//! An audit log that fails on demand.

use std::sync::Arc;

use agent_assist_domain::audit::{
    AuditEntry, AuditQuery, AuditRecord, ConsistencyPath, InclusionPath, LogHead, Seq,
    StoredCheckpoint, Verification,
};
use agent_assist_domain::ports::{AuditLog, AuditTrail, StoreError};
use async_trait::async_trait;

use super::Faults;

/// Wraps an audit log and its trail.
#[derive(Clone, Debug)]
pub struct FaultyAudit {
    log: Arc<dyn AuditLog>,
    trail: Arc<dyn AuditTrail>,
    faults: Faults,
}

impl FaultyAudit {
    /// `store`, failing as `faults` say.
    pub fn new<S: AuditLog + AuditTrail>(store: Arc<S>, faults: Faults) -> Self {
        let log: Arc<S> = Arc::clone(&store);
        Self {
            log,
            trail: store,
            faults,
        }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl AuditLog for FaultyAudit {
    async fn append(&self, entry: &AuditEntry) -> Result<Seq, StoreError> {
        self.faults.write("append to the audit log")?;
        self.log.append(entry).await
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl AuditTrail for FaultyAudit {
    async fn page(&self, query: &AuditQuery) -> Result<Vec<AuditRecord>, StoreError> {
        self.faults.read("read the audit log")?;
        self.trail.page(query).await
    }

    async fn get(&self, seq: Seq) -> Result<Option<AuditRecord>, StoreError> {
        self.faults.read("read the audit log")?;
        self.trail.get(seq).await
    }

    async fn verify(&self, claims: &[LogHead]) -> Result<Verification, StoreError> {
        self.faults.read("read the audit log")?;
        self.trail.verify(claims).await
    }

    async fn prove(&self, seq: Seq, size: u64) -> Result<Option<InclusionPath>, StoreError> {
        self.faults.read("read the audit log")?;
        self.trail.prove(seq, size).await
    }

    async fn prove_consistency(
        &self,
        from: u64,
        to: u64,
    ) -> Result<Option<ConsistencyPath>, StoreError> {
        self.faults.read("read the audit log")?;
        self.trail.prove_consistency(from, to).await
    }

    async fn checkpoints(
        &self,
        after: u64,
        limit: u32,
    ) -> Result<Vec<StoredCheckpoint>, StoreError> {
        self.faults.read("read the audit log")?;
        self.trail.checkpoints(after, limit).await
    }

    async fn newest_checkpoint(&self, size: u64) -> Result<Option<StoredCheckpoint>, StoreError> {
        self.faults.read("read the audit log")?;
        self.trail.newest_checkpoint(size).await
    }
}
