//! A state of a log in two values.

use crate::Hash;

/// Size and root of a tree: they are believed together or not at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TreeHead {
    /// How many leaves the tree has.
    pub size: u64,
    /// Its Merkle tree hash (RFC 6962, section 2.1).
    pub root: Hash,
}
