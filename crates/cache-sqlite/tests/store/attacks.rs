//! Attacks on a log by somebody who may do anything to its files: each is found, by what it did and
//! from where on.
//!
//! One store is seeded once; each attack gets a copy of it and takes the triggers away first.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use agent_assist_domain::audit::{
    AuditEntry, Damage, LogHead, Predecessor, Seq, Symptom, Verification,
};
use agent_assist_domain::ports::{AuditLog as _, AuditTrail as _};
use agent_assist_sqlite::SqliteStore;
use agent_assist_testkit::build::fetch_entry;
use agent_assist_tlog::{Hash, TileWriter, leaf_hash};
use futures_util::future::join_all;

use super::verify::{bytes_of, entries, heads};
use super::{OtherTool, Place, at};

/// Records of the seeded log: two full tiles and a part of a third.
const RECORDS: usize = 700;

fn entry(number: usize) -> AuditEntry {
    // Made once: two recommendations are screened for it.
    static TEMPLATE: LazyLock<AuditEntry> = LazyLock::new(|| fetch_entry("", at(0)));
    let mut entry = TEMPLATE.clone();
    entry.at = at(number as i64);
    entry.request_id = format!("r-{number}");
    entry.subject.conversation_id = Some(format!("c-{}", number % 50));
    entry
}

/// The store that attacks are tried on, and one that is its beginning.
struct Seeded {
    place: Place,
    /// As it was with 400 records.
    backup: PathBuf,
    heads: Vec<LogHead>,
}

impl Seeded {
    async fn new() -> Self {
        let place = Place::new();
        let backup = place.0.path().join("backup.db");
        for (range, copy) in [(1..401, Some(&backup)), (401..RECORDS + 1, None)] {
            let store = place.open().await;
            let entries: Vec<AuditEntry> = range.map(entry).collect();
            for seq in join_all(entries.iter().map(|entry| store.append(entry))).await {
                seq.expect("append");
            }
            store.close().await;
            if let Some(copy) = copy {
                copy_store(&place.file(), copy);
            }
        }
        let heads = heads(&entries(&place.file()).await);
        Self {
            place,
            backup,
            heads,
        }
    }

    /// A copy of it in a folder of its own.
    fn copy(&self) -> Copy {
        let place = Place::new();
        copy_store(&self.place.file(), &place.file());
        Copy { place }
    }
}

fn beside(path: &Path, what: &str) -> PathBuf {
    PathBuf::from(format!("{}{what}", path.display()))
}

fn copy_store(from: &Path, to: &Path) {
    for what in ["", "-wal", ".audit-head"] {
        if beside(from, what).exists() {
            fs::copy(beside(from, what), beside(to, what)).expect("copy");
        }
    }
}

struct Copy {
    place: Place,
}

impl Copy {
    /// A tool that nothing stops.
    async fn tool(&self) -> OtherTool {
        let mut tool = OtherTool::at(&self.place.file()).await;
        let drop: Vec<String> = sqlx::query_scalar(
            "SELECT 'DROP TRIGGER ' || name FROM sqlite_schema WHERE type = 'trigger'",
        )
        .fetch_all(&mut tool.0)
        .await
        .expect("triggers");
        for drop in drop {
            tool.must(drop).await;
        }
        tool.must("PRAGMA ignore_check_constraints = ON").await;
        tool
    }

    async fn run(&self, statements: &[&str]) {
        let mut tool = self.tool().await;
        for statement in statements {
            tool.must(*statement).await;
        }
        tool.leave().await;
    }

    fn sidecar(&self) -> PathBuf {
        beside(&self.place.file(), ".audit-head")
    }

