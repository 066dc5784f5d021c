//! What the records of a shift take, in the store and in an archive: the figures of docs/AUDIT.md.
//!
//! ```sh
//! cargo run --release -p agent-assist-sqlite --example shift -- 65536
//! ```
//!
//! The records are those of 3,000 conversations in turn, in the proportions of a shift: hits that refer
//! to what was told before, refreshes of which a quarter brings something new, and each conversation told
//! whole once an hour. Answers have ten recommendations and one held back, out of a few hundred that the
//! knowledge bases hold.

#![allow(clippy::print_stdout, reason = "it is there to be read")]
#![allow(clippy::expect_used, reason = "a figure from half a run is none")]

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use agent_assist_domain::answer::{CacheInfo, CacheStatus};
use agent_assist_domain::audit::{
    AuditEntry, AuditFact, ContentDigest, FetchFacts, FetchScope, IdOrigin, Predecessor, Seq,
    ShownAs,
};
use agent_assist_domain::batch::UpstreamFacts;
use agent_assist_domain::ports::AuditLog as _;
use agent_assist_domain::screening::Screened;
use agent_assist_domain::time::Timestamp;
use agent_assist_sqlite::{Archived, SqliteStore};
use agent_assist_testkit::ManualClock;
use agent_assist_testkit::build::{batch, fetch_entry, recommendation, screened};
use futures_util::future::join_all;

/// Agents, each with one conversation.
const CONVERSATIONS: u64 = 3_000;
/// Answers that differ.
const ANSWERS: u64 = 240;
/// Of a thousand records: refreshes, and of all of them those that are told whole. From the table in
/// docs/AUDIT.md.
const REFRESHES: u64 = 149;
const WHOLE: u64 = 41;
/// Records that may be appended at once.
const AT_ONCE: usize = 2_000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kinds {
    Mixed,
    Whole,
    Referring,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let records = match std::env::args().nth(1) {
        Some(count) => count.parse()?,
        None => 16_384,
    };
    let maker = Maker::new();
    println!(
        "{:<34}{:>10}{:>10}{:>10}",
        "bytes a record", "entry", "store", "archive"
    );
    for (name, kinds, records) in [
        ("told whole", Kinds::Whole, records / 4),
        ("referring to another", Kinds::Referring, records),
        ("as a shift has them", Kinds::Mixed, records),
    ] {
        let [entry, store, archive] = measure(&maker, kinds, records).await?;
        println!("{name:<34}{entry:>10.0}{store:>10.0}{archive:>10.0}");
    }
    Ok(())
}

/// Bytes a record of so many: of the entry, in the store, and in an archive.
async fn measure(maker: &Maker, kinds: Kinds, records: u64) -> Result<[f64; 3], Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("store.db");
    let store = SqliteStore::open(&path).await?;
    let entries: Vec<AuditEntry> = (1..=records).map(|seq| maker.entry(seq, kinds)).collect();
    let chained = |entry: &AuditEntry| entry.to_chained(&Predecessor::Record([0; 32])).len();
    let text: usize = entries.iter().map(chained).sum();
    for some in entries.chunks(AT_ONCE) {
        for done in join_all(some.iter().map(|entry| store.append(entry))).await {
            done?;
        }
    }
    // All of it is in the file then.
    store.close().await;
    let online = size(&path)?;
    let store = SqliteStore::open(&path).await?;
    let archives = folder.path().join("archives");
    let _lock = store.lock_archives(&archives).await?;
    let later = ManualClock::START.plus(Duration::from_secs(1 << 30));
    let Archived::Durable(archive) = store.archive(&archives, later).await? else {
        return Err("there is nothing to archive".into());
    };
    let archived = size(&archive.records_path())? + size(&archive.manifest_path())?;
    let in_it = archive.manifest.last - archive.manifest.first + 1;
    store.close().await;
    let of = |bytes: u64, records: u64| bytes as f64 / records as f64;
    Ok([
        of(text as u64, records),
        of(online, records),
        of(archived, in_it),
    ])
}

fn size(path: &Path) -> std::io::Result<u64> {
    Ok(std::fs::metadata(path)?.len())
}

/// Makes records of content that was screened once.
struct Maker {
    answers: Vec<(Screened, ContentDigest)>,
    upstream: UpstreamFacts,
    template: AuditEntry,
    scope: FetchScope,
}

