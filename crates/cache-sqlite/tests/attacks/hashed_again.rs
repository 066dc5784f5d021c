//! Attacks whose traces are covered: leaves, tiles and head made anew behind them.

use std::fs;

use agent_assist_domain::audit::{Damage, Seq};
use agent_assist_tlog::leaf_hash;

use super::statements::{CLOSE_GAP, EDIT, SWAP, insert_copy};
use super::{Attack, Seeded};

pub(super) async fn attacks(seeded: &Seeded) -> Vec<Attack> {
    let mut all = edits(seeded).await;

    let swapped = seeded.unharmed().called("swap with tree");
    swapped.run(&SWAP).await;
    swapped.hash_again(false).await;
    all.push(swapped.finds(Damage::Altered, Some(100)));

    let deleted = seeded.unharmed().called("delete with tree");
    deleted
        .run(&[
            "DELETE FROM audit WHERE seq = 300",
            CLOSE_GAP[0],
            CLOSE_GAP[1],
        ])
        .await;
    deleted.hash_again(false).await;
    let vouched = seeded.heads[299];
    all.push(deleted.against(vouched).finds(Damage::Altered, Some(300)));

    for (name, of, at) in [("insert", 7, 301), ("insert at the end", 7, 701)] {
        let statements = insert_copy(of, at);
        let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
        let found = Some(at as Seq);
        let bare = seeded.unharmed().called(name);
        bare.run(&statements).await;
        all.push(bare.finds(Damage::Altered, found));
        let hashed = seeded.unharmed().called(format!("{name} with tree"));
        hashed.run(&statements).await;
        hashed.hash_again(false).await;
        let vouched = seeded.heads[300];
        all.push(hashed.against(vouched).finds(Damage::Altered, found));
    }
    all.push(another_prev(seeded).await);
    all
}

/// An edit behind which leaves, and then tiles and head, are made anew, as far as that goes.
async fn edits(seeded: &Seeded) -> Vec<Attack> {
    let outside = seeded.heads[650];
    let edited = |name: &str| seeded.unharmed().called(name);

    let leaf_only = edited("edit with leaf");
    let mut tool = leaf_only.tool().await;
    tool.must(EDIT).await;
    let entry: String = tool.ask("SELECT entry FROM audit WHERE seq = 300").await;
    sqlx::query("UPDATE audit_leaf SET hash = ?1 WHERE seq = 300")
        .bind(leaf_hash(entry.as_bytes()).as_bytes().to_vec())
        .execute(&mut tool.0)
        .await
        .expect("update");
    tool.leave().await;

    let with_tree = edited("edit with tree");
    with_tree.run(&[EDIT]).await;
    with_tree.hash_again(false).await;

    let sidecar_kept = edited("re-hash everything, file beside the store kept");
    sidecar_kept.run(&[EDIT]).await;
    sidecar_kept.hash_again(true).await;

    // With nothing outside nothing is found; with a state kept elsewhere all of it is.
    let (nobody_knows, known) = (
        edited("re-hash everything, nothing outside"),
        edited("re-hash everything"),
    );
    for attack in [&nobody_knows, &known] {
        attack.run(&[EDIT]).await;
        attack.hash_again(true).await;
        fs::remove_file(attack.sidecar()).expect("remove");
    }
    vec![
        leaf_only.finds(Damage::Altered, Some(300)),
        with_tree.finds(Damage::Altered, Some(300)),
        sidecar_kept.finds(Damage::Fork, None),
        nobody_knows,
        known.against(outside).finds(Damage::Fork, None),
    ]
}

/// Another name of the record before, with everything hashed again.
async fn another_prev(seeded: &Seeded) -> Attack {
    let attack = seeded.unharmed().called("another prev");
    let mut tool = attack.tool().await;
    let text: String = tool.ask("SELECT entry FROM audit WHERE seq = 300").await;
    let start = text.find("\"prev\":\"").expect("chained") + 8;
    let mut text = text.into_bytes();
    text[start..start + 64].fill(b'0');
    sqlx::query("UPDATE audit SET entry = CAST(?1 AS TEXT) WHERE seq = 300")
        .bind(text)
        .execute(&mut tool.0)
        .await
        .expect("update");
    tool.leave().await;
    attack.hash_again(false).await;
    attack.finds(Damage::Altered, Some(300))
}
