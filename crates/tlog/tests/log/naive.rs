//! The tree as RFC 6962 defines it, word for word and slowly, and entries to fill it with.

use std::collections::BTreeMap;

use agent_assist_tlog::{
    EMPTY_ROOT, Hash, Node, TILE_WIDTH, TileId, TreeHead, leaf_hash, node_hash,
};

/// The leaf hashes that the vectors are made of.
pub(crate) fn leaves(count: usize) -> Vec<Hash> {
    (0..count)
        .map(|index| leaf_hash(format!("entry {index}\n").as_bytes()))
        .collect()
}

/// `MTH(D)` of section 2.1.
pub(crate) fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => EMPTY_ROOT,
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            node_hash(&root(left), &root(right))
        }
    }
}

/// `PATH(m, D)` of section 2.1.1.
pub(crate) fn inclusion(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    let (mut path, sibling) = if index < left.len() {
        (inclusion(index, left), root(right))
    } else {
        (inclusion(index - left.len(), right), root(left))
    };
    path.push(sibling);
    path
}

/// The largest power of two smaller than `count`.
fn split(count: usize) -> usize {
    count.next_power_of_two() / 2
}

pub(crate) fn head(leaves: &[Hash]) -> TreeHead {
    TreeHead {
        size: leaves.len() as u64,
        root: root(leaves),
    }
}

/// Every tile of the tree, full and partial, by the definition of the specification.
pub(crate) fn tiles(leaves: &[Hash]) -> BTreeMap<TileId, Vec<Hash>> {
    let mut tiles = BTreeMap::new();
    let mut hashes = leaves.to_vec();
    for level in 0.. {
        if hashes.is_empty() {
            break;
        }
        let full = hashes.chunks_exact(TILE_WIDTH).map(root).collect();
        for (index, tile) in (0..).zip(hashes.chunks(TILE_WIDTH)) {
            tiles.insert(TileId { level, index }, tile.to_vec());
        }
        hashes = full;
    }
    tiles
}

/// A reader of the nodes over `leaves`, which remembers what it has hashed.
pub(crate) fn reader(leaves: &[Hash]) -> impl FnMut(Node) -> Result<Hash, &'static str> {
    let mut known = BTreeMap::new();
    move |node: Node| {
        let width = 1usize << node.height;
        let first = node.index as usize * width;
        let leaves = leaves.get(first..first + width);
        let leaves = leaves.ok_or("the tree has no such node")?;
        Ok(*known.entry(node).or_insert_with(|| root(leaves)))
    }
}
