//! Tiles: the tree in pieces of a fixed size that never change once they are full.
//!
//! As <https://c2sp.org/tlog-tiles> lays them out: a tile has 256 hashes; those of level 0 are leaf
//! hashes, those of each level above the roots of full tiles of the level below. The nodes between
//! are recomputed.

use std::collections::BTreeSet;

use crate::{Hash, Node, hash};

/// Heights of the tree that one tile spans.
pub const TILE_HEIGHT: u8 = 8;

/// Hashes of a full tile.
pub const TILE_WIDTH: usize = 1 << TILE_HEIGHT;

/// Levels that a tree of any size has tiles at.
pub(crate) const LEVELS: u8 = 64 / TILE_HEIGHT;

/// Which tile of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// 0 for tiles of leaf hashes, at most 7.
    pub level: u8,
    /// Its place within the level, from 0.
    pub index: u64,
}

/// A tile with as many hashes as its tree has for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Which one.
    pub id: TileId,
    /// 1 to [`TILE_WIDTH`] hashes.
    pub hashes: Vec<Hash>,
}

/// The bytes are not those of a tile: not 1 to [`TILE_WIDTH`] hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a tile of {0} bytes")]
pub struct TileBytesError(pub usize);

impl TileId {
    /// How many hashes this tile has in the tree of `size` leaves; 0 if the tree has no such tile.
    pub fn width_at(self, size: u64) -> usize {
        let shift = u32::from(self.level) * u32::from(TILE_HEIGHT);
        let entries = size.checked_shr(shift).unwrap_or(0);
        let first = self.index.checked_mul(TILE_WIDTH as u64);
        let width = first.and_then(|first| entries.checked_sub(first));
        width.unwrap_or(0).min(TILE_WIDTH as u64) as usize
    }

    /// The partial tiles of the tree of `size` leaves with their widths, from level 0 up.
    pub fn right_edge(size: u64) -> impl Iterator<Item = (Self, usize)> {
        let edge = (0..LEVELS).map(move |level| {
            let index = Self::full_at(level, size);
            let id = Self { level, index };
            (id, id.width_at(size))
        });
        edge.filter(|(_, width)| *width > 0)
    }

    /// How many full tiles the tree of `size` leaves has at `level`.
    pub(crate) fn full_at(level: u8, size: u64) -> u64 {
        let shift = (u32::from(level) + 1) * u32::from(TILE_HEIGHT);
        size.checked_shr(shift).unwrap_or(0)
    }

    /// Its path below a log's prefix, for example `tile/0/x001/067.p/5`; without the last part if
    /// `width` is that of a full tile.
    pub fn path(self, width: usize) -> String {
        let mut index = format!("{:03}", self.index % 1000);
        let mut rest = self.index / 1000;
        while rest > 0 {
            index = format!("x{:03}/{index}", rest % 1000);
            rest /= 1000;
        }
        let path = format!("tile/{}/{index}", self.level);
        if width < TILE_WIDTH {
            format!("{path}.p/{width}")
        } else {
            path
        }
    }

    /// The tile in which `node` is found, and where: which of its hashes, and how many, hash to it.
    pub(crate) fn of(node: Node) -> (Self, usize, usize) {
        let within = node.height % TILE_HEIGHT;
        let per_tile = TILE_HEIGHT - within;
        let id = Self {
            level: node.height / TILE_HEIGHT,
            index: node.index >> per_tile,
        };
        let place = node.index & ((1 << per_tile) - 1);
        (id, (place as usize) << within, 1 << within)
    }
}

impl Tile {
    /// Tile `id`, from its bytes: the hashes one behind the other.
    ///
    /// # Errors
    ///
    /// The length is not that of 1 to [`TILE_WIDTH`] hashes.
    pub fn from_bytes(id: TileId, bytes: &[u8]) -> Result<Self, TileBytesError> {
        let (hashes, rest) = bytes.as_chunks();
        if !rest.is_empty() || hashes.is_empty() || hashes.len() > TILE_WIDTH {
            return Err(TileBytesError(bytes.len()));
        }
        let hashes = hashes.iter().copied().map(Hash::from_bytes).collect();
        Ok(Self { id, hashes })
    }

    /// The hashes one behind the other: 8192 bytes if it is full.
    pub fn to_bytes(&self) -> Vec<u8> {
        let bytes = self.hashes.iter().flat_map(Hash::as_bytes);
        bytes.copied().collect()
    }

    /// Whether it has all its hashes, and will never change.
    pub fn is_full(&self) -> bool {
        self.hashes.len() == TILE_WIDTH
    }

    /// What the tile above has for it; `None` if it is not full.
    pub fn root(&self) -> Option<Hash> {
        self.is_full().then(|| hash::fold_complete(&self.hashes))
    }
}

/// The tiles in which `nodes` are found, with their widths in the tree of `size` leaves.
pub(crate) fn tiles_of(nodes: impl Iterator<Item = Node>, size: u64) -> BTreeSet<(TileId, usize)> {
    nodes
        .map(|node| {
            let (id, _, _) = TileId::of(node);
            (id, id.width_at(size))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(level: u8, index: u64) -> TileId {
        TileId { level, index }
    }

    /// The examples of the specification.
    #[test]
    fn the_right_edge_is_that_of_the_specification() {
        let edge = |size| TileId::right_edge(size).collect::<Vec<_>>();
        let expected = [(id(0, 273), 112), (id(1, 1), 17), (id(2, 0), 1)];
        assert_eq!(edge(70_000), expected);
        assert_eq!(edge(256), [(id(1, 0), 1)]);
        assert_eq!(edge(0), []);
        assert_eq!(edge(u64::MAX).len(), 8);
    }

    #[test]
    fn widths_are_those_of_the_size() {
        assert_eq!(id(0, 272).width_at(70_000), 256);
        assert_eq!(id(0, 274).width_at(70_000), 0);
        assert_eq!(id(1, 0).width_at(70_000), 256);
        assert_eq!(id(8, 0).width_at(u64::MAX), 0);
        assert_eq!(id(255, 0).width_at(u64::MAX), 0);
        assert_eq!(id(0, u64::MAX).width_at(u64::MAX), 0);
    }

    #[test]
    fn paths_are_those_of_the_specification() {
        assert_eq!(id(0, 1_234_067).path(256), "tile/0/x001/x234/067");
        assert_eq!(id(1, 0).path(17), "tile/1/000.p/17");
        let last = "tile/0/x018/x446/x744/x073/x709/x551/615";
        assert_eq!(id(0, u64::MAX).path(256), last);
    }

    #[test]
    fn bytes_that_are_no_tile_are_refused() {
        for length in [0, 1, 31, 33, 8191, 8193, 8224] {
            let tile = Tile::from_bytes(id(0, 0), &vec![0; length]);
            assert_eq!(tile, Err(TileBytesError(length)));
        }
        assert!(Tile::from_bytes(id(0, 0), &[0; 8192]).is_ok_and(|tile| tile.is_full()));
    }
}
