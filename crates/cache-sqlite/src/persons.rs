//! The people whose pseudonyms stand in records.

use agent_assist_domain::person::{KeyCheck, Person, PersonLookup, Pseudonym};
use agent_assist_domain::ports::{Persons, StoreError, StoreErrorKind};
use agent_assist_domain::time::Timestamp;
use async_trait::async_trait;

use crate::error::{corrupt, failed};
use crate::row::BadBody;
use crate::sql::persons as sql;
use crate::store::SqliteStore;

const LOOK_UP: &str = "look up a person";
const FORGET: &str = "forget a person";

#[derive(sqlx::FromRow)]
struct Row {
    lookup: Vec<u8>,
    pseudonym: String,
    key_check: Vec<u8>,
    secret: Vec<u8>,
    sealed_id: Vec<u8>,
}

impl TryFrom<Row> for Person {
    type Error = BadBody;

    fn try_from(row: Row) -> Result<Self, BadBody> {
        Ok(Self {
            lookup: bytes("lookup", row.lookup)?,
            pseudonym: Pseudonym::parse(&row.pseudonym).ok_or(BadBody::Value("pseudonym"))?,
            key_check: bytes("key_check", row.key_check)?,
            secret: bytes("secret", row.secret)?,
            sealed_id: row.sealed_id,
        })
    }
}

#[async_trait]
impl Persons for SqliteStore {
    async fn admit(
        &self,
        tenant: &str,
        fresh: &Person,
        now: Timestamp,
    ) -> Result<Person, StoreError> {
        if let Some(person) = self.find(tenant, &fresh.lookup).await? {
            return Ok(person);
        }
        let query = sqlx::query(sql::MAKE)
            .bind(tenant.to_owned())
            .bind(fresh.lookup.to_vec())
            .bind(fresh.pseudonym.as_str().to_owned())
            .bind(fresh.pseudonym.epoch())
            .bind(fresh.key_check.to_vec())
            .bind(fresh.secret.to_vec())
            .bind(fresh.sealed_id.clone())
            .bind(now.as_micros());
        if self.change(LOOK_UP, query).await? > 0 {
            return Ok(fresh.clone());
        }
        // Another process was faster, unless it has been told to forget since.
        let found = self.find(tenant, &fresh.lookup).await?;
        found.ok_or_else(|| StoreError::new(StoreErrorKind::Unavailable, LOOK_UP))
    }

    async fn find(
        &self,
        tenant: &str,
        lookup: &PersonLookup,
    ) -> Result<Option<Person>, StoreError> {
        let mut reader = self.reader(LOOK_UP).await?;
        let row: Option<Row> = sqlx::query_as(sql::FIND)
            .bind(tenant)
            .bind(lookup.as_slice())
            .fetch_optional(&mut *reader)
            .await
            .map_err(failed(LOOK_UP))?;
        reader.done();
        person(row)
    }

    async fn named(
        &self,
        tenant: &str,
        pseudonym: &Pseudonym,
    ) -> Result<Option<Person>, StoreError> {
        let mut reader = self.reader(LOOK_UP).await?;
        let row: Option<Row> = sqlx::query_as(sql::NAMED)
            .bind(tenant)
            .bind(pseudonym.as_str())
            .fetch_optional(&mut *reader)
            .await
            .map_err(failed(LOOK_UP))?;
        reader.done();
        person(row)
    }

    async fn epochs(&self) -> Result<Vec<(u32, KeyCheck)>, StoreError> {
        let mut reader = self.reader(LOOK_UP).await?;
        let rows: Vec<(u32, Vec<u8>)> = sqlx::query_as(sql::EPOCHS)
            .fetch_all(&mut *reader)
            .await
            .map_err(failed(LOOK_UP))?;
        reader.done();
        rows.into_iter()
            .map(|(epoch, check)| Ok((epoch, bytes("key_check", check)?)))
            .collect::<Result<_, BadBody>>()
            .map_err(|cause| corrupt(LOOK_UP, cause))
    }

    async fn forget(&self, tenant: &str, lookups: &[PersonLookup]) -> Result<u64, StoreError> {
        let mut transaction = self.begin(FORGET).await?;
        let mut forgotten = 0;
        for lookup in lookups {
            let done = sqlx::query(sql::FORGET)
                .bind(tenant)
                .bind(lookup.as_slice())
                .execute(&mut *transaction)
                .await
                .map_err(failed(FORGET))?;
            forgotten += done.rows_affected();
        }
        transaction.commit().await.map_err(failed(FORGET))?;
        self.empty_log(FORGET).await?;
        Ok(forgotten)
    }
}

fn person(row: Option<Row>) -> Result<Option<Person>, StoreError> {
    row.map(|row| Person::try_from(row).map_err(|cause| corrupt(LOOK_UP, cause)))
        .transpose()
}

fn bytes<const N: usize>(column: &'static str, bytes: Vec<u8>) -> Result<[u8; N], BadBody> {
    bytes.try_into().map_err(|_| BadBody::Value(column))
}
