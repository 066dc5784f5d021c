//! Records that leave the log: where they are then, what is proved of them, and what keeps them.

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use agent_assist_domain::adoption::EngagementKind;
use agent_assist_domain::audit::{
    Attribution, AuditEntry, AuditFact, Continuity, EngagementFacts, LogHead, Seq, Subject,
};
use agent_assist_domain::ports::{AuditLog as _, AuditTrail as _, LegalHolds as _, StoreErrorKind};
use agent_assist_domain::retention::{Hold, HoldScope, Release};
use agent_assist_sqlite::{
    Archive, ArchiveFault, Archived, Refusal, SqliteStore, VerifiedArchive, verify_archive,
};
use agent_assist_testkit::build::{TENANT, hold_entry};
use agent_assist_tlog::{Frontier, Hash, InclusionProof, TileId, TiledHashes, TreeHead, leaf_hash};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use proptest::prelude::*;

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
                store.let_go(&archive, at(until)).await.expect("let go");
                store.delete_let_go().await.expect("delete");
                archives.push(*archive);
            }
            Archived::Held => return (archives, true),
            Archived::Nothing => return (archives, false),
        }
    }
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

#[tokio::test]
async fn old_records_leave_the_log_for_an_archive_that_verifies_alone() {
    let (store, place) = fresh().await;
    fill(&store, 0..700).await;
    let before = {
        let mut tool = OtherTool::at(&place.file()).await;
        online(&mut tool).await
    };
    let (archives, held) = run(&store, &folder(&place.file()), 600).await;
    assert!(!held);
    let ranges: Vec<_> = archives
        .iter()
        .map(|archive| (archive.manifest.first, archive.manifest.last))
        .collect();
    assert_eq!(ranges, [(1, 600)]);
    let (again, _) = run(&store, &folder(&place.file()), 600).await;
    assert_eq!(again, [], "there is nothing left to do");
    fill(&store, 700..900).await;
    store.close().await;

    let entries = whole_log(&place.file()).await;
    assert_eq!(entries.len(), 900);
    let earlier: Vec<String> = before.into_iter().map(|(_, entry)| entry).collect();
    assert_eq!(entries[..700], earlier, "byte for byte");
    let mut tool = OtherTool::at(&place.file()).await;
    assert_eq!(tool.ask::<i64>("SELECT min(seq) FROM audit").await, 601);
    // Two full tiles have the hashes of 512; those of the third are needed.
    assert_eq!(
        tool.ask::<i64>("SELECT min(seq) FROM audit_leaf").await,
        513
    );
}

/// The last leaf stays, for the next record finds its place by it.
#[tokio::test]
async fn a_log_that_is_archived_whole_goes_on() {
    let (store, place) = fresh().await;
    fill(&store, 0..512).await;
    run(&store, &folder(&place.file()), 600).await;
    store.close().await;
    let store = place.open().await;
    fill(&store, 600..610).await;
    run(&store, &folder(&place.file()), 700).await;
    store.close().await;
    let store = place.open().await;
    fill(&store, 700..701).await;
    store.close().await;
    assert_eq!(whole_log(&place.file()).await.len(), 523);
}

#[tokio::test]
async fn a_record_of_a_later_time_keeps_those_behind_it() {
    let (store, place) = fresh().await;
    for second in [1, 2, 90, 3, 4] {
        store.append(&used(1, second)).await.expect("append");
    }
    let (archives, _) = run(&store, &folder(&place.file()), 50).await;
    assert_eq!(
        archives[0].manifest.last, 2,
        "the clock was set back behind it"
    );
}

