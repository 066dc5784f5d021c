//! Entries that could not be written, counted until a record can tell of them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use agent_assist_domain::audit::{AuditColumns, Unwritten};
use agent_assist_domain::ports::{StoreError, StoreErrorKind};

use super::appender::Prepared;
use super::batch::Outcomes;
use super::writer::Writer;

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

impl Writer {
    /// Keeps in mind what could not be written, and tells of it at once if the ballast makes room.
    pub(super) async fn note_unwritten(&mut self, entries: &[Arc<Prepared>], kind: StoreErrorKind) {
        // Nothing will tell of it, and nothing is written any more.
        if kind == StoreErrorKind::Poisoned {
            return;
        }
        for prepared in entries {
            self.untold.note(&prepared.columns, kind);
        }
        if kind == StoreErrorKind::Full && self.ballast.release().await {
            self.tell_unwritten().await;
        }
    }

    /// Writes down that records could not be written, if there are such.
    pub(super) async fn tell_unwritten(&mut self) {
        if let Err(error) = self.commit(&[]).await {
            tracing::warn!(%error, "nothing tells yet of the records that could not be written");
        }
    }

    /// Writes `batch`, behind the record of what could not be written before it.
    pub(super) async fn commit(&mut self, batch: &[Arc<Prepared>]) -> Result<Outcomes, StoreError> {
        let Some(unwritten) = self.untold.take() else {
            return self.write(batch, None).await;
        };
        let told = Arc::new(Prepared::of(&unwritten.to_entry()));
        let batch: Vec<Arc<Prepared>> =
            std::iter::once(told).chain(batch.iter().cloned()).collect();
        match self.write(&batch, None).await {
            Ok(mut outcomes) => {
                if let Err(error) = outcomes.remove(0) {
                    tracing::error!(%error, "no record tells of those that could not be written");
                }
                Ok(outcomes)
            }
            Err(error) => {
                self.untold.put_back(unwritten);
                Err(error)
            }
        }
    }
}
