//! One transaction: the records of a batch, their leaves and the head.

use std::sync::Arc;

use agent_assist_domain::audit::Seq;
use agent_assist_tlog::Hash;
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;

use super::appender::Prepared;
use super::row::bind_row;
use super::tree::{Tree, bind_leaves, column};
use crate::error::is_refused_row;
use crate::sql::audit::APPEND;

/// What came of each entry of a batch, in their order.
pub(super) type Outcomes = Vec<Result<Seq, sqlx::Error>>;

/// Inserts all entries of `batch`, their leaves and the head, or nothing: one that the schema refuses
/// fails them all, and so does a log that ends elsewhere than `tree`.
pub(super) async fn insert_all(
    connection: &mut SqliteConnection,
    tree: &mut Tree,
    batch: &[Arc<Prepared>],
) -> Result<Outcomes, sqlx::Error> {
    let (first, before) = (tree.next_seq(), tree.head().tree);
    let (texts, leaves) = chain(tree, batch)?;
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

/// Inserts one entry of `batch` after the other, each that the schema does not refuse.
pub(super) async fn insert_each(
    connection: &mut SqliteConnection,
    tree: &mut Tree,
    batch: &[Arc<Prepared>],
) -> Result<Outcomes, sqlx::Error> {
    let mut outcomes = Vec::with_capacity(batch.len());
    for prepared in batch {
        let mut next = tree.clone();
        let mut savepoint = connection.begin().await?;
        let outcome =
            match insert_all(&mut savepoint, &mut next, std::slice::from_ref(prepared)).await {
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

/// Chains all entries of `batch`; gives the bytes of each, and the leaves.
pub(super) fn chain(
    tree: &mut Tree,
    batch: &[Arc<Prepared>],
) -> Result<(Vec<String>, Vec<Hash>), sqlx::Error> {
    let chained = batch.iter().map(|prepared| tree.chain(&prepared.entry));
    let chained: Result<Vec<(String, Hash)>, _> = chained.collect();
    Ok(chained.map_err(encode)?.into_iter().unzip())
}

fn encode(error: super::tree::BadTree) -> sqlx::Error {
    sqlx::Error::Encode(error.into())
}
