//! Exposures in the engagement ledger: with every answer from upstream, one for each recommendation in it.

use std::sync::Arc;

use agent_assist_domain::adoption::{EngagementKind, Exposure, ItemKey};
use agent_assist_domain::ports::StoreError;
use rusqlite::{Transaction, params};
use sqlx::sqlite::SqliteConnection;

use crate::direct::Failure;
use crate::error::failed;
use crate::sql::engagement as sql;
use crate::store::SqliteStore;
use crate::together::Piece;

const EXPOSE: &str = "record an exposure";

/// Keeps the first exposure of each item.
pub(crate) async fn keep(
    store: &SqliteStore,
    mut exposures: Vec<Exposure>,
) -> Result<(), StoreError> {
    // What the ledger keeps of two with one name is the first that comes.
    exposures.sort_by_key(|exposure| exposure.at);
    let exposures: Arc<[Exposure]> = exposures.into();
    let piece = Piece::Exposures(Arc::clone(&exposures));
    if store.write_together(piece, EXPOSE).await? {
        return Ok(());
    }
    keep_by_themselves(store, &exposures).await
}

/// The same in a transaction of its own, the long way.
pub(crate) async fn keep_by_themselves(
    store: &SqliteStore,
    exposures: &[Exposure],
) -> Result<(), StoreError> {
    let mut transaction = store.begin(EXPOSE).await?;
    for exposure in exposures {
        let kept = keep_one(&mut transaction, exposure).await;
        kept.map_err(failed(EXPOSE))?;
    }
    transaction.commit().await.map_err(failed(EXPOSE))
}

/// Writes exposures, the earliest first, among others. The trigger on events asks what types answer here:
/// the word for their kind; and that none is replaced, which the statement sees to.
pub(crate) fn write(transaction: &Transaction<'_>, exposures: &[Exposure]) -> Result<(), Failure> {
    let mut event = transaction.prepare_cached(sql::EMIT)?;
    let mut item = transaction.prepare_cached(sql::EXPOSE)?;
    for exposure in exposures {
        let ItemKey {
            tenant,
            conversation_id,
            recommendation_id,
        } = &exposure.item;
        let (event_id, at_us) = (exposure.event_id(), exposure.at.as_micros());
        event.execute(params![
            tenant,
            event_id,
            conversation_id,
            recommendation_id,
            EngagementKind::Emitted.as_str(),
            exposure.session_id,
            exposure.agent_id,
            at_us,
        ])?;
        item.execute(params![
            tenant,
            conversation_id,
            recommendation_id,
            at_us,
            event_id,
            exposure.session_id,
            exposure.agent_id,
            exposure.queue_id,
            exposure.trigger_id,
            exposure.kind.as_str(),
            exposure.origin.as_str(),
            exposure.stale,
            exposure.document_id,
        ])?;
    }
    Ok(())
}

async fn keep_one(
    connection: &mut SqliteConnection,
    exposure: &Exposure,
) -> Result<(), sqlx::Error> {
    let item = &exposure.item;
    sqlx::query(sql::RECORD)
        .bind(&item.tenant)
        .bind(exposure.event_id())
        .bind(&item.conversation_id)
        .bind(&item.recommendation_id)
        .bind(EngagementKind::Emitted.as_str())
        .bind(&exposure.session_id)
        .bind(&exposure.agent_id)
        .bind(exposure.at.as_micros())
        .bind(None::<i64>)
        .execute(&mut *connection)
        .await?;
    sqlx::query(sql::EXPOSE)
        .bind(&item.tenant)
        .bind(&item.conversation_id)
        .bind(&item.recommendation_id)
        .bind(exposure.at.as_micros())
        .bind(exposure.event_id())
        .bind(&exposure.session_id)
        .bind(&exposure.agent_id)
        .bind(&exposure.queue_id)
        .bind(&exposure.trigger_id)
        .bind(exposure.kind.as_str())
        .bind(exposure.origin.as_str())
        .bind(exposure.stale)
        .bind(&exposure.document_id)
        .execute(connection)
        .await
        .map(drop)
}