#[tokio::test]
async fn no_record_behind_the_first_that_is_held_is_archived() {
    let (store, place) = fresh().await;
    fill(&store, 0..9).await;
    let id = hold(&store, conversation(2), 9).await;
    let (archives, held) = run(&store, &folder(&place.file()), 100).await;
    assert!(held);
    assert_eq!(
        archives[0].manifest.last, 2,
        "record 3 is of conversation 2"
    );

    let everything = hold(&store, HoldScope::Everything, 10).await;
    assert_eq!(
        run(&store, &folder(&place.file()), 100).await,
        (Vec::new(), true)
    );
    let mut tool = OtherTool::at(&place.file()).await;
    let refusal = tool.run("INSERT INTO audit_pruning VALUES (4, 0)").await;
    let refusal = refusal.expect_err("held");
    assert!(refusal.contains("is held"), "{refusal}");

    let release = Release {
        at: at(11),
        by: None,
    };
    for id in [everything, id] {
        assert!(store.release(TENANT, id, &release).await.expect("release"));
    }
    let (archives, held) = run(&store, &folder(&place.file()), 100).await;
    assert_eq!((archives.len(), held), (1, false));
}

/// What is archived already is held in its archive.
#[tokio::test]
async fn an_archive_with_a_conversation_that_is_held_says_so() {
    let (store, place) = fresh().await;
    fill(&store, 0..2).await;
    let (archives, _) = run(&store, &folder(&place.file()), 100).await;
    let is_held = async || store.is_archive_held(&archives[0]).await.expect("read");
    assert!(!is_held().await);
    hold(&store, conversation(2), 3).await;
    assert!(!is_held().await, "it is not in there");
    let id = hold(&store, conversation(1), 4).await;
    assert!(is_held().await);
    let release = Release {
        at: at(5),
        by: None,
    };
    store.release(TENANT, id, &release).await.expect("release");
    assert!(!is_held().await);
    hold(&store, HoldScope::Everything, 6).await;
    assert!(is_held().await);
    store.delete_archive(&archives[0]).await.expect("delete");
    store
        .delete_archive(&archives[0])
        .await
        .expect("what is deleted is deleted");
    assert_eq!(
        store.archives(&folder(&place.file())).await.expect("read"),
        []
    );
}

#[tokio::test]
async fn a_hold_that_comes_between_the_archive_and_the_boundary_stops_it() {
    let (store, place) = fresh().await;
    fill(&store, 0..9).await;
    let folder = folder(&place.file());
    let _lock = store.lock_archives(&folder).await.expect("lock");
    let Archived::Durable(archive) = store.archive(&folder, at(100)).await.expect("archive") else {
        panic!("nothing to archive");
    };
    hold(&store, conversation(2), 10).await;
    let error = store.let_go(&archive, at(100)).await.expect_err("held");
    assert_eq!(error.kind(), StoreErrorKind::Unavailable);
    drop(_lock);
    // The next run makes a shorter one in its place.
    let (archives, held) = run(&store, &folder, 100).await;
    assert_eq!((archives[0].manifest.last, held), (2, true));
    store.close().await;
    assert_eq!(whole_log(&place.file()).await.len(), 10);
}

#[tokio::test]
async fn a_folder_is_nobody_elses() {
    let (store, place) = fresh().await;
    let folder = folder(&place.file());
    let refusal = |error: agent_assist_domain::ports::StoreError| {
        let source = std::error::Error::source(&error);
        source
            .and_then(|source| source.downcast_ref::<Refusal>())
            .copied()
    };
    let lock = store.lock_archives(&folder).await.expect("lock");
    let error = store.lock_archives(&folder).await.expect_err("locked");
    assert_eq!(refusal(error), Some(Refusal::Archiving));
    drop(lock);
    let (other, other_place) = fresh().await;
    fill(&other, 10..14).await;
    run(&other, &folder, 100).await;
    fill(&store, 0..9).await;
    let error = store
        .archive(&folder, at(100))
        .await
        .expect_err("another's");
    assert_eq!(refusal(error), Some(Refusal::OtherArchive { first: 1 }));
    drop(other_place);
}

