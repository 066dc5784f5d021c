//! One transaction: the records of a batch, their leaves and the head.

use agent_assist_domain::audit::Seq;
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;

use super::appender::Prepared;
use super::row::bind_row;
use super::tree::{Tree, bind_leaves, column};
use crate::error::is_refused_row;
use crate::sql::audit::{APPEND, APPEND_ALONE, ROLLBACK};

/// What came of each entry of a batch, in their order.
pub(super) type Outcomes = Vec<Result<Seq, sqlx::Error>>;

/// Inserts all entries of `batch`, their leaves and the head, or nothing: one that the schema refuses
/// fails them all, and so does a log that ends elsewhere than `tree`.
pub(super) async fn insert_all(
    connection: &mut SqliteConnection,
    tree: &mut Tree,
    batch: &[&Prepared],
) -> Result<Outcomes, sqlx::Error> {
    let (first, before) = (tree.next_seq(), tree.head().tree);
    let mut texts = Vec::with_capacity(batch.len());
    let mut leaves = Vec::with_capacity(batch.len());
    for prepared in batch {
        let (text, leaf) = tree.chain(&prepared.entry).map_err(encode)?;
        texts.push(text);
        leaves.push(leaf);
    }
    let mut rows = (first..).zip(batch).zip(texts);
    let mut left = batch.len();
    for append in &APPEND {
        while left >= append.count {
            let begins = left == batch.len();
            let statement = if begins { append.first } else { append.more };
            let mut query = sqlx::query(statement);
            for ((seq, prepared), text) in rows.by_ref().take(append.count) {
                query = bind_row(query, column(seq), &prepared.columns, text);
            }
            if begins {
                query = bind_leaves(query, first, &leaves)
                    .bind(column(before.size))
                    .bind(before.root.as_bytes().to_vec());
                query = tree.bind_head(query);
            }
            query.execute(&mut *connection).await?;
            left -= append.count;
        }
    }
    Ok((first..).zip(batch).map(|(seq, _)| Ok(seq)).collect())
}

/// Appends one entry in a transaction that is begun and ended by the same call. `None` if it makes a tile
/// full, which is to be written with it; nothing was done then.
pub(super) async fn append_alone(
    connection: &mut SqliteConnection,
    tree: &mut Tree,
    prepared: &Prepared,
) -> Result<Option<Outcomes>, sqlx::Error> {
    let (seq, before) = (tree.next_seq(), tree.head().tree);
    let (text, leaf) = tree.chain(&prepared.entry).map_err(encode)?;
    if tree.has_full_tiles() {
        return Ok(None);
    }
    let query = bind_row(
        sqlx::query(APPEND_ALONE),
        column(seq),
        &prepared.columns,
        text,
    );
    let query = bind_leaves(query, seq, &[leaf])
        .bind(column(before.size))
        .bind(before.root.as_bytes().to_vec());
    let appended = tree.bind_head(query).execute(&mut *connection).await;
    if let Err(error) = appended {
        // It says that there is nothing to be rolled back where it has not begun, or SQLite has done so.
        let _ = sqlx::query(ROLLBACK).execute(connection).await;
        return Err(error);
    }
    Ok(Some(vec![Ok(seq)]))
}

/// Inserts one entry of `batch` after the other, each that the schema does not refuse.
pub(super) async fn insert_each(
    connection: &mut SqliteConnection,
    tree: &mut Tree,
    batch: &[&Prepared],
) -> Result<Outcomes, sqlx::Error> {
    let mut outcomes = Vec::with_capacity(batch.len());
    for prepared in batch {
        let mut next = tree.clone();
        let mut savepoint = connection.begin().await?;
        let outcome = match insert_all(&mut savepoint, &mut next, &[prepared]).await {
            Ok(inserted) => {
                savepoint.commit().await?;
                *tree = next;
                inserted
            }
            Err(error) if is_refused_row(&error) => {
                savepoint.rollback().await?;
                vec![Err(error)]
            }
            Err(error) => return Err(error),
        };
        outcomes.extend(outcome);
    }
    Ok(outcomes)
}

fn encode(error: super::tree::BadTree) -> sqlx::Error {
    sqlx::Error::Encode(error.into())
}
