//! The keys of conversations.

use agent_assist_domain::ports::{ConversationKey, ConversationKeys, StoreError, StoreErrorKind};
use agent_assist_domain::time::Timestamp;
use async_trait::async_trait;

use crate::error::{corrupt, failed};
use crate::row::BadBody;
use crate::sql::conversation_keys as sql;
use crate::store::SqliteStore;

const LOOK_UP: &str = "look up a conversation's key";
const FORGET: &str = "forget a conversation's key";

#[async_trait]
impl ConversationKeys for SqliteStore {
    async fn key(
        &self,
        tenant: &str,
        conversation_id: &str,
        fresh: &ConversationKey,
        now: Timestamp,
    ) -> Result<ConversationKey, StoreError> {
        if let Some(key) = self.find_key(tenant, conversation_id).await? {
            return Ok(key);
        }
        let query = sqlx::query(sql::MAKE)
            .bind(tenant.to_owned())
            .bind(conversation_id.to_owned())
            .bind(fresh.as_bytes().to_vec())
            .bind(now.as_micros());
        if self.change(LOOK_UP, query).await? > 0 {
            return Ok(fresh.clone());
        }
        // Another process was faster, unless it has been told to forget since.
        let found = self.find_key(tenant, conversation_id).await?;
        found.ok_or_else(|| StoreError::new(StoreErrorKind::Unavailable, LOOK_UP))
    }

    async fn forget(&self, tenant: &str, conversation_id: &str) -> Result<bool, StoreError> {
        let query = sqlx::query(sql::FORGET)
            .bind(tenant.to_owned())
            .bind(conversation_id.to_owned());
        let forgotten = self.change(FORGET, query).await? > 0;
        self.empty_log(FORGET).await?;
        Ok(forgotten)
    }
}

impl SqliteStore {
    async fn find_key(
        &self,
        tenant: &str,
        conversation_id: &str,
    ) -> Result<Option<ConversationKey>, StoreError> {
        let mut reader = self.reader(LOOK_UP).await?;
        let key: Option<Vec<u8>> = sqlx::query_scalar(sql::GET)
            .bind(tenant)
            .bind(conversation_id)
            .fetch_optional(&mut *reader)
            .await
            .map_err(failed(LOOK_UP))?;
        reader.done();
        key.map(|key| {
            let bytes = key.try_into().map_err(|_| BadBody::Value("key"));
            bytes
                .map(ConversationKey::from_bytes)
                .map_err(|cause| corrupt(LOOK_UP, cause))
        })
        .transpose()
    }
}
