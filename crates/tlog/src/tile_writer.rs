//! Appending to a log that is kept in tiles.

use std::mem;

use crate::{
    Frontier, Hash, LogFull, TILE_HEIGHT, TILE_WIDTH, Tile, TileError, TileId, TileReader,
    TiledHashes, tile::LEVELS,
};

/// The right edge of a log as the partial tiles there, and what appending makes of them.
///
/// At most 255 hashes for each of eight levels. A leaf costs one node hash on average: the root of a
/// tile that it completes is a subtree that the frontier hashes anyway.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TileWriter {
    frontier: Frontier,
    /// The hashes of the partial tile of each level; none where the edge is even.
    edge: [Vec<Hash>; LEVELS as usize],
}

impl TileWriter {
    /// Of a log without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// Of the log of `size` leaves, whose partial tiles `reader` gives: those of
    /// [`TileId::right_edge`].
    ///
    /// Whether these are the tiles of the log that was meant, its root must tell: compare
    /// [`frontier`](Self::frontier)`().root()` with one that is trusted.
    ///
    /// # Errors
    ///
    /// The reader's own, or a tile that is none.
    pub fn resume<R>(size: u64, reader: R) -> Result<Self, TileError<R::Error>>
    where
        R: TileReader,
    {
        let mut tiles = TiledHashes::new(size, reader);
        let frontier = Frontier::load(size, &mut tiles)?;
        // Its subtrees are found in all partial tiles, and in no others.
        let mut writer = Self {
            frontier,
            ..Self::new()
        };
        for tile in tiles.into_tiles() {
            if let Some(hashes) = writer.edge.get_mut(usize::from(tile.id.level)) {
                *hashes = tile.hashes;
            }
        }
        Ok(writer)
    }

    /// Appends leaves by their [`leaf_hash`](crate::leaf_hash) and returns the tiles that are full
    /// now, in the order in which they became so: they never change again.
    ///
    /// Of the partial tiles, that of level 0 has changed; those above have only if a tile is full.
    ///
    /// # Errors
    ///
    /// The log holds [`u64::MAX`] leaves. Those that found room are appended.
    pub fn append(&mut self, leaves: impl IntoIterator<Item = Hash>) -> Result<Vec<Tile>, LogFull> {
        let mut full = Vec::new();
        for leaf in leaves {
            let Self { frontier, edge } = self;
            let leaves = frontier.size().saturating_add(1);
            frontier.push_and_tell(leaf, |height, hash| {
                if height % TILE_HEIGHT != 0 {
                    return;
                }
                let level = height / TILE_HEIGHT;
                let Some(hashes) = edge.get_mut(usize::from(level)) else {
                    return;
                };
                hashes.push(hash);
                if hashes.len() == TILE_WIDTH {
                    let tiles = TileId::full_at(level, leaves);
                    full.push(Tile {
                        id: TileId {
                            level,
                            index: tiles.saturating_sub(1),
                        },
                        hashes: mem::take(hashes),
                    });
                }
            })?;
        }
        Ok(full)
    }

    /// The partial tiles, from level 0 up: with all that ever became full, the whole log.
    pub fn partials(&self) -> impl Iterator<Item = Tile> {
        let edge = TileId::right_edge(self.frontier.size());
        edge.filter_map(|(id, _)| {
            let hashes = self.edge.get(usize::from(id.level))?.clone();
            Some(Tile { id, hashes })
        })
    }

    /// Size, root and subtrees of the log.
    pub fn frontier(&self) -> &Frontier {
        &self.frontier
    }
}
