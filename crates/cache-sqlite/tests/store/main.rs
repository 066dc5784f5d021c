//! The store as its users see it: through the ports, and through other tools at the same file.

mod append_only;
mod attacked;
#[path = "../attacks/mod.rs"]
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

use std::path::PathBuf;

use agent_assist_domain::adoption::EngagementKind;
use agent_assist_domain::assist::{SwitchChange, SwitchScope};
use agent_assist_domain::audit::{
    AuditEntry, AuditFact, AuditRecord, EngagementFacts, Seq, Subject, SwitchFacts,
};
use agent_assist_domain::ports::AuditTrail;
use agent_assist_domain::time::Timestamp;
use agent_assist_sqlite::SqliteStore;
use agent_assist_testkit::ManualClock;
use agent_assist_testkit::build::{CONVERSATION, TENANT, switch_off};
use tempfile::TempDir;

use attacks::OtherTool;

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

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(ManualClock::START.as_micros() + seconds * 1_000_000)
}

/// An entry that costs little to make: nothing has been screened for it. Batches of nothing else go the
/// quick way to the disk.
fn cheap_entry(request_id: &str) -> AuditEntry {
    AuditEntry {
        at: at(0),
        tenant: TENANT.to_owned(),
        request_id: request_id.to_owned(),
        subject: Subject::of_log(Some(CONVERSATION)),
        fact: AuditFact::RecommendationAdopted(EngagementFacts {
            recommendation_id: "item".to_owned(),
            kind: EngagementKind::Used,
            event_id: format!("used/{request_id}"),
            client_at: None,
            replay: false,
        }),
    }
}

/// Another, with which a batch goes the long way.
fn cheap_order(request_id: &str) -> AuditEntry {
    let off = switch_off(SwitchScope::Everything, at(0), None);
    cheap_switch(request_id, &off)
}

/// One of the two, the same for all entries of a process: then all of its batches go that way.
fn entry_of_process(request_id: &str) -> AuditEntry {
    match std::process::id() % 2 {
        0 => cheap_entry(request_id),
        _ => cheap_order(request_id),
    }
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
