//! The checkpoints in the store: what each says the log was.
//!
//! Whether their signatures are right is for whoever has the key.

use std::ops::Range;

use agent_assist_domain::audit::{Damage, Symptom};
use agent_assist_domain::ports::StoreError;
use agent_assist_tlog::{Checkpoint, Hash, SignedNote, TreeHead};
use rusqlite::Connection;

use super::rows::damage_or_failure;
use super::stream::{Mark, Verified};
use crate::audit::column;
use crate::direct::{bytes, number};
use crate::sql::checkpoint as sql;

/// Those of sizes behind the start of `sizes` up to its end.
pub(super) fn of_sizes(
    connection: &Connection,
    sizes: Range<u64>,
) -> Result<Vec<Mark>, StoreError> {
    let Some(marks) = damage_or_failure(read(connection, &sizes))? else {
        let head = TreeHead {
            size: sizes.end,
            root: Hash::from_bytes([0; 32]),
        };
        let is_sound = false;
        return Ok(vec![Mark { head, is_sound }]);
    };
    Ok(marks)
}

fn read(connection: &Connection, sizes: &Range<u64>) -> rusqlite::Result<Vec<Mark>> {
    let mut statement = connection.prepare_cached(sql::MARKS_OF_SIZES)?;
    let marks = statement.query_map([column(sizes.start), column(sizes.end)], |row| {
        let note: String = row.get(2)?;
        Ok(mark(number(row, 0)?, bytes(row, 1)?, &note))
    })?;
    marks.collect()
}

/// What the note says, and whether its row says the same.
fn mark(size: u64, root: Vec<u8>, note: &str) -> Mark {
    let told = told(note);
    let of_row = TreeHead {
        size,
        root: Hash::from_bytes(root.try_into().unwrap_or_default()),
    };
    Mark {
        head: of_row,
        is_sound: told == Some(of_row),
    }
}

fn told(note: &str) -> Option<TreeHead> {
    let note: SignedNote = note.parse().ok()?;
    let checkpoint: Checkpoint = note.text().parse().ok()?;
    Some(checkpoint.head())
}

/// Judges what is beyond the log's end, and whether one is missing; gives how many there are.
pub(super) fn compare(
    connection: &Connection,
    before: u64,
    verified: &mut Verified,
) -> Result<u64, StoreError> {
    let row = connection.query_row(sql::ENDS, [], |row| {
        Ok([number(row, 0)?, number(row, 1)?, number(row, 2)?])
    });
    let Some([count, number, size]) = damage_or_failure::<[u64; 3]>(row)? else {
        let faults = &mut verified.faults;
        faults.add(Damage::Altered, Symptom::CheckpointShape, None);
        return Ok(0);
    };
    let here = verified.tree.frontier().size();
    if count != number {
        let faults = &mut verified.faults;
        faults.add(Damage::Altered, Symptom::CheckpointShape, None);
    }
    if size > here && verified.is_whole {
        let first = Some(before + here + 1);
        let faults = &mut verified.faults;
        faults.add(Damage::Truncated, Symptom::Checkpoint, first);
    }
    Ok(count)
}
