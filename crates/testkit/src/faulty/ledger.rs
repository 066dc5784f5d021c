//! An engagement ledger that fails on demand.

use std::sync::Arc;

use agent_assist_domain::adoption::{EngagementEvent, ItemKey, LedgerSummary, Recorded};
use agent_assist_domain::ports::{EngagementLedger, LedgerScope, StoreError};
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
    async fn record(&self, events: &[EngagementEvent]) -> Result<Vec<Recorded>, StoreError> {
        self.faults.write("record engagement")?;
        self.inner.record(events).await
    }

    async fn emission(&self, item: &ItemKey) -> Result<Option<EngagementEvent>, StoreError> {
        self.faults.read("look up an emission")?;
        self.inner.emission(item).await
    }

    async fn summarise(&self, scope: &LedgerScope) -> Result<LedgerSummary, StoreError> {
        self.faults.read("summarise engagement")?;
        self.inner.summarise(scope).await
    }
}
