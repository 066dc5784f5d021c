//! Entries that could not be written, counted until a record can tell of them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use agent_assist_domain::audit::{AuditColumns, Unwritten};
use agent_assist_domain::ports::StoreErrorKind;

/// Those of which no record tells yet.
#[derive(Debug, Default)]
pub(crate) struct Untold(Mutex<Option<Unwritten>>);

impl Untold {
    /// `kind` keeps the entry of these columns from being written.
    pub(super) fn note(&self, columns: &AuditColumns, kind: StoreErrorKind) {
        let later = Unwritten::one(columns, kind);
        let mut untold = self.lock();
        *untold = Some(match untold.take() {
            Some(before) => before.and(later),
            None => later,
        });
    }

    /// Takes them, in order to tell of them.
    pub(super) fn take(&self) -> Option<Unwritten> {
        self.lock().take()
    }

    /// Those that were taken could not be told of either.
    pub(super) fn put_back(&self, before: Unwritten) {
        let mut untold = self.lock();
        *untold = Some(match untold.take() {
            Some(later) => before.and(later),
            None => before,
        });
    }

    fn lock(&self) -> MutexGuard<'_, Option<Unwritten>> {
        // Whole between any two statements.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
