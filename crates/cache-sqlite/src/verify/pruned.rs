//! Records that were pruned: an archive on record has them.
//!
//! The boundary lies in a table that anybody may write to who may write to the file. The record of the
//! archive lies in the log, behind what is in the archive, so that it is there as long as the boundary
//! is; and it names the root of the log up to its last record, which the leaves that are left must make.

use agent_assist_domain::audit::{Seq, Symptom};
use agent_assist_domain::ports::StoreError;
use agent_assist_tlog::{Hash, TreeHead};
use rusqlite::{Connection, OptionalExtension as _};

use super::rows::damage_or_failure;
use super::stream::Verified;
use crate::audit::column;
use crate::sql::verify as sql;

/// Records that are gone, and the last archive on record of them.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pruned {
    /// Those before this one; none of them had gone before there was a tree.
    pub(super) below: Seq,
    archived: Option<Archived>,
}

#[derive(Clone, Copy, Debug)]
struct Archived {
    last: Seq,
    root: Hash,
}

impl Pruned {
    /// What is pruned of a log of which record `before + 1` is the first leaf; `None` if nothing is.
    pub(super) fn read(
        connection: &Connection,
        before: u64,
        below: Option<Seq>,
    ) -> Result<Option<Self>, StoreError> {
        let Some(below) = below.filter(|below| *below > before + 1) else {
            return Ok(None);
        };
        let row = connection.query_row(sql::LAST_ARCHIVE, [column(below)], |row| {
            let root: String = row.get(1)?;
            Ok((row.get::<_, i64>(0)?, root))
        });
        let row = damage_or_failure(row.optional())?;
        let archived = row.flatten().and_then(|(last, root)| {
            let last = u64::try_from(last).ok().filter(|last| *last > before)?;
            let root = root.parse().ok()?;
            Some(Archived { last, root })
        });
        Ok(Some(Self { below, archived }))
    }

    /// The state of the log that the archive's record tells of.
    pub(super) fn claim(&self, before: u64) -> Option<TreeHead> {
        let Archived { last, root } = self.archived?;
        let size = last - before;
        Some(TreeHead { size, root })
    }

    /// Judges whether all that is gone is archived; `holds` says whether the log had the state claimed.
    pub(super) fn judge(&self, before: u64, holds: bool, verified: &mut Verified) {
        let archived = self.archived.filter(|_| holds);
        let first = archived.map_or(before, |archived| archived.last) + 1;
        if first < self.below && verified.is_whole {
            verified.faults.altered(Symptom::Pruned, first);
        }
    }
}
