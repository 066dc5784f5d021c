//! The queue in front of the connection that appends.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use agent_assist_domain::audit::{AuditColumns, AuditEntry, AuditEvent, Seq, Unchained};
use agent_assist_domain::ports::{StoreError, StoreErrorKind};
use tokio::sync::{mpsc, oneshot};

use super::intents::Legacy;
use super::unwritten::Untold;
use super::{APPEND, contradiction};
use crate::error::Refusal;
use crate::poison::Poison;

/// Entries that may wait. One more is refused: whoever asks is told, and nothing is dropped.
pub(super) const QUEUE: usize = 4096;

/// An entry, ready to be chained.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) event: AuditEvent,
    pub(super) columns: AuditColumns,
    pub(super) entry: Unchained,
}

impl Prepared {
    pub(super) fn of(entry: &AuditEntry) -> Self {
        Self {
            event: entry.event(),
            columns: entry.columns(),
            entry: entry.to_unchained(),
        }
    }
}

/// An entry whose caller waits.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) prepared: Arc<Prepared>,
    pub(super) answer: oneshot::Sender<Result<Seq, StoreError>>,
}

#[derive(Debug)]
pub(super) enum Message {
    Append(Waiting),
    /// End what a writer that is gone has left open, and say how much of it there was.
    Settle(Legacy, oneshot::Sender<Result<usize, StoreError>>),
    /// Write what has queued, close, and say so.
    Close(oneshot::Sender<()>),
}

/// How often the audit log was written to by this store and its clones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditCounts {
    /// Transactions committed.
    pub commits: u64,
    /// Records in them.
    pub records: u64,
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    commits: AtomicU64,
    records: AtomicU64,
}

impl Counters {
    pub(super) fn count(&self, records: usize) {
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.records.fetch_add(records as u64, Ordering::Relaxed);
    }
}

/// Takes entries in. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Appender {
    pub(super) queue: mpsc::Sender<Message>,
    pub(super) poison: Arc<Poison>,
    pub(super) counters: Arc<Counters>,
    pub(super) untold: Arc<Untold>,
}

impl Appender {
    /// Queues `entry` and waits until it is durable.
    pub(crate) async fn append(&self, entry: &AuditEntry) -> Result<Seq, StoreError> {
        self.poison.check(APPEND)?;
        let prepared = Arc::new(Prepared::of(entry));
        contradiction::check(&prepared.columns)
            .map_err(|cause| StoreError::new(StoreErrorKind::Other, APPEND).because(cause))?;
        let (answer, answered) = oneshot::channel();
        let message = Message::Append(Waiting { prepared, answer });
        self.queue.try_send(message).map_err(|error| match error {
            mpsc::error::TrySendError::Full(message) => {
                if let Message::Append(refused) = message {
                    let columns = &refused.prepared.columns;
                    self.untold.note(columns, StoreErrorKind::Unavailable);
                }
                Refusal::QueueFull.of(APPEND)
            }
            mpsc::error::TrySendError::Closed(_) => Refusal::Closed.of(APPEND),
        })?;
        // Without an answer the task ended with its runtime: the entry is durable or absent.
        answered.await.unwrap_or_else(|gone| {
            Err(StoreError::new(StoreErrorKind::Other, APPEND).because(gone))
        })
    }

    /// Ends what a writer that is gone has left open; gives how much of it there was.
    pub(crate) async fn settle(&self, legacy: Legacy) -> Result<usize, StoreError> {
        self.poison.check(APPEND)?;
        let (answer, answered) = oneshot::channel();
        let message = Message::Settle(legacy, answer);
        if self.queue.send(message).await.is_err() {
            return Err(Refusal::Closed.of(APPEND));
        }
        answered.await.unwrap_or_else(|gone| {
            Err(StoreError::new(StoreErrorKind::Other, APPEND).because(gone))
        })
    }

    /// Waits until all that has queued is written and the connection is closed.
    pub(crate) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.queue.send(Message::Close(done)).await.is_ok() {
            // An error means that it is closed already.
            let _ = closed.await;
        }
    }

    pub(crate) fn counts(&self) -> AuditCounts {
        AuditCounts {
            commits: self.counters.commits.load(Ordering::Relaxed),
            records: self.counters.records.load(Ordering::Relaxed),
        }
    }
}

/// What there is to do.
pub(super) struct Sorted {
    /// The entries whose callers still wait.
    pub(super) batch: Vec<Waiting>,
    /// What is to be ended for writers that are gone, and who wants to know.
    pub(super) legacies: Vec<(Legacy, oneshot::Sender<Result<usize, StoreError>>)>,
}

/// Takes `taken` apart. An entry whose caller has left is not written: whoever waited has been told
/// that there is no record of it.
pub(super) fn sort(
    taken: &mut Vec<Message>,
    closers: &mut Vec<oneshot::Sender<()>>,
    untold: &Untold,
) -> Sorted {
    let mut batch = Vec::with_capacity(taken.len());
    let mut legacies = Vec::new();
    for message in taken.drain(..) {
        match message {
            Message::Append(left) if left.answer.is_closed() => {
                untold.note(&left.prepared.columns, StoreErrorKind::Unavailable);
            }
            Message::Append(waiting) => batch.push(waiting),
            Message::Settle(legacy, answer) => legacies.push((legacy, answer)),
            Message::Close(closer) => closers.push(closer),
        }
    }
    Sorted { batch, legacies }
}
