//! That the log was read is recorded, without personal data and without feeding itself.

use std::sync::Arc;

use agent_assist_app::export::{Cursor, Export, ExportQuery};
use agent_assist_app::ids::Ids;
use agent_assist_app::reading::{Reading, ReadingService};
use agent_assist_domain::audit::{
    Actor, AuditFact, AuditFilter, AuditRecord, ReadCommand, ReadFacts, ReadStage, SqlShape,
};
use agent_assist_domain::pii::Scanner;
use agent_assist_domain::ports::AuditLog as _;
use agent_assist_testkit::ManualClock;
use agent_assist_testkit::build::{CONVERSATION, TENANT, fetch_entry, reading_entry};
use agent_assist_testkit::memory::MemoryAuditLog;

fn service(log: &Arc<MemoryAuditLog>) -> ReadingService {
    ReadingService::new(
        TENANT,
        log.clone(),
        Arc::new(ManualClock::default()),
        Ids::new(|| "reading-1".to_owned()),
        Scanner::new(),
    )
}

fn reader() -> Actor {
    Actor {
        uid: Some(7),
        name: Some("maria".to_owned()),
        host: Some("desk\n9".to_owned()),
    }
}

/// The facts of every reading on record.
fn facts(log: &MemoryAuditLog) -> Vec<ReadFacts> {
    let entries = log.entries().into_iter();
    entries
        .filter_map(|entry| match entry.fact {
            AuditFact::AuditRead(facts) => Some(facts),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn a_reading_is_told_by_whom_of_what_and_how_much() {
    let log = Arc::new(MemoryAuditLog::default());
    let reading = Reading {
        filter: AuditFilter {
            conversation_id: Some(CONVERSATION.to_owned()),
            session_id: Some("session-1".to_owned()),
            ..AuditFilter::default()
        },
        after: Some(3),
        ..Reading::of(ReadCommand::Export)
    };
    let record = service(&log).of(reading, &reader());
    record.begun(Some(3)).await.expect("recorded");
    record.ended(1_200, Some(1_203)).await.expect("recorded");
    let entries = log.entries();
    assert!(entries.iter().all(|entry| entry.request_id == "reading-1"));
    let subject = &entries[0].subject;
    assert_eq!(subject.conversation_id.as_deref(), Some(CONVERSATION));
    assert_eq!(subject.session_id.as_deref(), Some("session-1"));
    let facts = facts(&log);
    let told: Vec<_> = facts
        .iter()
        .map(|facts| (facts.stage, facts.rows, facts.cursor))
        .collect();
    assert_eq!(
        told,
        [
            (ReadStage::Begun, None, Some(3)),
            (ReadStage::Ended, Some(1_200), Some(1_203)),
        ]
    );
    assert_eq!(facts[0].by.name.as_deref(), Some("maria"));
    // No plain name: it could drive a terminal.
    assert_eq!(facts[0].by.host, None);
}

#[tokio::test]
async fn what_looks_like_personal_data_is_not_told() {
    let log = Arc::new(MemoryAuditLog::default());
    let mailbox = || Some("joe@example.com".to_owned());
    let reading = Reading {
        filter: AuditFilter {
            conversation_id: mailbox(),
            session_id: mailbox(),
            request_id: mailbox(),
            ..AuditFilter::default()
        },
        sql: Some(SqlShape {
            text: Some("SELECT 1 AS joe@example.com".to_owned()),
            values: 1,
        }),
        ..Reading::of(ReadCommand::Query)
    };
    let record = service(&log).of(reading, &reader());
    record.whole(0, None).await.expect("recorded");
    let entry = &log.entries()[0];
    assert!(!entry.to_canonical().contains("example"), "{entry:?}");
    let facts = &facts(&log)[0];
    assert_eq!(
        facts.scope.untold,
        ["conversation_id", "session_id", "request_id"]
    );
    assert_eq!(facts.sql.as_ref().map(|sql| sql.values), Some(1));
}

/// An export, and whether it is to leave a record.
async fn begin(log: &MemoryAuditLog, since: u64) -> (Export<'_>, bool) {
    let query = ExportQuery {
        since: Cursor::behind(since),
        ..ExportQuery::default()
    };
    let mut export = Export::new(log, query);
    let beginning = export.begin().await.expect("readable");
    let of_exports = beginning.is_whole && beginning.is_of_exports;
    (export, !of_exports)
}

#[tokio::test]
async fn an_export_ends_before_its_own_record_and_one_of_exports_alone_leaves_none() {
    let log = MemoryAuditLog::default();
    let at = ManualClock::START;
    assert!(!begin(&log, 0).await.1, "of nothing");
    for _ in 0..500 {
        log.append(&fetch_entry("r", at)).await.expect("append");
    }
    let (mut export, leaves_one) = begin(&log, 0).await;
    assert!(leaves_one);
    log.append(&reading_entry("e-1", ReadCommand::Export, at))
        .await
        .expect("append");
    let seqs = |page: Vec<AuditRecord>| page.len();
    assert_eq!(export.page(seqs).await.expect("readable"), Some(500));
    assert_eq!(export.page(seqs).await.expect("readable"), None);
    assert!(!begin(&log, 500).await.1, "of an export alone");
    for (command, expected) in [(ReadCommand::Export, false), (ReadCommand::List, true)] {
        log.append(&reading_entry("e-2", command, at))
            .await
            .expect("append");
        assert_eq!(begin(&log, 500).await.1, expected, "{command:?}");
    }
}
