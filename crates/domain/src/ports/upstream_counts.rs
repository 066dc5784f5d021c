//! What the upstream itself has counted of its suggestions.

use std::fmt;

use async_trait::async_trait;

use super::SourceError;
use crate::adoption::UpstreamCount;
use crate::time::{Deadline, Timestamp};

/// Asks the upstream's own statistics, to compare them with ours.
///
/// # Contract
/// - `counts` tells of distinct suggestions of the time from `since` on and before `until`, apart by what
///   they are and what was done with them. One of which several things were done is in several counts.
/// - What the statistics do not know yet is not in them: they lag.
/// - Asking changes nothing.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait UpstreamCounts: fmt::Debug + Send + Sync + 'static {
    /// The counts of that time, to be answered by `deadline`.
    async fn counts(
        &self,
        since: Timestamp,
        until: Timestamp,
        deadline: Deadline,
    ) -> Result<Vec<UpstreamCount>, SourceError>;
}