impl Maker {
    fn new() -> Self {
        let all = (0..ANSWERS).map(|answer| {
            let items = (0..11).map(|place| {
                let number = mix(answer * 7 + place) % 400;
                let score = match place {
                    10 => 0.2,
                    _ => 0.75 + (mix(answer * 11 + place) % 240_000) as f64 / 1e6,
                };
                let title = format!("Article {number} on what to do in such a case");
                let body = format!("In case {number} the contract says what applies.");
                let document = (uuid(4, number), uuid(5, number));
                recommendation(&uuid(3, number * 100 + place))
                    .texts(&title, &body)
                    .document(&document.0, &document.1, "https://kb.example/article")
                    .score(score)
            });
            screened(&batch(items))
        });
        let template = fetch_entry("", ManualClock::START);
        let AuditFact::FetchCompleted(scope, facts) = template.fact.clone() else {
            unreachable!("fetch_entry builds a completed fetch");
        };
        let upstream = facts.upstream;
        let with_digest = |screened: Screened| {
            let cache = cache(CacheStatus::Miss);
            let whole = FetchFacts::of(&screened, 0, cache, upstream.clone());
            let digest = whole.content_digest(scope.policy_version());
            (screened, digest)
        };
        Self {
            answers: all.map(with_digest).collect(),
            upstream,
            template,
            scope,
        }
    }

    /// Record `seq` of a shift.
    fn entry(&self, seq: Seq, kinds: Kinds) -> AuditEntry {
        let conversation = seq % CONVERSATIONS;
        let chance = mix(seq) % 1_000;
        let is_refresh = mix(seq + 1) % 1_000 < REFRESHES;
        let is_whole = match kinds {
            Kinds::Mixed => chance < WHOLE,
            Kinds::Whole => true,
            Kinds::Referring => false,
        };
        let (screened, digest) =
            &self.answers[(mix(conversation + seq / 50_000) % ANSWERS) as usize];
        let (status, upstream) = match is_refresh {
            true => (CacheStatus::Miss, self.upstream.clone()),
            false => (CacheStatus::Hit, UpstreamFacts::default()),
        };
        let latency = 200 + mix(seq + 2) % 400;
        let facts = if is_whole {
            FetchFacts::of(screened, latency, cache(status), upstream)
        } else {
            let earlier = seq.saturating_sub(mix(seq + 3) % 200_000).max(1);
            let shown_as = ShownAs {
                seq: earlier,
                request_id: request_id(earlier),
                digest: *digest,
            };
            FetchFacts::repeating(screened, shown_as, latency, cache(status), upstream)
        };
        let mut entry = self.template.clone();
        entry.at = at(seq);
        entry.request_id = request_id(seq);
        entry.subject.conversation_id = Some(uuid(2, conversation));
        entry.subject.session_id = Some(uuid(6, conversation));
        entry.subject.agent.origin = IdOrigin::Request;
        entry.subject.agent.id = Some(format!(
            "agent~1~{:016x}{:016x}",
            mix(conversation + 7),
            mix(conversation + 8)
        ));
        entry.fact = match is_refresh {
            true => AuditFact::RefreshCompleted(self.scope.clone(), facts),
            false => AuditFact::FetchHit(self.scope.clone(), facts),
        };
        entry
    }
}

fn cache(status: CacheStatus) -> CacheInfo {
    CacheInfo {
        status,
        age_ms: 43_210,
    }
}

/// 235 records a second, as 3,000 agents make them.
fn at(seq: Seq) -> Timestamp {
    ManualClock::START.plus(Duration::from_micros(seq * 4_255 + mix(seq) % 4_000))
}

/// A number in no order, the same every time.
fn mix(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// An identifier of ours: in the order of time (UUID version 7).
fn request_id(seq: Seq) -> String {
    let milliseconds = at(seq).as_millis();
    let (one, two) = (mix(seq + 4), mix(seq + 5));
    format!(
        "{:08x}-{:04x}-7{:03x}-8{:03x}-{:012x}",
        milliseconds >> 16,
        milliseconds & 0xffff,
        one & 0xfff,
        two >> 48 & 0xfff,
        two & 0xffff_ffff_ffff
    )
}

/// An identifier as the platform's are.
fn uuid(kind: u64, number: u64) -> String {
    let (high, low) = (mix(number * 16 + kind), mix(number * 16 + kind + 8));
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48 & 0xfff,
        low & 0xffff_ffff_ffff
    )
}
