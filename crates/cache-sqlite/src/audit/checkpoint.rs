//! Checkpoints: when the head of the log is signed, and with what.
//!
//! The head is signed a second after the first record that is not under a checkpoint, or when there
//! are ten thousand, in the transaction of whatever is written then; and when the store is closed. So
//! under load a checkpoint costs no synchronisation of the disk of its own.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::audit::{LogHead, StoredCheckpoint};
use agent_assist_domain::ports::{CheckpointSink, Clock, StoreError};
use agent_assist_domain::time::Timestamp;
use agent_assist_tlog::{Checkpoint, HandOver, SigningKey, TreeHead};
use sqlx::sqlite::SqliteConnection;
use tokio::time::Instant;

use super::tree::column;
use super::writer::Writer;
use super::{APPEND, READ};
use crate::error::{corrupt, failed};
use crate::sql::checkpoint as sql;
use crate::store::SqliteStore;

/// Between a record and the checkpoint over it while there is traffic.
const INTERVAL: Duration = Duration::from_secs(1);

/// Records without a checkpoint after which one is due at once.
const MOST_RECORDS: u64 = 10_000;

/// What it takes to sign checkpoints.
#[derive(Clone)]
pub struct Signing {
    /// The log's key; its name is the log's.
    pub key: SigningKey,
    /// The key that it gives way to, where it does: every checkpoint then hands over to that one.
    pub successor: Option<SigningKey>,
    /// Tells when.
    pub clock: Arc<dyn Clock>,
    /// Takes checkpoints off the host, if anything does.
    pub sink: Option<Arc<dyn CheckpointSink>>,
}

/// Keys show their names and no more.
impl fmt::Debug for Signing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signing")
            .field("key", &self.key)
            .field("successor", &self.successor)
            .field("sink", &self.sink)
            .finish_non_exhaustive()
    }
}

/// A head cannot be signed.
#[derive(Debug, thiserror::Error)]
#[error("the head of the audit log cannot be signed")]
struct NotSigned(#[source] Box<dyn std::error::Error + Send + Sync>);

/// Signs when it is due.
#[derive(Debug)]
pub(crate) struct Signer {
    signing: Option<Signing>,
    /// Leaves under the last checkpoint, as far as known here.
    signed: u64,
    /// When the first record behind it was written.
    since: Option<Instant>,
}

impl Signer {
    /// Of a log of `size` leaves.
    pub(crate) async fn new(
        signing: Option<Signing>,
        connection: &mut SqliteConnection,
        size: u64,
        operation: &'static str,
    ) -> Result<Self, StoreError> {
        let signed: u64 = sqlx::query_scalar(sql::SIZE)
            .fetch_one(connection)
            .await
            .map_err(failed(operation))?;
        let mut signer = Self {
            signing,
            signed,
            since: None,
        };
        signer.note(size);
        Ok(signer)
    }

    /// When the head must be signed; `None` if it is.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.since.map(|since| since + INTERVAL)
    }

    /// Whether a log of `size` leaves is to be signed now.
    pub(super) fn is_due(&self, size: u64) -> bool {
        let is_time = || self.due().is_some_and(|due| due <= Instant::now());
        let is_many = || size.saturating_sub(self.signed) >= MOST_RECORDS;
        self.signing.is_some() && (is_time() || is_many())
    }

    /// Takes note of a log of `size` leaves that is durable.
    fn note(&mut self, size: u64) {
        if self.signing.is_some() && size > self.signed {
            self.since.get_or_insert_with(Instant::now);
        }
    }

    /// Signs `head` if that is due; what is signed counts once it is [settled](Self::settle).
    pub(super) async fn sign_if_due(
        &self,
        connection: &mut SqliteConnection,
        head: TreeHead,
    ) -> Result<Option<String>, sqlx::Error> {
        match self.is_due(head.size) {
            true => self.sign(connection, head).await,
            false => Ok(None),
        }
    }

    /// Leaves under the last checkpoint, as far as known here.
    pub(super) fn signed(&self) -> u64 {
        self.signed
    }

    /// Signs `head`; `None` where nothing signs, or it is under a checkpoint.
    pub(super) async fn sign(
        &self,
        connection: &mut SqliteConnection,
        head: TreeHead,
    ) -> Result<Option<String>, sqlx::Error> {
        let Some(signing) = &self.signing else {
            return Ok(None);
        };
        let note = note(signing, head).map_err(|error| sqlx::Error::Encode(error.into()))?;
        let added = sqlx::query(sql::ADD)
            .bind(column(head.size))
            .bind(head.root.as_bytes().to_vec())
            .bind(signing.clock.now().as_micros())
            .bind(&note)
            .execute(connection)
            .await?;
        // Another process may have been faster.
        Ok((added.rows_affected() > 0).then_some(note))
    }

    /// What has been written is durable: `size` leaves, the last of them under `note` if there is one.
    pub(super) fn settle(&mut self, size: u64, note: Option<&str>) {
        if let Some(note) = note {
            self.mark(size);
            if let Some(sink) = self
                .signing
                .as_ref()
                .and_then(|signing| signing.sink.as_ref())
            {
                sink.offer(note);
            }
        }
        self.note(size);
    }

    /// Leaves up to `size` are under a checkpoint, or need not be before another second.
    fn mark(&mut self, size: u64) {
        self.signed = self.signed.max(size);
        self.since = None;
    }

    async fn deliver(&self) {
        if let Some(sink) = self
            .signing
            .as_ref()
            .and_then(|signing| signing.sink.as_ref())
        {
            sink.settle().await;
        }
    }
}

