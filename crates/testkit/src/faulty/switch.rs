//! An assist switch that fails on demand.

use std::sync::Arc;

use agent_assist_domain::assist::{Off, SwitchChange};
use agent_assist_domain::ports::{AssistSwitch, StoreError};
use async_trait::async_trait;

use super::Faults;

/// Wraps an assist switch.
#[derive(Clone, Debug)]
pub struct FaultyAssistSwitch {
    inner: Arc<dyn AssistSwitch>,
    faults: Faults,
}

impl FaultyAssistSwitch {
    /// `inner`, failing as `faults` say.
    pub fn new(inner: Arc<dyn AssistSwitch>, faults: Faults) -> Self {
        Self { inner, faults }
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl AssistSwitch for FaultyAssistSwitch {
    async fn off(&self, tenant: &str) -> Result<Vec<Off>, StoreError> {
        self.faults.read("look up what is switched off")?;
        self.inner.off(tenant).await
    }

    async fn set(&self, tenant: &str, change: &SwitchChange) -> Result<bool, StoreError> {
        self.faults.write("turn the assist switch")?;
        self.inner.set(tenant, change).await
    }
}
