//! Logs kept in tiles: what is read, what is written, and what becomes of bad ones.

use std::collections::{BTreeMap, BTreeSet};

use agent_assist_tlog::{
    ConsistencyProof, Frontier, Hash, HashReader as _, InclusionProof, Node, ProveError,
    TILE_WIDTH, Tile, TileError, TileId, TileWriter, TiledHashes,
};

use crate::naive;

/// A store as a database would be: full tiles and higher partial ones as blobs, all leaf hashes in a
/// table of their own.
#[derive(Default)]
pub(crate) struct Store {
    blobs: BTreeMap<TileId, Vec<u8>>,
    leaves: Vec<Hash>,
}

impl Store {
    /// Appends and stores what changed, and no more.
    pub(crate) fn append(&mut self, writer: &mut TileWriter, leaves: &[Hash]) {
        self.leaves.extend(leaves);
        let full = writer.append(leaves.iter().copied()).expect("room");
        if !full.is_empty() {
            let partials = writer.partials().filter(|tile| tile.id.level > 0);
            for tile in full.into_iter().chain(partials) {
                self.blobs.insert(tile.id, tile.to_bytes());
            }
        }
    }

    pub(crate) fn tile(&self, id: TileId, width: usize) -> Result<Vec<u8>, String> {
        if let Some(bytes) = self.blobs.get(&id) {
            return Ok(bytes.clone());
        }
        let first = id.index as usize * TILE_WIDTH;
        match self.leaves.get(first..first + width) {
            Some(hashes) if id.level == 0 => {
                let hashes = hashes.to_vec();
                Ok(Tile { id, hashes }.to_bytes())
            }
            _ => Err(format!("no tile {id:?}")),
        }
    }
}

/// A log of so many leaves in tiles.
fn stored(count: usize) -> (Vec<Hash>, Store) {
    let leaves = naive::leaves(count);
    let mut store = Store::default();
    store.append(&mut TileWriter::new(), &leaves);
    (leaves, store)
}

#[test]
fn a_proof_reads_the_tiles_it_names_and_each_once() {
    let size = 70_000;
    let (leaves, store) = stored(size as usize);
    let head = Frontier::load(size, &mut naive::reader(&leaves))
        .expect("hashes")
        .head();
    for index in [0, 255, 256, 65_535, 65_536, 69_887, 69_888, 69_999] {
        let mut read = Vec::new();
        let mut tiles = TiledHashes::new(size, |id: TileId, width| {
            read.push((id, width));
            store.tile(id, width)
        });
        let proof = InclusionProof::prove(index, size, &mut tiles).expect("a proof");
        assert_eq!(proof.verify(leaves[index as usize], &head), Ok(()));
        let named = InclusionProof::tiles(index, size).expect("a leaf");
        assert!(read.len() <= 5, "{read:?}");
        assert_eq!(read.len(), named.len());
        assert_eq!(BTreeSet::from_iter(read), named);
    }
    for from in [1, 255, 256, 257, 65_536, 69_999] {
        let mut read = Vec::new();
        let mut tiles = TiledHashes::new(size, |id: TileId, width| {
            read.push((id, width));
            store.tile(id, width)
        });
        let proof = ConsistencyProof::prove(from, size, &mut tiles).expect("a proof");
        let earlier = Frontier::load(from, &mut naive::reader(&leaves))
            .expect("hashes")
            .head();
        assert_eq!(proof.verify(&earlier, &head), Ok(()));
        let named = ConsistencyProof::tiles(from, size).expect("an earlier tree");
        assert_eq!(read.len(), named.len());
        assert_eq!(BTreeSet::from_iter(read), named);
    }
}

/// A tile that has grown since serves each of its beginnings.
#[test]
fn a_past_tree_is_read_out_of_a_later_ones_tiles() {
    let (leaves, store) = stored(1000);
    for size in [1, 200, 256, 300, 767, 768, 999] {
        let leaves = &leaves[..size];
        let mut tiles = TiledHashes::new(size as u64, |id, width| store.tile(id, width));
        let frontier = Frontier::load(size as u64, &mut tiles).expect("a frontier");
        assert_eq!(frontier.root(), naive::root(leaves));
        let proof = InclusionProof::prove(0, size as u64, &mut tiles).expect("a proof");
        assert_eq!(proof.path, naive::inclusion(0, leaves));
    }
}

