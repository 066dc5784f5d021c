//! The keys of callers, without their secrets.

use agent_assist_domain::access::{ApiKey, KeyDigest, Limits, Role};
use agent_assist_domain::ports::{ApiKeys, StoreError};
use agent_assist_domain::time::Timestamp;
use async_trait::async_trait;

use crate::error::{corrupt, failed};
use crate::row::BadBody;
use crate::sql::api_keys as sql;
use crate::store::SqliteStore;

const ADD: &str = "add a key";
const FIND: &str = "look up a key";
const LIST: &str = "list the keys";
const REVOKE: &str = "revoke a key";

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    digest: Vec<u8>,
    name: String,
    role: String,
    tenant: Option<String>,
    queues: String,
    conversation_id: Option<String>,
    created_at_us: i64,
    expires_at_us: Option<i64>,
    revoked_at_us: Option<i64>,
}

impl TryFrom<Row> for ApiKey {
    type Error = BadBody;

    fn try_from(row: Row) -> Result<Self, BadBody> {
        let digest = row.digest.try_into();
        let queues = serde_json::from_str(&row.queues);
        Ok(Self {
            id: row.id,
            digest: KeyDigest(digest.map_err(|_| BadBody::Value("digest"))?),
            name: row.name,
            role: Role::from_name(&row.role).ok_or(BadBody::Value("role"))?,
            limits: Limits {
                tenant: row.tenant,
                queues: queues.map_err(|_| BadBody::Value("queues"))?,
                conversation_id: row.conversation_id,
            },
            created_at: Timestamp::from_micros(row.created_at_us),
            expires_at: row.expires_at_us.map(Timestamp::from_micros),
            revoked_at: row.revoked_at_us.map(Timestamp::from_micros),
        })
    }
}

#[async_trait]
impl ApiKeys for SqliteStore {
    async fn add(&self, key: &ApiKey) -> Result<bool, StoreError> {
        let queues = serde_json::Value::from(key.limits.queues.clone());
        let query = sqlx::query(sql::ADD)
            .bind(key.id.clone())
            .bind(key.digest.0.to_vec())
            .bind(key.name.clone())
            .bind(key.role.as_str())
            .bind(key.limits.tenant.clone())
            .bind(queues.to_string())
            .bind(key.limits.conversation_id.clone())
            .bind(key.created_at.as_micros())
            .bind(key.expires_at.map(Timestamp::as_micros));
        Ok(self.change(ADD, query).await? > 0)
    }

    async fn find(&self, id: &str) -> Result<Option<ApiKey>, StoreError> {
        let mut reader = self.reader(FIND).await?;
        let row: Option<Row> = sqlx::query_as(sql::FIND)
            .bind(id)
            .fetch_optional(&mut *reader)
            .await
            .map_err(failed(FIND))?;
        reader.done();
        row.map(|row| ApiKey::try_from(row).map_err(|cause| corrupt(FIND, cause)))
            .transpose()
    }

    async fn list(&self) -> Result<Vec<ApiKey>, StoreError> {
        let mut reader = self.reader(LIST).await?;
        let rows: Vec<Row> = sqlx::query_as(sql::LIST)
            .fetch_all(&mut *reader)
            .await
            .map_err(failed(LIST))?;
        reader.done();
        rows.into_iter()
            .map(|row| ApiKey::try_from(row).map_err(|cause| corrupt(LIST, cause)))
            .collect()
    }

    async fn revoke(&self, id: &str, at: Timestamp) -> Result<bool, StoreError> {
        let query = sqlx::query(sql::REVOKE)
            .bind(id.to_owned())
            .bind(at.as_micros());
        Ok(self.change(REVOKE, query).await? > 0)
    }
}
