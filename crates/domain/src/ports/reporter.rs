//! Who is told what agents do with suggestions.

use std::error::Error;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;

use crate::adoption::ToldAct;
use crate::batch::UpstreamFacts;
use crate::time::Deadline;

/// One thing that an agent did with one suggestion.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ToldEngagement {
    /// The conversation.
    pub conversation_id: String,
    /// The upstream's identifier of what it recommended there.
    pub recommendation_id: String,
    /// What was done.
    pub act: ToldAct,
}

/// Whether something that was not acknowledged may be told again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReportErrorKind {
    /// Surely not taken in: nothing was sent, or the upstream said so. It may be told again.
    NotDelivered,
    /// It may have been taken in, or not. Telling it again might count it twice.
    Unknown,
    /// The upstream will never take it. Others it may.
    Refused,
}

impl ReportErrorKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::NotDelivered, Self::Unknown, Self::Refused];

    /// The name used in records and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotDelivered => "not_delivered",
            Self::Unknown => "unknown",
            Self::Refused => "refused",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

/// The upstream did not acknowledge what it was told.
///
/// `Display` is words of ours with numbers and codes, without a text of the upstream, fit to be kept.
#[derive(Debug)]
pub struct ReportError {
    kind: ReportErrorKind,
    why: String,
    upstream: UpstreamFacts,
    retry_after: Option<Duration>,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl ReportError {
    /// Something was not acknowledged because of `why`, such as `status 503`.
    pub fn new(kind: ReportErrorKind, why: impl Into<String>) -> Self {
        Self {
            kind,
            why: why.into(),
            upstream: UpstreamFacts::default(),
            retry_after: None,
            cause: None,
        }
    }

    /// The same error with how the upstream answered.
    #[must_use]
    pub fn with_upstream(self, upstream: UpstreamFacts) -> Self {
        Self { upstream, ..self }
    }

    /// The same error with the time after which the upstream may be told again.
    #[must_use]
    pub fn with_retry_after(self, retry_after: Option<Duration>) -> Self {
        Self {
            retry_after,
            ..self
        }
    }

    /// The same error with its cause. Causes must be free of payloads, tokens and addresses.
    #[must_use]
    pub fn because(self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..self
        }
    }

    /// Whether it may be told again.
    pub fn kind(&self) -> ReportErrorKind {
        self.kind
    }

    /// How the upstream answered, if it did.
    pub fn upstream(&self) -> &UpstreamFacts {
        &self.upstream
    }

    /// The time after which the upstream may be told again, if it said so.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl fmt::Display for ReportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}

impl Error for ReportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self.cause.as_deref() {
            Some(cause) => Some(cause),
            None => None,
        }
    }
}

/// Tells the upstream what agents do with what it recommended.
///
/// # Contract
/// - One call tells of one engagement. Repetitions within it are of what was surely not taken in; once it
///   may have been, the call ends and says [`Unknown`](ReportErrorKind::Unknown).
/// - [`NotDelivered`](ReportErrorKind::NotDelivered) is a promise: whoever tells it again after that does
///   not tell it twice.
/// - It ends by the deadline. One that has passed before anything was sent is `NotDelivered`.
/// - It keeps nothing and puts nothing in order: engagements of one suggestion are told one after the
///   other by whoever wants them in order.
/// - Dropping the future leaves it open whether the engagement was taken in.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait EngagementReporter: fmt::Debug + Send + Sync + 'static {
    /// Tells of `engagement`; how the upstream acknowledged it.
    async fn report(
        &self,
        engagement: &ToldEngagement,
        deadline: Deadline,
    ) -> Result<UpstreamFacts, ReportError>;
}
