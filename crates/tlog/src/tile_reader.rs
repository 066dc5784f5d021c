//! Hashes of nodes out of tiles.

use std::collections::{BTreeMap, btree_map::Entry};

use crate::{Hash, HashReader, Node, Tile, TileId, hash};

/// Where tiles come from.
///
/// Any `FnMut(TileId, usize) -> Result<Vec<u8>, E>` is one.
pub trait TileReader {
    /// Why a tile could not be read; passed on as it is.
    type Error;

    /// The bytes of tile `id`: at least its first `width` hashes.
    ///
    /// More may come, since a tile only grows: the full tile does for each of its beginnings. A
    /// store that has the last leaf hashes in a table of their own answers from there for the
    /// partial tile of level 0.
    ///
    /// # Errors
    ///
    /// Whatever the store says.
    fn tile(&mut self, id: TileId, width: usize) -> Result<Vec<u8>, Self::Error>;
}

impl<F, E> TileReader for F
where
    F: FnMut(TileId, usize) -> Result<Vec<u8>, E>,
{
    type Error = E;

    fn tile(&mut self, id: TileId, width: usize) -> Result<Vec<u8>, E> {
        self(id, width)
    }
}

/// Why a hash was not found in tiles.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TileError<E> {
    /// A tile could not be read; what the reader said.
    #[error("cannot read a tile")]
    Read(#[source] E),
    /// What was read is no tile, or one with fewer hashes than were asked for.
    #[error("tile {} of level {} has not the {width} hashes that it must have", id.index, id.level)]
    Malformed {
        /// Which tile.
        id: TileId,
        /// How many hashes it has in this tree.
        width: usize,
    },
    /// The node asked for is not in the tree.
    #[error("the tree has no such node")]
    NoSuchNode,
}

/// The hashes of a tree of known size out of its tiles, each of which is read at most once.
///
/// It keeps what it has read; make a new one for each proof unless that is wanted.
#[derive(Debug)]
pub struct TiledHashes<R> {
    size: u64,
    reader: R,
    read: BTreeMap<TileId, Tile>,
}

impl<R: TileReader> TiledHashes<R> {
    /// Of the tree of `size` leaves.
    pub fn new(size: u64, reader: R) -> Self {
        Self {
            size,
            reader,
            read: BTreeMap::new(),
        }
    }

    /// What it has read.
    pub(crate) fn into_tiles(self) -> impl Iterator<Item = Tile> {
        self.read.into_values()
    }

    fn tile(&mut self, id: TileId) -> Result<&Tile, TileError<R::Error>> {
        match self.read.entry(id) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => {
                let tile = read_tile(&mut self.reader, id, id.width_at(self.size))?;
                Ok(entry.insert(tile))
            }
        }
    }
}

impl<R: TileReader> HashReader for TiledHashes<R> {
    type Error = TileError<R::Error>;

    fn hash(&mut self, node: Node) -> Result<Hash, Self::Error> {
        let (id, first, count) = TileId::of(node);
        let end = first + count;
        if end > id.width_at(self.size) {
            return Err(TileError::NoSuchNode);
        }
        let hashes = self.tile(id)?.hashes.get(first..end);
        let hashes = hashes.ok_or(TileError::NoSuchNode)?;
        Ok(hash::fold_complete(hashes))
    }
}

/// Exactly the first `width` hashes of tile `id`.
fn read_tile<R: TileReader>(
    reader: &mut R,
    id: TileId,
    width: usize,
) -> Result<Tile, TileError<R::Error>> {
    let bytes = reader.tile(id, width).map_err(TileError::Read)?;
    match Tile::from_bytes(id, &bytes) {
        Ok(mut tile) if tile.hashes.len() >= width => {
            tile.hashes.truncate(width);
            Ok(tile)
        }
        _ => Err(TileError::Malformed { id, width }),
    }
}
