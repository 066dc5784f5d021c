//! The checkpoints in the store: what each says the log was.
//!
//! Whether their signatures are right is for whoever has the key.

use std::ops::Range;

use agent_assist_domain::audit::{Damage, Symptom};
use agent_assist_domain::ports::StoreError;
use agent_assist_tlog::{Checkpoint, Hash, SignedNote, TreeHead};
use sqlx::sqlite::SqliteConnection;

use super::rows::damage_or_failure;
use super::stream::{Mark, Verified};
use crate::audit::{CheckpointRow, column};
use crate::sql::checkpoint as sql;

/// Those of sizes behind the start of `sizes` up to its end.
pub(super) async fn of_sizes(
    connection: &mut SqliteConnection,
    sizes: Range<u64>,
) -> Result<Vec<Mark>, StoreError> {
    let rows: Result<Vec<CheckpointRow>, sqlx::Error> = sqlx::query_as(sql::OF_SIZES)
        .bind(column(sizes.start))
        .bind(column(sizes.end))
        .fetch_all(connection)
        .await;
    let Some(rows) = damage_or_failure(rows)? else {
        let head = TreeHead {
            size: sizes.end,
            root: Hash::from_bytes([0; 32]),
        };
        let is_sound = false;
        return Ok(vec![Mark { head, is_sound }]);
    };
    Ok(rows.iter().map(mark).collect())
}

/// What the note says, and whether its row says the same.
fn mark(row: &CheckpointRow) -> Mark {
    let told = told(&row.note);
    let of_row = TreeHead {
        size: row.size,
        root: Hash::from_bytes(row.root.clone().try_into().unwrap_or_default()),
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
pub(super) async fn compare(
    connection: &mut SqliteConnection,
    before: u64,
    verified: &mut Verified,
) -> Result<u64, StoreError> {
    let row: Result<(u64, u64, u64), sqlx::Error> =
        sqlx::query_as(sql::ENDS).fetch_one(connection).await;
    let Some((count, number, size)) = damage_or_failure(row)? else {
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
