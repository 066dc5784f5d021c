//! The switch that turns assist off and on.

use std::fmt;

use async_trait::async_trait;

use super::StoreError;
use crate::assist::{Off, SwitchChange};

/// Keeps what is switched off, for every process that uses the store.
///
/// # Contract
/// - It decides nothing: `off` gives what is kept, entries that are over among them or not. Which
///   of them concern a request is [`off_for`](crate::assist::off_for)'s answer.
/// - There is at most one entry for each tenant, scope and cause. Switching off makes it, with the
///   time of the change as `since`; switching off what is off already moves its `until` and `by`
///   and leaves `since`.
/// - Switching on removes every entry of the scope, whatever its cause, and touches no other scope.
/// - Whatever was over at the time of a change counts as gone before it: it is forgotten then, and
///   switching off starts anew.
/// - `set` says whether anything is different now; the same change again is `false`. Of concurrent
///   changes each one is judged against what the others left.
/// - When `set` returns, the change is durable, and every later `off` of any process tells it.
/// - Dropping the future leaves things either as they were or as they were to be.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait AssistSwitch: fmt::Debug + Send + Sync + 'static {
    /// What is off for `tenant`: the widest scope first, within a scope by identifier, then by
    /// cause.
    async fn off(&self, tenant: &str) -> Result<Vec<Off>, StoreError>;

    /// Turns a switch of `tenant` and says whether that changed anything.
    async fn set(&self, tenant: &str, change: &SwitchChange) -> Result<bool, StoreError>;
}
