//! Decorators over the store ports that fail on demand.
//!
//! A failing call fails before it reaches the store, so nothing is changed: what every kind of
//! error but [`Other`](StoreErrorKind::Other) promises. They decorate any implementation and keep
//! the contract of the port they wrap.

mod audit;
mod cache;
mod conversation_keys;
mod ledger;
mod outbox;
mod persons;
mod switch;

pub use audit::FaultyAudit;
pub use cache::FaultyCache;
pub use conversation_keys::FaultyConversationKeys;
pub use ledger::FaultyLedger;
pub use outbox::FaultyOutbox;
pub use persons::FaultyPersons;
pub use switch::FaultyAssistSwitch;

use std::sync::{Arc, Mutex};

use agent_assist_domain::ports::{StoreError, StoreErrorKind};

use crate::lock;

/// Which calls fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calls {
    /// Every call.
    All,
    /// Calls that look something up.
    Reads,
    /// Calls that change something.
    Writes,
}

/// The switch of a faulty store. Clones share it, so a test keeps one and gives the store away.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<Mutex<Option<Fault>>>);

#[derive(Debug)]
struct Fault {
    calls: Calls,
    kind: StoreErrorKind,
    /// How many more calls fail; `None` for all of them.
    left: Option<u32>,
}

impl Faults {
    /// `calls` fail as `kind` until [`heal`](Self::heal).
    pub fn fail(&self, calls: Calls, kind: StoreErrorKind) {
        self.set(calls, kind, None);
    }

    /// The next `times` of `calls` fail as `kind`, later ones do not.
    pub fn fail_times(&self, times: u32, calls: Calls, kind: StoreErrorKind) {
        self.set(calls, kind, Some(times));
    }

    /// Nothing fails any more.
    pub fn heal(&self) {
        *lock(&self.0) = None;
    }

    fn set(&self, calls: Calls, kind: StoreErrorKind, left: Option<u32>) {
        *lock(&self.0) = Some(Fault { calls, kind, left });
    }

    fn read(&self, operation: &'static str) -> Result<(), StoreError> {
        self.strike(Calls::Reads, operation)
    }

    fn write(&self, operation: &'static str) -> Result<(), StoreError> {
        self.strike(Calls::Writes, operation)
    }

    fn strike(&self, call: Calls, operation: &'static str) -> Result<(), StoreError> {
        match &mut *lock(&self.0) {
            Some(fault) if fault.calls == Calls::All || fault.calls == call => {
                match &mut fault.left {
                    Some(0) => return Ok(()),
                    Some(left) => *left -= 1,
                    None => {}
                }
                Err(StoreError::new(fault.kind, operation).because("told to fail"))
            }
            _ => Ok(()),
        }
    }
}
