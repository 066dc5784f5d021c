//! The people whose pseudonyms stand in records, in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;

use agent_assist_domain::person::{KeyCheck, Person, PersonLookup, Pseudonym};
use agent_assist_domain::ports::{Persons, StoreError};
use agent_assist_domain::time::Timestamp;
use async_trait::async_trait;

use crate::lock;

/// Keeps rows by tenant and lookup.
#[derive(Debug, Default)]
pub struct MemoryPersons {
    rows: Mutex<BTreeMap<(String, PersonLookup), Person>>,
}

impl MemoryPersons {
    /// How many rows there are.
    pub fn count(&self) -> usize {
        lock(&self.rows).len()
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Persons for MemoryPersons {
    async fn admit(
        &self,
        tenant: &str,
        fresh: &Person,
        _now: Timestamp,
    ) -> Result<Person, StoreError> {
        let whose = (tenant.to_owned(), fresh.lookup);
        let mut rows = lock(&self.rows);
        Ok(rows.entry(whose).or_insert_with(|| fresh.clone()).clone())
    }

    async fn find(
        &self,
        tenant: &str,
        lookup: &PersonLookup,
    ) -> Result<Option<Person>, StoreError> {
        let whose = (tenant.to_owned(), *lookup);
        Ok(lock(&self.rows).get(&whose).cloned())
    }

    async fn named(
        &self,
        tenant: &str,
        pseudonym: &Pseudonym,
    ) -> Result<Option<Person>, StoreError> {
        let rows = lock(&self.rows);
        let mut found = rows
            .iter()
            .filter(|((of, _), person)| of == tenant && person.pseudonym == *pseudonym);
        Ok(found.next().map(|(_, person)| person.clone()))
    }

    async fn epochs(&self) -> Result<Vec<(u32, KeyCheck)>, StoreError> {
        let rows = lock(&self.rows);
        let epochs = rows
            .values()
            .map(|person| (person.pseudonym.epoch(), person.key_check));
        Ok(epochs.collect::<BTreeSet<_>>().into_iter().collect())
    }

    async fn forget(&self, tenant: &str, lookups: &[PersonLookup]) -> Result<u64, StoreError> {
        let mut rows = lock(&self.rows);
        let gone = lookups
            .iter()
            .filter(|lookup| rows.remove(&(tenant.to_owned(), **lookup)).is_some());
        Ok(gone.count() as u64)
    }
}
