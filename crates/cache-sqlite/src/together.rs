//! Writes that share a transaction: exposures, and answers to be remembered. There is one of each with
//! every answer from upstream, and a transaction for each would be a synchronisation of the disk for each.
//!
//! As in the audit log nothing waits for more to come: what queues during one commit is the next.

use std::sync::Arc;

use agent_assist_domain::adoption::Exposure;
use agent_assist_domain::ports::StoreError;
use rusqlite::Transaction;
use tokio::sync::{mpsc, oneshot};

use crate::bulk::Bulk;
use crate::cache::{self, AnswerRow};
use crate::direct::Failure;
use crate::error::{Shared, poisoned};
use crate::exposures;
use crate::poison::Poison;
use crate::turns::Turns;

const TOGETHER: &str = "write to the ledger and the cache";

/// Writes in one transaction at most: those that append to the audit log wait for it.
const MOST: usize = 16;

/// Writes that wait at most. Further ones wait to be let in.
const QUEUE: usize = 1024;

/// What is to be written.
#[derive(Debug)]
pub(crate) enum Piece {
    /// Recommendations that were given out.
    Exposures(Arc<[Exposure]>),
    /// An answer to be remembered.
    Answer(AnswerRow),
}

/// What came of it: whether it was written.
type Outcome = Result<bool, Shared>;

#[derive(Debug)]
enum Message {
    Write(Piece, oneshot::Sender<Outcome>),
    Close(oneshot::Sender<()>),
}

/// The way there. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Together {
    queue: mpsc::Sender<Message>,
}

impl Together {
    /// Starts the task that writes.
    pub(crate) fn start(bulk: Bulk, turns: Turns, poison: Arc<Poison>) -> Self {
        let (queue, queued) = mpsc::channel(QUEUE);
        let writer = Writer {
            bulk,
            turns,
            poison,
        };
        tokio::spawn(writer.run(queued));
        Self { queue }
    }

    /// Writes `piece`. When this returns `true` it is durable; `false` says that it has to be written in
    /// another way, which tells why it cannot be. Whoever leaves before its turn has nothing written.
    ///
    /// # Errors
    /// If no turn is to be had, or the disk failed.
    pub(crate) async fn write(
        &self,
        piece: Piece,
        operation: &'static str,
    ) -> Result<bool, StoreError> {
        let (answer, answered) = oneshot::channel();
        if self
            .queue
            .send(Message::Write(piece, answer))
            .await
            .is_err()
        {
            return Ok(false);
        }
        let outcome = answered.await.unwrap_or(Ok(false));
        outcome.map_err(|shared| shared.error(operation))
    }

    /// Waits until what has queued is written. What comes later is not.
    pub(crate) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.queue.send(Message::Close(done)).await.is_ok() {
            // An error means that the task is gone.
            let _ = closed.await;
        }
    }
}

/// The task.
struct Writer {
    bulk: Bulk,
    turns: Turns,
    poison: Arc<Poison>,
}

impl Writer {
    async fn run(self, mut queued: mpsc::Receiver<Message>) {
        let (mut taken, mut closers) = (Vec::new(), Vec::new());
        while queued.recv_many(&mut taken, MOST).await > 0 {
            let mut waiting = Vec::with_capacity(taken.len());
            for message in taken.drain(..) {
                match message {
                    Message::Write(piece, answer) => waiting.push((piece, answer)),
                    Message::Close(done) => {
                        queued.close();
                        closers.push(done);
                    }
                }
            }
            if !waiting.is_empty() {
                self.serve(waiting).await;
            }
        }
        for closer in closers {
            // Nobody has to wait for it.
            let _ = closer.send(());
        }
    }

    async fn serve(&self, mut waiting: Vec<(Piece, oneshot::Sender<Outcome>)>) {
        let turn = self.turns.to_write(TOGETHER).await;
        // Some may have left while that was waited for.
        waiting.retain(|(_, answer)| !answer.is_closed());
        let (pieces, answers): (Vec<_>, Vec<_>) = waiting.into_iter().unzip();
        let outcome = match turn {
            Ok(_turn) => self.write(pieces).await,
            Err(error) => Err(error),
        };
        let outcome = outcome.map_err(Shared::new);
        for answer in answers {
            // The caller may have left since.
            let _ = answer.send(outcome.clone());
        }
    }

