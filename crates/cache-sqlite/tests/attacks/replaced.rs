//! Another log, or an earlier state, in the place of this one; and the file beside the store forged.

use std::fs;

use agent_assist_domain::audit::Damage;
use agent_assist_domain::ports::AuditLog as _;

use super::{Attack, RECORDS, Seeded, SqliteStore, copy_store, entry};

pub(super) async fn attacks(seeded: &Seeded) -> Vec<Attack> {
    let outside = seeded.heads[650];
    let new = |name: &str| seeded.unharmed().called(name);

    let restored = new("restored backup");
    fs::copy(seeded.backup(), restored.file()).expect("restore");

    let (with_all, with_all_known) = (
        new("restored backup with all beside it"),
        new("restored backup with all beside it, a checkpoint outside"),
    );
    for attack in [&with_all, &with_all_known] {
        copy_store(&seeded.backup(), &attack.file());
    }

    let (forked, forked_known) = (new("fork, known before it"), new("fork"));
    for attack in [&forked, &forked_known] {
        copy_store(&seeded.backup(), &attack.file());
        let store = SqliteStore::open(&attack.file()).await.expect("open");
        for number in 401..=RECORDS {
            let mut other = entry(number);
            other.tenant = "fork".to_owned();
            store.append(&other).await.expect("append");
        }
        store.close().await;
    }

    // The end cut off in every table, so that nothing in the file tells.
    let (cut, cut_known) = (
        new("cut with tree"),
        new("cut with tree, file beside removed"),
    );
    for attack in [&cut, &cut_known] {
        attack.run(&["DELETE FROM audit WHERE seq > 600"]).await;
        attack.hash_again(true).await;
    }
    fs::remove_file(cut_known.sidecar()).expect("remove");

    vec![
        restored.finds(Damage::Truncated, Some(401)),
        with_all,
        with_all_known
            .against(outside)
            .finds(Damage::Truncated, Some(401)),
        forked.against(seeded.heads[400]),
        forked_known.against(outside).finds(Damage::Fork, None),
        cut.finds(Damage::Truncated, Some(601)),
        cut_known
            .against(outside)
            .finds(Damage::Truncated, Some(601)),
    ]
}

/// The file beside the store, forged or gone.
pub(super) fn beside(seeded: &Seeded) -> Vec<Attack> {
    let new = |name: &str| seeded.unharmed().called(name);
    let root = "0".repeat(64);

    let nonsense = new("nonsense beside the store");
    fs::write(nonsense.sidecar(), [b'x'; 1024]).expect("write");
    let more = new("a longer log beside the store");
    more.forge_sidecar(900, &root);
    let another = new("another root beside the store");
    another.forge_sidecar(700, &root);
    let gone = new("nothing beside the store");
    fs::remove_file(gone.sidecar()).expect("remove");

    vec![
        nonsense.finds(Damage::Altered, None),
        more.finds(Damage::Truncated, Some(701)),
        another.finds(Damage::Fork, None),
        gone,
    ]
}
