//! What is append-only is so for every tool that opens the file, by each verb there is.

use agent_assist_domain::ports::{AuditLog as _, EngagementLedger as _};
use agent_assist_sqlite::SqliteStore;
use agent_assist_testkit::build::{exposed, fetch_entry, item};

use super::{OtherTool, at, audit_record, fresh};

/// A store with `records` audit records, and another tool at its file.
async fn audited(records: i64) -> (SqliteStore, OtherTool, super::Place) {
    let (store, place) = fresh().await;
    for n in 1..=records {
        let entry = fetch_entry(&format!("r-{n}"), at(n));
        store.append(&entry).await.expect("append");
    }
    let tool = OtherTool::at(&place.file()).await;
    (store, tool, place)
}

/// `INSERT` in the form of `verb`, of a copy of record 1 as record `seq`.
fn insert_copy(verb: &str, seq: &str) -> String {
    format!(
        "{verb} INTO audit (seq, at_us, event, tenant, request_id, session_id, conversation_id, \
         agent_origin, queue_origin, dialect, result_limit, result_offset, cache_status, \
         latency_us, total_received, total_returned, entry) \
         SELECT {seq}, at_us, event, tenant, request_id, session_id, conversation_id, \
         agent_origin, queue_origin, dialect, result_limit, result_offset, cache_status, \
         latency_us, total_received, total_returned, entry FROM audit WHERE seq = 1"
    )
}

#[tokio::test]
async fn no_verb_changes_an_audit_record() {
    let (store, mut tool, _place) = audited(3).await;
    let before = audit_record(&store, 2).await;
    let attempts = [
        "UPDATE audit SET tenant = 'mallory' WHERE seq = 2".to_owned(),
        "UPDATE audit SET seq = 9 WHERE seq = 2".to_owned(),
        "UPDATE OR REPLACE audit SET seq = 2 WHERE seq = 3".to_owned(),
        "DELETE FROM audit WHERE seq = 2".to_owned(),
        "DELETE FROM audit".to_owned(),
        insert_copy("INSERT", "2"),
        insert_copy("INSERT OR REPLACE", "2"),
        insert_copy("INSERT OR IGNORE", "2"),
        insert_copy("REPLACE", "2"),
        format!(
            "{} AND TRUE ON CONFLICT (seq) DO UPDATE SET tenant = 'mallory'",
            insert_copy("INSERT", "2")
        ),
    ];
    for attempt in attempts {
        let refusal = tool.run(attempt.clone()).await.expect_err(&attempt);
        assert!(
            refusal.contains("audit: a record is"),
            "{attempt}: {refusal}"
        );
    }
    assert_eq!(audit_record(&store, 2).await, before);
    assert_eq!(tool.ask::<i64>("SELECT count(*) FROM audit").await, 3);
}

#[tokio::test]
async fn replacing_a_record_is_refused_by_its_own_name() {
    let (store, mut tool, _place) = audited(2).await;
    let before = audit_record(&store, 2).await;
    // Other tools do not set it: without it no trigger tells of the row that goes.
    tool.must("PRAGMA recursive_triggers = OFF").await;
    let replace = insert_copy("INSERT OR REPLACE", "2");
    let refusal = tool.run(replace).await.expect_err("replaced");
    assert!(refusal.contains("never replaced"), "{refusal}");
    assert_eq!(audit_record(&store, 2).await, before);
}

#[tokio::test]
async fn a_record_is_added_at_the_end_only() {
    let (_store, mut tool, _place) = audited(2).await;
    let leaf = |seq: &str| format!("INSERT INTO audit_leaf VALUES ({seq}, zeroblob(32))");
    for seq in ["0", "-1", "4", "NULL", "9223372036854775807"] {
        let refusal = tool.run(leaf(seq)).await.expect_err(seq);
        assert!(refusal.contains("without a gap"), "{refusal}");
        let refusal = tool.run(insert_copy("INSERT", seq)).await.expect_err(seq);
        assert!(refusal.contains("audit: a record is added"), "{refusal}");
    }
    let refusal = tool.run(insert_copy("INSERT", "3")).await;
    let refusal = refusal.expect_err("without its leaf");
    assert!(refusal.contains("behind its leaf"), "{refusal}");
    tool.must(leaf("3")).await;
    tool.must(insert_copy("INSERT", "3")).await;
}

