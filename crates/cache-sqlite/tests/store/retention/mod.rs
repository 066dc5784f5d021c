//! Records that leave the log: where they are then, what is proved of them, and what keeps them.

mod cases;
mod changed;
mod histories;
mod room;

use std::io::Read as _;
use std::path::{Path, PathBuf};

use agent_assist_domain::adoption::EngagementKind;
use agent_assist_domain::audit::{
    ArchiveFacts, AuditEntry, AuditFact, Continuity, EngagementFacts, LogHead, Seq, Subject,
};
use agent_assist_domain::ports::{AuditLog as _, AuditTrail as _, LegalHolds as _};
use agent_assist_domain::retention::{Hold, HoldScope};
use agent_assist_sqlite::{Archive, Archived, SqliteStore, VerifiedArchive, verify_archive};
use agent_assist_testkit::build::{TENANT, hold_entry, log_entry};
use agent_assist_tlog::{Hash, InclusionProof, TileId, TiledHashes, TreeHead, leaf_hash};
use flate2::read::GzDecoder;

use super::tree::is_sound;
use super::{OtherTool, Place, at, fresh};

/// An entry of a conversation, at that second. Nothing has been screened for it.
fn used(conversation: u8, second: i64) -> AuditEntry {
    AuditEntry {
        at: at(second),
        tenant: TENANT.to_owned(),
        request_id: format!("r-{second}"),
        subject: Subject {
            conversation_id: Some(format!("c-{conversation}")),
            ..Subject::UNKNOWN
        },
        fact: AuditFact::RecommendationAdopted(EngagementFacts {
            recommendation_id: "item \u{2028}\n\"1\"".to_owned(),
            kind: EngagementKind::Used,
            event_id: format!("e-{second}"),
            client_at: None,
            replay: false,
        }),
    }
}

/// Records of seconds `from..to`, of three conversations in turn.
async fn fill(store: &SqliteStore, seconds: std::ops::Range<i64>) {
    let entries: Vec<AuditEntry> = seconds
        .map(|second| used((second % 3) as u8, second))
        .collect();
    let appended = entries.iter().map(|entry| store.append(entry));
    for done in futures_util::future::join_all(appended).await {
        done.expect("append");
    }
}

fn folder(place: &Path) -> PathBuf {
    place.with_extension("archives")
}

/// Everything that is due, in all its steps.
async fn run(store: &SqliteStore, folder: &Path, until: i64) -> (Vec<Archive>, bool) {
    let _lock = store.lock_archives(folder).await.expect("lock");
    store.delete_let_go().await.expect("delete");
    let mut archives = Vec::new();
    loop {
        match store.archive(folder, at(until)).await.expect("archive") {
            Archived::Durable(archive) => {
                record(store, &archive, until).await;
                store.let_go(&archive, at(until)).await.expect("let go");
                store.delete_let_go().await.expect("delete");
                archives.push(*archive);
            }
            Archived::Held => return (archives, true),
            Archived::Nothing => return (archives, false),
        }
    }
}

/// Puts on record that there is `archive`, as the service does before records go.
async fn record(store: &SqliteStore, archive: &Archive, second: i64) {
    let manifest = &archive.manifest;
    let facts = ArchiveFacts {
        first: manifest.first,
        last: manifest.last,
        file_sha256: manifest.file_sha256.to_string(),
        root: manifest.after.root.to_string(),
    };
    let entry = log_entry("archive", AuditFact::AuditArchived(facts), at(second));
    store.append(&entry).await.expect("append");
}

async fn hold(store: &SqliteStore, scope: HoldScope, second: i64) -> Seq {
    let entry = hold_entry("hold", scope.clone(), at(second));
    let hold = Hold {
        id: store.append(&entry).await.expect("append"),
        scope,
        reason: "case 7".to_owned(),
        since: entry.at,
        by: None,
        released: None,
    };
    store.place(TENANT, &hold).await.expect("place");
    hold.id
}

fn conversation(number: u8) -> HoldScope {
    HoldScope::Conversation(format!("c-{number}"))
}