fn note(signing: &Signing, head: TreeHead) -> Result<String, NotSigned> {
    let Signing { key, successor, .. } = signing;
    let note = match successor {
        Some(successor) => HandOver::sign(head, key, successor).map_err(|e| NotSigned(e.into()))?,
        None => Checkpoint::new(key.name(), head)
            .map_err(|e| NotSigned(e.into()))?
            .sign(key)
            .map_err(|e| NotSigned(e.into()))?,
    };
    Ok(note.to_string())
}

impl Writer {
    /// Signs the head in a transaction of its own. What cannot be signed now is later.
    pub(super) async fn sign_in_turn(&mut self) {
        if self.poison.check(APPEND).is_err() {
            return self.signer.mark(0);
        }
        match self.sign_head().await {
            Ok(()) => {}
            Err(error) => {
                tracing::warn!(error = %error, "the head of the audit log is not signed yet");
                self.signer.since = Some(Instant::now());
            }
        }
    }

    async fn sign_head(&mut self) -> Result<(), StoreError> {
        let _turn = self.turns.to_append(APPEND).await?;
        let signed = self.sign_in_transaction().await;
        let (head, note) = signed.map_err(|failure| self.judge(failure))?;
        self.signer.settle(head.size, note.as_deref());
        // By whomever, it is under a checkpoint now.
        self.signer.mark(head.size);
        self.write_sidecar().await;
        Ok(())
    }

    /// Signs on closing, and waits a little for the checkpoint to arrive where it is sent.
    pub(super) async fn sign_at_last(&mut self) {
        if self.signer.due().is_some() {
            self.sign_in_turn().await;
        }
        self.signer.deliver().await;
    }
}

#[derive(sqlx::FromRow)]
struct CheckpointRow {
    number: u64,
    size: u64,
    root: Vec<u8>,
    at_us: i64,
    note: String,
}

/// A root of another length than 32 bytes.
#[derive(Debug, thiserror::Error)]
#[error("checkpoint {0} has no root of 32 bytes")]
struct BadRoot(u64);

impl CheckpointRow {
    fn into_checkpoint(self) -> Result<StoredCheckpoint, BadRoot> {
        let root = self.root.try_into().map_err(|_| BadRoot(self.number))?;
        Ok(StoredCheckpoint {
            number: self.number,
            head: LogHead {
                size: self.size,
                root,
            },
            at: Timestamp::from_micros(self.at_us),
            note: self.note,
        })
    }
}

impl SqliteStore {
    pub(super) async fn page_of_checkpoints(
        &self,
        after: u64,
        limit: u32,
    ) -> Result<Vec<StoredCheckpoint>, StoreError> {
        let mut reader = self.reader(READ).await?;
        let rows: Vec<CheckpointRow> = sqlx::query_as(sql::PAGE)
            .bind(column(after))
            .bind(limit)
            .fetch_all(&mut *reader)
            .await
            .map_err(failed(READ))?;
        reader.done();
        let checkpoints = rows.into_iter().map(CheckpointRow::into_checkpoint);
        let checkpoints: Result<_, _> = checkpoints.collect();
        checkpoints.map_err(|error| corrupt(READ, error))
    }

    pub(super) async fn newest_checkpoint_of(
        &self,
        size: u64,
    ) -> Result<Option<StoredCheckpoint>, StoreError> {
        let mut reader = self.reader(READ).await?;
        let row: Option<CheckpointRow> = sqlx::query_as(sql::NEWEST)
            .bind(column(size))
            .fetch_optional(&mut *reader)
            .await
            .map_err(failed(READ))?;
        reader.done();
        let checkpoint = row.map(CheckpointRow::into_checkpoint).transpose();
        checkpoint.map_err(|error| corrupt(READ, error))
    }
}
