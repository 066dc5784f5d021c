//! Where the log begins and ends: what is stored of it, held against what the records make.

use agent_assist_domain::audit::{Damage, Seq, Symptom};
use agent_assist_domain::ports::StoreError;
use rusqlite::{Connection, OptionalExtension as _};

use super::VERIFY;
use super::rows::{damage_or_failure, tile};
use super::stream::Verified;
use crate::audit::column;
use crate::direct::{bytes, failed, maybe_number, number};
use crate::sql::{tree, verify as sql};

/// Which positions there are rows for.
#[derive(Debug)]
pub(super) struct Ends {
    first_record: Option<u64>,
    last_record: Option<u64>,
    first_leaf: Option<u64>,
    last_leaf: Option<u64>,
    /// Records before this one may have been deleted.
    pub(super) pruned_below: Option<u64>,
    tiles: u64,
}

/// The head as it is stored.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) before: u64,
    size: u64,
    root: Vec<u8>,
    frontier: Vec<u8>,
    last_leaf: Option<Vec<u8>>,
    chained_from: Option<u64>,
}

impl Ends {
    pub(super) fn read(connection: &Connection) -> Result<Self, StoreError> {
        let ends = connection.query_row(sql::ENDS, [], |row| {
            Ok(Self {
                first_record: maybe_number(row, 0)?,
                last_record: maybe_number(row, 1)?,
                first_leaf: maybe_number(row, 2)?,
                last_leaf: maybe_number(row, 3)?,
                pruned_below: maybe_number(row, 4)?,
                tiles: number(row, 5)?,
            })
        });
        ends.map_err(failed(VERIFY))
    }

    /// The last record that is there.
    pub(super) fn last(&self) -> Seq {
        self.last_record.unwrap_or(0)
    }

    /// How many records there were before the tree, as far as can be told without a head.
    pub(super) fn guess_before(&self) -> u64 {
        let first = self.first_leaf.into_iter().chain(self.first_record).min();
        first.map_or(0, |first| first.saturating_sub(1))
    }

    /// Judges what is missing at the end and what is there beside the tree. `missing` is the first of
    /// the records behind the last one that is there.
    pub(super) fn compare(&self, verified: &mut Verified, before: u64, missing: Option<Seq>) {
        if let Some(first) = missing {
            let faults = &mut verified.faults;
            faults.add(Damage::Truncated, Symptom::Missing, Some(first));
        }
        if let Some(first) = self.first_record.filter(|first| *first <= before) {
            verified.faults.altered(Symptom::Surplus, first);
        }
        let last = before + verified.tree.frontier().size();
        if self.last_leaf.is_some_and(|leaf| leaf > last) && verified.is_whole {
            verified.faults.altered(Symptom::Leaf, last + 1);
        }
    }
}

impl Head {
    /// The head in the file; `None` if there is none, or one that cannot be.
    pub(super) fn read(connection: &Connection) -> Result<Option<Self>, StoreError> {
        let head = connection.query_row(tree::HEAD, [], |row| {
            let last_leaf = row.get_ref(4)?.as_bytes_or_null()?;
            Ok(Self {
                before: number(row, 0)?,
                size: number(row, 1)?,
                root: bytes(row, 2)?,
                frontier: bytes(row, 3)?,
                last_leaf: last_leaf.map(<[u8]>::to_vec),
                chained_from: maybe_number(row, 5)?,
            })
        });
        let head = damage_or_failure(head.optional())?.flatten();
        // A head that leaves no room for a log of its size is none.
        Ok(head.filter(|head| {
            head.before
                .checked_add(head.size)
                .is_some_and(|last| last < MOST)
        }))
    }

    pub(super) fn last(&self) -> Seq {
        self.before.saturating_add(self.size)
    }
}

/// No log gets that long.
const MOST: u64 = 1 << 53;

/// Holds what is stored of the tree's end against what the records make of it.
pub(super) fn compare(
    connection: &Connection,
    head: Option<&Head>,
    ends: &Ends,
    verified: &mut Verified,
) -> Result<(), StoreError> {
    if !verified.is_whole {
        return Ok(());
    }
    let Some(head) = head else {
        verified.faults.add(Damage::Altered, Symptom::Head, None);
        return Ok(());
    };
    let here = verified.tree.frontier().head();
    if here.size > head.size {
        let surplus = head.last() + 1;
        verified.faults.altered(Symptom::Surplus, surplus);
    }
    let last_leaf = verified.last_leaf.map(|leaf| leaf.as_bytes().to_vec());
    let chained_from = verified.chained_from;
    // Where the record that began the chain is gone, less is known.
    let is_gone = |seq: Seq| ends.first_record.is_none_or(|first| seq < first);
    let is_chained = match (chained_from, head.chained_from) {
        (Some(seen), Some(stored)) => stored == seen || (stored < seen && is_gone(stored)),
        (None, Some(stored)) => is_gone(stored),
        (None, None) => true,
        (Some(_), None) => false,
    };
    let is_right = here.size == head.size
        && head.root == here.root.as_bytes()
        && head.frontier == verified.tree.frontier().to_bytes()
        && head.last_leaf == last_leaf
        && is_chained;
    if !is_right {
        verified.faults.add(Damage::Altered, Symptom::Head, None);
    }
    compare_upper_tiles(connection, ends, verified)
}

fn compare_upper_tiles(
    connection: &Connection,
    ends: &Ends,
    verified: &mut Verified,
) -> Result<(), StoreError> {
    let width = agent_assist_tlog::TILE_WIDTH as u64;
    let mut expected = verified.tree.frontier().size() / width;
    let mut is_right = true;
    let upper: Vec<_> = verified.upper_tiles().collect();
    for (id, bytes) in upper {
        expected += 1;
        is_right &= tile(connection, id)? == Some(bytes);
    }
    if !is_right || column(ends.tiles) != column(expected) {
        verified.faults.add(Damage::Altered, Symptom::Tile, None);
    }
    Ok(())
}
