//! Old records leave the log by the policy, on record, and holds keep them.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::holds::{HoldError, HoldService};
use agent_assist_app::ids::Ids;
use agent_assist_app::recorder::Recorder;
use agent_assist_app::retention::RetentionService;
use agent_assist_app::wire::{Archived, SqliteStore, verify_archive};
use agent_assist_domain::audit::{
    ArchiveFacts, AuditEntry, AuditFact, AuditFilter, AuditOrder, AuditQuery, AuditRecord,
};
use agent_assist_domain::payload::{RawField, RawHold, RawHoldScope};
use agent_assist_domain::pii::Scanner;
use agent_assist_domain::ports::{AuditLog as _, AuditTrail as _, Clock as _};
use agent_assist_domain::retention::RetentionPolicy;
use agent_assist_testkit::ManualClock;
use agent_assist_testkit::build::{CONVERSATION, TENANT, adoption_entry, log_entry};
use tempfile::TempDir;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

struct Bench {
    place: TempDir,
    store: SqliteStore,
    clock: Arc<ManualClock>,
}

impl Bench {
    async fn new() -> Self {
        let place = tempfile::tempdir().expect("a directory");
        let store = SqliteStore::open(&place.path().join("store.db")).await;
        Self {
            store: store.expect("open"),
            place,
            clock: Arc::default(),
        }
    }

    fn retention(&self) -> RetentionService {
        RetentionService::new(
            TENANT,
            self.store.clone(),
            self.place.path().join("archives"),
            RetentionPolicy::default(),
            self.clock.clone(),
            Ids::time_ordered(),
        )
    }

    fn holds(&self) -> HoldService {
        let store = Arc::new(self.store.clone());
        let recorder = Recorder::new(store.clone(), Vec::new());
        let ids = Ids::time_ordered();
        HoldService::new(
            TENANT,
            store,
            recorder,
            Scanner::new(),
            self.clock.clone(),
            ids,
        )
    }

    async fn append(&self, records: u32) {
        for n in 0..records {
            let entry = adoption_entry(&format!("r-{n}"), "item-1", self.clock.now());
            self.store.append(&entry).await.expect("append");
        }
    }

    async fn records(&self) -> Vec<AuditRecord> {
        let query = AuditQuery {
            filter: AuditFilter::default(),
            order: AuditOrder::OldestFirst,
            after: None,
            limit: 1_000,
        };
        self.store.page(&query).await.expect("page")
    }

    /// Positions and events of what is in the log.
    async fn log(&self) -> Vec<(u64, String)> {
        let records = self.records().await.into_iter();
        records
            .map(|record| (record.seq, record.columns.event))
            .collect()
    }
}

fn event(name: &str) -> String {
    format!("assist_{name}")
}

#[tokio::test]
async fn records_are_archived_after_three_months_and_archives_deleted_after_thirteen() {
    let bench = Bench::new().await;
    bench.append(5).await;
    bench.clock.advance(92 * DAY);
    let report = bench.retention().run().await.expect("run");
    assert_eq!(
        (report.archived, report.records_deleted),
        (Vec::new(), 0),
        "not yet older"
    );

    bench.clock.advance(DAY);
    let report = bench.retention().run().await.expect("run");
    assert_eq!(report.archived.len(), 1);
    let archive = &report.archived[0];
    assert_eq!((archive.first_seq, archive.last_seq), (1, 5));
    assert_eq!((report.records_deleted, report.held), (5, false));
    assert_eq!(bench.log().await, [(6, event("audit_archived"))]);
    let told: serde_json::Value =
        serde_json::from_str(&bench.records().await[0].entry).expect("JSON");
    assert_eq!(told["archive"]["file_sha256"], *archive.file_sha256);
    let manifest = archive
        .file
        .to_str()
        .expect("text")
        .replace(".ndjson.gz", ".manifest.json");
    let manifest = verify_archive(manifest.as_ref(), &[])
        .expect("verified")
        .manifest;
    assert_eq!(told["archive"]["root"], manifest.after.root.to_string());

    let again = bench.retention().run().await.expect("run");
    assert_eq!((again.archived, again.deleted), (Vec::new(), Vec::new()));
    assert_eq!(bench.log().await.len(), 1, "nothing done, nothing recorded");

    // 401 days after the records, 308 after the record of their archive.
    bench.clock.advance(308 * DAY);
    let report = bench.retention().run().await.expect("run");
    assert_eq!(report.archived[0].first_seq, 6);
    assert_eq!(report.deleted.len(), 1);
    assert_eq!(report.deleted[0].first_seq, 1);
    assert!(!report.deleted[0].file.exists());
    assert!(report.archived[0].file.exists());
    let expected = [
        (7, event("audit_archived")),
        (8, event("audit_archive_deleted")),
    ];
    assert_eq!(bench.log().await, expected);
}

