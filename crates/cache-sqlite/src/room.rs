//! How long the disk lasts.

use std::path::Path;
use std::time::Duration;

use agent_assist_domain::ports::StoreError;
use agent_assist_domain::time::Timestamp;

use crate::audit::last_record;
use crate::error::{failed, file_failed};
use crate::sql::retention as sql;
use crate::store::SqliteStore;

const LOOK: &str = "see how long the disk lasts";

/// What counts as lately.
const LATELY: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Bytes that a record takes beside its entry, as measured: columns, indexes, leaf.
const BESIDE_ENTRY: f64 = 620.0;

/// The room on the store's disk, and what is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Room {
    /// Bytes that are free: on the disk, and in the file itself. `None` where the system does not tell.
    pub free: Option<u64>,
    /// Records of the last seven days, or since the log began.
    pub records: u64,
    /// How long that is.
    pub span: Duration,
    /// Bytes that one takes.
    pub bytes_per_record: u64,
}

impl SqliteStore {
    /// The room on the disk, and what was written lately.
    ///
    /// # Errors
    /// If the store or its disk cannot be looked at.
    pub async fn room(&self, now: Timestamp) -> Result<Room, StoreError> {
        let mut reader = self.reader(LOOK).await?;
        let unused: i64 = sqlx::query_scalar(sql::UNUSED)
            .fetch_one(&mut *reader)
            .await
            .map_err(failed(LOOK))?;
        let since: Option<(i64, i64)> = sqlx::query_as(sql::SINCE)
            .bind(now.minus(LATELY).as_micros())
            .fetch_optional(&mut *reader)
            .await
            .map_err(failed(LOOK))?;
        let entry: Option<f64> = sqlx::query_scalar(sql::BYTES_LATELY)
            .fetch_one(&mut *reader)
            .await
            .map_err(failed(LOOK))?;
        let last = last_record(&mut reader, LOOK).await?;
        reader.done();
        let (first, at_us) = since.unwrap_or((last + 1, now.as_micros()));
        let free = free(self.path()).map_err(file_failed(LOOK))?;
        Ok(Room {
            free: free.map(|free| free.saturating_add(u64::try_from(unused).unwrap_or(0))),
            records: u64::try_from(last + 1 - first).unwrap_or(0),
            span: now.since(Timestamp::from_micros(at_us)).unwrap_or_default(),
            bytes_per_record: (entry.unwrap_or(0.0) + BESIDE_ENTRY) as u64,
        })
    }
}

#[cfg(unix)]
fn free(path: &Path) -> std::io::Result<Option<u64>> {
    let system = rustix::fs::statvfs(path)?;
    Ok(Some(system.f_bavail.saturating_mul(system.f_frsize)))
}

#[cfg(not(unix))]
fn free(_path: &Path) -> std::io::Result<Option<u64>> {
    Ok(None)
}
