//! The sample questions for auditors: every one is answered, by the command's own way.

use std::time::Duration;

use agent_assist_domain::answer::DegradedReason;
use agent_assist_domain::assist::SwitchScope;
use agent_assist_domain::audit::{Attribution, Egress, ErasureStage, ReadCommand};
use agent_assist_domain::ports::AuditLog as _;
use agent_assist_sqlite::{Cell, Found, Question, SqliteStore};
use agent_assist_testkit::build::{
    CONVERSATION, adoption_entry, egress_entry, erasure_entry, failed_entry, fetch_entry,
    findings_entry, initiated_entry, reading_entry, refusal_entry, refused_entries, switch_entry,
    switch_off, unwritten_entry, withheld_entry,
};

use super::{at, fresh};

const FILE: &str = include_str!("../../../../docs/audit-queries.sql");

/// Questions that a log in order has no answer to.
const NOTHING_EXPECTED: [&str; 1] = ["who used something"];

/// Title and statement of each.
fn questions() -> Vec<(&'static str, &'static str)> {
    let named = FILE.split("\n-- name: ").skip(1);
    named
        .map(|question| {
            question
                .split_once('\n')
                .expect("a statement below its name")
        })
        .collect()
}

async fn answers() -> Vec<(&'static str, Found)> {
    let (store, place) = fresh().await;
    let everything = switch_off(SwitchScope::Everything, at(6), None);
    let mut shown = fetch_entry("01990000-0000-7000-8000-000000000001", at(1));
    shown.subject.agent = Attribution::of(Some("agent-7"), None);
    for entry in [
        shown,
        refusal_entry("r-2", at(2)),
        adoption_entry("r-3", "item-1", at(3)),
        findings_entry("r-4", at(4)),
        withheld_entry("r-5", at(5)),
        switch_entry("r-6", &everything),
        egress_entry("r-7", Egress::Answer, at(7)),
        initiated_entry("r-8", at(8)),
        refused_entries("r-9", at(9)).remove(0),
        unwritten_entry("r-10", at(10)),
        failed_entry("r-11", DegradedReason::Timeout, at(8)),
        reading_entry("r-12", ReadCommand::Query, at(9)),
        erasure_entry("r-13", ErasureStage::Intended, at(8)),
    ] {
        store.append(&entry).await.expect("append");
    }
    store.close().await;
    let reading = SqliteStore::open_read_only(&place.file())
        .await
        .expect("open");
    let mut answers = Vec::new();
    for (title, sql) in questions() {
        let question = Question {
            sql: sql.replace("8d7c1c2e-3a74-4f5b-9d2e-0c5a1f6b7e88", CONVERSATION),
            rows: 100,
            time: Duration::from_secs(10),
        };
        match reading.ask(&question).await {
            Ok(found) => answers.push((title, found)),
            Err(error) => panic!("{title}: {error:?}\n{sql}"),
        }
    }
    answers
}

#[tokio::test]
async fn every_sample_question_is_answered() {
    let answers = answers().await;
    assert!(answers.len() >= 17, "{} questions", answers.len());
    assert!(answers.len() >= 20, "{} questions", answers.len());
    for (title, found) in &answers {
        let none = NOTHING_EXPECTED
            .iter()
            .any(|begin| title.starts_with(begin));
        assert_eq!(found.rows.is_empty(), none, "{title}: {found:?}");
    }
    let (_, whole) = answers
        .iter()
        .find(|(title, _)| title.starts_with("is anything missing"))
        .expect("the question");
    assert_eq!(whole.rows, [[Cell::Integer(1)]]);
}