/// A record that somebody changed is neither archived nor let go.
#[tokio::test]
async fn records_that_are_not_in_the_tree_are_not_archived() {
    let (store, place) = fresh().await;
    fill(&store, 0..9).await;
    let mut tool = OtherTool::at(&place.file()).await;
    tool.must("DROP TRIGGER audit_record_is_never_changed")
        .await;
    tool.must(
        "UPDATE audit SET entry = replace(entry, '\"e-4\"', '\"e-9\"') WHERE entry LIKE '%\"e-4\"%'",
    )
    .await;
    let folder = folder(&place.file());
    let _lock = store.lock_archives(&folder).await.expect("lock");
    let error = store.archive(&folder, at(100)).await.expect_err("changed");
    assert_eq!(error.kind(), StoreErrorKind::Corrupt);
    assert_eq!(store.archives(&folder).await.expect("read"), []);
}

/// Writes records anew, as if they had been archived like that.
fn rewrite(path: &Path, lines: &[String]) {
    let file = std::fs::File::create(path).expect("create");
    let mut gzip = GzEncoder::new(file, Compression::default());
    for line in lines {
        writeln!(gzip, "{line}").expect("write");
    }
    gzip.finish().expect("finish");
}

#[tokio::test]
async fn whatever_is_changed_in_an_archive_is_found() {
    let (store, place) = fresh().await;
    fill(&store, 0..20).await;
    let (archives, _) = run(&store, &folder(&place.file()), 15).await;
    let (records, manifest) = (archives[0].records_path(), archives[0].manifest_path());
    let lines = lines_of(&records);
    let original = std::fs::read(&records).expect("read");
    let told = std::fs::read_to_string(&manifest).expect("read");
    let verified = || verify_archive(&manifest, &[]);
    verified().expect("as it was written");

    let mut edited = lines.clone();
    edited[6] = edited[6].replace("\"e-6\"", "\"e-7\"");
    rewrite(&records, &edited);
    assert!(matches!(verified(), Err(ArchiveFault::Record { first: 7 })));
    let mut swapped = lines.clone();
    swapped.swap(3, 4);
    rewrite(&records, &swapped);
    assert!(matches!(verified(), Err(ArchiveFault::Record { first: 3 })));
    rewrite(&records, &lines[..12]);
    let missing = ArchiveFault::Missing {
        first: 13,
        last: 15,
    };
    assert_eq!(
        verified().expect_err("short").to_string(),
        missing.to_string()
    );
    let more: Vec<String> = lines.iter().chain(&lines[14..]).cloned().collect();
    rewrite(&records, &more);
    assert!(matches!(verified(), Err(ArchiveFault::More { last: 15 })));
    // The last record has nobody who names it.
    let mut last = lines.clone();
    last[14] = last[14].replace("\"e-14\"", "\"e-99\"");
    rewrite(&records, &last);
    assert!(matches!(verified(), Err(ArchiveFault::Root)));
    // The same records, in other bytes.
    let file = std::fs::File::create(&records).expect("create");
    let mut gzip = GzEncoder::new(file, Compression::none());
    gzip.write_all((lines.join("\n") + "\n").as_bytes())
        .expect("write");
    gzip.finish().expect("finish");
    assert!(matches!(verified(), Err(ArchiveFault::File)));
    for at in [0, original.len() / 2, original.len() - 1] {
        let mut flipped = original.clone();
        flipped[at] ^= 1;
        std::fs::write(&records, &flipped).expect("write");
        assert!(verified().is_err(), "byte {at}");
    }
    std::fs::write(&records, &original).expect("write");

    let document: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    let lies: [(&str, serde_json::Value); 8] = [
        ("/first_seq", 2.into()),
        ("/last_seq", 14.into()),
        ("/tree_after/root", document["file_sha256"].clone()),
        ("/tree_then/root", document["file_sha256"].clone()),
        ("/tree_before/root", document["file_sha256"].clone()),
        ("/consistency", serde_json::json!([])),
        ("/file_sha256", document["tree_after"]["root"].clone()),
        ("/format", "agent-assist audit archive 2".into()),
    ];
    for (pointer, lie) in lies {
        let mut document = document.clone();
        *document.pointer_mut(pointer).expect(pointer) = lie;
        std::fs::write(&manifest, document.to_string()).expect("write");
        assert!(verified().is_err(), "{pointer}");
    }
    std::fs::write(&manifest, &told).expect("write");
    verified().expect("as it was written");

    // A state in the middle, as a checkpoint kept elsewhere tells it.
    let leaves = lines[..7].iter().map(|line| leaf_hash(line.as_bytes()));
    let mut frontier = Frontier::new();
    leaves.for_each(|leaf| {
        frontier.push(leaf).expect("room");
    });
    let right = frontier.head();
    let against = |state| verify_archive(&manifest, &[state]).map(|verified| verified.had);
    assert_eq!(against(right).expect("it was so"), [right]);
    let other = TreeHead {
        root: leaf_hash(b"another"),
        ..right
    };
    assert!(matches!(against(other), Err(ArchiveFault::Fork)));
    let elsewhere = TreeHead { size: 700, ..other };
    assert_eq!(against(elsewhere).expect("nothing is said"), []);
}

