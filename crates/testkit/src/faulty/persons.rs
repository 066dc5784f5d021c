//! People who cannot be looked up on demand.

use std::sync::Arc;

use agent_assist_domain::person::{KeyCheck, Person, PersonLookup, Pseudonym};
use agent_assist_domain::ports::{Persons, StoreError};
use agent_assist_domain::time::Timestamp;
use async_trait::async_trait;

use super::Faults;

/// Wraps a store of people.
#[derive(Clone, Debug)]
pub struct FaultyPersons {
    inner: Arc<dyn Persons>,
    faults: Faults,
}

impl FaultyPersons {
    /// `inner`, failing as `faults` say.
    pub fn new(inner: Arc<dyn Persons>, faults: Faults) -> Self {
        Self { inner, faults }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Persons for FaultyPersons {
    async fn admit(
        &self,
        tenant: &str,
        fresh: &Person,
        now: Timestamp,
    ) -> Result<Person, StoreError> {
        self.faults.write("look up a person")?;
        self.inner.admit(tenant, fresh, now).await
    }

    async fn find(
        &self,
        tenant: &str,
        lookup: &PersonLookup,
    ) -> Result<Option<Person>, StoreError> {
        self.faults.read("look up a person")?;
        self.inner.find(tenant, lookup).await
    }

    async fn named(
        &self,
        tenant: &str,
        pseudonym: &Pseudonym,
    ) -> Result<Option<Person>, StoreError> {
        self.faults.read("look up a person")?;
        self.inner.named(tenant, pseudonym).await
    }

    async fn epochs(&self) -> Result<Vec<(u32, KeyCheck)>, StoreError> {
        self.faults.read("look up a person")?;
        self.inner.epochs().await
    }

    async fn forget(&self, tenant: &str, lookups: &[PersonLookup]) -> Result<u64, StoreError> {
        self.faults.write("forget a person")?;
        self.inner.forget(tenant, lookups).await
    }
}
