//! The log's rows, some hundreds in a step.

use std::ops::Range;

use agent_assist_domain::audit::Seq;
use agent_assist_domain::ports::StoreError;
use agent_assist_tlog::{Hash, TileId};
use sqlx::sqlite::SqliteConnection;

use super::VERIFY;
use super::stream::Row;
use crate::audit::column;
use crate::error::{failed, is_damage};
use crate::sql::{tree, verify as sql};

/// Bytes of entries in one step, but for a single entry of more.
const MOST_BYTES: i64 = 8 << 20;

/// Records that stand behind one another in the log, some of which may be missing.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// A line each: position, length of the entry, the columns.
    lines: String,
    entries: Vec<u8>,
    /// Where the columns of each stand in `lines` and its entry in `entries`.
    places: Vec<Place>,
    /// The first that cannot be read.
    pub(super) unreadable: Option<Seq>,
}

/// Lines, entries, and how many entries are no text.
type Step = (Option<String>, Option<Vec<u8>>, i64);

#[derive(Clone, Debug)]
struct Place {
    seq: Seq,
    columns: Option<Range<usize>>,
    entry: Range<usize>,
}

impl Records {
    pub(super) fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        self.places.iter().map(|place| Row {
            seq: place.seq,
            entry: self.entries.get(place.entry.clone()).unwrap_or_default(),
            columns: place
                .columns
                .clone()
                .and_then(|columns| self.lines.get(columns)),
        })
    }

    /// Finds where each record stands; `None` if that cannot be told.
    fn find_places(&mut self) -> Option<()> {
        let (mut line_start, mut entry_start) = (0, 0);
        for line in self.lines.split('\n') {
            let inner = line.strip_prefix('[')?.strip_suffix(']')?;
            let (seq, rest) = inner.split_once(',')?;
            let (length, columns) = rest.split_once(',')?;
            let length: usize = length.parse().ok()?;
            let end = line_start + line.len() - 1;
            self.places.push(Place {
                seq: seq.parse().ok()?,
                columns: Some(end - columns.len()..end),
                entry: entry_start..entry_start + length,
            });
            line_start += line.len() + 1;
            entry_start += length;
        }
        (entry_start == self.entries.len()).then_some(())
    }

    /// Adds one record that is read by itself.
    fn push(&mut self, seq: Seq, columns: Option<&str>, entry: &[u8]) {
        let columns = columns.map(|columns| {
            let start = self.lines.len();
            self.lines.push_str(columns);
            start..self.lines.len()
        });
        let start = self.entries.len();
        self.entries.extend(entry);
        self.places.push(Place {
            seq,
            columns,
            entry: start..self.entries.len(),
        });
    }
}

/// The records behind `after` up to `last`, or as many of them as are taken at once; `last` is then
/// where they end.
pub(super) async fn records(
    connection: &mut SqliteConnection,
    after: Seq,
    last: &mut Seq,
) -> Result<Records, StoreError> {
    loop {
        let weight: Result<i64, sqlx::Error> = sqlx::query_scalar(sql::WEIGHT)
            .bind(column(after))
            .bind(column(*last))
            .fetch_one(&mut *connection)
            .await;
        match damage_or_failure(weight)? {
            Some(weight) if weight > MOST_BYTES && *last - after > 1 => {
                *last = after + (*last - after) / 2;
            }
            Some(_) => break,
            None => return one_by_one(connection, after, *last).await,
        }
    }
    let row: Result<Step, sqlx::Error> = sqlx::query_as(sql::RECORDS)
        .bind(column(after))
        .bind(column(*last))
        .fetch_one(&mut *connection)
        .await;
    let (lines, entries) = match damage_or_failure(row)? {
        Some((Some(lines), entries, 0)) => (lines, entries.unwrap_or_default()),
        Some((None, ..)) => return Ok(Records::default()),
        _ => return one_by_one(connection, after, *last).await,
    };
    let mut records = Records {
        lines,
        entries,
        ..Records::default()
    };
    match records.find_places() {
        Some(()) => Ok(records),
        None => one_by_one(connection, after, *last).await,
    }
}

