//! An analytics sink that keeps what it is given.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use agent_assist_domain::analytics::AnalyticsEvent;
use agent_assist_domain::ports::{AnalyticsSink, SinkError, SinkErrorKind};
use async_trait::async_trait;

use crate::lock;

/// Keeps every event in the order of arrival, or refuses them all while told to.
#[derive(Debug, Default)]
pub struct CollectingSink {
    events: Mutex<Vec<AnalyticsEvent>>,
    refusing: AtomicBool,
}

impl CollectingSink {
    /// Refuses events from now on, or takes them again.
    pub fn refuse(&self, refusing: bool) {
        self.refusing.store(refusing, Ordering::SeqCst);
    }

    /// The events so far.
    pub fn events(&self) -> Vec<AnalyticsEvent> {
        lock(&self.events).clone()
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl AnalyticsSink for CollectingSink {
    async fn publish(&self, event: &AnalyticsEvent) -> Result<(), SinkError> {
        if self.refusing.load(Ordering::SeqCst) {
            return Err(SinkError::new(SinkErrorKind::NotNow, "told to refuse"));
        }
        lock(&self.events).push(event.clone());
        Ok(())
    }
}
