//! Where the log ends, for those who read it.

use agent_assist_domain::audit::Seq;
use agent_assist_domain::ports::StoreError;
use agent_assist_domain::time::Timestamp;
use agent_assist_tlog::{Hash, TreeHead};

use crate::error::failed;
use crate::sql::tree as sql;
use crate::store::SqliteStore;

const READ: &str = "read the head of the audit log";

/// Where the log ended when it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditEnd {
    /// The last record; 0 if there is none.
    pub last: Seq,
    /// Size and root of the tree. Its first leaf is not record 1 where older records had been deleted
    /// before there was a tree.
    pub tree: TreeHead,
    /// The newest signed checkpoint: how many leaves it covers and when it was signed.
    pub checkpoint: Option<(u64, Timestamp)>,
}

impl SqliteStore {
    /// Where the audit log ends now.
    ///
    /// # Errors
    /// If it cannot be read.
    pub async fn audit_end(&self) -> Result<AuditEnd, StoreError> {
        let mut reader = self.reader(READ).await?;
        let row: (i64, i64, Vec<u8>) = sqlx::query_as(sql::WHERE_IT_ENDS)
            .fetch_one(&mut *reader)
            .await
            .map_err(failed(READ))?;
        let (before, size, root) = row;
        let newest: Option<(u64, i64)> = sqlx::query_as(sql::NEWEST_CHECKPOINT)
            .fetch_optional(&mut *reader)
            .await
            .map_err(failed(READ))?;
        reader.done();
        let bad = || crate::error::corrupt(READ, super::tree::BadTree::Head("root"));
        let root: [u8; 32] = root.try_into().map_err(|_| bad())?;
        let size = u64::try_from(size).map_err(|_| bad())?;
        let before = u64::try_from(before).map_err(|_| bad())?;
        Ok(AuditEnd {
            last: before.saturating_add(size),
            tree: TreeHead {
                size,
                root: Hash::from_bytes(root),
            },
            checkpoint: newest.map(|(size, at)| (size, Timestamp::from_micros(at))),
        })
    }
}