/// Where something is odd: each record by itself, up to the first that cannot be read.
async fn one_by_one(
    connection: &mut SqliteConnection,
    after: Seq,
    last: Seq,
) -> Result<Records, StoreError> {
    let mut records = Records::default();
    for seq in after + 1..=last {
        let row: Result<Option<(String, Vec<u8>, bool)>, sqlx::Error> =
            sqlx::query_as(sql::COLUMNS_OF_ONE)
                .bind(column(seq))
                .fetch_optional(&mut *connection)
                .await;
        if let Ok(row) = row {
            let Some((line, entry, is_other)) = row else {
                continue;
            };
            let inner = line.strip_prefix('[').and_then(|l| l.strip_suffix(']'));
            let columns = inner.and_then(|inner| inner.splitn(3, ',').nth(2));
            records.push(seq, columns.filter(|_| !is_other), &entry);
            continue;
        }
        let row: Result<Option<(Vec<u8>, bool)>, sqlx::Error> = sqlx::query_as(sql::ENTRY_OF_ONE)
            .bind(column(seq))
            .fetch_optional(&mut *connection)
            .await;
        match damage_or_failure(row)? {
            Some(Some((entry, _))) => records.push(seq, None, &entry),
            Some(None) => {}
            None => {
                records.unreadable = Some(seq);
                break;
            }
        }
    }
    Ok(records)
}

/// The leaves behind `after` up to `last`; `None` for those that are missing or none.
pub(super) async fn leaves(
    connection: &mut SqliteConnection,
    after: Seq,
    last: Seq,
) -> Result<Vec<Option<Hash>>, StoreError> {
    let row: Result<(Vec<u8>, i64), sqlx::Error> = sqlx::query_as(sql::LEAVES)
        .bind(column(after))
        .bind(column(last))
        .fetch_one(&mut *connection)
        .await;
    let row = damage_or_failure(row)?;
    if let Some((_, 0)) = row {
        // Pruned, and their tiles are full.
        return Ok((after..last).map(|_| None).collect());
    }
    if let Some((bytes, count)) = row
        && count == column(last - after)
        && let (hashes, []) = bytes.as_chunks()
        && hashes.len() as u64 == last - after
    {
        let hashes = hashes.iter().copied().map(Hash::from_bytes);
        return Ok(hashes.map(Some).collect());
    }
    let mut leaves = Vec::new();
    for seq in after + 1..=last {
        let row: Result<Option<Vec<u8>>, sqlx::Error> = sqlx::query_scalar(sql::LEAF)
            .bind(column(seq))
            .fetch_optional(&mut *connection)
            .await;
        let bytes = damage_or_failure(row)?.flatten().unwrap_or_default();
        leaves.push(bytes.try_into().ok().map(Hash::from_bytes));
    }
    Ok(leaves)
}

/// The bytes of a tile, if it is there and can be read.
pub(super) async fn tile(
    connection: &mut SqliteConnection,
    id: TileId,
) -> Result<Option<Vec<u8>>, StoreError> {
    let row: Result<Option<Vec<u8>>, sqlx::Error> = sqlx::query_scalar(tree::TILE)
        .bind(i64::from(id.level))
        .bind(column(id.index))
        .fetch_optional(&mut *connection)
        .await;
    Ok(damage_or_failure(row)?.flatten())
}

/// `None` where the file's content is at fault, and not the reading.
pub(super) fn damage_or_failure<T>(row: Result<T, sqlx::Error>) -> Result<Option<T>, StoreError> {
    match row {
        Ok(row) => Ok(Some(row)),
        Err(error) if is_damage(&error) => Ok(None),
        Err(error) => Err(failed(VERIFY)(error)),
    }
}
