//! The records of an archive on their way from the log to the disk.

use std::path::Path;

use agent_assist_domain::audit::Seq;
use agent_assist_domain::ports::StoreError;
use agent_assist_domain::time::Timestamp;
use agent_assist_tlog::{Frontier, Hash, leaf_hash};
use sqlx::sqlite::SqliteConnection;

use super::files::CompressedFile;
use super::manifest::records_path;
use super::{ARCHIVE, on_disk};
use crate::audit::{AuditHead, column, frontier_at};
use crate::error::{Refusal, corrupt, failed};
use crate::sql::retention as sql;

/// Records read at once.
const PAGE: u32 = 512;

/// Bytes of records after which an archive is full.
const ENOUGH_BYTES: u64 = 64 << 20;

/// Records from `first` on, below `end`; never none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) first: Seq,
    pub(super) end: Seq,
}

/// What was written.
#[derive(Debug)]
pub(super) struct Written {
    pub(super) last: Seq,
    pub(super) earliest: Timestamp,
    pub(super) latest: Timestamp,
    pub(super) bytes: u64,
    pub(super) file_bytes: u64,
    pub(super) file_sha256: Hash,
    /// The tree before the first record, and up to the last one.
    pub(super) frontier_before: Frontier,
    pub(super) frontier: Frontier,
}

/// Writes the records of `range`, or as many of them as make an archive full.
pub(super) async fn write_records(
    connection: &mut SqliteConnection,
    folder: &Path,
    head: AuditHead,
    range: Range,
) -> Result<Written, StoreError> {
    let frontier_before = frontier_at(connection, head.before, range.first - 1, ARCHIVE).await?;
    let path = records_path(folder, range.first);
    let mut file = on_disk(ARCHIVE, move || CompressedFile::create(path)).await?;
    let mut frontier = frontier_before.clone();
    let mut next = range.first;
    let mut times = (i64::MAX, i64::MIN);
    let mut bytes = 0;
    while next < range.end && bytes < ENOUGH_BYTES {
        let page: Vec<(i64, i64, String)> = sqlx::query_as(sql::RECORDS)
            .bind(column(next))
            .bind(column(range.end))
            .bind(PAGE)
            .fetch_all(&mut *connection)
            .await
            .map_err(failed(ARCHIVE))?;
        let unlike = |seq| Refusal::Unlike { first: column(seq) }.of(ARCHIVE);
        if page.is_empty() {
            return Err(unlike(next));
        }
        let mut lines = String::new();
        for (seq, at_us, entry) in page {
            // A line end within would make two records of one.
            if seq != column(next) || entry.contains('\n') {
                return Err(unlike(next));
            }
            let pushed = frontier.push(leaf_hash(entry.as_bytes()));
            pushed.map_err(|full| corrupt(ARCHIVE, full))?;
            times = (times.0.min(at_us), times.1.max(at_us));
            lines.push_str(&entry);
            lines.push('\n');
            next += 1;
        }
        bytes += lines.len() as u64;
        file = on_disk(ARCHIVE, move || {
            file.write(lines.as_bytes())?;
            Ok(file)
        })
        .await?;
    }
    let (file_sha256, file_bytes) = on_disk(ARCHIVE, move || file.finish()).await?;
    Ok(Written {
        last: next - 1,
        earliest: Timestamp::from_micros(times.0),
        latest: Timestamp::from_micros(times.1),
        bytes,
        file_bytes,
        file_sha256,
        frontier_before,
        frontier,
    })
}
