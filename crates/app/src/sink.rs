//! Analytics into a closure: the callback of a program that embeds the gateway.

use std::fmt;

use agent_assist_domain::analytics::AnalyticsEvent;
use agent_assist_domain::ports::{AnalyticsSink, SinkError};
use async_trait::async_trait;

/// Calls a closure for every event.
pub struct ClosureSink<F>(F);

impl<F: Fn(&AnalyticsEvent) + Send + Sync + 'static> ClosureSink<F> {
    /// A sink that calls `callback`. It runs on the request's own task: keep it short.
    pub fn new(callback: F) -> Self {
        Self(callback)
    }
}

impl<F> fmt::Debug for ClosureSink<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClosureSink(..)")
    }
}

#[async_trait]
impl<F: Fn(&AnalyticsEvent) + Send + Sync + 'static> AnalyticsSink for ClosureSink<F> {
    async fn publish(&self, event: &AnalyticsEvent) -> Result<(), SinkError> {
        (self.0)(event);
        Ok(())
    }
}
