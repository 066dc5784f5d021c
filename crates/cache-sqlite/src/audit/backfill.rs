//! Leaves for the records of before there was a tree, and whether a log ends where it should.

use agent_assist_domain::ports::StoreError;
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;

use super::tree::{AuditHead, Tree, column, root_at};
use crate::error::{Refusal, failed};
use crate::sql::file::BEGIN;
use crate::sql::tree as sql;

/// Records in one transaction. What is done stays done if the program ends in between.
const AT_ONCE: u64 = 4096;

/// Gives leaves to the records that have none, and the tree that is there then.
///
/// Only records of before the first that is chained: behind that one, a record without a leaf was
/// put there by somebody else.
pub(crate) async fn give_leaves(
    connection: &mut SqliteConnection,
    operation: &'static str,
) -> Result<Tree, StoreError> {
    // One view of both ends of the log, without keeping others from writing.
    let mut view = connection.begin().await.map_err(failed(operation))?;
    let tree = Tree::load(&mut view, operation).await?;
    let last = last_record(&mut view, operation).await?;
    view.rollback().await.map_err(failed(operation))?;
    let end = column(tree.head().last());
    if last == end {
        return Ok(tree);
    }
    if tree.is_chained() || last < end {
        let first = last.min(end) + 1;
        return Err(Refusal::Unlike { first }.of(operation));
    }
    loop {
        let mut transaction = connection
            .begin_with(BEGIN)
            .await
            .map_err(failed(operation))?;
        let mut tree = Tree::load(&mut transaction, operation).await?;
        if tree.is_chained() {
            return Ok(tree);
        }
        let first = tree.next_seq();
        let rows: Vec<(i64, String)> = sqlx::query_as(sql::ENTRIES)
            .bind(column(first - 1))
            .bind(column(AT_ONCE))
            .fetch_all(&mut *transaction)
            .await
            .map_err(failed(operation))?;
        if rows.is_empty() {
            return Ok(tree);
        }
        let mut leaves = Vec::with_capacity(rows.len());
        for (expected, (seq, entry)) in (first..).zip(&rows) {
            if *seq != column(expected) {
                return Err(Refusal::Unlike {
                    first: column(expected),
                }
                .of(operation));
            }
            let leaf = tree.take_in(entry.as_bytes());
            leaves.push(leaf.map_err(|cause| crate::error::corrupt(operation, cause))?);
        }
        Tree::write_leaves(&mut transaction, first, &leaves)
            .await
            .map_err(failed(operation))?;
        tree.write(&mut transaction)
            .await
            .map_err(failed(operation))?;
        transaction.commit().await.map_err(failed(operation))?;
        tracing::info!(
            records = leaves.len(),
            "records taken into the audit log's tree"
        );
    }
}

/// Refuses a log that is shorter than it was once, or another.
pub(crate) async fn check_end(
    connection: &mut SqliteConnection,
    promised: AuditHead,
    operation: &'static str,
) -> Result<(), StoreError> {
    let mut view = connection.begin().await.map_err(failed(operation))?;
    check_length(
        last_record(&mut view, operation).await?,
        promised,
        operation,
    )?;
    let here = Tree::load(&mut view, operation).await?.head();
    check_length(column(here.last()), promised, operation)?;
    let size = promised.tree.size;
    if here.before != promised.before
        || root_at(&mut view, here.before, size, operation).await? != promised.tree.root
    {
        let last = column(promised.last());
        return Err(Refusal::OtherLog { last }.of(operation));
    }
    view.rollback().await.map_err(failed(operation))
}

/// Refuses a log that ends at `last`, before it should.
pub(crate) fn check_length(
    last: i64,
    promised: AuditHead,
    operation: &'static str,
) -> Result<(), StoreError> {
    let expected = column(promised.last());
    if last < expected {
        let lost = Refusal::Lost {
            first: last + 1,
            last: expected,
        };
        return Err(lost.of(operation));
    }
    Ok(())
}

/// Position of the last record in the file, or that was.
pub(crate) async fn last_record(
    connection: &mut SqliteConnection,
    operation: &'static str,
) -> Result<i64, StoreError> {
    sqlx::query_scalar(sql::LAST)
        .fetch_one(connection)
        .await
        .map_err(failed(operation))
}
