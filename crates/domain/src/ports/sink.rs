//! Where analytics events go.

use std::error::Error;
use std::fmt;

use async_trait::async_trait;

use crate::analytics::AnalyticsEvent;

/// An event could not be handed over. The gateway logs it and goes on: analytics never cost an
/// agent an answer.
#[derive(Debug, thiserror::Error)]
#[error("the analytics sink did not take the event")]
pub struct SinkError(#[source] pub Box<dyn Error + Send + Sync>);

/// Takes analytics events.
///
/// # Contract
/// - Called after the event's audit record is durable, in the order of the requests of one caller;
///   requests of several callers interleave.
/// - The same event may come twice; its identifier tells.
/// - It should return at once: hand slow work to a task of its own.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AnalyticsSink: fmt::Debug + Send + Sync + 'static {
    /// Takes `event`.
    async fn publish(&self, event: &AnalyticsEvent) -> Result<(), SinkError>;
}
