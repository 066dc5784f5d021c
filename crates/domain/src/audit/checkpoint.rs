//! What a log hands out so that others can check it: signed heads and proofs.
//!
//! Hashes are SHA-256, trees those of RFC 6962. What they mean together is not the domain's: notes
//! are kept and handed on as text.

use super::LogHead;
use crate::time::Timestamp;

/// A signed head of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// Its number: 1, 2, 3 and so on.
    pub number: u64,
    /// What it speaks of, as its row says.
    pub head: LogHead,
    /// When it was signed.
    pub at: Timestamp,
    /// The signed note (<https://c2sp.org/tlog-checkpoint>).
    pub note: String,
}

/// That a record is a leaf of the log's tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InclusionPath {
    /// The leaf, from 0.
    pub index: u64,
    /// Leaves of the tree.
    pub size: u64,
    /// The hashes beside the way to the root, the leaf's sibling first.
    pub path: Vec<[u8; 32]>,
}

/// That an earlier tree of the log is the beginning of a later one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsistencyPath {
    /// The earlier tree.
    pub from: LogHead,
    /// The later tree.
    pub to: LogHead,
    /// The hashes that lead from one to the other.
    pub path: Vec<[u8; 32]>,
}