/// Whatever a run died at, the next one ends it, and nothing is recorded twice.
#[tokio::test]
async fn a_run_that_was_cut_off_is_ended_by_the_next() {
    for steps in 1..=3 {
        let bench = Bench::new().await;
        bench.append(5).await;
        bench.clock.advance(93 * DAY);
        let until = RetentionPolicy::default().online_from(bench.clock.now());
        let folder = bench.place.path().join("archives");
        let lock = bench.store.lock_archives(&folder).await.expect("lock");
        let archived = bench.store.archive(&folder, until).await.expect("archive");
        let Archived::Durable(archive) = archived else {
            panic!("nothing to archive");
        };
        if steps > 1 {
            let facts = ArchiveFacts {
                first: 1,
                last: 5,
                file_sha256: archive.manifest.file_sha256.to_string(),
                root: archive.manifest.after.root.to_string(),
            };
            let fact = AuditFact::AuditArchived(facts);
            let entry: AuditEntry = log_entry("r", fact, bench.clock.now());
            bench.store.append(&entry).await.expect("append");
        }
        if steps > 2 {
            let now = bench.clock.now();
            bench.store.let_go(&archive, now).await.expect("let go");
        }
        drop(lock);
        let report = bench.retention().run().await.expect("run");
        assert_eq!(report.records_deleted, 5, "{steps}");
        assert_eq!(bench.log().await, [(6, event("audit_archived"))], "{steps}");
        let archives = bench.store.archives(&folder).await.expect("read");
        assert_eq!(archives, [*archive], "{steps}");
    }
}

fn order(scope: RawHoldScope, reason: &str) -> RawHold {
    RawHold {
        scope,
        reason: RawField::text(Some(reason)),
        by: RawField::text(Some("maria")),
    }
}

#[tokio::test]
async fn a_hold_keeps_records_and_archives_until_it_is_released() {
    let bench = Bench::new().await;
    bench.append(5).await;
    let conversation = || RawHoldScope::Conversation(RawField::text(Some(CONVERSATION)));
    let hold = bench
        .holds()
        .place(order(conversation(), "case 7"))
        .await
        .expect("placed");
    assert_eq!(
        (hold.id, hold.scope),
        (6, "conversation"),
        "it is called as its record is"
    );
    bench.clock.advance(93 * DAY);
    let report = bench.retention().run().await.expect("run");
    assert_eq!((report.archived.len(), report.held), (0, true));
    let ended = bench
        .holds()
        .release(hold.id, Some("joe".to_owned()))
        .await
        .expect("released");
    assert_eq!(ended.released_by.as_deref(), Some("joe"));
    let report = bench.retention().run().await.expect("run");
    assert_eq!((report.archived.len(), report.held), (1, false));

    let again = bench
        .holds()
        .place(order(conversation(), "case 8"))
        .await
        .expect("placed");
    bench.clock.advance(400 * DAY);
    let report = bench.retention().run().await.expect("run");
    assert_eq!((report.deleted.len(), report.archives_held), (0, vec![1]));
    bench
        .holds()
        .release(again.id, None)
        .await
        .expect("released");
    let report = bench.retention().run().await.expect("run");
    assert_eq!(report.deleted[0].first_seq, 1);
    let told = bench.holds().list().await.expect("list");
    let told: Vec<_> = told
        .iter()
        .map(|hold| (&*hold.reason, hold.released_ms.is_some()))
        .collect();
    assert_eq!(told, [("case 7", true), ("case 8", true)]);
}

#[tokio::test]
async fn an_order_that_is_refused_leaves_no_trace() {
    let bench = Bench::new().await;
    let place = async |scope, reason| bench.holds().place(order(scope, reason)).await;
    let nameless = RawHoldScope::Conversation(RawField::Absent);
    assert!(matches!(
        place(nameless, "case 7").await,
        Err(HoldError::Invalid(_))
    ));
    let empty = place(RawHoldScope::Everything, "").await;
    assert!(matches!(empty, Err(HoldError::Invalid(_))));
    let personal = place(RawHoldScope::Everything, "joe@example.com sues us").await;
    assert!(matches!(personal, Err(HoldError::PersonalData)));
    let release = bench.holds().release(1, None).await;
    assert!(matches!(release, Err(HoldError::NoSuchHold(1))));
    assert_eq!(bench.log().await, []);

    place(RawHoldScope::Everything, "case 7")
        .await
        .expect("placed");
    bench.holds().release(1, None).await.expect("released");
    let twice = bench.holds().release(1, None).await;
    assert!(matches!(twice, Err(HoldError::NoSuchHold(1))));
    let expected = [(1, event("audit_held")), (2, event("audit_hold_released"))];
    assert_eq!(bench.log().await, expected);
}