/// What may happen to a store.
#[derive(Clone, Debug)]
enum Step {
    Append {
        records: u16,
        conversation: u8,
    },
    /// All steps of archiving, of records up to that share of the log.
    Run(u8),
    /// Dies when the archive is durable.
    DieBeforeBoundary(u8),
    /// Dies when the boundary has moved.
    DieBeforeDeletion(u8),
    Hold(u8),
    HoldEverything,
    ReleaseOldest,
    Reopen,
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1..160_u16, 0..4_u8)
            .prop_map(|(records, conversation)| Step::Append { records, conversation }),
        3 => (0..=100_u8).prop_map(Step::Run),
        2 => (0..=100_u8).prop_map(Step::DieBeforeBoundary),
        2 => (0..=100_u8).prop_map(Step::DieBeforeDeletion),
        1 => (0..4_u8).prop_map(Step::Hold),
        1 => Just(Step::HoldEverything),
        2 => Just(Step::ReleaseOldest),
        1 => Just(Step::Reopen),
    ]
}

/// A store, and what must be true of it.
struct World {
    place: Place,
    store: SqliteStore,
    now: i64,
    /// Holds that stand, with the online records that each covered when it was placed.
    holds: Vec<(Seq, BTreeSet<i64>)>,
}

impl World {
    async fn new() -> Self {
        let place = Place::new();
        Self {
            store: place.open().await,
            place,
            now: 0,
            holds: Vec::new(),
        }
    }

    async fn take(&mut self, step: &Step) {
        match *step {
            Step::Append {
                records,
                conversation,
            } => {
                let seconds = self.now..self.now + i64::from(records);
                let entries: Vec<AuditEntry> =
                    seconds.map(|second| used(conversation, second)).collect();
                let appended = entries.iter().map(|entry| self.store.append(entry));
                for done in futures_util::future::join_all(appended).await {
                    done.expect("append");
                }
                self.now += i64::from(records);
            }
            Step::Run(share) => {
                run(&self.store, &self.folder(), self.until(share)).await;
            }
            Step::DieBeforeBoundary(share) => {
                self.archive(share).await;
            }
            Step::DieBeforeDeletion(share) => {
                if let Some(archive) = self.archive(share).await {
                    self.store
                        .let_go(&archive, at(self.now))
                        .await
                        .expect("let go");
                }
            }
            Step::Hold(conversation_number) => {
                let name = format!("c-{conversation_number}");
                let of = |entry: &str| entry.contains(&format!("\"conversation_id\":\"{name}\""));
                self.hold(conversation(conversation_number), of).await;
            }
            Step::HoldEverything => self.hold(HoldScope::Everything, |_| true).await,
            Step::ReleaseOldest if self.holds.is_empty() => {}
            Step::ReleaseOldest => {
                let (id, _) = self.holds.remove(0);
                let release = Release {
                    at: at(self.now),
                    by: None,
                };
                assert!(
                    self.store
                        .release(TENANT, id, &release)
                        .await
                        .expect("release")
                );
            }
            Step::Reopen => {
                self.store.close().await;
                self.store = self.place.open().await;
            }
        }
        self.held_are_online().await;
    }