    /// Writes leaves, tiles and head anew as the records have them; chains them anew, too, if asked.
    async fn hash_again(&self, chained: bool) {
        let mut tool = self.tool().await;
        let rows: Vec<(i64, String)> = sqlx::query_as("SELECT seq, entry FROM audit ORDER BY seq")
            .fetch_all(&mut tool.0)
            .await
            .expect("entries");
        let mut tree = TileWriter::new();
        let mut full = Vec::new();
        let mut leaves: Vec<Hash> = Vec::new();
        for (seq, entry) in rows {
            let mut entry = entry;
            if chained && let Some(last) = leaves.last() {
                let start = entry.find("\"prev\":\"").expect("a chained entry") + 8;
                entry.replace_range(start..start + 64, &last.to_string());
                sqlx::query("UPDATE audit SET entry = ?1 WHERE seq = ?2")
                    .bind(&entry)
                    .bind(seq)
                    .execute(&mut tool.0)
                    .await
                    .expect("update");
            }
            let leaf = leaf_hash(entry.as_bytes());
            leaves.push(leaf);
            full.extend(tree.append([leaf]).expect("room"));
        }
        tool.must("DELETE FROM audit_leaf").await;
        tool.must("DELETE FROM audit_tile").await;
        for (seq, leaf) in (1_i64..).zip(&leaves) {
            sqlx::query("INSERT INTO audit_leaf VALUES (?1, ?2)")
                .bind(seq)
                .bind(leaf.as_bytes().to_vec())
                .execute(&mut tool.0)
                .await
                .expect("insert");
        }
        let partial = tree.partials().filter(|tile| tile.id.level > 0);
        for tile in full.into_iter().chain(partial) {
            sqlx::query("INSERT INTO audit_tile VALUES (?1, ?2, ?3)")
                .bind(i64::from(tile.id.level))
                .bind(tile.id.index as i64)
                .bind(bytes_of(&tile.hashes))
                .execute(&mut tool.0)
                .await
                .expect("insert");
        }
        let head = tree.frontier().head();
        sqlx::query("UPDATE audit_head SET size = ?1, root = ?2, frontier = ?3, last_leaf = ?4")
            .bind(head.size as i64)
            .bind(head.root.as_bytes().to_vec())
            .bind(tree.frontier().to_bytes())
            .bind(leaves.last().map(|leaf| leaf.as_bytes().to_vec()))
            .execute(&mut tool.0)
            .await
            .expect("update");
        tool.leave().await;
    }

    /// What the file beside the store says when it tells of this head.
    fn forge_sidecar(&self, size: u64, root: &str) {
        let text = format!(
            "agent-assist audit head 1\nbefore {:020}\nsize {size:020}\nroot {root}\n",
            0
        );
        let check = leaf_hash(text.as_bytes());
        let mut slot = format!("{text}check {check}\n").into_bytes();
        slot.resize(512, b'\n');
        fs::write(self.sidecar(), [slot.clone(), slot].concat()).expect("write");
    }

    async fn verify(&self, claims: &[LogHead]) -> Verification {
        let store = SqliteStore::open_read_only(&self.place.file())
            .await
            .expect("open");
        let found = store.verify(claims).await.expect("verify");
        store.close().await;
        found
    }
}

/// Edits the record at 300: the outcome it tells of, in entry and column.
const EDIT: &str = "UPDATE audit SET entry = replace(entry, '\"r-300\"', '\"r-666\"'), \
    request_id = 'r-666' WHERE seq = 300";

/// All columns but the position.
const COLUMNS: &str = "at_us, event, tenant, request_id, session_id, conversation_id, agent_id, \
    agent_origin, queue_id, queue_origin, recommendation_id, dialect, result_limit, result_offset, \
    cache_status, latency_us, total_received, total_returned, upstream_status, \
    upstream_correlation_id, error, degraded_reason, empty_reason, entry";

const SWAP: [&str; 3] = [
    "UPDATE audit SET seq = -100 WHERE seq = 100",
    "UPDATE audit SET seq = 100 WHERE seq = 101",
    "UPDATE audit SET seq = 101 WHERE seq = -100",
];

/// Makes the positions behind a deleted record close the gap.
const CLOSE_GAP: [&str; 2] = [
    "UPDATE audit SET seq = -seq WHERE seq > 300",
    "UPDATE audit SET seq = -seq - 1 WHERE seq < 0",
];

