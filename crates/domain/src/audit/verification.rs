//! What a look at a whole log finds.

use std::fmt;

use super::Seq;

/// A state of a log: how many leaves its Merkle tree has, and its root (RFC 6962, SHA-256).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogHead {
    /// Leaves.
    pub size: u64,
    /// The root; 32 bytes.
    pub root: [u8; 32],
}

/// What has happened to a log, the worst first: of several, this order says which counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Damage {
    /// Something in it is not what was written.
    Altered,
    /// Columns say something else than the entry they are projected from, which is what was written.
    Projection,
    /// It is sound by itself, but not the log that it once was said to be.
    Fork,
    /// It ends earlier than it once did.
    Truncated,
    /// What was said of it is not signed by its key.
    BadSignature,
}

impl Damage {
    /// The name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Altered => "altered",
            Self::Projection => "projection_mismatch",
            Self::Fork => "fork",
            Self::Truncated => "truncated",
            Self::BadSignature => "bad_signature",
        }
    }
}

/// What it was seen by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Symptom {
    /// The file cannot be read here.
    Unreadable,
    /// A record is not there.
    Missing,
    /// Records were pruned that no archive on record has.
    Pruned,
    /// A record is there that the tree does not know.
    Surplus,
    /// An entry is not of the shape of one.
    Shape,
    /// An entry does not hash to its leaf, or has none.
    Leaf,
    /// A record is not the one that the record behind it names, or names another before it.
    Chain,
    /// A tile has other hashes than the records.
    Tile,
    /// The head says something else than the records.
    Head,
    /// A column says something else than the entry.
    Column(&'static str),
    /// The head kept outside the store is none.
    OutsideHeadShape,
    /// The head kept outside the store is of another log, or of a longer one.
    OutsideHead,
    /// A checkpoint in the store is no checkpoint, or one is missing in their row.
    CheckpointShape,
    /// A checkpoint in the store is of another log, or of a longer one.
    Checkpoint,
    /// A checkpoint in the store is not signed by the key.
    CheckpointSignature,
    /// A checkpoint that was given is of another log, or of a longer one.
    GivenCheckpoint,
    /// A checkpoint that was given is not signed by the key.
    GivenSignature,
}

impl Symptom {
    /// The name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Missing => "missing",
            Self::Pruned => "pruned",
            Self::Surplus => "surplus",
            Self::Shape => "shape",
            Self::Leaf => "leaf",
            Self::Chain => "chain",
            Self::Tile => "tile",
            Self::Head => "head",
            Self::Column(_) => "column",
            Self::OutsideHeadShape => "outside_head_shape",
            Self::OutsideHead => "outside_head",
            Self::CheckpointShape => "checkpoint_shape",
            Self::Checkpoint => "checkpoint",
            Self::CheckpointSignature => "checkpoint_signature",
            Self::GivenCheckpoint => "given_checkpoint",
            Self::GivenSignature => "given_signature",
        }
    }
}

impl fmt::Display for Symptom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unreadable => "the file cannot be read",
            Self::Missing => "the record is missing",
            Self::Pruned => "records were pruned that no archive on record has",
            Self::Surplus => "the record is not in the log's tree",
            Self::Shape => "the entry is none",
            Self::Leaf => "the entry does not hash to its leaf",
            Self::Chain => "the chain of records is broken",
            Self::Tile => "a tile has other hashes than the records",
            Self::Head => "the head says something else than the records",
            Self::Column(name) => {
                return write!(f, "the column {name} says something else than the entry");
            }
            Self::OutsideHeadShape => "the file with the log's head beside the store is malformed",
            Self::OutsideHead => "the file with the log's head beside the store knows another log",
            Self::CheckpointShape => "a checkpoint in the store is malformed or missing",
            Self::Checkpoint => "a checkpoint in the store is that of another log",
            Self::CheckpointSignature => "a checkpoint in the store is not signed by the key",
            Self::GivenCheckpoint => "a checkpoint given is that of another log",
            Self::GivenSignature => "a checkpoint given is not signed by the key",
        })
    }
}

/// One thing that is wrong with a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What has happened.
    pub damage: Damage,
    /// What it was seen by.
    pub symptom: Symptom,
    /// The first record concerned, or the first that is missing; `None` where it cannot be known.
    pub seq: Option<Seq>,
}

impl Fault {
    /// By what faults are ordered: the worst first, of each those whose place is known, in order.
    fn rank(&self) -> (Damage, bool, Option<Seq>, Symptom) {
        (self.damage, self.seq.is_none(), self.seq, self.symptom)
    }
}

/// What a log is to a state that it is said to have had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Continuity {
    /// It had that state.
    Same,
    /// It had another root at that size.
    Other,
    /// It is shorter.
    Beyond,
}

/// What a look at a whole log found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// Size and root as the records make them.
    pub head: LogHead,
    /// Records that had gone before there was a tree: leaf 0 is record `before + 1`.
    pub before: u64,
    /// Records read and held against the tree.
    pub records: u64,
    /// Records that were pruned, of which only leaves are left: all before this one.
    pub pruned_below: Option<Seq>,
    /// The size that the head kept outside the store tells, if there is one.
    pub outside_head: Option<u64>,
    /// Checkpoints kept in the store.
    pub checkpoints: u64,
    /// For each state asked about, what the log is to it.
    pub claims: Vec<Continuity>,
    /// What is wrong, the first of each symptom; the one that counts first.
    pub faults: Vec<Fault>,
}

impl Verification {
    /// Position of the last record.
    pub fn last(&self) -> Seq {
        self.before.saturating_add(self.head.size)
    }

    /// Adds what was found otherwise.
    pub fn add(&mut self, faults: impl IntoIterator<Item = Fault>) {
        self.faults.extend(faults);
        self.faults.sort_by_key(Fault::rank);
    }

    /// What counts of all that is wrong; `None` if nothing is.
    pub fn worst(&self) -> Option<&Fault> {
        self.faults.first()
    }
}
