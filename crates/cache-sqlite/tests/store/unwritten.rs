//! That records could not be written is itself on record as soon as one can be written again.

use agent_assist_domain::ports::{AuditLog as _, StoreErrorKind};
use agent_assist_testkit::build::fetch_entry;
use futures_util::future::join_all;

use super::tree::verified;
use super::{OtherTool, Place, at, audit_record, fresh};

/// What the log says of records that could not be written.
async fn told(place: &Place) -> (i64, i64, String, String, String) {
    let mut tool = OtherTool::at(&place.file()).await;
    (
        tool.ask("SELECT seq FROM audit_unwritten").await,
        tool.ask("SELECT records FROM audit_unwritten").await,
        tool.ask("SELECT from_at FROM audit_unwritten").await,
        tool.ask("SELECT until_at FROM audit_unwritten").await,
        tool.ask("SELECT reasons FROM audit_unwritten").await,
    )
}

fn three() -> (i64, i64, String, String, String) {
    (
        1,
        3,
        "2026-01-05T09:00:01.000000Z".to_owned(),
        "2026-01-05T09:00:03.000000Z".to_owned(),
        "{\"unavailable\":3}".to_owned(),
    )
}

#[tokio::test]
async fn the_next_record_comes_behind_one_that_tells_of_those_before_it() {
    let (store, place) = fresh().await;
    let mut tool = OtherTool::at(&place.file()).await;
    tool.must("BEGIN IMMEDIATE").await;
    let entries = [1, 2, 3].map(|n| fetch_entry(&format!("r-{n}"), at(n)));
    for refused in join_all(entries.iter().map(|entry| store.append(entry))).await {
        assert_eq!(
            refused.expect_err("held").kind(),
            StoreErrorKind::Unavailable
        );
    }
    tool.must("ROLLBACK").await;
    let seq = store.append(&fetch_entry("r-4", at(4))).await;
    assert_eq!(seq.expect("append"), 2);
    let record = audit_record(&store, 1).await.expect("a record");
    assert_eq!(record.columns.event, "assist_log_unwritten");
    assert_eq!(record.columns.request_id, "r-1");
    assert_eq!(record.columns.conversation_id, None);
    assert_eq!(told(&place).await, three());
    store
        .append(&fetch_entry("r-5", at(5)))
        .await
        .expect("append");
    assert_eq!(verified(&place.file()).await.len(), 3, "told once");
}

#[tokio::test]
async fn whoever_has_nothing_more_to_write_tells_of_it_when_it_closes() {
    let (store, place) = fresh().await;
    let mut tool = OtherTool::at(&place.file()).await;
    tool.must("BEGIN IMMEDIATE").await;
    let entries = [1, 2, 3].map(|n| fetch_entry(&format!("r-{n}"), at(n)));
    let refused = join_all(entries.iter().map(|entry| store.append(entry))).await;
    assert!(refused.iter().all(Result::is_err));
    tool.must("ROLLBACK").await;
    store.close().await;
    assert_eq!(told(&place).await, three());
    assert_eq!(verified(&place.file()).await.len(), 1);
}
