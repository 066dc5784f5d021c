//! Letting records go that are archived: first the boundary moves, then they are deleted.

use std::time::Duration;

use agent_assist_domain::audit::Seq;
use agent_assist_domain::ports::StoreError;
use agent_assist_domain::time::Timestamp;
use agent_assist_tlog::TILE_WIDTH;
use sqlx::sqlite::SqliteConnection;
use tokio::time::Instant;

use super::{Archive, boundary};
use crate::audit::{AuditHead, Tree, column};
use crate::error::{Refusal, failed};
use crate::sql::{holds as held, retention as sql};
use crate::store::SqliteStore;

const PRUNE: &str = "let archived audit records go";

/// How long a step of deleting may keep others from writing, about.
const STEP: Duration = Duration::from_millis(4);

/// Records deleted in a step: by how long the last one took.
const FEWEST: u64 = 16;
const MOST: u64 = 1024;

impl SqliteStore {
    /// Moves the boundary behind the records of `archive`, which may be deleted from then on. One that is
    /// there already stays.
    ///
    /// # Errors
    /// `Unavailable` with [`Refusal::Held`] if one of them is held by now; nothing was changed then.
    pub async fn let_go(&self, archive: &Archive, now: Timestamp) -> Result<(), StoreError> {
        let end = archive.manifest.last + 1;
        let mut transaction = self.begin(PRUNE).await?;
        if boundary(&mut transaction, PRUNE).await? >= end {
            return Ok(());
        }
        // The schema refuses it as well; here it gets a name.
        if let Some(held) = first_held(&mut transaction, PRUNE).await?
            && held < end
        {
            return Err(Refusal::Held.of(PRUNE));
        }
        sqlx::query(sql::MOVE_BOUNDARY)
            .bind(column(end))
            .bind(now.as_micros())
            .execute(&mut *transaction)
            .await
            .map_err(failed(PRUNE))?;
        transaction.commit().await.map_err(failed(PRUNE))
    }

    /// Deletes the records below the boundary, and the leaves whose hashes a full tile has: in steps, in
    /// turns with whoever else writes. Gives how many records there were.
    ///
    /// # Errors
    /// If the store fails; what is deleted by then is.
    pub async fn delete_let_go(&self) -> Result<u64, StoreError> {
        let (mut deleted, mut rows) = (0, FEWEST);
        loop {
            let mut transaction = self.begin(PRUNE).await?;
            // The wait for one's turn holds up nobody.
            let began = Instant::now();
            let boundary = column(boundary(&mut transaction, PRUNE).await?);
            let first: Option<i64> = sqlx::query_scalar(sql::FIRST)
                .fetch_one(&mut *transaction)
                .await
                .map_err(failed(PRUNE))?;
            let Some(first) = first.filter(|first| *first < boundary) else {
                return Ok(deleted);
            };
            let end = boundary.min(first.saturating_add(column(rows)));
            let head = Tree::load(&mut transaction, PRUNE).await?.head();
            deleted += delete_below(&mut transaction, end, head)
                .await
                .map_err(failed(PRUNE))?;
            transaction.commit().await.map_err(failed(PRUNE))?;
            let took = began.elapsed();
            if took < STEP / 2 {
                rows = (rows * 2).min(MOST);
            } else if took > STEP {
                rows = (rows / 2).max(FEWEST);
            }
        }
    }
}

async fn delete_below(
    connection: &mut SqliteConnection,
    end: i64,
    head: AuditHead,
) -> Result<u64, sqlx::Error> {
    let done = sqlx::query(sql::DELETE_RECORDS)
        .bind(end)
        .execute(&mut *connection)
        .await?;
    sqlx::query(sql::DELETE_LEAVES)
        .bind(leaves_below(end, head))
        .execute(connection)
        .await?;
    Ok(done.rows_affected())
}

/// Below which record no leaf is needed any more once the records below `end` are gone: those of full
/// tiles, but for the last of all, by which the next one finds its place.
fn leaves_below(end: i64, head: AuditHead) -> i64 {
    let before = column(head.before);
    let width = TILE_WIDTH as i64;
    let full = (end - 1 - before).max(0) / width * width;
    (before + full + 1).min(column(head.last()))
}

/// The first record that a hold covers; the first of all if everything is held.
pub(super) async fn first_held(
    connection: &mut SqliteConnection,
    operation: &'static str,
) -> Result<Option<Seq>, StoreError> {
    let everything: bool = sqlx::query_scalar(held::HOLDS_EVERYTHING)
        .fetch_one(&mut *connection)
        .await
        .map_err(failed(operation))?;
    if everything {
        return Ok(Some(0));
    }
    let first: Option<i64> = sqlx::query_scalar(held::FIRST_HELD)
        .fetch_one(connection)
        .await
        .map_err(failed(operation))?;
    Ok(first.and_then(|seq| u64::try_from(seq).ok()))
}
