//! That a tree is an earlier one with leaves appended: RFC 6962, section 2.1.2.

use std::collections::BTreeSet;

use crate::{
    EMPTY_ROOT, Hash, HashReader, Node, OutOfRange, ProofError, ProveError, TileId, TreeHead,
    inclusion::{Climb, Side},
    node::{Subtrees, read_path, siblings},
    node_hash,
    tile::tiles_of,
};

/// A path between two states of a log.
///
/// From the empty tree and between equal sizes it is empty: the heads alone tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsistencyProof {
    /// How many leaves the earlier tree has.
    pub from: u64,
    /// How many leaves the later tree has.
    pub to: u64,
    /// At most 65 hashes.
    pub path: Vec<Hash>,
}

impl ConsistencyProof {
    /// That the tree of `from` leaves is the beginning of that of `to`, from O(log to) hashes that
    /// `reader` gives.
    ///
    /// # Errors
    ///
    /// The earlier tree is larger than the later, or the reader fails.
    pub fn prove<R>(from: u64, to: u64, reader: &mut R) -> Result<Self, ProveError<R::Error>>
    where
        R: HashReader + ?Sized,
    {
        let path = read_path(&path(from, to)?, reader).map_err(ProveError::Read)?;
        Ok(Self { from, to, path })
    }

    /// The tiles of the tree of `to` leaves that [`prove`](Self::prove) reads, with their widths:
    /// for a caller who has to fetch them first.
    ///
    /// # Errors
    ///
    /// The earlier tree is larger than the later.
    pub fn tiles(from: u64, to: u64) -> Result<BTreeSet<(TileId, usize)>, OutOfRange> {
        Ok(tiles_of(path(from, to)?.into_iter().flatten(), to))
    }

    /// Whether the tree of `earlier` is the beginning of that of `later`: RFC 9162, section 2.1.4.2.
    ///
    /// Beyond the RFC, the empty tree is the beginning of every other, if its root is [`EMPTY_ROOT`].
    ///
    /// # Errors
    ///
    /// It is not, or this does not prove it.
    pub fn verify(&self, earlier: &TreeHead, later: &TreeHead) -> Result<(), ProofError> {
        if self.from != earlier.size || self.to != later.size {
            return Err(ProofError::OtherTree);
        }
        let Some(last) = self.from.checked_sub(1) else {
            return self.verify_from_nothing(earlier, later);
        };
        if self.from > self.to {
            return Err(ProofError::OutOfRange);
        }
        if self.from == self.to {
            return self.verify_same(earlier, later);
        }
        let complete = last.trailing_ones();
        let mut place = Climb::new(last >> complete, (self.to - 1) >> complete);
        // Both trees have the subtree at this place; it is all of the earlier one if at 0.
        let (start, rest) = if self.from.is_power_of_two() {
            (&earlier.root, &*self.path)
        } else {
            self.path.split_first().ok_or(ProofError::Length)?
        };
        let (mut old, mut new) = (*start, *start);
        for sibling in rest {
            match place.step().ok_or(ProofError::Length)? {
                Side::Left => {
                    old = node_hash(sibling, &old);
                    new = node_hash(sibling, &new);
                }
                Side::Right => new = node_hash(&new, sibling),
            }
        }
        if !place.is_at_root() {
            return Err(ProofError::Length);
        }
        if old != earlier.root {
            return Err(ProofError::EarlierRoot);
        }
        if new != later.root {
            return Err(ProofError::Root);
        }
        Ok(())
    }

    fn verify_from_nothing(&self, earlier: &TreeHead, later: &TreeHead) -> Result<(), ProofError> {
        if earlier.root != EMPTY_ROOT {
            return Err(ProofError::EarlierRoot);
        }
        if self.to == 0 {
            return self.verify_same(earlier, later);
        }
        self.expect_no_path()
    }

    fn verify_same(&self, earlier: &TreeHead, later: &TreeHead) -> Result<(), ProofError> {
        if earlier.root != later.root {
            return Err(ProofError::Root);
        }
        self.expect_no_path()
    }

    fn expect_no_path(&self) -> Result<(), ProofError> {
        if self.path.is_empty() {
            Ok(())
        } else {
            Err(ProofError::Length)
        }
    }
}

/// The way up from the last subtree that is complete in the earlier tree, that one itself first
/// unless it is all of it.
fn path(from: u64, to: u64) -> Result<Vec<Subtrees>, OutOfRange> {
    if from > to {
        return Err(OutOfRange);
    }
    let Some(last) = from.checked_sub(1) else {
        return Ok(Vec::new());
    };
    if from == to {
        return Ok(Vec::new());
    }
    let height = from.trailing_zeros();
    let shared = Node {
        height: height as u8,
        index: last >> height,
    };
    let itself = (shared.index != 0).then(|| vec![shared]);
    Ok(itself.into_iter().chain(siblings(shared, to)).collect())
}
