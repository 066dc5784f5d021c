//! The audit log, to write and to read. Apart, because their users differ: a gateway must not
//! read others' records, and an auditor must not append.

use std::fmt;

use async_trait::async_trait;

use super::StoreError;
use crate::audit::{
    AuditEntry, AuditQuery, AuditRecord, ConsistencyPath, InclusionPath, LogHead, Seq,
    StoredCheckpoint, Verification,
};

/// Takes audit entries, for good.
///
/// # Contract
/// - When `append` returns a position the entry is durable: it survives the process and the power.
/// - Positions are contiguous from 1 in the order of appending; concurrent appends get distinct
///   ones in some order.
/// - An error other than [`Other`](super::StoreErrorKind::Other) and
///   [`Poisoned`](super::StoreErrorKind::Poisoned) means that nothing was appended.
/// - Each record names what it comes [behind](crate::audit::Predecessor): the first the empty tree's
///   root, every other the record before it by the hash of its leaf (RFC 6962).
/// - A log that cannot keep up refuses as [`Unavailable`](super::StoreErrorKind::Unavailable); it
///   drops nothing.
/// - Dropping the future leaves the entry either durable or absent, never torn.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AuditLog: fmt::Debug + Send + Sync + 'static {
    /// Appends `entry` and gives its position.
    async fn append(&self, entry: &AuditEntry) -> Result<Seq, StoreError>;
}

/// Gives audit records back.
///
/// # Contract
/// - What was acknowledged by [`AuditLog::append`] is found by every later call.
/// - Records come in the order asked for, without repeats; a query that
///   [continues](crate::audit::AuditQuery::continue_behind) behind a page misses nothing behind it, whatever
///   is appended meanwhile.
/// - `entry` is byte for byte what was appended, [chained](crate::audit::AuditEntry::to_chained).
/// - `verify` reads all of the log, in bounded memory, and relies on nothing that a writer could have
///   made up: what is stored beside the records is computed again from them. It looks at one state of
///   the log whatever is appended meanwhile. That the log is damaged is no error but what it finds.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AuditTrail: fmt::Debug + Send + Sync + 'static {
    /// One page.
    async fn page(&self, query: &AuditQuery) -> Result<Vec<AuditRecord>, StoreError>;

    /// The record at `seq`, or `None` where there is none.
    async fn get(&self, seq: Seq) -> Result<Option<AuditRecord>, StoreError>;

    /// Whether the log is whole and as it was written, and whether it has been in the states `claims`.
    async fn verify(&self, claims: &[LogHead]) -> Result<Verification, StoreError>;

    /// That record `seq` is in the log of `size` leaves; `None` where that log has no such record, or
    /// the log here is shorter.
    async fn prove(&self, seq: Seq, size: u64) -> Result<Option<InclusionPath>, StoreError>;

    /// That the log of `from` leaves is the beginning of that of `to`; `None` where the log here is
    /// shorter, or `from` larger than `to`.
    async fn prove_consistency(
        &self,
        from: u64,
        to: u64,
    ) -> Result<Option<ConsistencyPath>, StoreError>;

    /// The checkpoints behind number `after`, at most `limit`, oldest first.
    async fn checkpoints(
        &self,
        after: u64,
        limit: u32,
    ) -> Result<Vec<StoredCheckpoint>, StoreError>;

    /// The newest checkpoint of at most `size` leaves, if there is one.
    async fn newest_checkpoint(&self, size: u64) -> Result<Option<StoredCheckpoint>, StoreError>;
}