fn insert_copy(of: i64, at: i64) -> [String; 3] {
    [
        format!("UPDATE audit SET seq = -seq WHERE seq >= {at}"),
        "UPDATE audit SET seq = -seq + 1 WHERE seq < 0".to_owned(),
        format!(
            "INSERT INTO audit (seq, {COLUMNS}) SELECT {at}, {COLUMNS} FROM audit WHERE seq = {of}"
        ),
    ]
}

/// What is done by statements alone, and what of it must be found.
const BY_STATEMENTS: &[(&str, &[&str], Damage, Option<Seq>)] = {
    use Damage::{Altered, Projection, Truncated};
    &[
        ("edit an entry", &[EDIT], Altered, Some(300)),
        (
            "make an entry nonsense",
            &["UPDATE audit SET entry = 'none' WHERE seq = 300"],
            Altered,
            Some(300),
        ),
        ("swap two records", &SWAP, Altered, Some(100)),
        (
            "swap two entries",
            &["UPDATE audit SET entry = CASE seq WHEN 100 THEN \
                 (SELECT entry FROM audit WHERE seq = 101) ELSE \
                 (SELECT entry FROM audit WHERE seq = 100) END WHERE seq IN (100, 101)"],
            Altered,
            Some(100),
        ),
        (
            "delete a record",
            &["DELETE FROM audit WHERE seq = 300"],
            Altered,
            Some(300),
        ),
        (
            "delete the first",
            &["DELETE FROM audit WHERE seq = 1"],
            Altered,
            Some(1),
        ),
        (
            "delete a record with its leaf",
            &[
                "DELETE FROM audit WHERE seq = 300",
                "DELETE FROM audit_leaf WHERE seq = 300",
            ],
            Altered,
            Some(300),
        ),
        (
            "delete a record with its leaf where no tile has it",
            &[
                "DELETE FROM audit WHERE seq = 650",
                "DELETE FROM audit_leaf WHERE seq = 650",
            ],
            Altered,
            Some(650),
        ),
        (
            "delete a record and close the gap",
            &[
                "DELETE FROM audit WHERE seq = 300",
                CLOSE_GAP[0],
                CLOSE_GAP[1],
            ],
            Altered,
            Some(300),
        ),
        (
            "reorder a stretch",
            &[
                "UPDATE audit SET seq = -seq WHERE seq BETWEEN 200 AND 220",
                "UPDATE audit SET seq = 420 + seq WHERE seq < 0",
            ],
            Altered,
            Some(200),
        ),
        (
            "cut the records' end off",
            &["DELETE FROM audit WHERE seq > 600"],
            Truncated,
            Some(601),
        ),
        (
            "delete all records",
            &["DELETE FROM audit"],
            Truncated,
            Some(1),
        ),
        (
            "change a leaf",
            &["UPDATE audit_leaf SET hash = zeroblob(32) WHERE seq = 300"],
            Altered,
            Some(300),
        ),
        (
            "delete a leaf",
            &["DELETE FROM audit_leaf WHERE seq = 650"],
            Altered,
            Some(650),
        ),
        (
            "delete the leaves",
            &["DELETE FROM audit_leaf"],
            Altered,
            Some(1),
        ),
        (
            "add a leaf",
            &["INSERT INTO audit_leaf VALUES (701, zeroblob(32))"],
            Altered,
            Some(701),
        ),
        (
            "change a tile",
            &[
                "UPDATE audit_tile SET hashes = CAST(substr(hashes, 1, 320) || zeroblob(32) || \
                 substr(hashes, 353) AS BLOB) WHERE level = 0 AND position = 1",
            ],
            Altered,
            Some(267),
        ),
        (
            "delete a tile",
            &["DELETE FROM audit_tile WHERE level = 0 AND position = 1"],
            Altered,
            Some(257),
        ),
        (
            "change a higher tile",
            &["UPDATE audit_tile SET hashes = zeroblob(64) WHERE level = 1"],
            Altered,
            None,
        ),
        (
            "add a tile",
            &["INSERT INTO audit_tile VALUES (0, 2, zeroblob(8192))"],
            Altered,
            None,
        ),
        (
            "change the root",
            &["UPDATE audit_head SET root = zeroblob(32)"],
            Altered,
            None,
        ),
        (
            "change the size",
            &["UPDATE audit_head SET size = 600"],
            Altered,
            Some(601),
        ),
        (
            "change the frontier",
            &["UPDATE audit_head SET frontier = zeroblob(200)"],
            Altered,
            None,
        ),
        (
            "change the last leaf",
            &["UPDATE audit_head SET last_leaf = zeroblob(32)"],
            Altered,
            None,
        ),
        (
            "begin the chain later",
            &["UPDATE audit_head SET chained_from = 300"],
            Altered,
            None,
        ),
        (
            "begin the tree later",
            &["UPDATE audit_head SET before = 1"],
            Altered,
            Some(1),
        ),
        (
            "delete the head",
            &["DELETE FROM audit_head"],
            Altered,
            None,
        ),
        (
            "column only: conversation",
            &["UPDATE audit SET conversation_id = 'another' WHERE seq = 300"],
            Projection,
            Some(300),
        ),
        (
            "column only: no agent",
            &["UPDATE audit SET agent_id = 'somebody', agent_origin = 'request' WHERE seq >= 300"],
            Projection,
            Some(300),
        ),
        (
            "column only: time",
            &["UPDATE audit SET at_us = at_us + 1 WHERE seq = 300"],
            Projection,
            Some(300),
        ),
        (
            "column only: event",
            &["UPDATE audit SET event = 'assist_fetch_failed' WHERE seq = 300"],
            Projection,
            Some(300),
        ),
        (
            "column only: tenant",
            &["UPDATE audit SET tenant = 'x' WHERE seq = 700"],
            Projection,
            Some(700),
        ),
        (
            "column only: the last of them",
            &["UPDATE audit SET empty_reason = 'filtered' WHERE seq = 1"],
            Projection,
            Some(1),
        ),
        (
            "column only: a count",
            &["UPDATE audit SET total_returned = 0 WHERE seq = 300"],
            Projection,
            Some(300),
        ),
        (
            "column only: text behind a zero character",
            &["UPDATE audit SET session_id = session_id || char(0) || 'x' WHERE seq = 300"],
            Projection,
            Some(300),
        ),
    ]
};

