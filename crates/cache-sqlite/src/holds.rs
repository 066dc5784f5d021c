//! Legal holds. That no record is let go which one covers, the schema itself sees to.

use agent_assist_domain::audit::Seq;
use agent_assist_domain::ports::{LegalHolds, StoreError};
use agent_assist_domain::retention::{Hold, HoldQuestion, HoldScope, Release};
use agent_assist_domain::time::Timestamp;
use async_trait::async_trait;

use crate::audit::column;
use crate::error::{corrupt, failed};
use crate::row::BadBody;
use crate::sql::holds as sql;
use crate::store::SqliteStore;

const PLACE: &str = "place a hold";
const RELEASE: &str = "release a hold";
const LIST: &str = "list the holds";
const LOOK_UP: &str = "look up what is held";

#[derive(sqlx::FromRow)]
struct Row {
    id: u64,
    scope: String,
    scope_id: String,
    reason: String,
    at_us: i64,
    held_by: Option<String>,
    released_at_us: Option<i64>,
    released_by: Option<String>,
}

impl TryFrom<Row> for Hold {
    type Error = BadBody;

    fn try_from(row: Row) -> Result<Self, BadBody> {
        let id = (!row.scope_id.is_empty()).then_some(row.scope_id);
        let by = row.released_by;
        let released = row.released_at_us.map(|at_us| Release {
            at: Timestamp::from_micros(at_us),
            by,
        });
        Ok(Self {
            id: row.id,
            scope: HoldScope::from_parts(&row.scope, id).ok_or(BadBody::Value("scope"))?,
            reason: row.reason,
            since: Timestamp::from_micros(row.at_us),
            by: row.held_by,
            released,
        })
    }
}

#[async_trait]
impl LegalHolds for SqliteStore {
    async fn place(&self, tenant: &str, hold: &Hold) -> Result<(), StoreError> {
        let scope_id = hold.scope.conversation_id().unwrap_or_default();
        let query = sqlx::query(sql::PLACE)
            .bind(column(hold.id))
            .bind(tenant.to_owned())
            .bind(hold.scope.kind())
            .bind(scope_id.to_owned())
            .bind(hold.reason.clone())
            .bind(hold.since.as_micros())
            .bind(hold.by.clone());
        self.change(PLACE, query).await.map(drop)
    }

    async fn release(&self, tenant: &str, id: Seq, release: &Release) -> Result<bool, StoreError> {
        let query = sqlx::query(sql::RELEASE)
            .bind(tenant.to_owned())
            .bind(column(id))
            .bind(release.at.as_micros())
            .bind(release.by.clone());
        Ok(self.change(RELEASE, query).await? > 0)
    }

    async fn list(&self, tenant: &str) -> Result<Vec<Hold>, StoreError> {
        let mut reader = self.reader(LIST).await?;
        let rows: Vec<Row> = sqlx::query_as(sql::LIST)
            .bind(tenant)
            .fetch_all(&mut *reader)
            .await
            .map_err(failed(LIST))?;
        reader.done();
        rows.into_iter()
            .map(|row| Hold::try_from(row).map_err(|cause| corrupt(LIST, cause)))
            .collect()
    }

    async fn is_held<'a>(
        &'a self,
        tenant: &'a str,
        question: HoldQuestion<'a>,
    ) -> Result<bool, StoreError> {
        let (conversation, agent) = match question {
            HoldQuestion::Conversation(id) => (Some(id), None),
            HoldQuestion::Agent(id) => (None, Some(id)),
            HoldQuestion::Customer => (None, None),
        };
        let mut reader = self.reader(LOOK_UP).await?;
        let is_held: bool = sqlx::query_scalar(sql::IS_HELD)
            .bind(tenant)
            .bind(conversation)
            .bind(agent)
            .fetch_one(&mut *reader)
            .await
            .map_err(failed(LOOK_UP))?;
        reader.done();
        Ok(is_held)
    }
}
