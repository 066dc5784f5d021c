//! Records made to look as if they had been archived.

use agent_assist_domain::audit::{ArchiveFacts, AuditFact, Damage, LogHead, Seq};
use agent_assist_domain::ports::AuditLog as _;
use agent_assist_testkit::ManualClock;
use agent_assist_testkit::build::{archive_facts, log_entry};
use agent_assist_tlog::Hash;

use super::{Attack, Seeded, SqliteStore};

pub(super) async fn attacks(seeded: &Seeded) -> Vec<Attack> {
    let mut all = Vec::new();
    for (name, archived, pruned_below, found) in [
        ("nothing archived", None, 301, Some(1)),
        (
            "all of it archived",
            Some((300, seeded.heads[300])),
            301,
            None,
        ),
        (
            "a part of it archived",
            Some((200, seeded.heads[200])),
            301,
            Some(201),
        ),
        (
            "archived as another log",
            Some((300, seeded.heads[299])),
            301,
            Some(1),
        ),
    ] {
        let attack = seeded.unharmed().called(format!("pruned, {name}"));
        if let Some((last, head)) = archived {
            archive(&attack, last, head).await;
        }
        prune(&attack, pruned_below).await;
        all.push(match found {
            Some(seq) => attack.finds(Damage::Altered, Some(seq)),
            None => attack,
        });
    }
    all
}

/// Has the record of an archive appended.
async fn archive(attack: &Attack, last: Seq, head: LogHead) {
    let facts = ArchiveFacts {
        root: Hash::from_bytes(head.root).to_string(),
        ..archive_facts(1, last)
    };
    let record = log_entry("r-a", AuditFact::AuditArchived(facts), ManualClock::START);
    let store = SqliteStore::open(&attack.file()).await.expect("open");
    store.append(&record).await.expect("append");
    store.close().await;
}

async fn prune(attack: &Attack, below: u32) {
    let boundary = format!("INSERT INTO audit_pruning VALUES ({below}, 0)");
    let delete = format!("DELETE FROM audit WHERE seq < {below}");
    attack.run(&[&boundary, &delete]).await;
}
