//! The task that owns the connection that appends.

use std::path::Path;
use std::sync::Arc;

use agent_assist_domain::ports::StoreError;
use agent_assist_tlog::TreeHead;
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

use super::APPEND;
use super::appender::{Appender, Counters, Message, Prepared, QUEUE, Sorted, Waiting, sort};
use super::batch::{Outcomes, chain, insert_all, insert_each};
use super::bulk::{self, Batch};
use super::checkpoint::Signer;
use super::intents::{Legacy, OpenIntents};
use super::tree::Tree;
use super::unwritten::Untold;
use crate::ballast::Ballast;
use crate::bulk::Bulk;
use crate::connection::Access;
use crate::error::{Shared, failed, is_busy, is_poison, is_refused_row, poisoned};
use crate::poison::Poison;
use crate::sidecar::Sidecar;
use crate::sql::file::BEGIN;
use crate::store::connect;
use crate::turns::Turns;

/// Appends what has queued, for as long as somebody can queue something.
#[derive(Debug)]
pub(crate) struct Writer {
    /// The store.
    pub(crate) path: Arc<Path>,
    /// `None` behind an error after which it may be in the middle of a transaction still: SQLite
    /// gives up some by itself, unnoticed by what counts them here.
    pub(crate) connection: Option<SqliteConnection>,
    /// Takes what nearly all batches are.
    pub(crate) bulk: Bulk,
    pub(crate) tree: Tree,
    pub(crate) intents: OpenIntents,
    pub(crate) sidecar: Sidecar,
    pub(crate) signer: Signer,
    pub(crate) ballast: Ballast,
    pub(crate) untold: Arc<Untold>,
    pub(crate) turns: Turns,
    pub(crate) poison: Arc<Poison>,
}

impl Writer {
    /// Starts the task.
    pub(crate) fn start(self) -> Appender {
        let (queue, queued) = mpsc::channel(QUEUE);
        let counters = Arc::new(Counters::default());
        let appender = Appender {
            queue,
            poison: Arc::clone(&self.poison),
            counters: Arc::clone(&counters),
            untold: Arc::clone(&self.untold),
        };
        tokio::spawn(self.run(queued, counters));
        appender
    }

    async fn run(mut self, mut queued: mpsc::Receiver<Message>, counters: Arc<Counters>) {
        let mut taken = Vec::new();
        let mut closers = Vec::new();
        loop {
            // Nothing waits for more to come: what queues during one commit is the next batch.
            let count = match self.due() {
                None => queued.recv_many(&mut taken, QUEUE).await,
                Some(due) => match timeout_at(due, queued.recv_many(&mut taken, QUEUE)).await {
                    Ok(count) => count,
                    Err(_) => {
                        self.write_what_is_due().await;
                        continue;
                    }
                },
            };
            if count == 0 {
                break;
            }
            let Sorted { batch, legacies } = sort(&mut taken, &mut closers, &self.untold);
            if !closers.is_empty() {
                queued.close();
            }
            self.serve(batch, &counters).await;
            for (legacy, answer) in legacies {
                // Nobody has to wait for it.
                let _ = answer.send(self.settle(&legacy).await);
            }
        }
        self.close().await;
        for closer in closers {
            // Nobody has to wait for it.
            let _ = closer.send(());
        }
    }

    /// Writes `batch` and answers.
    async fn serve(&mut self, batch: Vec<Waiting>, counters: &Counters) {
        if batch.is_empty() {
            return;
        }
        let (prepared, answers): (Vec<Arc<Prepared>>, Vec<_>) = batch
            .into_iter()
            .map(|waiting| (waiting.prepared, waiting.answer))
            .unzip();
        let outcomes = match self.poison.check(APPEND) {
            Ok(()) => self.commit(&prepared).await,
            Err(error) => Err(error),
        };
        match outcomes {
            Ok(outcomes) => {
                counters.count(outcomes.iter().filter(|outcome| outcome.is_ok()).count());
                for (answer, outcome) in answers.into_iter().zip(outcomes) {
                    // The caller may have left since.
                    let _ = answer.send(outcome.map_err(failed(APPEND)));
                }
            }
            Err(error) => {
                self.note_unwritten(&prepared, error.kind()).await;
                let shared = Shared::new(error);
                for answer in answers {
                    let _ = answer.send(Err(shared.error(APPEND)));
                }
            }
        }
    }

