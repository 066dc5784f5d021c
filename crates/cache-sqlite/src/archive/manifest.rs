//! What stands beside an archive: which records are in it, and what it takes to verify them.

use std::path::{Path, PathBuf};

use agent_assist_domain::audit::Seq;
use agent_assist_domain::time::Timestamp;
use agent_assist_tlog::{ConsistencyProof, Frontier, Hash, HashParseError, TreeHead};
use serde::{Deserialize, Serialize};

/// The first words of every manifest.
const FORMAT: &str = "agent-assist audit archive 1";

/// What a manifest's name ends in.
pub(crate) const MANIFEST: &str = ".manifest.json";

/// What the file of records ends in.
pub(crate) const RECORDS: &str = ".ndjson.gz";

/// No manifest of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the manifest of the archive is malformed: {0}")]
pub struct ManifestError(pub(crate) &'static str);

/// What is in an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// The first record.
    pub first: Seq,
    /// The last one.
    pub last: Seq,
    /// The earliest time of a record.
    pub earliest: Timestamp,
    /// The latest.
    pub latest: Timestamp,
    /// Bytes of the records, each with its line end.
    pub bytes: u64,
    /// Bytes of the file.
    pub file_bytes: u64,
    /// SHA-256 of the file.
    pub file_sha256: Hash,
    /// Records that had gone before there was a tree: leaf 0 is record `before + 1`.
    pub before: u64,
    /// The tree before the first record.
    pub frontier: Frontier,
    /// The tree up to the last one.
    pub after: TreeHead,
    /// The tree when the archive was made.
    pub head: TreeHead,
    /// That `after` is the beginning of `head`.
    pub consistency: ConsistencyProof,
}

/// Size and root of a tree.
#[derive(Serialize, Deserialize)]
struct Tree {
    size: u64,
    root: String,
}

impl From<&TreeHead> for Tree {
    fn from(head: &TreeHead) -> Self {
        Self {
            size: head.size,
            root: head.root.to_string(),
        }
    }
}

impl Tree {
    fn head(&self) -> Result<TreeHead, HashParseError> {
        Ok(TreeHead {
            size: self.size,
            root: self.root.parse()?,
        })
    }
}

/// The manifest as it is written.
#[derive(Serialize, Deserialize)]
struct Document {
    format: String,
    /// Which version of the program wrote it.
    program: String,
    file: String,
    file_bytes: u64,
    file_sha256: String,
    first_seq: u64,
    last_seq: u64,
    bytes: u64,
    earliest_us: i64,
    latest_us: i64,
    /// Records without a place in the tree.
    records_before_tree: u64,
    tree_before: Tree,
    /// Roots of its complete subtrees, the largest first.
    subtrees_before: Vec<String>,
    tree_after: Tree,
    tree_then: Tree,
    consistency: Vec<String>,
}

impl Manifest {
    /// How many records there are.
    pub fn records(&self) -> u64 {
        (self.last + 1).saturating_sub(self.first)
    }

    /// The name of the file of records.
    pub fn file_name(&self) -> String {
        format!("{}{RECORDS}", stem(self.first))
    }

    /// The manifest as a document of JSON.
    pub(crate) fn to_json(&self) -> String {
        let hashes = self.frontier.to_bytes();
        let subtrees = hashes.get(8..).unwrap_or_default();
        let document = Document {
            format: FORMAT.to_owned(),
            program: env!("CARGO_PKG_VERSION").to_owned(),
            file: self.file_name(),
            file_bytes: self.file_bytes,
            file_sha256: self.file_sha256.to_string(),
            first_seq: self.first,
            last_seq: self.last,
            bytes: self.bytes,
            earliest_us: self.earliest.as_micros(),
            latest_us: self.latest.as_micros(),
            records_before_tree: self.before,
            tree_before: Tree::from(&self.frontier.head()),
            subtrees_before: subtrees.as_chunks().0.iter().map(hex).collect(),
            tree_after: Tree::from(&self.after),
            tree_then: Tree::from(&self.head),
            consistency: self.consistency.path.iter().map(Hash::to_string).collect(),
        };
        let mut json = serde_json::to_string_pretty(&document).unwrap_or_default();
        json.push('\n');
        json
    }

    /// The manifest that `to_json` writes like this.
    ///
    /// # Errors
    /// It is none, or contradicts itself.
    pub fn parse(json: &[u8]) -> Result<Self, ManifestError> {
        let document: Document =
            serde_json::from_slice(json).map_err(|_| ManifestError("no JSON of this form"))?;
        if document.format != FORMAT {
            return Err(ManifestError("another format or a newer version of it"));
        }
        let bad_hash = |_| ManifestError("a hash is none");
        let (after, head) = (
            document.tree_after.head().map_err(bad_hash)?,
            document.tree_then.head().map_err(bad_hash)?,
        );
        let consistency = document.consistency.iter().map(|hash| hash.parse());
        let manifest = Self {
            first: document.first_seq,
            last: document.last_seq,
            earliest: Timestamp::from_micros(document.earliest_us),
            latest: Timestamp::from_micros(document.latest_us),
            bytes: document.bytes,
            file_bytes: document.file_bytes,
            file_sha256: document.file_sha256.parse().map_err(bad_hash)?,
            before: document.records_before_tree,
            frontier: frontier(&document)?,
            after,
            head,
            consistency: ConsistencyProof {
                from: after.size,
                to: head.size,
                path: consistency.collect::<Result<_, _>>().map_err(bad_hash)?,
            },
        };
        if manifest.file_name() != document.file {
            return Err(ManifestError(
                "the file has another name than its first record",
            ));
        }
        let begins = manifest.before.checked_add(manifest.frontier.size());
        let ends = manifest.before.checked_add(after.size);
        if begins.and_then(|begins| begins.checked_add(1)) != Some(manifest.first)
            || ends != Some(manifest.last)
            || manifest.last < manifest.first
        {
            return Err(ManifestError(
                "sizes of trees and positions of records differ",
            ));
        }
        Ok(manifest)
    }
}

fn frontier(document: &Document) -> Result<Frontier, ManifestError> {
    let mut bytes = document.tree_before.size.to_be_bytes().to_vec();
    for hash in &document.subtrees_before {
        let hash: Hash = hash.parse().map_err(|_| ManifestError("a hash is none"))?;
        bytes.extend(hash.as_bytes());
    }
    let frontier = Frontier::from_bytes(&bytes)
        .map_err(|_| ManifestError("too many or too few subtrees for the size"))?;
    match document.tree_before.head() {
        Ok(head) if head == frontier.head() => Ok(frontier),
        _ => Err(ManifestError("the subtrees do not hash to the root before")),
    }
}

fn hex(hash: &[u8; Hash::LEN]) -> String {
    Hash::from_bytes(*hash).to_string()
}

/// What the names of an archive's two files begin with.
fn stem(first: Seq) -> String {
    format!("audit-{first:020}")
}

/// Where the manifest of the archive that begins with record `first` stands in `folder`.
pub(crate) fn manifest_path(folder: &Path, first: Seq) -> PathBuf {
    folder.join(format!("{}{MANIFEST}", stem(first)))
}

/// Where its records stand.
pub(crate) fn records_path(folder: &Path, first: Seq) -> PathBuf {
    folder.join(format!("{}{RECORDS}", stem(first)))
}
