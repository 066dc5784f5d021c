//! Where analytics events go.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use crate::analytics::AnalyticsEvent;

/// What to do with an event that a sink did not take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SinkErrorKind {
    /// Try again later.
    NotNow,
    /// The receiver wants no events any more.
    Gone,
    /// This event will never be taken; others may.
    Unfit,
}

/// A sink did not take an event. The gateway goes on: analytics never cost an agent an answer.
///
/// `Display` is words of ours, without an address, a secret or anything of the event, fit to be kept.
#[derive(Debug)]
pub struct SinkError {
    kind: SinkErrorKind,
    why: String,
    retry_after: Option<Duration>,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl SinkError {
    /// An event was not taken because of `why`, such as `status 503`.
    pub fn new(kind: SinkErrorKind, why: impl Into<String>) -> Self {
        Self {
            kind,
            why: why.into(),
            retry_after: None,
            cause: None,
        }
    }

    /// The same error with how long the receiver wants to be left alone.
    #[must_use]
    pub fn with_retry_after(self, retry_after: Option<Duration>) -> Self {
        Self {
            retry_after,
            ..self
        }
    }

    /// The same error with its cause, which must be free of addresses with a query, of secrets and of
    /// events.
    #[must_use]
    pub fn because(self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..self
        }
    }

    /// What to do.
    pub fn kind(&self) -> SinkErrorKind {
        self.kind
    }

    /// How long the receiver wants to be left alone, if it said so.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl fmt::Display for SinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl Error for SinkError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self.cause.as_deref() {
            Some(cause) => Some(cause),
            None => None,
        }
    }
}

/// Takes analytics events.
///
/// # Contract
/// - Called after the event's audit record is durable. When it returns, the event has arrived.
/// - The same event may come twice; its identifier tells.
/// - A sink that the recorder calls itself returns at once, for a request waits for it; its events come
///   in the order of the requests of one caller, those of several interleave. Behind the deliverer
///   (`agent_assist_app::events`) it has the time it needs, within a bound of its own, and events come
///   one by one, in the order of the audit log.
/// - Dropping the future leaves it open whether the event arrived.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AnalyticsSink: fmt::Debug + Send + Sync + 'static {
    /// Takes `event`.
    async fn publish(&self, event: &AnalyticsEvent) -> Result<(), SinkError>;
}