#[track_caller]
fn assert_found(name: &str, found: &Verification, damage: Damage, seq: Option<Seq>) {
    let worst = found.worst().map(|fault| (fault.damage, fault.seq));
    assert_eq!(worst, Some((damage, seq)), "{name}: {:?}", found.faults);
}

#[tokio::test]
async fn every_attack_by_statements_is_found_from_the_right_record_on() {
    let seeded = Seeded::new().await;
    let found = seeded.copy().verify(&seeded.heads).await;
    assert_eq!(found.faults, [], "unharmed");
    for (name, statements, damage, seq) in BY_STATEMENTS {
        let copy = seeded.copy();
        copy.run(statements).await;
        assert_found(name, &copy.verify(&[]).await, *damage, *seq);
    }
}

#[tokio::test]
async fn every_attack_that_hashes_again_is_found() {
    let seeded = Seeded::new().await;
    let outside = [seeded.heads[650]];

    // An edit behind which leaves, and then tiles and head, are made anew. The chain tells.
    let copy = seeded.copy();
    let mut tool = copy.tool().await;
    tool.must(EDIT).await;
    let edited: String = tool.ask("SELECT entry FROM audit WHERE seq = 300").await;
    sqlx::query("UPDATE audit_leaf SET hash = ?1 WHERE seq = 300")
        .bind(leaf_hash(edited.as_bytes()).as_bytes().to_vec())
        .execute(&mut tool.0)
        .await
        .expect("update");
    tool.leave().await;
    assert_found(
        "edit with leaf",
        &copy.verify(&[]).await,
        Damage::Altered,
        Some(300),
    );
    copy.hash_again(false).await;
    assert_found(
        "edit with tree",
        &copy.verify(&[]).await,
        Damage::Altered,
        Some(300),
    );
    copy.hash_again(true).await;
    fs::remove_file(copy.sidecar()).expect("remove");
    assert_eq!(
        copy.verify(&[]).await.worst(),
        None,
        "nothing outside: nothing found"
    );
    assert_found(
        "re-hash everything",
        &copy.verify(&outside).await,
        Damage::Fork,
        None,
    );

    let copy = seeded.copy();
    copy.run(&[EDIT]).await;
    copy.hash_again(true).await;
    assert_found(
        "re-hash, sidecar kept",
        &copy.verify(&[]).await,
        Damage::Fork,
        None,
    );

    let copy = seeded.copy();
    copy.run(&SWAP).await;
    copy.hash_again(false).await;
    assert_found(
        "swap with tree",
        &copy.verify(&[]).await,
        Damage::Altered,
        Some(100),
    );

    let copy = seeded.copy();
    copy.run(&[
        "DELETE FROM audit WHERE seq = 300",
        CLOSE_GAP[0],
        CLOSE_GAP[1],
    ])
    .await;
    copy.hash_again(false).await;
    let vouched = [seeded.heads[299]];
    let found = copy.verify(&vouched).await;
    assert_found("delete with tree", &found, Damage::Altered, Some(300));

    for (name, of, at) in [("insert", 7, 301), ("insert at the end", 7, 701)] {
        let copy = seeded.copy();
        let statements = insert_copy(of, at);
        let statements: Vec<&str> = statements.iter().map(String::as_str).collect();
        copy.run(&statements).await;
        assert_found(
            name,
            &copy.verify(&[]).await,
            Damage::Altered,
            Some(at as Seq),
        );
        copy.hash_again(false).await;
        let found = copy.verify(&[seeded.heads[300]]).await;
        assert_found(name, &found, Damage::Altered, Some(at as Seq));
    }

    // Another name of the record before, with everything hashed again.
    let copy = seeded.copy();
    let mut tool = copy.tool().await;
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
    copy.hash_again(false).await;
    assert_found(
        "another prev",
        &copy.verify(&[]).await,
        Damage::Altered,
        Some(300),
    );
}