    /// One transaction; when it returns what it holds is durable, and on record outside if the last
    /// time was long enough ago.
    pub(super) async fn write(
        &mut self,
        batch: &[Arc<Prepared>],
        legacy: Option<&Legacy>,
    ) -> Result<Outcomes, StoreError> {
        if batch.is_empty() && legacy.is_none() {
            return Ok(Vec::new());
        }
        let _turn = self.turns.to_append(APPEND).await?;
        let under = self.signer.signed();
        let mut outcomes = self.attempt(batch, legacy, Way::Trusting).await;
        if is_refused(&outcomes) {
            // Somebody else has appended, or one of them breaks the rules.
            outcomes = self.attempt(batch, legacy, Way::Looking).await;
        }
        if is_refused(&outcomes) && batch.len() > 1 {
            outcomes = self.attempt(batch, legacy, Way::EachByItself).await;
        }
        let outcomes = match outcomes {
            Err(Failed::Sqlite(error)) if is_refused_row(&error) => Ok(vec![Err(error)]),
            outcomes => outcomes,
        }
        .map_err(|failure| self.judge(failure))?;
        self.sidecar.note(self.tree.head());
        if self.sidecar.is_due() || self.signer.signed() > under {
            self.write_sidecar().await;
        }
        Ok(outcomes)
    }

