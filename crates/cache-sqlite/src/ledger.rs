//! The engagement ledger.

use agent_assist_domain::adoption::{
    EngagementEvent, EngagementKind, ItemKey, LedgerSummary, Recorded,
};
use agent_assist_domain::ports::{EngagementLedger, LedgerScope, StoreError};
use agent_assist_domain::time::Timestamp;
use async_trait::async_trait;
use sqlx::sqlite::SqliteConnection;

use crate::error::failed;
use crate::sql::engagement as sql;
use crate::store::SqliteStore;

const RECORD: &str = "record engagement";

#[derive(sqlx::FromRow)]
struct EmissionRow {
    event_id: String,
    session_id: String,
    agent_id: Option<String>,
    at_us: i64,
}

#[derive(sqlx::FromRow)]
struct SummaryRow {
    emitted: u64,
    used: u64,
    conversations: u64,
}

#[async_trait]
impl EngagementLedger for SqliteStore {
    async fn record(&self, events: &[EngagementEvent]) -> Result<Vec<Recorded>, StoreError> {
        let mut transaction = self.begin(RECORD).await?;
        let mut answers = Vec::with_capacity(events.len());
        for event in events {
            let answer = keep(&mut transaction, event).await;
            answers.push(answer.map_err(failed(RECORD))?);
        }
        transaction.commit().await.map_err(failed(RECORD))?;
        Ok(answers)
    }

    async fn emission(&self, item: &ItemKey) -> Result<Option<EngagementEvent>, StoreError> {
        let row: Option<EmissionRow> = sqlx::query_as(sql::FIRST_EMISSION)
            .bind(&item.tenant)
            .bind(&item.conversation_id)
            .bind(&item.recommendation_id)
            .fetch_optional(self.readers())
            .await
            .map_err(failed("look up an emission"))?;
        Ok(row.map(|row| EngagementEvent {
            event_id: row.event_id,
            item: item.clone(),
            kind: EngagementKind::Emitted,
            session_id: row.session_id,
            agent_id: row.agent_id,
            at: Timestamp::from_micros(row.at_us),
        }))
    }

    async fn summarise(&self, scope: &LedgerScope) -> Result<LedgerSummary, StoreError> {
        let row: SummaryRow = sqlx::query_as(sql::SUMMARISE)
            .bind(&scope.tenant)
            .bind(scope.since.map(Timestamp::as_micros))
            .bind(scope.until.map(Timestamp::as_micros))
            .fetch_one(self.readers())
            .await
            .map_err(failed("summarise engagement"))?;
        Ok(LedgerSummary {
            emitted: row.emitted,
            used: row.used,
            conversations: row.conversations,
        })
    }
}

/// Keeps `event` if its identifier is new. Inside a transaction that holds the write lock, so that
/// what it is compared with is what stood in its way.
async fn keep(
    connection: &mut SqliteConnection,
    event: &EngagementEvent,
) -> Result<Recorded, sqlx::Error> {
    let done = sqlx::query(sql::RECORD)
        .bind(&event.item.tenant)
        .bind(&event.event_id)
        .bind(&event.item.conversation_id)
        .bind(&event.item.recommendation_id)
        .bind(event.kind.as_str())
        .bind(&event.session_id)
        .bind(&event.agent_id)
        .bind(event.at.as_micros())
        .execute(&mut *connection)
        .await?;
    if done.rows_affected() > 0 {
        return Ok(Recorded::New);
    }
    let is_same: bool = sqlx::query_scalar(sql::IS_SAME)
        .bind(&event.item.tenant)
        .bind(&event.event_id)
        .bind(&event.item.conversation_id)
        .bind(&event.item.recommendation_id)
        .bind(event.kind.as_str())
        .fetch_one(connection)
        .await?;
    Ok(if is_same {
        Recorded::Replay
    } else {
        Recorded::Conflict
    })
}