#[tokio::test]
async fn logs_put_in_the_place_of_another_are_found() {
    let seeded = Seeded::new().await;
    let outside = [seeded.heads[650]];

    let copy = seeded.copy();
    fs::copy(&seeded.backup, copy.place.file()).expect("restore");
    assert_found(
        "restored",
        &copy.verify(&[]).await,
        Damage::Truncated,
        Some(401),
    );
    copy_store(&seeded.backup, &copy.place.file());
    assert_eq!(
        copy.verify(&[]).await.worst(),
        None,
        "restored with all beside it"
    );
    let found = copy.verify(&outside).await;
    assert_found(
        "restored with sidecar",
        &found,
        Damage::Truncated,
        Some(401),
    );

    let copy = seeded.copy();
    copy_store(&seeded.backup, &copy.place.file());
    let store = copy.place.open().await;
    for number in 401..=RECORDS {
        let mut other = entry(number);
        other.tenant = "fork".to_owned();
        store.append(&other).await.expect("append");
    }
    store.close().await;
    assert_eq!(
        copy.verify(&[seeded.heads[400]]).await.worst(),
        None,
        "the same up to there"
    );
    assert_found("fork", &copy.verify(&outside).await, Damage::Fork, None);

    // The end cut off in every table, so that nothing in the file tells.
    let copy = seeded.copy();
    copy.run(&["DELETE FROM audit WHERE seq > 600"]).await;
    copy.hash_again(true).await;
    assert_found(
        "cut with tree",
        &copy.verify(&[]).await,
        Damage::Truncated,
        Some(601),
    );
    fs::remove_file(copy.sidecar()).expect("remove");
    let found = copy.verify(&outside).await;
    assert_found("cut, sidecar removed", &found, Damage::Truncated, Some(601));
}

