//! The assist switch.

use agent_assist_domain::assist::{Off, SwitchCause, SwitchChange, SwitchScope, SwitchState};
use agent_assist_domain::ports::{AssistSwitch, StoreError};
use agent_assist_domain::time::Timestamp;
use async_trait::async_trait;
use sqlx::sqlite::SqliteConnection;

use crate::error::{corrupt, failed};
use crate::row::BadBody;
use crate::sql::switch as sql;
use crate::store::SqliteStore;

const READ: &str = "look up what is switched off";
const TURN: &str = "turn the assist switch";

#[derive(sqlx::FromRow)]
struct Row {
    scope: String,
    scope_id: String,
    cause: String,
    since_us: i64,
    until_us: Option<i64>,
    off_by: Option<String>,
}

impl TryFrom<Row> for Off {
    type Error = BadBody;

    fn try_from(row: Row) -> Result<Self, BadBody> {
        let id = (!row.scope_id.is_empty()).then_some(row.scope_id);
        Ok(Self {
            scope: SwitchScope::from_parts(&row.scope, id).ok_or(BadBody::Value("scope"))?,
            since: Timestamp::from_micros(row.since_us),
            until: row.until_us.map(Timestamp::from_micros),
            cause: SwitchCause::from_name(&row.cause).ok_or(BadBody::Value("cause"))?,
            by: row.off_by,
        })
    }
}

#[async_trait]
impl AssistSwitch for SqliteStore {
    async fn off(&self, tenant: &str) -> Result<Vec<Off>, StoreError> {
        let mut reader = self.reader(READ).await?;
        let rows: Vec<Row> = sqlx::query_as(sql::OFF)
            .bind(tenant)
            .fetch_all(&mut *reader)
            .await
            .map_err(failed(READ))?;
        reader.done();
        rows.into_iter()
            .map(|row| Off::try_from(row).map_err(|cause| corrupt(READ, cause)))
            .collect()
    }

    async fn set(&self, tenant: &str, change: &SwitchChange) -> Result<bool, StoreError> {
        let mut transaction = self.begin(TURN).await?;
        let changed = turn(&mut transaction, tenant, change)
            .await
            .map_err(failed(TURN))?;
        transaction.commit().await.map_err(failed(TURN))?;
        Ok(changed)
    }
}

/// Inside a transaction that holds the write lock, so that what is judged is what others left.
async fn turn(
    connection: &mut SqliteConnection,
    tenant: &str,
    change: &SwitchChange,
) -> Result<bool, sqlx::Error> {
    sqlx::query(sql::FORGET_OVER)
        .bind(tenant)
        .bind(change.at.as_micros())
        .execute(&mut *connection)
        .await?;
    let scope = change.scope.kind();
    let scope_id = change.scope.id().unwrap_or_default();
    let query = match change.to {
        SwitchState::On => sqlx::query(sql::SWITCH_ON)
            .bind(tenant)
            .bind(scope)
            .bind(scope_id),
        SwitchState::Off { until } => sqlx::query(sql::SWITCH_OFF)
            .bind(tenant)
            .bind(scope)
            .bind(scope_id)
            .bind(change.cause.as_str())
            .bind(change.at.as_micros())
            .bind(until.map(Timestamp::as_micros))
            .bind(&change.by),
    };
    let done = query.execute(connection).await?;
    Ok(done.rows_affected() > 0)
}
