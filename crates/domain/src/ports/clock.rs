//! The wall clock.

use std::fmt;

use crate::time::Timestamp;

/// Tells the time.
///
/// # Contract
/// The reading is UTC and may jump, forwards or back, when the host's clock is set. Timeouts and
/// latencies are not measured with it.
#[cfg_attr(feature = "mock", mockall::automock)]
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The time now.
    fn now(&self) -> Timestamp;
}
