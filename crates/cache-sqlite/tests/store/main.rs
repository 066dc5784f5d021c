//! The store as its users see it: through the ports, and through other tools at the same file.

mod append_only;
mod attacks;
mod checkpoints;
mod conformance;
mod corruption;
#[cfg(target_os = "linux")]
mod crash_states;
mod erasure;
mod group_commit;
mod intents;
mod kill;
mod opening;
mod outside_head;
#[cfg(target_os = "linux")]
mod power_loss;
mod processes;
mod questions;
mod read_only;
mod retention;
mod sample_queries;
mod tree;
mod unwritten;
mod verify;
mod views;
mod vocabulary;

use std::path::{Path, PathBuf};

use agent_assist_domain::assist::{SwitchChange, SwitchScope};
use agent_assist_domain::audit::{AuditEntry, AuditFact, AuditRecord, Seq, Subject, SwitchFacts};
use agent_assist_domain::ports::AuditTrail;
use agent_assist_domain::time::Timestamp;
use agent_assist_sqlite::SqliteStore;
use agent_assist_testkit::ManualClock;
use agent_assist_testkit::build::{TENANT, switch_off};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection as _, Executor as _, SqlStr};
use tempfile::TempDir;

/// A place for a store of one's own, removed with the value.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary directory"))
    }

    fn file(&self) -> PathBuf {
        self.0.path().join("store.db")
    }

    async fn open(&self) -> SqliteStore {
        SqliteStore::open(&self.file()).await.expect("open")
    }
}

/// A place and the new store in it.
async fn fresh() -> (SqliteStore, Place) {
    let place = Place::new();
    (place.open().await, place)
}

/// Another tool at the file: it knows nothing of our settings.
struct OtherTool(SqliteConnection);

impl OtherTool {
    async fn at(path: &Path) -> Self {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .foreign_keys(false);
        Self(
            SqliteConnection::connect_with(&options)
                .await
                .expect("connect"),
        )
    }

    /// Runs statements written by the test itself.
    async fn run(&mut self, sql: impl Into<String>) -> Result<u64, String> {
        let sql: SqlStr = sqlx::SqlSafeStr::into_sql_str(sqlx::AssertSqlSafe(sql.into()));
        let done = self.0.execute(sql).await;
        done.map(|done| done.rows_affected())
            .map_err(|error| error.to_string())
    }

    async fn must(&mut self, sql: impl Into<String>) -> u64 {
        let sql = sql.into();
        match self.run(sql.clone()).await {
            Ok(rows) => rows,
            Err(error) => panic!("{sql}: {error}"),
        }
    }

    async fn ask<T>(&mut self, sql: &'static str) -> T
    where
        T: Send + Unpin,
        (T,): for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow>,
    {
        let answer = sqlx::query_scalar(sql).fetch_one(&mut self.0).await;
        answer.expect("an answer")
    }

    async fn leave(self) {
        self.0.close().await.expect("close");
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(ManualClock::START.as_micros() + seconds * 1_000_000)
}

/// An entry that costs little to make: nothing has been screened for it.
fn cheap_entry(request_id: &str) -> AuditEntry {
    let off = switch_off(SwitchScope::Everything, at(0), None);
    cheap_switch(request_id, &off)
}

fn cheap_switch(request_id: &str, change: &SwitchChange) -> AuditEntry {
    AuditEntry {
        at: change.at,
        tenant: TENANT.to_owned(),
        request_id: request_id.to_owned(),
        subject: Subject::of_switch(&change.scope),
        fact: AuditFact::AssistSwitched(SwitchFacts::of(change)),
    }
}

/// The audit record at `seq`; the cache has a `get` too.
async fn audit_record(store: &SqliteStore, seq: Seq) -> Option<AuditRecord> {
    AuditTrail::get(store, seq).await.expect("get")
}
