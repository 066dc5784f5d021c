//! The example programs do what they show, and the guide shows what they do.

#[path = "../examples/embed.rs"]
#[expect(dead_code, reason = "a program's `main` is not called by tests")]
mod embed;
#[path = "../examples/own_source/main.rs"]
#[expect(dead_code, reason = "a program's `main` is not called by tests")]
mod own_source;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use agent_assist_domain::answer::{AnswerItem, EmptyReason};
use agent_assist_domain::time::Deadline;
use tokio::time::Instant;

/// A conversation that the sample file has no answers for.
const OTHER_CONVERSATION: &str = "00000000-0000-4000-8000-000000000000";

/// A source of one's own stays shorter than this, its imports and documentation included.
const MAX_LINES: usize = 80;

mod pinned_answers {
    use agent_assist_domain::ports::SourceQuery;
    use agent_assist_testkit::build::source_query;
    use agent_assist_testkit::conformance::source::Questioned;

    use super::own_source::{CONVERSATION, PinnedAnswers, SAMPLE};

    agent_assist_testkit::source_conformance!((questioned(), ()));

    fn questioned() -> Questioned<PinnedAnswers> {
        Questioned {
            source: PinnedAnswers(SAMPLE.into()),
            known: about(CONVERSATION),
            unknown: about(super::OTHER_CONVERSATION),
        }
    }

    fn about(conversation_id: &str) -> SourceQuery {
        SourceQuery {
            conversation_id: conversation_id.to_owned(),
            ..source_query()
        }
    }
}

#[tokio::test]
async fn an_embedding_program_is_called_back_and_its_use_counts() {
    let summary = embed::run().await.expect("the program runs");
    assert!(summary.titles.len() >= 3, "{:?}", summary.titles);
    assert_eq!(
        summary.events,
        [
            "assist_fetch_completed",
            "assist_recommendation_engaged",
            "assist_recommendation_adopted"
        ]
    );
    assert_eq!(summary.used_of_shown, (1, summary.titles.len() as u64));
}

#[tokio::test]
async fn a_source_of_ones_own_is_screened_and_recorded_like_any_other() {
    let folder = tempfile::tempdir().expect("a temporary directory");
    let store = folder.path().join("pinned.db");
    let answer = own_source::ask(own_source::CONVERSATION, &store)
        .await
        .expect("an answer");
    let texts = answer.recommendations().iter().map(AnswerItem::text);
    let [outage, callback] = texts.collect::<Vec<_>>()[..] else {
        panic!("two answers are pinned: {answer:?}");
    };
    assert!(outage.contains("do not take card details"));
    assert!(
        callback.ends_with("write to [EMAIL_ADDRESS]."),
        "{callback}"
    );

    let other = own_source::ask(OTHER_CONVERSATION, &store)
        .await
        .expect("an answer");
    assert_eq!(other.empty_reason(), Some(EmptyReason::NoCopilotData));
    let records = recorded(&store).await;
    assert_eq!(records, ["assist_fetch_completed"; 2]);
}

#[tokio::test]
async fn a_pin_that_cannot_be_used_is_counted_and_a_broken_file_is_an_error() {
    use agent_assist_domain::batch::Malformation::{Id, Shape};
    use agent_assist_domain::ports::{RecommendationSource as _, SourceErrorKind, SourceQuery};
    use agent_assist_testkit::build::source_query;

    let folder = tempfile::tempdir().expect("a temporary directory");
    let file = folder.path().join("pins.json");
    let source = own_source::PinnedAnswers(file.clone());
    let query = SourceQuery {
        conversation_id: "c".to_owned(),
        ..source_query()
    };
    let soon = || Deadline::at((Instant::now() + Duration::from_secs(10)).into_std());
    let missing = source.fetch(&query, soon()).await.expect_err("no file");
    assert_eq!(missing.kind(), SourceErrorKind::Unreachable);

    let pins = r#"{"c": [["p", "title", "text"], ["", "title", "text"], ["p"]]}"#;
    fs::write(&file, pins).expect("written");
    let batch = source.fetch(&query, soon()).await.expect("a batch");
    assert_eq!((batch.items.len(), batch.malformed), (1, vec![Id, Shape]));

    fs::write(&file, &pins[1..]).expect("written");
    let broken = source.fetch(&query, soon()).await.expect_err("no JSON");
    assert_eq!(broken.kind(), SourceErrorKind::BadFormat);
}

#[test]
fn a_source_of_ones_own_takes_less_than_80_lines() {
    let source = read("crates/app/examples/own_source/pinned_answers.rs");
    let lines = source.lines().count();
    assert!(lines < MAX_LINES, "it has {lines}");
}

#[test]
fn the_guide_shows_code_that_is_compiled_and_run() {
    let guide = read("docs/adding-a-backend.md");
    let mut lines = guide.lines();
    let (mut file, mut shown) = (None, 0);
    while let Some(line) = lines.next() {
        if let Some((_, link)) = line.split_once("](../") {
            let path = link.split(')').next().unwrap_or_default();
            assert!(root().join(path).exists(), "{path} is linked to");
            file = Some(path);
        } else if line.starts_with("```rust") {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let block = format!("\n{}\n", block.join("\n"));
            let path = file
                .take()
                .expect("each block comes after a link to its file");
            let real = format!("\n{}", read(path));
            assert!(real.contains(&block), "{path} has no such lines:{block}");
            shown += 1;
        }
    }
    assert!(
        shown >= 3,
        "port, suite and wiring are shown; found {shown}"
    );
}

/// The events in the audit log of `store`, oldest first.
async fn recorded(store: &Path) -> Vec<String> {
    use agent_assist_app::wire::SqliteStore;
    use agent_assist_domain::audit::{AuditFilter, AuditOrder, AuditQuery};
    use agent_assist_domain::ports::AuditTrail as _;

    let store = SqliteStore::open_read_only(store).await.expect("the store");
    let everything = AuditQuery {
        filter: AuditFilter::default(),
        order: AuditOrder::OldestFirst,
        after: None,
        limit: 100,
    };
    let records = store.page(&everything).await.expect("the log");
    records
        .into_iter()
        .map(|record| record.columns.event)
        .collect()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect("a file of the repository")
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