    fn folder(&self) -> PathBuf {
        folder(&self.place.file())
    }

    fn until(&self, share: u8) -> i64 {
        self.now * i64::from(share) / 100
    }

    async fn archive(&self, share: u8) -> Option<Archive> {
        let _lock = self
            .store
            .lock_archives(&self.folder())
            .await
            .expect("lock");
        self.store.delete_let_go().await.expect("delete");
        let until = at(self.until(share));
        match self
            .store
            .archive(&self.folder(), until)
            .await
            .expect("archive")
        {
            Archived::Durable(archive) => Some(*archive),
            _ => None,
        }
    }

    async fn hold(&mut self, scope: HoldScope, covers: impl Fn(&str) -> bool) {
        // What is below the boundary is decided already.
        self.store.delete_let_go().await.expect("delete");
        let id = hold(&self.store, scope, self.now).await;
        let mut tool = OtherTool::at(&self.place.file()).await;
        let records = online(&mut tool).await;
        let covered = records.iter().filter(|(_, entry)| covers(entry));
        self.holds
            .push((id, covered.map(|(seq, _)| *seq).collect()));
    }

    async fn held_are_online(&self) {
        let mut tool = OtherTool::at(&self.place.file()).await;
        let here: BTreeSet<i64> = online(&mut tool)
            .await
            .into_iter()
            .map(|(seq, _)| seq)
            .collect();
        for (id, covered) in &self.holds {
            assert!(covered.is_subset(&here), "hold {id} has lost a record");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn every_record_is_in_the_log_or_in_an_archive_once_and_proved(
        steps in prop::collection::vec(any_step(), 1..14),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let mut world = World::new().await;
            for step in &steps {
                world.take(step).await;
            }
            // The next run ends what was cut off.
            run(&world.store, &world.folder(), world.until(50)).await;
            world.held_are_online().await;
            world.store.close().await;
            whole_log(&world.place.file()).await;
        });
    }
}

/// The bytes that a record takes are reckoned, since counting them means reading the file.
#[tokio::test]
async fn what_a_record_takes_is_about_what_is_reckoned() {
    const RECORDS: i64 = 6_000;
    let (store, place) = fresh().await;
    // Identifiers as long as those of the platform, in no order.
    let id = |kind: u32, number: i64| {
        let mixed = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        format!(
            "{:08x}-{kind:04}-4000-8000-{:012x}",
            mixed >> 32,
            mixed & 0xffff_ffff_ffff
        )
    };
    let entries: Vec<AuditEntry> = (0..RECORDS)
        .map(|second| {
            let mut entry = used(0, second);
            entry.request_id = format!("0199{second:08x}-7000-8000-0000-000000000000");
            entry.subject.conversation_id = Some(id(1, second / 12));
            entry.subject.session_id = Some(id(2, second / 12));
            entry.subject.agent = Attribution {
                id: Some(id(3, second % 300)),
                origin: agent_assist_domain::audit::IdOrigin::Request,
            };
            entry
        })
        .collect();
    for batch in entries.chunks(2_000) {
        let appended = batch.iter().map(|entry| store.append(entry));
        for done in futures_util::future::join_all(appended).await {
            done.expect("append");
        }
    }
    let room = store.room(at(RECORDS)).await.expect("room");
    assert_eq!(room.records, RECORDS as u64);
    assert_eq!(room.span.as_secs(), RECORDS as u64);
    assert!(room.free.is_none_or(|free| free > 0));
    store.close().await;
    let bytes = std::fs::metadata(place.file()).expect("a file").len();
    let taken = bytes as f64 / RECORDS as f64;
    let reckoned = room.bytes_per_record as f64;
    assert!(
        (0.8..1.25).contains(&(reckoned / taken)),
        "{reckoned} reckoned, {taken} taken"
    );
}
