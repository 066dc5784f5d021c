//! An engagement ledger that fails on demand.

use std::sync::Arc;

use agent_assist_domain::adoption::{
    By, EngagementEvent, Exposure, GroupTally, Item, ItemKey, LedgerScope, Recorded,
};
use agent_assist_domain::ports::{EngagementLedger, StoreError};
use async_trait::async_trait;

use super::Faults;

/// Wraps a ledger.
#[derive(Clone, Debug)]
pub struct FaultyLedger {
    inner: Arc<dyn EngagementLedger>,
    faults: Faults,
}

impl FaultyLedger {
    /// `inner`, failing as `faults` say.
    pub fn new(inner: Arc<dyn EngagementLedger>, faults: Faults) -> Self {
        Self { inner, faults }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl EngagementLedger for FaultyLedger {
    async fn expose(&self, exposures: Vec<Exposure>) -> Result<(), StoreError> {
        self.faults.write("record an exposure")?;
        self.inner.expose(exposures).await
    }

    async fn record(&self, events: &[EngagementEvent]) -> Result<Vec<Recorded>, StoreError> {
        self.faults.write("record engagement")?;
        self.inner.record(events).await
    }

    async fn item(&self, item: &ItemKey) -> Result<Option<Item>, StoreError> {
        self.faults.read("look up an item")?;
        self.inner.item(item).await
    }

    async fn tallies(
        &self,
        scope: &LedgerScope,
        by: Option<By>,
    ) -> Result<Vec<GroupTally>, StoreError> {
        self.faults.read("count engagement")?;
        self.inner.tallies(scope, by).await
    }
}
