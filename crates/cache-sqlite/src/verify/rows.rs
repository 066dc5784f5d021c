//! The log's rows, some hundreds in a step.

use agent_assist_domain::audit::Seq;
use agent_assist_domain::ports::StoreError;
use agent_assist_tlog::{Hash, TileId};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension as _, params};

use super::VERIFY;
use super::stream::Row;
use crate::audit::column;
use crate::direct::{bytes, failed, is_damage, number};
use crate::sql::{tree, verify as sql};

/// Hands the records behind `after` up to `last` to `take`, in their order. Gives the first that cannot
/// be read, if one cannot: behind it none is handed over.
pub(super) fn each_record(
    connection: &Connection,
    after: Seq,
    last: Seq,
    mut take: impl FnMut(Row<'_>) -> Result<(), StoreError>,
) -> Result<Option<Seq>, StoreError> {
    let mut seen = after;
    let all = go(connection, sql::RECORDS, [after, last], |row| {
        let row = record(row)?;
        let seq = row.seq;
        // In a damaged file they may come in any order; what is behind then is missed.
        if seq <= seen {
            return Ok(false);
        }
        take(row)?;
        seen = seq;
        Ok(true)
    })?;
    if all {
        return Ok(None);
    }
    // Each by itself: those before are still there, and so may be some behind.
    for seq in seen + 1..=last {
        let one = go(connection, sql::RECORD, [seq], |row| {
            take(record(row)?)?;
            Ok(true)
        })?;
        if !one {
            return Ok(Some(seq));
        }
    }
    Ok(None)
}

/// A record as a row has it.
fn record<'r>(row: &'r rusqlite::Row<'_>) -> Result<Row<'r>, StoreError> {
    let (is_text, entry) = match row.get_ref(1).map_err(failed(VERIFY))? {
        ValueRef::Text(bytes) => (true, bytes),
        ValueRef::Blob(bytes) => (false, bytes),
        // None that hashes to anything that was written.
        _ => (false, &[][..]),
    };
    Ok(Row {
        seq: number(row, 0).map_err(failed(VERIFY))?,
        entry,
        is_text,
        // As many as the statement names.
        columns: std::array::from_fn(|at| row.get_ref(at + 2).unwrap_or(ValueRef::Null)),
    })
}

/// Hands the rows of `statement` to `take` until it says `false`. Says whether all that were wanted could
/// be read.
fn go<const N: usize>(
    connection: &Connection,
    statement: &str,
    range: [u64; N],
    mut take: impl FnMut(&rusqlite::Row<'_>) -> Result<bool, StoreError>,
) -> Result<bool, StoreError> {
    let Some(mut statement) = damage_or_failure(connection.prepare_cached(statement))? else {
        return Ok(false);
    };
    let rows = statement.query(rusqlite::params_from_iter(range.map(column)));
    let mut rows = rows.map_err(failed(VERIFY))?;
    loop {
        match rows.next() {
            Ok(Some(row)) => {
                if !take(row)? {
                    return Ok(true);
                }
            }
            Ok(None) => return Ok(true),
            Err(error) if is_damage(&error) => return Ok(false),
            Err(error) => return Err(failed(VERIFY)(error)),
        }
    }
}

/// The leaves behind `after` up to `last`; `None` for those that are missing or none.
pub(super) fn leaves(
    connection: &Connection,
    after: Seq,
    last: Seq,
) -> Result<Vec<Option<Hash>>, StoreError> {
    let mut leaves: Vec<Option<Hash>> = (after..last).map(|_| None).collect();
    let mut take = |row: &rusqlite::Row<'_>| {
        let seq: Seq = number(row, 0).map_err(failed(VERIFY))?;
        let at = seq.checked_sub(after + 1).map(usize::try_from);
        if let Some(Ok(at)) = at
            && let Some(leaf) = leaves.get_mut(at)
        {
            let bytes = row.get_ref(1).map_err(failed(VERIFY))?;
            let bytes = bytes.as_bytes().unwrap_or_default();
            *leaf = bytes.try_into().ok().map(Hash::from_bytes);
        }
        Ok(true)
    };
    if !go(connection, sql::LEAVES, [after, last], &mut take)? {
        for seq in after + 1..=last {
            go(connection, sql::LEAF, [seq], &mut take)?;
        }
    }
    Ok(leaves)
}

/// The bytes of a tile, if it is there and can be read.
pub(super) fn tile(connection: &Connection, id: TileId) -> Result<Option<Vec<u8>>, StoreError> {
    let read = || {
        let mut statement = connection.prepare_cached(tree::TILE)?;
        let place = params![i64::from(id.level), column(id.index)];
        statement.query_row(place, |row| bytes(row, 0)).optional()
    };
    Ok(damage_or_failure(read())?.flatten())
}

/// `None` where the file's content is at fault, and not the reading.
pub(super) fn damage_or_failure<T>(
    row: Result<T, rusqlite::Error>,
) -> Result<Option<T>, StoreError> {
    match row {
        Ok(row) => Ok(Some(row)),
        Err(error) if is_damage(&error) => Ok(None),
        Err(error) => Err(failed(VERIFY)(error)),
    }
}
