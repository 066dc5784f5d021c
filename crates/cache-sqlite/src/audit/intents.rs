//! Intents that are on record without an end: those of this writer, so that their rows go with the
//! records that end them, and those of writers that are gone, which nobody else will end.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use agent_assist_domain::audit::{AuditEntry, Intent, Seq};
use agent_assist_domain::ports::StoreError;
use agent_assist_domain::time::Timestamp;
use sqlx::sqlite::SqliteConnection;

use super::appender::Prepared;
use super::batch::Outcomes;
use super::writer::{Failed, Writer};
use super::{APPEND, row};
use crate::error::{failed, file_failed};
use crate::lease::{self, Lease};
use crate::sql::intents as sql;
use crate::store::SqliteStore;

const SETTLE: &str = "settle what was left open in the audit log";

/// A request and what was announced under it.
type Key = (String, Intent);

/// What this writer has announced and not ended.
#[derive(Debug, Default)]
pub(crate) struct OpenIntents {
    open: HashMap<Key, Seq>,
    /// Taken with the first.
    lease: Option<Lease>,
}

/// What a batch changes, once it is durable.
#[derive(Debug, Default)]
pub(super) struct Turnover {
    announced: HashMap<Key, Seq>,
    ended: HashMap<Key, Seq>,
}

impl OpenIntents {
    /// Writes what the records of `batch` announce and end, in their transaction.
    pub(super) async fn write(
        &mut self,
        connection: &mut SqliteConnection,
        store: &Path,
        batch: &[Arc<Prepared>],
        outcomes: &Outcomes,
    ) -> Result<Turnover, Failed> {
        let turnover = self.turnover(batch, outcomes);
        if !turnover.announced.is_empty() {
            let writer = self.writer(connection, store).await?;
            sqlx::query(sql::OPEN)
                .bind(json_list(&turnover.announced))
                .bind(writer)
                .execute(&mut *connection)
                .await?;
        }
        if !turnover.ended.is_empty() {
            sqlx::query(sql::CLOSE)
                .bind(json_list(&turnover.ended))
                .execute(connection)
                .await?;
        }
        Ok(turnover)
    }

    /// Whether an entry announces something or ends something.
    pub(super) fn concern(&self, prepared: &Prepared) -> bool {
        let is_open = |intent| {
            let key = (prepared.columns.request_id.clone(), intent);
            self.open.contains_key(&key)
        };
        Intent::announced(prepared.event).is_some()
            || !self.open.is_empty() && Intent::ended(prepared.event).is_some_and(is_open)
    }

    /// Takes note of what is durable now.
    pub(super) fn apply(&mut self, turnover: Turnover) {
        self.open.extend(turnover.announced);
        for key in turnover.ended.keys() {
            self.open.remove(key);
        }
    }

    /// Leaves what is open to whoever opens the store next.
    pub(super) async fn leave(self) {
        if let Some(lease) = self.lease
            && self.open.is_empty()
        {
            lease.give_up().await;
        }
    }

    fn turnover(&self, batch: &[Arc<Prepared>], outcomes: &Outcomes) -> Turnover {
        let mut turnover = Turnover::default();
        for (prepared, outcome) in batch.iter().zip(outcomes) {
            let Ok(seq) = outcome else { continue };
            let key = |intent| (prepared.columns.request_id.clone(), intent);
            if let Some(intent) = Intent::announced(prepared.event) {
                turnover.announced.insert(key(intent), *seq);
            } else if !(self.open.is_empty() && turnover.announced.is_empty())
                && let Some(intent) = Intent::ended(prepared.event)
            {
                let key = key(intent);
                // What begins and ends in one batch was never open.
                if turnover.announced.remove(&key).is_none()
                    && let Some(seq) = self.open.get(&key)
                {
                    turnover.ended.insert(key, *seq);
                }
            }
        }
        turnover
    }

    /// The name of this writer; it is there from now on.
    async fn writer(
        &mut self,
        connection: &mut SqliteConnection,
        store: &Path,
    ) -> Result<String, Failed> {
        if let Some(lease) = &self.lease {
            return Ok(lease.writer().to_owned());
        }
        let writer: String = sqlx::query_scalar(sql::NEW_WRITER)
            .fetch_one(connection)
            .await?;
        let lease = Lease::take(store, writer.clone()).await;
        self.lease = Some(lease.map_err(file_failed(APPEND))?);
        Ok(writer)
    }
}

/// What a writer that is gone has left open, and the entries that end it.
#[derive(Debug)]
pub(crate) struct Legacy {
    pub(super) writer: String,
    pub(super) entries: Vec<Arc<Prepared>>,
}

impl Legacy {
    /// What was left open by writers that are gone.
    pub(crate) async fn find(store: &SqliteStore, at: Timestamp) -> Result<Vec<Self>, StoreError> {
        let mut reader = store.reader(SETTLE).await?;
        let writers: Vec<String> = sqlx::query_scalar(sql::WRITERS)
            .fetch_all(&mut *reader)
            .await
            .map_err(failed(SETTLE))?;
        reader.done();
        let mut found = Vec::new();
        for writer in writers {
            if lease::is_held(store.path(), &writer)
                .await
                .map_err(file_failed(SETTLE))?
            {
                continue;
            }
            let open = (sql::OPEN_OF, vec![writer.clone().into()]);
            let records = row::records(store, SETTLE, open).await?.into_iter();
            let entries = records.filter_map(|record| AuditEntry::outcome_unknown(&record, at));
            let entries = entries
                .map(|entry| Arc::new(Prepared::of(&entry)))
                .collect();
            found.push(Self { writer, entries });
        }
        Ok(found)
    }

    /// Forgets that it is open, in the transaction that ends it. `false` if somebody else has seen to
    /// it: a writer that is gone opens nothing more, and what it had goes as a whole.
    pub(super) async fn close(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<bool, sqlx::Error> {
        let closed = sqlx::query(sql::CLOSE_OF)
            .bind(&self.writer)
            .execute(connection)
            .await?;
        Ok(closed.rows_affected() > 0)
    }
}

impl Writer {
    /// Ends what a writer that is gone has left open; gives how much of it there was.
    pub(super) async fn settle(&mut self, legacy: &Legacy) -> Result<usize, StoreError> {
        self.poison.check(APPEND)?;
        let outcomes = self.write(&legacy.entries, Some(legacy)).await?;
        for error in outcomes.iter().filter_map(|outcome| outcome.as_ref().err()) {
            tracing::error!(%error, "what was left open in the audit log cannot be ended");
        }
        lease::clear(&self.path, &legacy.writer).await;
        Ok(outcomes.iter().filter(|outcome| outcome.is_ok()).count())
    }
}

fn json_list(positions: &HashMap<Key, Seq>) -> String {
    let positions: Vec<String> = positions.values().map(Seq::to_string).collect();
    format!("[{}]", positions.join(","))
}
