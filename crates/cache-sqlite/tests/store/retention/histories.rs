//! Whatever happens to a store in whatever order, every record is in the log or in one archive.

use std::collections::BTreeSet;
use std::path::PathBuf;

use agent_assist_domain::audit::{AuditEntry, Seq};
use agent_assist_domain::ports::{AuditLog as _, LegalHolds as _};
use agent_assist_domain::retention::{HoldScope, Release};
use agent_assist_sqlite::{Archive, Archived, SqliteStore};
use agent_assist_testkit::build::TENANT;
use proptest::prelude::*;

use super::{
    OtherTool, Place, at, conversation, folder, hold, online, record, run, used, whole_log,
};

/// What may happen to a store.
#[derive(Clone, Debug)]
enum Step {
    Append {
        records: u16,
        conversation: u8,
    },
    /// All steps of archiving, of records up to that share of the log.
    Run(u8),
    /// Dies when the archive is durable.
    DieBeforeBoundary(u8),
    /// Dies when the boundary has moved.
    DieBeforeDeletion(u8),
    Hold(u8),
    HoldEverything,
    ReleaseOldest,
    Reopen,
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1..160_u16, 0..4_u8)
            .prop_map(|(records, conversation)| Step::Append { records, conversation }),
        3 => (0..=100_u8).prop_map(Step::Run),
        2 => (0..=100_u8).prop_map(Step::DieBeforeBoundary),
        2 => (0..=100_u8).prop_map(Step::DieBeforeDeletion),
        1 => (0..4_u8).prop_map(Step::Hold),
        1 => Just(Step::HoldEverything),
        2 => Just(Step::ReleaseOldest),
        1 => Just(Step::Reopen),
    ]
}

/// A store, and what must be true of it.
struct World {
    place: Place,
    store: SqliteStore,
    now: i64,
    /// Holds that stand, with the online records that each covered when it was placed.
    holds: Vec<(Seq, BTreeSet<i64>)>,
}

impl World {
    async fn new() -> Self {
        let place = Place::new();
        Self {
            store: place.open().await,
            place,
            now: 0,
            holds: Vec::new(),
        }
    }

    async fn take(&mut self, step: &Step) {
        match *step {
            Step::Append {
                records,
                conversation,
            } => {
                let seconds = self.now..self.now + i64::from(records);
                let entries: Vec<AuditEntry> =
                    seconds.map(|second| used(conversation, second)).collect();
                let appended = entries.iter().map(|entry| self.store.append(entry));
                for done in futures_util::future::join_all(appended).await {
                    done.expect("append");
                }
                self.now += i64::from(records);
            }
            Step::Run(share) => {
                run(&self.store, &self.folder(), self.until(share)).await;
            }
            Step::DieBeforeBoundary(share) => {
                self.archive(share).await;
            }
            Step::DieBeforeDeletion(share) => {
                if let Some(archive) = self.archive(share).await {
                    record(&self.store, &archive, self.now).await;
                    self.store
                        .let_go(&archive, at(self.now))
                        .await
                        .expect("let go");
                }
            }
            Step::Hold(conversation_number) => {
                let name = format!("c-{conversation_number}");
                let of = |entry: &str| entry.contains(&format!("\"conversation_id\":\"{name}\""));
                self.hold(conversation(conversation_number), of).await;
            }
            Step::HoldEverything => self.hold(HoldScope::Everything, |_| true).await,
            Step::ReleaseOldest if self.holds.is_empty() => {}
            Step::ReleaseOldest => {
                let (id, _) = self.holds.remove(0);
                let release = Release {
                    at: at(self.now),
                    by: None,
                };
                assert!(
                    self.store
                        .release(TENANT, id, &release)
                        .await
                        .expect("release")
                );
            }
            Step::Reopen => {
                self.store.close().await;
                self.store = self.place.open().await;
            }
        }
        self.held_are_online().await;
    }

    fn folder(&self) -> PathBuf {
        folder(&self.place.file())
    }

    fn until(&self, share: u8) -> i64 {
        self.now * i64::from(share) / 100
    }

    async fn archive(&self, share: u8) -> Option<Archive> {
        let _lock = self
            .store
            .lock_archives(&self.folder())
            .await
            .expect("lock");
        self.store.delete_let_go().await.expect("delete");
        let until = at(self.until(share));
        match self
            .store
            .archive(&self.folder(), until)
            .await
            .expect("archive")
        {
            Archived::Durable(archive) => Some(*archive),
            _ => None,
        }
    }

    async fn hold(&mut self, scope: HoldScope, covers: impl Fn(&str) -> bool) {
        // What is below the boundary is decided already.
        self.store.delete_let_go().await.expect("delete");
        let id = hold(&self.store, scope, self.now).await;
        let mut tool = OtherTool::at(&self.place.file()).await;
        let records = online(&mut tool).await;
        let covered = records.iter().filter(|(_, entry)| covers(entry));
        self.holds
            .push((id, covered.map(|(seq, _)| *seq).collect()));
    }

    async fn held_are_online(&self) {
        let mut tool = OtherTool::at(&self.place.file()).await;
        let here: BTreeSet<i64> = online(&mut tool)
            .await
            .into_iter()
            .map(|(seq, _)| seq)
            .collect();
        for (id, covered) in &self.holds {
            assert!(covered.is_subset(&here), "hold {id} has lost a record");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn every_record_is_in_the_log_or_in_an_archive_once_and_proved(
        steps in prop::collection::vec(any_step(), 1..14),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let mut world = World::new().await;
            for step in &steps {
                world.take(step).await;
            }
            // The next run ends what was cut off.
            run(&world.store, &world.folder(), world.until(50)).await;
            world.held_are_online().await;
            world.store.close().await;
            whole_log(&world.place.file()).await;
        });
    }
}
