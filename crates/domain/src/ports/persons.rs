//! The people whose pseudonyms stand in records.

use std::fmt;

use async_trait::async_trait;

use super::StoreError;
use crate::person::{KeyCheck, Person, PersonLookup, Pseudonym};
use crate::time::Timestamp;

/// Keeps a row for each person, until it is to be forgotten.
///
/// # Contract
/// - A lookup has one row: the first `fresh` that `admit` was given for it. It is durable when `admit`
///   returns, and every later call of any process gives it.
/// - Of concurrent first calls one makes the row, and all get that one.
/// - Rows of two tenants are two rows, whatever their lookups.
/// - `forget` says how many rows there were. When it returns, none of them is anywhere in the store any
///   more, in copies neither; a later `admit` makes another.
/// - `epochs` tells the epochs of all rows and the keys that they were made under, whoever's they are,
///   in the order of the epochs.
/// - Dropping a call's future leaves a row whole or absent.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait Persons: fmt::Debug + Send + Sync + 'static {
    /// The row of a tenant's person; `fresh`, made at `now`, if there is none of its lookup.
    async fn admit(
        &self,
        tenant: &str,
        fresh: &Person,
        now: Timestamp,
    ) -> Result<Person, StoreError>;

    /// The row of this lookup.
    async fn find(&self, tenant: &str, lookup: &PersonLookup)
    -> Result<Option<Person>, StoreError>;

    /// The row of this pseudonym.
    async fn named(
        &self,
        tenant: &str,
        pseudonym: &Pseudonym,
    ) -> Result<Option<Person>, StoreError>;

    /// Every epoch with its keys.
    async fn epochs(&self) -> Result<Vec<(u32, KeyCheck)>, StoreError>;

    /// Forgets the rows of these lookups, all or none.
    async fn forget(&self, tenant: &str, lookups: &[PersonLookup]) -> Result<u64, StoreError>;
}
