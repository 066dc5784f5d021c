//! Attacks on a log by somebody who may do anything to its files. They are made here; the tests of the
//! store and those of the command line find them, each in its own way.
//!
//! One store is seeded once; each attack gets a copy of it and takes the triggers away first.

mod bytes;
mod forge;
mod hashed_again;
mod pruned;
mod replaced;
mod statements;
mod tool;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use agent_assist_domain::audit::{AuditEntry, Damage, LogHead, Seq};
use agent_assist_domain::ports::AuditLog as _;
use agent_assist_domain::time::Timestamp;
use agent_assist_testkit::ManualClock;
use agent_assist_testkit::build::fetch_entry;
use agent_assist_tlog::{Frontier, leaf_hash};
use futures_util::future::join_all;
use tempfile::TempDir;

use super::SqliteStore;

pub(crate) use tool::OtherTool;

/// Records of the seeded log: two full tiles and a part of a third.
pub(crate) const RECORDS: usize = 700;

/// A store that was attacked, and what must be found.
pub(crate) struct Attack {
    pub(crate) name: String,
    /// Removed with the value.
    folder: TempDir,
    /// States of the log that are known from elsewhere.
    pub(crate) known: Vec<LogHead>,
    /// What has happened, and from which record on; `None` if nobody can find it.
    pub(crate) found: Option<(Damage, Option<Seq>)>,
}

impl Attack {
    /// The store.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("store.db")
    }
}

/// The store that attacks are tried on, and one that is its beginning.
pub(crate) struct Seeded {
    folder: TempDir,
    /// Every state that the log had, from the empty one on.
    pub(crate) heads: Vec<LogHead>,
}

impl Seeded {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut seeded = Self {
            folder,
            heads: Vec::new(),
        };
        let file = seeded.file();
        for (range, copy) in [(1..401, Some(seeded.backup())), (401..RECORDS + 1, None)] {
            let store = SqliteStore::open(&file).await.expect("open");
            let entries: Vec<AuditEntry> = range.map(entry).collect();
            for seq in join_all(entries.iter().map(|entry| store.append(entry))).await {
                seq.expect("append");
            }
            store.close().await;
            if let Some(copy) = copy {
                copy_store(&file, &copy);
            }
        }
        seeded.heads = heads(&entries(&file).await);
        seeded
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("store.db")
    }

    /// As it was with 400 records.
    fn backup(&self) -> PathBuf {
        self.folder.path().join("backup.db")
    }

    /// A copy to which nothing was done.
    pub(crate) fn unharmed(&self) -> Attack {
        let folder = tempfile::tempdir().expect("a temporary folder");
        copy_store(&self.file(), &folder.path().join("store.db"));
        Attack {
            name: "none".to_owned(),
            folder,
            known: Vec::new(),
            found: None,
        }
    }

    /// What statements alone do.
    pub(crate) async fn by_statements(&self) -> Vec<Attack> {
        let mut all = Vec::new();
        for (name, statements, damage, seq) in statements::BY_STATEMENTS {
            let attack = self.unharmed();
            attack.run(statements).await;
            all.push(attack.called(*name).finds(*damage, *seq));
        }
        all
    }

    /// What is done with the tree made anew behind it.
    pub(crate) async fn hashed_again(&self) -> Vec<Attack> {
        hashed_again::attacks(self).await
    }

    /// Another log, or an earlier state, in the place of this one.
    pub(crate) async fn replaced(&self) -> Vec<Attack> {
        replaced::attacks(self).await
    }

    /// Records deleted as if they had been archived.
    pub(crate) async fn pruned(&self) -> Vec<Attack> {
        pruned::attacks(self).await
    }

    /// What is done to the file beside the store.
    pub(crate) fn beside(&self) -> Vec<Attack> {
        replaced::beside(self)
    }

    /// Bytes changed, in the file and in the write-ahead log.
    pub(crate) async fn in_bytes(&self) -> Vec<Attack> {
        let mut all = bytes::in_the_log().await;
        all.extend([bytes::in_an_entry(self), bytes::in_a_page(self)]);
        all
    }
}

/// Record `number` of a seeded log.
pub(crate) fn entry(number: usize) -> AuditEntry {
    let at =
        |seconds: i64| Timestamp::from_micros(ManualClock::START.as_micros() + seconds * 1_000_000);
    // Made once: two recommendations are screened for it.
    static TEMPLATE: LazyLock<AuditEntry> = LazyLock::new(|| fetch_entry("", ManualClock::START));
    let mut entry = TEMPLATE.clone();
    entry.at = at(number as i64);
    entry.request_id = format!("r-{number}");
    entry.subject.conversation_id = Some(format!("c-{}", number % 50));
    entry
}

/// The states of a log of `entries`, from the empty one on.
pub(crate) fn heads(entries: &[String]) -> Vec<LogHead> {
    let mut tree = Frontier::new();
    let head = |tree: &Frontier| LogHead {
        size: tree.size(),
        root: *tree.root().as_bytes(),
    };
    let mut heads = vec![head(&tree)];
    for entry in entries {
        tree.push(leaf_hash(entry.as_bytes())).expect("room");
        heads.push(head(&tree));
    }
    heads
}

/// The entries of the log in the store.
pub(crate) async fn entries(store: &Path) -> Vec<String> {
    let mut tool = OtherTool::at(store).await;
    let rows = sqlx::query_scalar("SELECT entry FROM audit ORDER BY seq")
        .fetch_all(&mut tool.0)
        .await;
    tool.leave().await;
    rows.expect("entries")
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
