//! Legal holds.

use std::fmt;

use async_trait::async_trait;

use super::StoreError;
use crate::audit::Seq;
use crate::retention::{Hold, HoldQuestion, Release};

/// Keeps the orders not to let records go.
///
/// # Contract
/// - What `place` and `release` have done is durable when they return, and every later call of any
///   process sees it.
/// - `place` takes the position of the record that ordered the hold as its name; that record must be in
///   the log. It is an error to place a second one of that name.
/// - `release` says whether such a hold of the tenant stood. It stays in the list.
/// - `list` gives every hold of a tenant that was ever placed, the oldest first.
/// - `is_held` says no only if no hold of the tenant that stands covers a record of whom it asks about.
///   It may say yes where that cannot be told.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait LegalHolds: fmt::Debug + Send + Sync + 'static {
    /// Places a hold that stands; its `released` means nothing.
    async fn place(&self, tenant: &str, hold: &Hold) -> Result<(), StoreError>;

    /// Ends the hold of that name.
    async fn release(&self, tenant: &str, id: Seq, release: &Release) -> Result<bool, StoreError>;

    /// Every hold.
    async fn list(&self, tenant: &str) -> Result<Vec<Hold>, StoreError>;

    /// Whether a hold forbids to let go of this.
    async fn is_held<'a>(
        &'a self,
        tenant: &'a str,
        question: HoldQuestion<'a>,
    ) -> Result<bool, StoreError>;
}