    async fn attempt(
        &mut self,
        batch: &[Arc<Prepared>],
        legacy: Option<&Legacy>,
        way: Way,
    ) -> Result<Outcomes, Failed> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect(&self.path, Access::Appending).await?,
        };
        let outcomes = self.transact(&mut connection, batch, legacy, way).await;
        let is_sound = match &outcomes {
            Ok(_) => true,
            Err(Failed::Sqlite(error)) => is_busy(error) || is_refused_row(error),
            Err(Failed::Store(_)) => false,
        };
        if is_sound {
            self.connection = Some(connection);
        }
        outcomes
    }

    async fn transact(
        &mut self,
        connection: &mut SqliteConnection,
        batch: &[Arc<Prepared>],
        legacy: Option<&Legacy>,
        way: Way,
    ) -> Result<Outcomes, Failed> {
        if let (None, Way::Trusting) = (legacy, way)
            && let Some(outcomes) = self.append_in_bulk(batch).await?
        {
            return Ok(outcomes);
        }
        let mut transaction = connection.begin_with(BEGIN).await?;
        if let Some(legacy) = legacy
            && !legacy.close(&mut transaction).await?
        {
            return Ok(Vec::new());
        }
        let looks = way != Way::Trusting || batch.is_empty();
        if looks && !self.tree.is_current(&mut transaction).await? {
            self.tree = Tree::load(&mut transaction, APPEND).await?;
        }
        if batch.is_empty() {
            transaction.commit().await?;
            return Ok(Vec::new());
        }
        let mut tree = self.tree.clone();
        let outcomes = if way == Way::EachByItself {
            insert_each(&mut transaction, &mut tree, batch).await?
        } else {
            insert_all(&mut transaction, &mut tree, batch).await?
        };
        if outcomes.iter().any(Result::is_ok) {
            let turnover = self
                .intents
                .write(&mut transaction, &self.path, batch, &outcomes)
                .await?;
            tree.write_tiles(&mut transaction).await?;
            let head = tree.head().tree;
            let note = self.signer.sign_if_due(&mut transaction, head).await?;
            transaction.commit().await?;
            self.tree = tree;
            self.intents.apply(turnover);
            self.signer.settle(head.size, note.as_deref());
        }
        Ok(outcomes)
    }

    /// Appends the records and what the tree has of them, where nothing else is to be written with them.
    /// `None` if it is, or somebody else has appended, or anything goes wrong that left no trace.
    async fn append_in_bulk(
        &mut self,
        batch: &[Arc<Prepared>],
    ) -> Result<Option<Outcomes>, Failed> {
        let (first, before) = (self.tree.next_seq(), self.tree.head());
        let size = before.tree.size + batch.len() as u64;
        let is_plain = |prepared: &Arc<Prepared>| {
            bulk::takes(prepared.event) && !self.intents.concern(prepared)
        };
        if batch.is_empty() || self.signer.is_due(size) || !batch.iter().all(is_plain) {
            return Ok(None);
        }
        let mut tree = self.tree.clone();
        let (texts, leaves) = chain(&mut tree, batch)?;
        let batch = Batch {
            before,
            rows: batch.iter().cloned().zip(texts).collect(),
            leaves,
            head: tree.new_head(),
            tiles: tree.take_tiles(),
        };
        let count = batch.rows.len() as u64;
        let appended = self
            .bulk
            .transact(move |transaction| bulk::append(transaction, &batch));
        if !appended.await.map_err(sqlx::Error::Io)? {
            return Ok(None);
        }
        self.tree = tree;
        self.signer.settle(size, None);
        Ok(Some((first..first + count).map(Ok).collect()))
    }

    /// Signs the head, unless there is no record in it, or one that is.
    pub(super) async fn sign_in_transaction(
        &mut self,
    ) -> Result<(TreeHead, Option<String>), Failed> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => connect(&self.path, Access::Appending).await?,
        };
        let mut transaction = connection.begin_with(BEGIN).await?;
        if !self.tree.is_current(&mut transaction).await? {
            self.tree = Tree::load(&mut transaction, APPEND).await?;
        }
        let head = self.tree.head();
        let note = self.signer.sign(&mut transaction, head.tree).await?;
        transaction.commit().await?;
        self.connection = Some(connection);
        self.sidecar.note(head);
        Ok((head.tree, note))
    }

    /// The error of a batch; it may be the last.
    pub(super) fn judge(&self, failure: Failed) -> StoreError {
        match failure {
            Failed::Sqlite(error) if is_poison(&error) => {
                self.poison.set();
                tracing::error!(%error, "writing to the audit log failed; nothing is written any more");
                poisoned(APPEND, error)
            }
            Failed::Sqlite(error) => failed(APPEND)(error),
            Failed::Store(error) => error,
        }
    }

    /// The records are durable whether this succeeds or not; it is tried again with the next.
    pub(super) async fn write_sidecar(&mut self) {
        if let Err(error) = self.sidecar.write().await {
            tracing::error!(%error, "the head of the audit log cannot be written beside the store");
        }
    }

    /// When something must be written that nobody waits for.
    fn due(&self) -> Option<Instant> {
        let due = self.sidecar.due().into_iter().chain(self.signer.due());
        due.min()
    }

    async fn write_what_is_due(&mut self) {
        let now = Instant::now();
        if self.signer.due().is_some_and(|due| due <= now) {
            self.sign_in_turn().await;
        }
        if self.sidecar.is_due() {
            self.write_sidecar_in_turn().await;
        }
    }

    async fn write_sidecar_in_turn(&mut self) {
        match self.turns.to_append(APPEND).await {
            Ok(_turn) => self.write_sidecar().await,
            Err(error) => tracing::warn!(%error, "the head of the audit log has to wait"),
        }
    }

    async fn close(mut self) {
        if self.poison.check(APPEND).is_ok() {
            self.tell_unwritten().await;
        }
        self.sign_at_last().await;
        if self.sidecar.due().is_some() {
            self.write_sidecar_in_turn().await;
        }
        self.bulk.close().await;
        // Nothing is lost with a connection that cannot be closed in order.
        if let Some(connection) = self.connection {
            let _ = connection.close().await;
        }
        self.intents.leave().await;
    }
}

/// How a batch is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// As if nobody else had appended: what is asked of the file is asked by the statements themselves.
    Trusting,
    /// After a look where the log ends.
    Looking,
    /// After a look, each entry by itself: which of them are refused.
    EachByItself,
}

fn is_refused(outcomes: &Result<Outcomes, Failed>) -> bool {
    matches!(outcomes, Err(Failed::Sqlite(error)) if is_refused_row(error))
}

/// Why a batch was not written.
#[derive(Debug)]
pub(super) enum Failed {
    Sqlite(sqlx::Error),
    Store(StoreError),
}

impl From<sqlx::Error> for Failed {
    fn from(error: sqlx::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<StoreError> for Failed {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
