//! The right edge of a tree: all that appending needs to know of the leaves before.
//!
//! It is the hashes of the complete subtrees that the tree is a row of, one for each bit set in its
//! size. Appending merges those of equal size, as counting carries; `n` leaves cost fewer than `n`
//! node hashes.

use crate::{Hash, HashReader, TreeHead, hash, node::complete_subtrees, node_hash};

/// Size of a tree and the hashes of its complete subtrees, at most 64.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    /// The largest first.
    subtrees: Vec<Hash>,
}

/// The bytes are no frontier: there is not one hash for each bit set in the size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a frontier of another length than its size demands")]
pub struct FrontierBytesError;

/// The log holds [`u64::MAX`] leaves, or says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the log has no room for another leaf")]
pub struct LogFull;

impl Frontier {
    /// Of the tree without leaves.
    pub const fn new() -> Self {
        Self {
            size: 0,
            subtrees: Vec::new(),
        }
    }

    /// Of the tree of `size` leaves, from at most 64 hashes that `reader` gives.
    ///
    /// It is how the root of a past state is found: `Frontier::load(size, reader)?.root()`.
    ///
    /// # Errors
    ///
    /// The reader's own.
    pub fn load<R>(size: u64, reader: &mut R) -> Result<Self, R::Error>
    where
        R: HashReader + ?Sized,
    {
        let nodes = complete_subtrees(0, size);
        let subtrees: Result<_, _> = nodes.into_iter().map(|node| reader.hash(node)).collect();
        let subtrees = subtrees?;
        Ok(Self { size, subtrees })
    }

    /// Appends a leaf by its [`leaf_hash`](crate::leaf_hash) and returns its index.
    ///
    /// # Errors
    ///
    /// The log holds [`u64::MAX`] leaves.
    pub fn push(&mut self, leaf: Hash) -> Result<u64, LogFull> {
        self.push_and_tell(leaf, |_, _| {})
    }

    /// Like [`push`](Self::push); tells the height and hash of each subtree that the leaf completes,
    /// itself first.
    pub(crate) fn push_and_tell(
        &mut self,
        leaf: Hash,
        mut completed: impl FnMut(u8, Hash),
    ) -> Result<u64, LogFull> {
        let index = self.size;
        let size = index.checked_add(1).ok_or(LogFull)?;
        let mut hash = leaf;
        completed(0, hash);
        for height in 1..=index.trailing_ones() as u8 {
            let Some(left) = self.subtrees.pop() else {
                break;
            };
            hash = node_hash(&left, &hash);
            completed(height, hash);
        }
        self.subtrees.push(hash);
        self.size = size;
        Ok(index)
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The Merkle tree hash (RFC 6962, section 2.1), after at most 63 hashes.
    pub fn root(&self) -> Hash {
        hash::fold_edge(&self.subtrees)
    }

    /// Size and root.
    pub fn head(&self) -> TreeHead {
        TreeHead {
            size: self.size,
            root: self.root(),
        }
    }

    /// The size as eight bytes, big-endian, and the hashes, the largest subtree's first.
    pub fn to_bytes(&self) -> Vec<u8> {
        let hashes = self.subtrees.iter().flat_map(Hash::as_bytes);
        self.size
            .to_be_bytes()
            .iter()
            .chain(hashes)
            .copied()
            .collect()
    }

    /// The frontier that [`to_bytes`](Self::to_bytes) writes like this.
    ///
    /// Whether its hashes are those of a log, only its root can tell.
    ///
    /// # Errors
    ///
    /// There are fewer or more hashes than the size demands.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FrontierBytesError> {
        let (size, hashes) = bytes.split_first_chunk().ok_or(FrontierBytesError)?;
        let size = u64::from_be_bytes(*size);
        let (hashes, rest) = hashes.as_chunks();
        if hashes.len() != size.count_ones() as usize || !rest.is_empty() {
            return Err(FrontierBytesError);
        }
        let subtrees = hashes.iter().copied().map(Hash::from_bytes).collect();
        Ok(Self { size, subtrees })
    }
}
