//! Which nodes a tree is made of, and which of them a proof needs.
//!
//! Only complete subtrees are nodes here: what they hash to never changes. The ragged right edge of a
//! tree is a row of them, largest first. This is arithmetic on sizes alone; hashes come in through
//! [`HashReader`].

use crate::{Hash, hash};

/// The complete subtree over the leaves `index * 2^height..(index + 1) * 2^height`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Node {
    /// 0 for a leaf, at most 63.
    pub height: u8,
    /// Its place among the subtrees of this height, from the left and from 0.
    pub index: u64,
}

/// Where hashes of nodes come from.
///
/// Only nodes of the tree that the caller speaks of are asked for. Any
/// `FnMut(Node) -> Result<Hash, E>` is one; [`TiledHashes`](crate::TiledHashes) makes one of tiles.
pub trait HashReader {
    /// Why a hash could not be read; passed on as it is.
    type Error;

    /// The hash of `node`: the Merkle tree hash of its leaves, for a leaf its leaf hash.
    ///
    /// # Errors
    ///
    /// Whatever the store says.
    fn hash(&mut self, node: Node) -> Result<Hash, Self::Error>;
}

impl<F, E> HashReader for F
where
    F: FnMut(Node) -> Result<Hash, E>,
{
    type Error = E;

    fn hash(&mut self, node: Node) -> Result<Hash, E> {
        self(node)
    }
}

/// Neighbouring complete subtrees of falling size; what they hash to stands in a proof.
pub(crate) type Subtrees = Vec<Node>;

/// The largest complete subtrees that cover `start..end`, from left to right, where `start` is a
/// multiple of a power of two no smaller than the range.
pub(crate) fn complete_subtrees(start: u64, end: u64) -> Subtrees {
    let mut rest = end.saturating_sub(start);
    let mut at = start;
    let mut nodes = Vec::new();
    while let Some(height) = rest.checked_ilog2() {
        let width = 1 << height;
        nodes.push(Node {
            height: height as u8,
            index: at >> height,
        });
        at |= width;
        rest -= width;
    }
    nodes
}

/// The siblings on the way from `node` to the root of the tree of `size` leaves, in which it must
/// lie, from below: the path of RFC 6962, section 2.1.1.
pub(crate) fn siblings(node: Node, size: u64) -> Vec<Subtrees> {
    let Node {
        mut height,
        mut index,
    } = node;
    let mut last = size.saturating_sub(1) >> height;
    let mut path = Vec::new();
    while last > 0 {
        let sibling = index ^ 1;
        if sibling < last {
            path.push(vec![Node {
                height,
                index: sibling,
            }]);
        } else if sibling == last {
            path.push(complete_subtrees(last << height, size));
        }
        // Else nothing stands to the right, and the node is its own parent.
        height += 1;
        index >>= 1;
        last >>= 1;
    }
    path
}

/// The hash over `subtrees`.
pub(crate) fn read_edge<R>(subtrees: &[Node], reader: &mut R) -> Result<Hash, R::Error>
where
    R: HashReader + ?Sized,
{
    let hashes: Result<Vec<Hash>, _> = subtrees.iter().map(|&node| reader.hash(node)).collect();
    Ok(hash::fold_edge(&hashes?))
}

/// The hashes over each of `path`.
pub(crate) fn read_path<R>(path: &[Subtrees], reader: &mut R) -> Result<Vec<Hash>, R::Error>
where
    R: HashReader + ?Sized,
{
    path.iter()
        .map(|subtrees| read_edge(subtrees, reader))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(height: u8, index: u64) -> Node {
        Node { height, index }
    }

    #[test]
    fn a_tree_is_a_row_of_complete_subtrees() {
        assert_eq!(complete_subtrees(0, 0), []);
        assert_eq!(
            complete_subtrees(0, 7),
            [node(2, 0), node(1, 2), node(0, 6)]
        );
        assert_eq!(complete_subtrees(8, 13), [node(2, 2), node(0, 12)]);
        let largest = complete_subtrees(0, u64::MAX);
        assert_eq!(largest.len(), 64);
        assert_eq!(largest[63], node(0, u64::MAX - 1));
    }

    /// The example of RFC 6962, section 2.1.3, with seven leaves.
    #[test]
    fn siblings_are_those_of_the_rfc() {
        let path = |index| siblings(node(0, index), 7);
        let edge = vec![node(1, 2), node(0, 6)];
        assert_eq!(path(0), [vec![node(0, 1)], vec![node(1, 1)], edge.clone()]);
        assert_eq!(path(3), [vec![node(0, 2)], vec![node(1, 0)], edge]);
        assert_eq!(
            path(4),
            [vec![node(0, 5)], vec![node(0, 6)], vec![node(2, 0)]]
        );
        assert_eq!(path(6), [vec![node(1, 2)], vec![node(2, 0)]]);
    }

    #[test]
    fn no_size_is_too_large() {
        assert_eq!(siblings(node(0, 0), u64::MAX).len(), 64);
        assert_eq!(siblings(node(0, u64::MAX - 1), u64::MAX).len(), 63);
    }
}
