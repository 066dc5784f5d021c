//! The tree of the audit log, computed anew from the rows and held against what the store wrote.

use std::path::Path;

use agent_assist_domain::audit::AuditEntry;
use agent_assist_domain::ports::AuditLog as _;
use agent_assist_sqlite::SqliteStore;
use agent_assist_tlog::{EMPTY_ROOT, Hash, leaf_hash, node_hash};
use futures_util::future::join_all;
use sqlx::migrate::Migrator;

use super::{OtherTool, Place, cheap_entry, cheap_order, fresh};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

/// The definition of RFC 6962, section 2.1.
fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => EMPTY_ROOT,
        [leaf] => *leaf,
        _ => {
            let half = leaves.len().next_power_of_two() / 2;
            node_hash(&root(&leaves[..half]), &root(&leaves[half..]))
        }
    }
}

async fn rows<T>(tool: &mut OtherTool, sql: &'static str) -> Vec<T>
where
    T: Send + Unpin + for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow>,
{
    let rows = sqlx::query_as(sql).fetch_all(&mut tool.0).await;
    rows.expect("rows")
}

/// That every row keeps its table's constraints too, which the store does not have SQLite check when
/// it appends.
pub(super) async fn is_sound(tool: &mut OtherTool) {
    let told: String = tool.ask("PRAGMA integrity_check").await;
    assert_eq!(told, "ok");
}

/// What stands in the file beside the store: the larger size, and its root.
pub(super) fn outside_head(store: &Path) -> Option<(usize, String)> {
    let text = std::fs::read_to_string(format!("{}.audit-head", store.display())).ok()?;
    let value = |slot: &str, name| {
        let line = slot.lines().find_map(|line: &str| line.strip_prefix(name));
        line.expect("a line").trim().to_owned()
    };
    let slots = text.split("agent-assist audit head 1\n").skip(1);
    let heads = slots.map(|slot| {
        let size = value(slot, "size ").parse().expect("a size");
        (size, value(slot, "root "))
    });
    heads.max()
}

/// The entries of the log at `store`, after a look at everything that hangs together with them.
pub(super) async fn verified(store: &Path) -> Vec<String> {
    let mut tool = OtherTool::at(store).await;
    is_sound(&mut tool).await;
    let records: Vec<(i64, String)> =
        rows(&mut tool, "SELECT seq, entry FROM audit ORDER BY seq").await;
    let (before, size, head, chained_from): (i64, i64, Vec<u8>, Option<i64>) = rows(
        &mut tool,
        "SELECT before, size, root, chained_from FROM audit_head",
    )
    .await
    .remove(0);
    let positions: Vec<i64> = records.iter().map(|(seq, _)| *seq).collect();
    assert_eq!(positions, (before + 1..=before + size).collect::<Vec<_>>());
    let entries: Vec<String> = records.into_iter().map(|(_, entry)| entry).collect();
    let leaves: Vec<Hash> = entries.iter().map(|e| leaf_hash(e.as_bytes())).collect();

    // The chain.
    for (place, (seq, entry)) in positions.iter().zip(&entries).enumerate() {
        let expected = match chained_from {
            Some(first) if *seq > first => format!("\"prev\":\"{}\",\"queue\"", leaves[place - 1]),
            Some(first) if *seq == first => {
                format!("\"prev_root\":\"{}\",\"queue\"", root(&leaves[..place]))
            }
            _ => {
                assert!(!entry.contains("\"prev"), "{seq} is not chained");
                continue;
            }
        };
        assert!(entry.contains(&expected), "{seq}: {expected}\n{entry}");
    }

    // Leaves, tiles and head.
    let stored: Vec<(Vec<u8>,)> = rows(&mut tool, "SELECT hash FROM audit_leaf ORDER BY seq").await;
    let stored: Vec<Vec<u8>> = stored.into_iter().map(|(hash,)| hash).collect();
    let expected: Vec<Vec<u8>> = leaves.iter().map(|leaf| leaf.as_bytes().to_vec()).collect();
    assert_eq!(stored, expected);
    let mut tiles = Vec::new();
    let mut level: Vec<Hash> = leaves.clone();
    for number in 0.. {
        let full = level.chunks(256).enumerate();
        let full = full.filter(|(_, hashes)| number > 0 || hashes.len() == 256);
        tiles.extend(full.map(|(place, hashes)| {
            let bytes: Vec<u8> = hashes.iter().flat_map(Hash::as_bytes).copied().collect();
            (number, place as i64, bytes)
        }));
        level = level.chunks_exact(256).map(root).collect();
        if level.is_empty() {
            break;
        }
    }
    let stored: Vec<(i64, i64, Vec<u8>)> = rows(
        &mut tool,
        "SELECT level, position, hashes FROM audit_tile ORDER BY level, position",
    )
    .await;
    assert_eq!(stored, tiles);
    assert_eq!(head, root(&leaves).as_bytes());

    // What is known outside is never more, and the same.
    if let Some((size, told)) = outside_head(store) {
        assert!(
            size <= leaves.len(),
            "{size} outside, {} inside",
            leaves.len()
        );
        assert_eq!(told, root(&leaves[..size]).to_string());
    }
    tool.leave().await;
    entries
}

#[tokio::test]
async fn an_empty_log_has_the_empty_tree() {
    let (_store, place) = fresh().await;
    assert_eq!(verified(&place.file()).await, [""; 0]);
}

#[tokio::test]
async fn batches_of_every_size_fit_together() {
    let (store, place) = fresh().await;
    let mut count = 0;
    for size in [1, 2, 3, 5, 84, 160, 1, 255, 257, 600] {
        let entries: Vec<AuditEntry> = (0..size).map(|n| cheap_entry(&format!("{n}"))).collect();
        for seq in join_all(entries.iter().map(|entry| store.append(entry))).await {
            count += 1;
            assert_eq!(seq.expect("append"), count);
        }
        assert_eq!(verified(&place.file()).await.len() as u64, count);
    }
    store.close().await;
    let (size, _) = outside_head(&place.file()).expect("a head");
    assert_eq!(size as u64, count, "closing writes it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn appends_of_three_handles_in_any_order_make_one_tree() {
    let place = Place::new();
    let stores = [place.open().await, place.open().await, place.open().await];
    for round in 0..3_usize {
        let tasks = (0..300_usize).map(|n| {
            // Runs of different lengths, so that each continues where another left off.
            let store = stores[(n / (round + 1) + round) % 3].clone();
            tokio::spawn(async move { store.append(&cheap_entry(&format!("{n}"))).await })
        });
        for task in join_all(tasks).await {
            task.expect("the task").expect("append");
        }
        verified(&place.file()).await;
    }
    for store in &stores {
        store.close().await;
    }
    assert_eq!(verified(&place.file()).await.len(), 900);
}

#[tokio::test]
async fn a_reopened_log_goes_on_where_it_ended() {
    let place = Place::new();
    for round in 0..4_usize {
        let store = place.open().await;
        let entries: Vec<AuditEntry> = (0..130).map(|n| cheap_entry(&format!("{n}"))).collect();
        for seq in join_all(entries.iter().map(|entry| store.append(entry))).await {
            seq.expect("append");
        }
        store.close().await;
        assert_eq!(verified(&place.file()).await.len(), 130 * (round + 1));
    }
}

/// A store of the last version without a tree, with records in it that no tree covers.
async fn store_without_a_tree(records: i64, pruned: i64) -> Place {
    let place = Place::new();
    let mut tool = OtherTool::at(&place.file()).await;
    MIGRATIONS.run_to(6, &mut tool.0).await.expect("migrate");
    let entry = cheap_order("old").to_canonical();
    for seq in 1..=records {
        let insert = sqlx::query(
            "INSERT INTO audit (seq, at_us, event, tenant, request_id, agent_origin, \
             queue_origin, entry) SELECT ?2, ?1 ->> '$.at_us', ?1 ->> '$.event', \
             ?1 ->> '$.tenant', ?1 ->> '$.request_id', 'unknown', 'unknown', ?1",
        );
        let insert = insert.bind(&entry).bind(seq);
        insert.execute(&mut tool.0).await.expect("insert");
    }
    if pruned > 0 {
        tool.must(format!(
            "INSERT INTO audit_pruning VALUES ({}, 0)",
            pruned + 1
        ))
        .await;
        tool.must(format!("DELETE FROM audit WHERE seq <= {pruned}"))
            .await;
    }
    tool.leave().await;
    place
}

#[tokio::test]
async fn records_of_before_the_tree_are_taken_in_and_the_chain_begins_behind_them() {
    for (records, pruned) in [(0, 0), (1, 0), (300, 0), (300, 7), (5, 5)] {
        let place = store_without_a_tree(records, pruned).await;
        let store = place.open().await;
        assert_eq!(verified(&place.file()).await.len() as i64, records - pruned);
        for n in 1..4 {
            let seq = store.append(&cheap_entry("new")).await.expect("append");
            assert_eq!(seq as i64, records + n);
        }
        store.close().await;
        let entries = verified(&place.file()).await;
        let first = entries.get((records - pruned) as usize).expect("the first");
        assert!(first.contains("prev_root"), "{first}");
        let store = place.open().await;
        store.append(&cheap_entry("newer")).await.expect("append");
        assert_eq!(verified(&place.file()).await.len(), entries.len() + 1);
    }
}

#[tokio::test]
async fn a_record_that_somebody_else_added_is_not_taken_in() {
    let (store, place) = fresh().await;
    store.append(&cheap_order("ours")).await.expect("append");
    store.close().await;
    let mut tool = OtherTool::at(&place.file()).await;
    tool.must("INSERT INTO audit_leaf VALUES (2, zeroblob(32))")
        .await;
    tool.must(
        "INSERT INTO audit (seq, at_us, event, tenant, request_id, agent_origin, queue_origin, \
         entry) SELECT 2, at_us, event, tenant, request_id, agent_origin, queue_origin, entry \
         FROM audit",
    )
    .await;
    tool.leave().await;
    let error = SqliteStore::open(&place.file()).await.expect_err("unlike");
    let refusal = std::error::Error::source(&error).and_then(|cause| cause.downcast_ref());
    assert_eq!(
        refusal,
        Some(&agent_assist_sqlite::Refusal::Unlike { first: 2 })
    );
}

#[tokio::test]
async fn no_verb_changes_the_tree() {
    let (store, place) = fresh().await;
    let entries: Vec<AuditEntry> = (0..300).map(|n| cheap_entry(&format!("{n}"))).collect();
    for seq in join_all(entries.iter().map(|entry| store.append(entry))).await {
        seq.expect("append");
    }
    let mut tool = OtherTool::at(&place.file()).await;
    for attempt in [
        "UPDATE audit_leaf SET hash = zeroblob(32) WHERE seq = 2",
        "DELETE FROM audit_leaf WHERE seq = 300",
        "INSERT OR REPLACE INTO audit_leaf VALUES (300, zeroblob(32))",
        "INSERT INTO audit_leaf VALUES (302, zeroblob(32))",
        "UPDATE audit_tile SET hashes = zeroblob(8192) WHERE level = 0",
        "UPDATE audit_tile SET hashes = zeroblob(64) WHERE level = 1",
        "INSERT OR REPLACE INTO audit_tile VALUES (0, 0, zeroblob(8192))",
        "INSERT INTO audit_tile VALUES (0, 1, zeroblob(32))",
        "DELETE FROM audit_tile",
        "UPDATE audit_head SET root = zeroblob(32)",
        "UPDATE audit_head SET size = 299",
        "UPDATE audit_head SET size = 301, chained_from = 2",
        "DELETE FROM audit_head",
        "INSERT OR REPLACE INTO audit_head SELECT * FROM audit_head",
    ] {
        tool.run(attempt).await.expect_err(attempt);
    }
    store.append(&cheap_entry("301")).await.expect("append");
    assert_eq!(verified(&place.file()).await.len(), 301);
}