    async fn write(&self, pieces: Vec<Piece>) -> Result<bool, StoreError> {
        self.poison.check(TOGETHER)?;
        let written = self.bulk.transact(move |transaction| {
            for piece in &pieces {
                piece.write(transaction)?;
            }
            Ok(true)
        });
        written.await.map_err(|error| {
            self.poison.set();
            tracing::error!(%error, "writing to the store failed; nothing is written any more");
            poisoned(TOGETHER, sqlx::Error::Io(error))
        })
    }
}

impl Piece {
    fn write(&self, transaction: &Transaction<'_>) -> Result<(), Failure> {
        match self {
            Self::Exposures(exposures) => exposures::write(transaction, exposures)?,
            Self::Answer(row) => cache::put(transaction, row)?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use agent_assist_domain::adoption::ItemKey;
    use agent_assist_domain::ports::EngagementLedger as _;
    use agent_assist_domain::recommendation::{Kind, Origin};
    use agent_assist_domain::time::Timestamp;
    use futures_util::FutureExt as _;
    use futures_util::future::join_all;

    use super::*;
    use crate::SqliteStore;

    fn exposure(conversation: &str) -> Exposure {
        Exposure {
            item: ItemKey {
                tenant: "t".to_owned(),
                conversation_id: conversation.to_owned(),
                recommendation_id: "r".to_owned(),
            },
            session_id: "s".to_owned(),
            agent_id: None,
            queue_id: None,
            trigger_id: "q".to_owned(),
            kind: Kind::Faq,
            origin: Origin::Upstream,
            stale: false,
            document_id: None,
            at: Timestamp::from_micros(1),
        }
    }

    async fn is_there(store: &SqliteStore, exposure: &Exposure) -> bool {
        let item = store.item(&exposure.item).await.expect("an answer");
        item.is_some_and(|item| item.exposure == *exposure)
    }

    async fn opened(folder: &Path) -> SqliteStore {
        let store = SqliteStore::open(&folder.join("store.db")).await;
        store.expect("a store")
    }

    #[tokio::test]
    async fn of_those_that_wait_for_their_turn_whoever_left_has_nothing_written() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = opened(folder.path()).await;
        let named = |number: usize| exposure(&format!("c-{number}"));
        let (left, stay) = (named(0), (1..=3 * MOST).map(named).collect::<Vec<_>>());
        let turn = store.begin("test").await.expect("a turn");
        let mut leaving = Box::pin(store.expose(vec![left.clone()]));
        assert!(leaving.as_mut().now_or_never().is_none());
        // The task has taken it and waits.
        tokio::task::yield_now().await;
        let mut staying = Box::pin(join_all(
            stay.iter()
                .map(|exposure| store.expose(vec![exposure.clone()])),
        ));
        assert!(staying.as_mut().now_or_never().is_none());
        drop(leaving);
        turn.commit().await.expect("the end of the turn");
        for written in staying.await {
            written.expect("written");
        }
        assert!(!is_there(&store, &left).await);
        for exposure in &stay {
            assert!(is_there(&store, exposure).await);
        }
        store.close().await;
    }

    #[tokio::test]
    async fn the_long_way_leads_to_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = opened(folder.path()).await;
        let first = exposure("first");
        let given = store.expose(vec![first.clone()]).await;
        given.expect("written with others");
        let (other, earlier) = (exposure("other"), Timestamp::from_micros(0));
        let earlier = Exposure {
            at: earlier,
            ..first
        };
        for _ in 0..2 {
            let both = [earlier.clone(), other.clone()];
            let given = exposures::keep_by_themselves(&store, &both).await;
            given.expect("written by themselves");
            assert!(is_there(&store, &earlier).await, "the earlier one counts");
            assert!(is_there(&store, &other).await);
        }
        store.close().await;
    }
}
