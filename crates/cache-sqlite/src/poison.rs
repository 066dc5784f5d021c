//! Whether writing has failed in a way after which nothing can be promised.
//!
//! When a write or a synchronisation fails, the system may drop what was to be written and say at
//! the next try that all is well. So there is no next try.

use std::sync::atomic::{AtomicBool, Ordering};

use agent_assist_domain::ports::StoreError;

use crate::error::Refusal;

/// Clean, until it is not.
#[derive(Debug, Default)]
pub(crate) struct Poison(AtomicBool);

impl Poison {
    /// From now on nothing is written.
    pub(crate) fn set(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// An error if nothing is written any more.
    pub(crate) fn check(&self, operation: &'static str) -> Result<(), StoreError> {
        if self.0.load(Ordering::SeqCst) {
            return Err(Refusal::Poisoned.of(operation));
        }
        Ok(())
    }
}