#[test]
fn a_full_tiles_root_is_what_the_tile_above_has_for_it() {
    let (_, store) = stored(70_000);
    let tile = |level, index| {
        let id = TileId { level, index };
        Tile::from_bytes(id, &store.tile(id, id.width_at(70_000)).expect("a tile")).expect("a tile")
    };
    assert_eq!(tile(0, 272).root(), Some(tile(1, 1).hashes[16]));
    assert_eq!(tile(1, 0).root(), Some(tile(2, 0).hashes[0]));
    assert_eq!(tile(1, 1).root(), None);
}

#[test]
fn bad_tiles_and_failing_readers_are_told_apart() {
    let (_, store) = stored(600);
    let id = TileId { level: 0, index: 1 };
    let read = |serve: &dyn Fn(Vec<u8>) -> Result<Vec<u8>, String>| {
        let serve = |asked: TileId, width| {
            let bytes = store.tile(asked, width)?;
            if asked == id { serve(bytes) } else { Ok(bytes) }
        };
        InclusionProof::prove(300, 600, &mut TiledHashes::new(600, serve)).map(|_| ())
    };
    assert_eq!(read(&Ok), Ok(()));
    let gone = || "gone".to_owned();
    assert_eq!(
        read(&|_| Err(gone())),
        Err(ProveError::Read(TileError::Read(gone())))
    );
    let malformed = Err(ProveError::Read(TileError::Malformed { id, width: 256 }));
    assert_eq!(read(&|_| Ok(Vec::new())), malformed);
    assert_eq!(read(&|tile| Ok(tile[..8191].to_vec())), malformed);
    assert_eq!(read(&|tile| Ok(tile[..8160].to_vec())), malformed);
    assert_eq!(read(&|tile| Ok(tile.repeat(2))), malformed);
}

#[test]
fn a_writer_that_resumes_on_other_tiles_has_another_root() {
    let (leaves, store) = stored(600);
    let resumed = TileWriter::resume(600, |id, width| store.tile(id, width)).expect("a writer");
    assert_eq!(resumed.frontier().root(), naive::root(&leaves));
    for (spoilt, _) in TileId::right_edge(600) {
        let resumed = TileWriter::resume(600, |id, width| {
            let mut bytes = store.tile(id, width)?;
            bytes[33] ^= u8::from(id == spoilt);
            Ok::<_, String>(bytes)
        });
        let resumed = resumed.expect("a writer");
        assert_ne!(resumed.frontier().root(), naive::root(&leaves));
    }
    let missing = TileWriter::resume(600, |_, _| Err::<Vec<u8>, _>("gone"));
    assert_eq!(missing, Err(TileError::Read("gone")));
}

#[test]
fn a_writer_resumes_where_a_past_tree_ended() {
    let (leaves, store) = stored(1000);
    for size in [1, 255, 256, 300, 999] {
        let mut fresh = TileWriter::new();
        fresh.append(leaves[..size].iter().copied()).expect("room");
        let resumed = TileWriter::resume(size as u64, |id, width| store.tile(id, width));
        assert_eq!(resumed, Ok(fresh));
    }
}

#[test]
fn nothing_is_read_for_a_node_outside_the_tree() {
    let mut tiles = TiledHashes::new(600, |_, _| Err::<Vec<u8>, _>("asked for a tile"));
    for (height, index) in [
        (0, 600),
        (3, 75),
        (8, 2),
        (9, 1),
        (64, 0),
        (255, 0),
        (0, u64::MAX),
    ] {
        let hash = tiles.hash(Node { height, index });
        assert_eq!(hash, Err(TileError::NoSuchNode), "{height}, {index}");
    }
    let inside = tiles.hash(Node {
        height: 0,
        index: 599,
    });
    assert_eq!(inside, Err(TileError::Read("asked for a tile")));
}

/// The least that a reader can say; with it, an empty log needs no tile at all.
#[test]
fn an_empty_log_has_no_tiles() {
    let writer = TileWriter::resume(0, |_, _| Err::<Vec<u8>, _>("no tiles")).expect("a writer");
    assert_eq!(writer, TileWriter::new());
    assert_eq!(writer.partials().count(), 0);
}
