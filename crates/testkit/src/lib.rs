//! What tests of the gateway share: fakes of every port that keep its contract, decorators that
//! break on demand, builders, and the conformance suites that hold a backend to the contract.
//!
//! A development dependency only. Nothing here sleeps or reads the wall clock, and nothing is
//! random: a test that fails here fails every time.
//!
//! - [`ManualClock`] stands still until told.
//! - [`memory`] has the reference implementation of every store port.
//! - [`faulty`] wraps any store so that calls fail with a chosen error.
//! - [`ScriptedSource`] plays the upstream that is asked, [`ScriptedReporter`] the one that is told,
//!   [`CollectingSink`] the dashboard.
//! - [`build`] makes valid domain values with one line each.
//! - [`disk`] watches what a process does to a store's files, and fails on demand.
//! - [`conformance`] is what a backend of one's own must pass.

pub mod build;
pub mod conformance;
#[cfg(target_os = "linux")]
pub mod disk;
pub mod faulty;
pub mod memory;

mod clock;
mod reporter;
mod scripted;
mod sink;

pub use clock::ManualClock;
pub use reporter::{Hearing, ScriptedReporter};
pub use scripted::{Gate, ScriptedSource};
pub use sink::CollectingSink;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// The content of `mutex`, also when another test thread panicked while it held it: that panic is
/// the failure to report, not a second one here.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
