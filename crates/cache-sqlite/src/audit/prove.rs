//! Proofs out of the stored tiles: a handful of rows, however long the log is.

use std::collections::{BTreeMap, BTreeSet};

use agent_assist_domain::audit::{ConsistencyPath, InclusionPath, LogHead, Seq};
use agent_assist_domain::ports::StoreError;
use agent_assist_tlog::{
    ConsistencyProof, Frontier, Hash, InclusionProof, TileId, TiledHashes, TreeHead,
};
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;

use super::tree::{AuditHead, BadTree, Tree, tile_at};
use crate::error::{corrupt, failed};
use crate::store::SqliteStore;

const PROVE: &str = "prove what is in the audit log";

/// Tiles that have been read, with as many hashes as they have.
type Tiles = BTreeMap<TileId, Vec<u8>>;

impl SqliteStore {
    pub(super) async fn prove_record(
        &self,
        seq: Seq,
        size: u64,
    ) -> Result<Option<InclusionPath>, StoreError> {
        let mut reader = self.reader(PROVE).await?;
        let mut view = reader.begin().await.map_err(failed(PROVE))?;
        let head = Tree::head_in(&mut view, PROVE).await?;
        let Some(index) = index_of(seq, head.before) else {
            return Ok(None);
        };
        if size > head.tree.size {
            return Ok(None);
        }
        let Ok(wanted) = InclusionProof::tiles(index, size) else {
            return Ok(None);
        };
        let tiles = read(&mut view, head, wanted).await?;
        drop(view);
        reader.done();
        let proof = InclusionProof::prove(index, size, &mut TiledHashes::new(size, from(&tiles)));
        let proof = proof.map_err(|_| corrupt(PROVE, BadTree::Missing))?;
        Ok(Some(InclusionPath {
            index,
            size,
            path: bytes(&proof.path),
        }))
    }

    pub(super) async fn prove_beginning(
        &self,
        from_size: u64,
        to_size: u64,
    ) -> Result<Option<ConsistencyPath>, StoreError> {
        let mut reader = self.reader(PROVE).await?;
        let mut view = reader.begin().await.map_err(failed(PROVE))?;
        let head = Tree::head_in(&mut view, PROVE).await?;
        if to_size > head.tree.size {
            return Ok(None);
        }
        let Ok(mut wanted) = ConsistencyProof::tiles(from_size, to_size) else {
            return Ok(None);
        };
        // The roots of both, which are not part of the proof.
        for size in [from_size, to_size] {
            wanted.extend(TileId::right_edge(size));
        }
        let tiles = read(&mut view, head, wanted).await?;
        drop(view);
        reader.done();
        let missing = |_| corrupt(PROVE, BadTree::Missing);
        let mut hashes = TiledHashes::new(to_size, from(&tiles));
        let proof = ConsistencyProof::prove(from_size, to_size, &mut hashes).map_err(missing)?;
        let state = |size| -> Result<LogHead, StoreError> {
            let edge = Frontier::load(size, &mut TiledHashes::new(size, from(&tiles)));
            let edge = edge.map_err(|_| corrupt(PROVE, BadTree::Missing))?;
            Ok(plain(edge.head()))
        };
        Ok(Some(ConsistencyPath {
            from: state(from_size)?,
            to: state(to_size)?,
            path: bytes(&proof.path),
        }))
    }
}

/// The leaf of the record at `seq`.
fn index_of(seq: Seq, before: u64) -> Option<u64> {
    seq.checked_sub(before)?.checked_sub(1)
}

/// Of each tile as many hashes as the widest use needs.
async fn read(
    connection: &mut SqliteConnection,
    head: AuditHead,
    wanted: BTreeSet<(TileId, usize)>,
) -> Result<Tiles, StoreError> {
    let mut widths: BTreeMap<TileId, usize> = BTreeMap::new();
    for (id, width) in wanted {
        let widest = widths.entry(id).or_default();
        *widest = width.max(*widest);
    }
    let mut tiles = Tiles::new();
    for (id, width) in widths {
        let bytes = tile_at(connection, head.before, id, width).await;
        tiles.insert(id, bytes.map_err(failed(PROVE))?);
    }
    Ok(tiles)
}

/// What gives tiles that have been read.
fn from(tiles: &Tiles) -> impl FnMut(TileId, usize) -> Result<Vec<u8>, BadTree> + '_ {
    |id, _| tiles.get(&id).cloned().ok_or(BadTree::Missing)
}

fn bytes(path: &[Hash]) -> Vec<[u8; 32]> {
    path.iter().map(|hash| *hash.as_bytes()).collect()
}

fn plain(head: TreeHead) -> LogHead {
    LogHead {
        size: head.size,
        root: *head.root.as_bytes(),
    }
}
