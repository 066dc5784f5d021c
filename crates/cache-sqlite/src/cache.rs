//! The recommendation cache.

use agent_assist_domain::cache::{AnswerKey, CacheEntry, CacheRow, CacheScope, CacheStats};
use agent_assist_domain::ports::{RecommendationCache, StoreError, StoreErrorKind};
use agent_assist_domain::screening::{PolicyVersion, Stored};
use agent_assist_domain::time::Timestamp;
use async_trait::async_trait;
use rusqlite::{Transaction, params};

use crate::direct::Failure;
use crate::error::{corrupt, failed};
use crate::row::{BODY_VERSION, BadBody, decode_body, encode_body};
use crate::sql::cache as sql;
use crate::store::SqliteStore;
use crate::together::Piece;

const READ: &str = "read the cache";
const WRITE: &str = "write to the cache";

#[derive(sqlx::FromRow)]
struct Row {
    fetched_at_us: i64,
    policy_version: String,
    digest: Vec<u8>,
    body_version: i64,
    body: String,
}

/// An answer as it is written.
#[derive(Debug)]
pub(crate) struct AnswerRow {
    key: [u8; 32],
    tenant: String,
    conversation_id: String,
    session_id: String,
    fetched_at_us: i64,
    policy_version: String,
    digest: [u8; 32],
    body: String,
}

impl AnswerRow {
    fn of(entry: &CacheEntry) -> Result<Self, StoreError> {
        let stored = entry.screened.to_stored();
        let body = encode_body(&stored.fields)
            .map_err(|cause| StoreError::new(StoreErrorKind::Other, WRITE).because(cause))?;
        Ok(Self {
            key: *entry.key.as_bytes(),
            tenant: entry.tenant.clone(),
            conversation_id: entry.conversation_id.clone(),
            session_id: entry.session_id.clone(),
            fetched_at_us: entry.fetched_at.as_micros(),
            policy_version: stored.policy_version.to_string(),
            digest: stored.digest,
            body,
        })
    }
}

/// Writes `row` among others.
pub(crate) fn put(transaction: &Transaction<'_>, row: &AnswerRow) -> Result<(), Failure> {
    transaction.prepare_cached(sql::PUT)?.execute(params![
        row.key,
        row.tenant,
        row.conversation_id,
        row.session_id,
        row.fetched_at_us,
        row.policy_version,
        row.digest,
        BODY_VERSION,
        row.body,
    ])?;
    Ok(())
}

#[derive(sqlx::FromRow)]
struct StatsRow {
    entries: u64,
    bytes: u64,
    oldest_us: Option<i64>,
    newest_us: Option<i64>,
}

impl TryFrom<Row> for CacheRow {
    type Error = BadBody;

    fn try_from(row: Row) -> Result<Self, BadBody> {
        if row.body_version != BODY_VERSION {
            return Err(BadBody::Version(row.body_version));
        }
        Ok(Self {
            fetched_at: Timestamp::from_micros(row.fetched_at_us),
            stored: Stored {
                policy_version: PolicyVersion::parse(&row.policy_version)
                    .ok_or(BadBody::Value("policy_version"))?,
                digest: row
                    .digest
                    .try_into()
                    .map_err(|_| BadBody::Value("digest"))?,
                fields: decode_body(&row.body)?,
            },
        })
    }
}

#[async_trait]
impl RecommendationCache for SqliteStore {
    async fn get(&self, key: &AnswerKey) -> Result<Option<CacheRow>, StoreError> {
        let mut reader = self.reader(READ).await?;
        let row: Option<Row> = sqlx::query_as(sql::GET)
            .bind(key.as_bytes().as_slice())
            .fetch_optional(&mut *reader)
            .await
            .map_err(failed(READ))?;
        reader.done();
        row.map(|row| CacheRow::try_from(row).map_err(|cause| corrupt(READ, cause)))
            .transpose()
    }

    async fn put(&self, entry: &CacheEntry) -> Result<(), StoreError> {
        if self
            .write_together(Piece::Answer(AnswerRow::of(entry)?), WRITE)
            .await?
        {
            return Ok(());
        }
        let row = AnswerRow::of(entry)?;
        let query = sqlx::query(sql::PUT)
            .bind(row.key.to_vec())
            .bind(row.tenant)
            .bind(row.conversation_id)
            .bind(row.session_id)
            .bind(row.fetched_at_us)
            .bind(row.policy_version)
            .bind(row.digest.to_vec())
            .bind(BODY_VERSION)
            .bind(row.body);
        self.change(WRITE, query).await?;
        Ok(())
    }

    async fn invalidate(&self, scope: &CacheScope) -> Result<u64, StoreError> {
        let query = match scope {
            CacheScope::Key(key) => sqlx::query(sql::FORGET_KEY).bind(key.as_bytes().to_vec()),
            CacheScope::Conversation {
                tenant,
                conversation_id,
            } => sqlx::query(sql::FORGET_CONVERSATION)
                .bind(tenant.clone())
                .bind(conversation_id.clone()),
            CacheScope::Session { tenant, session_id } => sqlx::query(sql::FORGET_SESSION)
                .bind(tenant.clone())
                .bind(session_id.clone()),
            CacheScope::All => sqlx::query(sql::FORGET_ALL),
        };
        self.change("invalidate cache entries", query).await
    }

    async fn evict(&self, fetched_before: Timestamp) -> Result<u64, StoreError> {
        let query = sqlx::query(sql::EVICT).bind(fetched_before.as_micros());
        self.change("evict cache entries", query).await
    }

    async fn stats(&self) -> Result<CacheStats, StoreError> {
        let mut reader = self.reader("measure the cache").await?;
        let row: StatsRow = sqlx::query_as(sql::STATS)
            .fetch_one(&mut *reader)
            .await
            .map_err(failed("measure the cache"))?;
        reader.done();
        Ok(CacheStats {
            entries: row.entries,
            bytes: row.bytes,
            oldest: row.oldest_us.map(Timestamp::from_micros),
            newest: row.newest_us.map(Timestamp::from_micros),
        })
    }
}
