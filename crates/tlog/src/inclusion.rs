//! That a leaf is at an index of a tree: audit paths of RFC 6962, section 2.1.1.

use std::collections::BTreeSet;

use crate::{
    Hash, HashReader, Node, OutOfRange, ProofError, ProveError, TileId, TreeHead,
    node::{read_path, siblings},
    node_hash,
    tile::tiles_of,
};

/// A path from a leaf to the root of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InclusionProof {
    /// The leaf's index, from 0.
    pub index: u64,
    /// How many leaves the tree has.
    pub size: u64,
    /// The siblings on the way, the leaf's own first: at most 64.
    pub path: Vec<Hash>,
}

impl InclusionProof {
    /// That leaf `index` is in the tree of `size` leaves, from O(log size) hashes that `reader` gives.
    ///
    /// # Errors
    ///
    /// The tree has no such leaf, or the reader fails.
    pub fn prove<R>(index: u64, size: u64, reader: &mut R) -> Result<Self, ProveError<R::Error>>
    where
        R: HashReader + ?Sized,
    {
        let leaf = leaf(index, size)?;
        let path = read_path(&siblings(leaf, size), reader).map_err(ProveError::Read)?;
        Ok(Self { index, size, path })
    }

    /// The tiles of the tree of `size` leaves that [`prove`](Self::prove) reads, with their widths:
    /// for a caller who has to fetch them first.
    ///
    /// # Errors
    ///
    /// The tree has no such leaf.
    pub fn tiles(index: u64, size: u64) -> Result<BTreeSet<(TileId, usize)>, OutOfRange> {
        let leaf = leaf(index, size)?;
        Ok(tiles_of(siblings(leaf, size).into_iter().flatten(), size))
    }

    /// Whether `leaf` is at the proof's index of the tree with this `head`: RFC 9162, section
    /// 2.1.3.2.
    ///
    /// # Errors
    ///
    /// It is not, or this does not prove it.
    pub fn verify(&self, leaf: Hash, head: &TreeHead) -> Result<(), ProofError> {
        if self.size != head.size {
            return Err(ProofError::OtherTree);
        }
        if self.index >= self.size {
            return Err(ProofError::OutOfRange);
        }
        let mut place = Climb::new(self.index, self.size - 1);
        let mut root = leaf;
        for sibling in &self.path {
            root = match place.step().ok_or(ProofError::Length)? {
                Side::Left => node_hash(sibling, &root),
                Side::Right => node_hash(&root, sibling),
            };
        }
        if !place.is_at_root() {
            return Err(ProofError::Length);
        }
        if root != head.root {
            return Err(ProofError::Root);
        }
        Ok(())
    }
}

fn leaf(index: u64, size: u64) -> Result<Node, OutOfRange> {
    if index < size {
        Ok(Node { height: 0, index })
    } else {
        Err(OutOfRange)
    }
}

/// The way from a node to the root as RFC 9162 walks it: its place and the last one of each height.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Climb {
    place: u64,
    last: u64,
}

/// Where the next sibling stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
}

impl Climb {
    /// `place` is at most `last`.
    pub(crate) fn new(place: u64, last: u64) -> Self {
        Self { place, last }
    }

    pub(crate) fn is_at_root(self) -> bool {
        self.last == 0
    }

    /// Where the next sibling stands, and up to the parent; `None` at the root.
    pub(crate) fn step(&mut self) -> Option<Side> {
        if self.is_at_root() {
            return None;
        }
        let is_right_child = self.place & 1 == 1;
        let side = if is_right_child || self.place == self.last {
            // The last place of a height may be its own parent, several times over. It is not 0,
            // or this were the root.
            let lone = self.place.trailing_zeros();
            self.place >>= lone;
            self.last >>= lone;
            Side::Left
        } else {
            Side::Right
        };
        self.place >>= 1;
        self.last >>= 1;
        Some(side)
    }
}