fn lines_of(archive: &Path) -> Vec<String> {
    let mut text = String::new();
    let file = std::fs::File::open(archive).expect("open");
    GzDecoder::new(file)
        .read_to_string(&mut text)
        .expect("gzip");
    text.lines().map(str::to_owned).collect()
}

async fn online(tool: &mut OtherTool) -> Vec<(i64, String)> {
    sqlx::query_as("SELECT seq, entry FROM audit ORDER BY seq")
        .fetch_all(&mut tool.0)
        .await
        .expect("rows")
}

/// The state of the log that an archive ends with.
fn state(archive: &Archive) -> LogHead {
    let after = archive.manifest.after;
    LogHead {
        size: after.size,
        root: *after.root.as_bytes(),
    }
}

/// Every record that ever was, from archives and log, each of which must have it exactly once; and that
/// the log's tree, with nothing but its tiles and the last leaves, still proves each of them.
async fn whole_log(place: &Path) -> Vec<String> {
    let store = SqliteStore::open(place).await.expect("open");
    let archives = store.archives(&folder(place)).await.expect("archives");
    let states: Vec<LogHead> = archives.iter().map(state).collect();
    let verification = store.verify(&states).await.expect("verify");
    assert_eq!(verification.worst(), None, "{verification:?}");
    assert!(
        verification
            .claims
            .iter()
            .all(|claim| *claim == Continuity::Same)
    );
    store.close().await;
    let mut entries = Vec::new();
    for archive in &archives {
        let verified = verify_archive(&archive.manifest_path(), &[archive.manifest.head]);
        let VerifiedArchive { manifest, had } = verified.expect("verified");
        assert_eq!(had, [archive.manifest.head]);
        assert_eq!(manifest, archive.manifest);
        assert_eq!(
            manifest.first,
            entries.len() as u64 + 1,
            "no gap and no overlap"
        );
        entries.extend(lines_of(&archive.records_path()));
        assert_eq!(manifest.last, entries.len() as u64);
    }
    let mut tool = OtherTool::at(place).await;
    is_sound(&mut tool).await;
    for (seq, entry) in online(&mut tool).await {
        assert_eq!(seq, entries.len() as i64 + 1, "no gap and no overlap");
        entries.push(entry);
    }
    proves(&mut tool, &entries).await;
    tool.leave().await;
    entries
}

async fn proves(tool: &mut OtherTool, entries: &[String]) {
    let (size, root): (i64, Vec<u8>) = sqlx::query_as("SELECT size, root FROM audit_head")
        .fetch_one(&mut tool.0)
        .await
        .expect("a head");
    assert_eq!(size, entries.len() as i64);
    let head = TreeHead {
        size: size as u64,
        root: Hash::from_bytes(root.try_into().expect("32 bytes")),
    };
    let tiles: Vec<(i64, i64, Vec<u8>)> =
        sqlx::query_as("SELECT level, position, hashes FROM audit_tile")
            .fetch_all(&mut tool.0)
            .await
            .expect("tiles");
    let leaves: Vec<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT seq, hash FROM audit_leaf ORDER BY seq")
            .fetch_all(&mut tool.0)
            .await
            .expect("leaves");
    let reader = |id: TileId, _: usize| -> Result<Vec<u8>, &'static str> {
        let place = (i64::from(id.level), id.index as i64);
        if let Some((.., hashes)) = tiles.iter().find(|(l, p, _)| (*l, *p) == place) {
            return Ok(hashes.clone());
        }
        let first = id.index as i64 * 256;
        let tail = leaves.iter().filter(|(seq, _)| *seq > first);
        Ok(tail.flat_map(|(_, hash)| hash.clone()).collect())
    };
    // Forty of them, the last one too.
    let every = (entries.len() / 40).max(1);
    let last = entries.len().saturating_sub(1);
    let picked = (0..entries.len()).filter(|index| index % every == 0 || *index == last);
    for (index, entry) in picked.filter_map(|index| Some((index, entries.get(index)?))) {
        let mut hashes = TiledHashes::new(head.size, reader);
        let proof = InclusionProof::prove(index as u64, head.size, &mut hashes).expect("a proof");
        proof
            .verify(leaf_hash(entry.as_bytes()), &head)
            .expect("it holds");
    }
}