#[tokio::test]
async fn a_file_beside_the_store_that_was_tampered_with_is_found() {
    let seeded = Seeded::new().await;
    let copy = seeded.copy();
    fs::write(copy.sidecar(), [b'x'; 1024]).expect("write");
    let found = copy.verify(&[]).await;
    assert_found("nonsense", &found, Damage::Altered, None);
    assert_eq!(found.faults[0].symptom, Symptom::OutsideHeadShape);
    copy.forge_sidecar(900, &"0".repeat(64));
    assert_found(
        "more",
        &copy.verify(&[]).await,
        Damage::Truncated,
        Some(701),
    );
    copy.forge_sidecar(700, &"0".repeat(64));
    assert_found("another root", &copy.verify(&[]).await, Damage::Fork, None);
    fs::remove_file(copy.sidecar()).expect("remove");
    let found = copy.verify(&[]).await;
    assert_eq!((found.worst(), found.outside_head), (None, None));
}

#[tokio::test]
async fn attacks_on_bytes_are_found() {
    let seeded = Seeded::new().await;

    // A character of an entry, in the page where it lies.
    let copy = seeded.copy();
    let mut bytes = fs::read(copy.place.file()).expect("read");
    let wanted = b"\"request_id\":\"r-444\"";
    let place = bytes
        .windows(wanted.len())
        .position(|window| window == wanted);
    bytes[place.expect("the entry") + wanted.len() - 2] = b'5';
    fs::write(copy.place.file(), bytes).expect("write");
    assert_found(
        "a byte",
        &copy.verify(&[]).await,
        Damage::Altered,
        Some(444),
    );

    // The page of an entry made unreadable: its header says another kind of page.
    let copy = seeded.copy();
    let mut bytes = fs::read(copy.place.file()).expect("read");
    let place = bytes
        .windows(wanted.len())
        .position(|window| window == wanted);
    let page = place.expect("the entry") / 4096 * 4096;
    bytes[page] = 0xff;
    fs::write(copy.place.file(), bytes).expect("write");
    let found = copy.verify(&[]).await;
    let worst = found.worst().expect("a fault");
    assert_eq!(worst.damage, Damage::Altered);
    assert!(
        (430..=444).contains(&worst.seq.expect("a place")),
        "{worst:?}"
    );

    // A bit in the write-ahead log, behind which SQLite drops what was acknowledged.
    let place = Place::new();
    let store = place.open().await;
    for number in 1..=120 {
        store.append(&entry(number)).await.expect("append");
    }
    tokio::time::timeout(std::time::Duration::from_secs(30), async {
        while super::tree::outside_head(&place.file()).is_none_or(|(size, _)| size < 120) {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    })
    .await
    .expect("the file beside the store");
    for share in [3, 2] {
        let copy = Copy {
            place: Place::new(),
        };
        copy_store(&place.file(), &copy.place.file());
        let log = beside(&copy.place.file(), "-wal");
        let mut bytes = fs::read(&log).expect("a write-ahead log");
        let at = bytes.len() - bytes.len() / (2 * share);
        bytes[at] ^= 4;
        fs::write(&log, bytes).expect("write");
        let left = entries(&copy.place.file()).await.len();
        assert!(left < 120, "{left}");
        let found = copy.verify(&[]).await;
        assert_found("a bit", &found, Damage::Truncated, Some(left as Seq + 1));
    }
    store.close().await;
}

/// What a chain looks like is the domain's; here it is only replaced.
#[test]
fn the_chain_is_written_as_these_attacks_expect() {
    let chained = entry(1).to_chained(&Predecessor::Record([0; 32]));
    assert!(chained.contains(&format!("\"prev\":\"{}\"", "0".repeat(64))));
}
