//! Every statement fits the schema, and the common ones find their rows by an index.

use sqlx::{Connection as _, Executor as _, SqlSafeStr as _, SqliteConnection};

use super::{
    api_keys, audit, cache, checkpoint, conversation_keys, engagement, file, holds, intents,
    outbox, persons, query, retention, switch, tree, verify,
};
use crate::SqliteStore;

async fn migrated(directory: &tempfile::TempDir) -> SqliteConnection {
    let path = directory.path().join("store.db");
    SqliteStore::open(&path).await.expect("open").close().await;
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    SqliteConnection::connect_with(&options)
        .await
        .expect("connect")
}

#[tokio::test]
async fn every_statement_prepares_against_the_schema() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut connection = migrated(&directory).await;
    let settings = file::SETTINGS.iter().map(|setting| setting.ask);
    let of_the_file = [
        file::IDENTITY,
        file::JOURNAL_MODE,
        file::SET_JOURNAL_MODE_WAL,
        file::BEGIN,
    ];
    let every = cache::EVERY.into_iter().chain(audit::EVERY);
    let every = every.chain(engagement::EVERY).chain(switch::EVERY);
    let every = every.chain(conversation_keys::EVERY).chain(tree::EVERY);
    let every = every.chain(query::EVERY).chain(intents::EVERY);
    let every = every.chain(verify::EVERY).chain(checkpoint::EVERY);
    let every = every.chain(holds::EVERY).chain(retention::EVERY);
    let every = every.chain(persons::EVERY).chain(outbox::EVERY);
    let every = every.chain(api_keys::EVERY).chain(of_the_file);
    for statement in every.chain(settings) {
        let prepared = (&mut connection).prepare(statement.into_sql_str()).await;
        assert!(prepared.is_ok(), "{statement}\n{:?}", prepared.err());
    }
}

/// What SQLite would do for a statement, one step a line.
async fn plan(connection: &mut SqliteConnection, statement: &'static str) -> String {
    let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
    let steps: Vec<(i64, i64, i64, String)> = sqlx::query_as(explain)
        .fetch_all(connection)
        .await
        .expect("a plan");
    let steps: Vec<String> = steps.into_iter().map(|(.., step)| step).collect();
    steps.join("\n")
}

/// What auditors ask most, of the views: they are not ours to send, and must be fast all the same.
#[tokio::test]
async fn common_questions_use_an_index() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut connection = migrated(&directory).await;
    for (question, index) in [
        ("SELECT * FROM audit_accesses", "audit_readings"),
        (
            "SELECT * FROM audit_fetches WHERE conversation_id = 'c'",
            "audit_by_conversation",
        ),
        (
            "SELECT * FROM audit_decisions WHERE conversation_id = 'c'",
            "audit_by_conversation",
        ),
        (
            "SELECT * FROM audit_adoptions WHERE conversation_id = 'c'",
            "audit_by_conversation",
        ),
        (
            "SELECT * FROM audit_pci_10_2_2 WHERE request_id = 'r'",
            "audit_by_request",
        ),
    ] {
        let plan = plan(&mut connection, question).await;
        assert!(
            plan.contains(&format!("USING INDEX {index}")),
            "{question}\n{plan}"
        );
    }
}

#[tokio::test]
async fn common_statements_search_an_index() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut connection = migrated(&directory).await;
    let sorted_by_index = [
        (
            audit::PAGE_OF_REQUEST,
            "SEARCH audit USING INDEX audit_by_request",
        ),
        (
            audit::PAGE_OF_CONVERSATION,
            "SEARCH found USING COVERING INDEX audit_by_conversation (<expr>=? AND conversation_id=?)",
        ),
        (
            audit::PAGE_OF_SESSION,
            "SEARCH found USING COVERING INDEX audit_by_session (<expr>=? AND session_id=?)",
        ),
        (audit::PAGE_OF_LOG, "SEARCH audit USING INTEGER PRIMARY KEY"),
    ];
    for (page, index) in sorted_by_index {
        for statement in [page.oldest_first, page.newest_first] {
            let plan = plan(&mut connection, statement).await;
            assert!(plan.contains(index), "{plan}");
            assert!(!plan.contains("SCAN audit\n"), "{plan}");
            assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        }
    }
    let by_time = plan(&mut connection, audit::EARLIEST_FIRST).await;
    assert!(!by_time.contains("TEMP B-TREE"), "{by_time}");
    let searched = [
        (audit::EARLIEST_FIRST, "audit_by_time"),
        (audit::PAGE_OF_TIME.oldest_first, "audit_by_time"),
        (cache::GET, "sqlite_autoindex_recommendation_cache_1"),
        (
            cache::FORGET_CONVERSATION,
            "recommendation_cache_by_conversation",
        ),
        (cache::FORGET_SESSION, "recommendation_cache_by_session"),
        (cache::EVICT, "recommendation_cache_by_age"),
        (engagement::RECORD, "sqlite_autoindex_engagement_1"),
        (engagement::IS_SAME, "sqlite_autoindex_engagement_1"),
        (engagement::ITEM, "sqlite_autoindex_engagement_item_1"),
        (engagement::TALLIES.of_all, "engagement_item_by_emission"),
        (
            engagement::TALLIES_BY_QUEUE.of_conversation,
            "sqlite_autoindex_engagement_item_1",
        ),
        (
            conversation_keys::GET,
            "sqlite_autoindex_conversation_key_1",
        ),
        (
            conversation_keys::FORGET,
            "sqlite_autoindex_conversation_key_1",
        ),
        (persons::FIND, "sqlite_autoindex_person_1"),
        (persons::NAMED, "person_by_pseudonym"),
        (persons::FORGET, "sqlite_autoindex_person_1"),
        (switch::OFF, "sqlite_autoindex_assist_off_1"),
        (switch::FORGET_OVER, "sqlite_autoindex_assist_off_1"),
        (switch::SWITCH_ON, "sqlite_autoindex_assist_off_1"),
        (outbox::DUE, "INDEX outbox_item_waiting"),
        (outbox::DUE, "INDEX outbox_item_by_lane"),
        (outbox::DEAD_PAGE, "INDEX outbox_item_dead"),
        (outbox::COUNT_DEAD, "INDEX outbox_item_dead"),
        (outbox::REDRIVE, "sqlite_autoindex_outbox_item_1"),
        (outbox::WAITING, "INDEX outbox_item_waiting"),
    ];
    for (statement, index) in searched {
        let plan = plan(&mut connection, statement).await;
        assert!(plan.contains("SEARCH"), "{plan}");
        assert!(plan.contains(index), "{plan}");
    }
}

#[tokio::test]
async fn what_was_left_open_is_found_without_reading_the_log() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut connection = migrated(&directory).await;
    let writers = plan(&mut connection, intents::WRITERS).await;
    assert!(
        !writers.contains(" audit\n") && !writers.ends_with(" audit"),
        "{writers}"
    );
    let open = plan(&mut connection, intents::OPEN_OF).await;
    assert!(
        open.contains("SEARCH audit USING INTEGER PRIMARY KEY"),
        "{open}"
    );
    assert!(!open.contains("SCAN audit\n"), "{open}");
}