#[tokio::test]
async fn records_are_deleted_below_the_pruning_boundary_only() {
    let (store, mut tool, _place) = audited(5).await;
    tool.must("INSERT INTO audit_pruning (below_seq, at_us) VALUES (3, 0)")
        .await;
    let refusal = tool.run("DELETE FROM audit WHERE seq <= 3").await;
    let refusal = refusal.expect_err("record 3 is not below 3");
    assert!(refusal.contains("below the pruning boundary"), "{refusal}");
    assert_eq!(tool.must("DELETE FROM audit WHERE seq < 3").await, 2);
    assert_eq!(audit_record(&store, 2).await, None);
    assert!(audit_record(&store, 3).await.is_some());

    let seq = store.append(&fetch_entry("r-6", at(6))).await;
    assert_eq!(seq.expect("append"), 6, "counting goes on");
}

#[tokio::test]
async fn positions_are_not_given_again_when_everything_was_pruned() {
    let (store, mut tool, _place) = audited(2).await;
    tool.must("INSERT INTO audit_pruning (below_seq, at_us) VALUES (3, 0)")
        .await;
    assert_eq!(tool.must("DELETE FROM audit WHERE seq < 3").await, 2);
    let refusal = tool.run(
        "INSERT INTO audit (seq, at_us, event, tenant, request_id, agent_origin, queue_origin, \
         entry) VALUES (1, 0, 'assist_fetch_refused', 't', 'r', 'unknown', 'unknown', '{}')",
    );
    let refusal = refusal.await.expect_err("position 1 was given before");
    assert!(refusal.contains("without a gap"), "{refusal}");
    let seq = store.append(&fetch_entry("r-3", at(3))).await;
    assert_eq!(seq.expect("append"), 3);
}

#[tokio::test]
async fn the_pruning_boundary_only_grows_up_to_the_end_of_the_log() {
    let (_store, mut tool, _place) = audited(5).await;
    let record =
        |seq: i64| format!("INSERT INTO audit_pruning (below_seq, at_us) VALUES ({seq}, 0)");
    tool.must(record(3)).await;
    for (attempt, message) in [
        (record(1), "only grows"),
        (record(2), "only grows"),
        (record(3), "only grows"),
        (record(7), "only grows"),
        (record(3).replace("INSERT", "REPLACE"), "only grows"),
        (
            "UPDATE audit_pruning SET below_seq = 6".to_owned(),
            "never changed",
        ),
        (
            "UPDATE audit_pruning SET at_us = 1".to_owned(),
            "never changed",
        ),
        ("DELETE FROM audit_pruning".to_owned(), "never deleted"),
    ] {
        let refusal = tool.run(attempt.clone()).await.expect_err(&attempt);
        assert!(refusal.contains(message), "{attempt}: {refusal}");
    }
    tool.must(record(6)).await;
}

#[tokio::test]
async fn no_verb_changes_an_engagement_event() {
    let (store, place) = fresh().await;
    let item = item("c-1", "r-1");
    let exposure = exposed(&item, at(0));
    store.expose(vec![exposure.clone()]).await.expect("exposed");
    let mut tool = OtherTool::at(&place.file()).await;
    let copy = "(position, tenant, event_id, conversation_id, recommendation_id, kind, \
                session_id, at_us) SELECT position, tenant, event_id, conversation_id, \
                recommendation_id, 'used', session_id, 9 FROM engagement";
    let same_event = copy.replace("SELECT position", "SELECT NULL");
    for attempt in [
        "UPDATE engagement SET kind = 'used'".to_owned(),
        "DELETE FROM engagement".to_owned(),
        format!("INSERT OR REPLACE INTO engagement {copy}"),
        format!("INSERT OR REPLACE INTO engagement {same_event}"),
        format!("INSERT OR IGNORE INTO engagement {same_event}"),
    ] {
        let refusal = tool.run(attempt.clone()).await.expect_err(&attempt);
        assert!(
            refusal.contains("engagement: an event is never"),
            "{attempt}: {refusal}"
        );
    }
    let unknown = same_event.replace(
        "event_id, conversation_id, recommendation_id, 'used'",
        "'e-2', conversation_id, recommendation_id, 'admired'",
    );
    let refusal = tool.run(format!("INSERT INTO engagement {unknown}")).await;
    let refusal = refusal.expect_err("no such kind");
    assert!(refusal.contains("outside its list"), "{refusal}");
    let kept = store.item(&item).await.expect("an item");
    assert_eq!(kept.map(|kept| kept.exposure), Some(exposure));
}
