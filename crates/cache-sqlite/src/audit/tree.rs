//! The tree of the log as its writer holds it, and how it is read and written.

use std::collections::BTreeMap;

use agent_assist_domain::audit::{Predecessor, Seq, Unchained};
use agent_assist_domain::ports::StoreError;
use agent_assist_tlog::{
    ConsistencyProof, Frontier, Hash, TILE_WIDTH, Tile, TileId, TileWriter, TiledHashes, TreeHead,
    leaf_hash,
};
use sqlx::Sqlite;
use sqlx::query::Query;
use sqlx::sqlite::{SqliteArguments, SqliteConnection};

use crate::error::{corrupt, failed};
use crate::sql::tree as sql;

/// What the tree in the file is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadTree {
    /// A value of a length that it cannot have.
    #[error("the head of the audit log holds an invalid {0}")]
    Head(&'static str),
    /// Leaves and tiles that do not hash to the root.
    #[error("leaves and tiles of the audit log do not hash to its root")]
    Root,
    /// Too few hashes.
    #[error("leaves or tiles of the audit log are missing")]
    Missing,
    /// No room for another.
    #[error("the audit log has no room for another record")]
    Full,
}

/// A statement that is still given its parameters.
pub(super) type Binding = Query<'static, Sqlite, SqliteArguments>;

/// Where a log ends: its tree, and how many records had gone before there was one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AuditHead {
    /// Leaf 0 is record `before + 1`.
    pub(crate) before: u64,
    /// Size and root.
    pub(crate) tree: TreeHead,
}

impl AuditHead {
    /// The last record.
    pub(crate) fn last(&self) -> Seq {
        self.before.saturating_add(self.tree.size)
    }
}

/// A log's right edge, and what the next record comes behind.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    before: u64,
    tiles: TileWriter,
    last_leaf: Option<Hash>,
    chained_from: Option<Seq>,
    /// Tiles that became full since the tree was last written.
    full: Vec<Tile>,
}

/// The columns of the head that change with each batch, as
/// [`MOVE_HEAD`](crate::sql::tree::MOVE_HEAD) takes them.
#[derive(Debug)]
pub(super) struct NewHead {
    pub(super) size: i64,
    pub(super) root: Vec<u8>,
    pub(super) frontier: Vec<u8>,
    pub(super) last_leaf: Option<Vec<u8>>,
    pub(super) chained_from: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct HeadRow {
    before: i64,
    size: i64,
    root: Vec<u8>,
    frontier: Vec<u8>,
    last_leaf: Option<Vec<u8>>,
    chained_from: Option<i64>,
}

impl Tree {
    /// The tree in the file.
    pub(crate) async fn load(
        connection: &mut SqliteConnection,
        operation: &'static str,
    ) -> Result<Self, StoreError> {
        let row: HeadRow = sqlx::query_as(sql::HEAD)
            .fetch_one(&mut *connection)
            .await
            .map_err(failed(operation))?;
        let bad = |cause: BadTree| corrupt(operation, cause);
        let before = number(row.before).map_err(bad)?;
        let size = number(row.size).map_err(bad)?;
        let root = hash(&row.root).map_err(bad)?;
        let tiles = edge_at(connection, before, size, operation).await?;
        let frontier = Frontier::from_bytes(&row.frontier);
        if tiles.frontier().root() != root || frontier.as_ref() != Ok(tiles.frontier()) {
            return Err(bad(BadTree::Root));
        }
        let last_leaf = row.last_leaf.as_deref().map(hash).transpose();
        let chained_from = row.chained_from.map(number).transpose();
        Ok(Self {
            before,
            tiles,
            last_leaf: last_leaf.map_err(bad)?,
            chained_from: chained_from.map_err(bad)?,
            full: Vec::new(),
        })
    }

    /// The head in the file, believed as it stands.
    pub(super) async fn head_in(
        connection: &mut SqliteConnection,
        operation: &'static str,
    ) -> Result<AuditHead, StoreError> {
        let row: HeadRow = sqlx::query_as(sql::HEAD)
            .fetch_one(connection)
            .await
            .map_err(failed(operation))?;
        let bad = |cause: BadTree| corrupt(operation, cause);
        Ok(AuditHead {
            before: number(row.before).map_err(bad)?,
            tree: TreeHead {
                size: number(row.size).map_err(bad)?,
                root: hash(&row.root).map_err(bad)?,
            },
        })
    }

    /// Whether this is still where the file's log ends.
    pub(crate) async fn is_current(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<bool, sqlx::Error> {
        let (size, root): (i64, Vec<u8>) = sqlx::query_as(sql::END).fetch_one(connection).await?;
        let here = self.head().tree;
        Ok(u64::try_from(size) == Ok(here.size) && root == here.root.as_bytes())
    }

    /// Where it ends.
    pub(crate) fn head(&self) -> AuditHead {
        AuditHead {
            before: self.before,
            tree: self.tiles.frontier().head(),
        }
    }

    /// Whether a record of it is chained. What has none may be given leaves afterwards.
    pub(crate) fn is_chained(&self) -> bool {
        self.chained_from.is_some()
    }

    /// The position of the next record.
    pub(crate) fn next_seq(&self) -> Seq {
        self.head_size()
            .saturating_add(self.before)
            .saturating_add(1)
    }

    fn head_size(&self) -> u64 {
        self.tiles.frontier().size()
    }

    /// Chains a record and takes its leaf in; gives its bytes and the leaf.
    pub(crate) fn chain(&mut self, entry: &Unchained) -> Result<(String, Hash), BadTree> {
        let predecessor = match (self.chained_from, self.last_leaf) {
            (Some(_), Some(leaf)) => Predecessor::Record(*leaf.as_bytes()),
            _ => Predecessor::State(*self.head().tree.root.as_bytes()),
        };
        self.chained_from = self.chained_from.or(Some(self.next_seq()));
        let text = entry.behind(&predecessor);
        let leaf = self.take_in(text.as_bytes())?;
        Ok((text, leaf))
    }

    /// Takes in the leaf of a record that stands as it is.
    pub(crate) fn take_in(&mut self, entry: &[u8]) -> Result<Hash, BadTree> {
        let leaf = leaf_hash(entry);
        let full = self.tiles.append([leaf]).map_err(|_| BadTree::Full)?;
        self.full.extend(full);
        self.last_leaf = Some(leaf);
        Ok(leaf)
    }

    /// Writes `leaves`, those that were taken in since the tree was last written. They come before
    /// their records.
    pub(crate) async fn write_leaves(
        connection: &mut SqliteConnection,
        first: Seq,
        leaves: &[Hash],
    ) -> Result<(), sqlx::Error> {
        let query = bind_leaves(sqlx::query(sql::ADD_LEAVES), first, leaves);
        query.execute(connection).await?;
        Ok(())
    }

    /// Writes tiles and head.
    pub(crate) async fn write(
        &mut self,
        connection: &mut SqliteConnection,
    ) -> Result<(), sqlx::Error> {
        self.write_tiles(connection).await?;
        let query = self.bind_head(sqlx::query(sql::MOVE_HEAD));
        query.execute(connection).await?;
        Ok(())
    }

    /// What the head is moved on to.
    pub(super) fn new_head(&self) -> NewHead {
        let head = self.head();
        NewHead {
            size: column(head.tree.size),
            root: head.tree.root.as_bytes().to_vec(),
            frontier: self.tiles.frontier().to_bytes(),
            last_leaf: self.last_leaf.map(|leaf| leaf.as_bytes().to_vec()),
            chained_from: self.chained_from.map(column),
        }
    }

    /// Binds what the head is moved on to.
    pub(super) fn bind_head(&self, query: Binding) -> Binding {
        let head = self.new_head();
        query
            .bind(head.size)
            .bind(head.root)
            .bind(head.frontier)
            .bind(head.last_leaf)
            .bind(head.chained_from)
    }

    /// Writes the tiles that are to be written.
    pub(super) async fn write_tiles(
        &mut self,
        connection: &mut SqliteConnection,
    ) -> Result<(), sqlx::Error> {
        for tile in self.take_tiles() {
            write_tile(connection, &tile).await?;
        }
        Ok(())
    }

    /// The tiles that became full since the last time, and those that have grown by it. They count as
    /// written.
    pub(super) fn take_tiles(&mut self) -> Vec<Tile> {
        let mut tiles = std::mem::take(&mut self.full);
        // One of a level above has grown if one of the level below became full, and only then.
        let below = |tile: &Tile| tiles.iter().any(|full| full.id.level + 1 == tile.id.level);
        let grown: Vec<Tile> = self.tiles.partials().filter(below).collect();
        tiles.extend(grown);
        tiles
    }
}

/// Binds leaves from position `first` on.
pub(super) fn bind_leaves(query: Binding, first: Seq, leaves: &[Hash]) -> Binding {
    let bytes: Vec<u8> = leaves.iter().flat_map(Hash::as_bytes).copied().collect();
    query
        .bind(column(first))
        .bind(bytes)
        .bind(column(leaves.len() as u64))
}

/// The root that the log in the file had when it had `size` leaves.
pub(crate) async fn root_at(
    connection: &mut SqliteConnection,
    before: u64,
    size: u64,
    operation: &'static str,
) -> Result<Hash, StoreError> {
    let tiles = edge_at(connection, before, size, operation).await?;
    Ok(tiles.frontier().root())
}

/// The right edge that the log in the file had when it had `size` leaves.
async fn edge_at(
    connection: &mut SqliteConnection,
    before: u64,
    size: u64,
    operation: &'static str,
) -> Result<TileWriter, StoreError> {
    let mut edge: BTreeMap<TileId, Vec<u8>> = BTreeMap::new();
    for (id, width) in TileId::right_edge(size) {
        let bytes = tile_at(connection, before, id, width).await;
        edge.insert(id, bytes.map_err(failed(operation))?);
    }
    TileWriter::resume(size, |id: TileId, _| {
        edge.get(&id).cloned().ok_or(BadTree::Missing)
    })
    .map_err(|_| corrupt(operation, BadTree::Missing))
}

/// The first hashes of a tile, `width` of them if they are there. A partial tile of level 0 is made of
/// leaves; a full one has the hashes of its leaves once these are gone.
pub(super) async fn tile_at(
    connection: &mut SqliteConnection,
    before: u64,
    id: TileId,
    width: usize,
) -> Result<Vec<u8>, sqlx::Error> {
    let tile: Option<Vec<u8>> = sqlx::query_scalar(sql::TILE)
        .bind(i64::from(id.level))
        .bind(column(id.index))
        .fetch_optional(&mut *connection)
        .await?;
    if let Some(mut tile) = tile {
        tile.truncate(width * Hash::LEN);
        return Ok(tile);
    }
    if id.level > 0 {
        return Ok(Vec::new());
    }
    let first = before + id.index * TILE_WIDTH as u64;
    let leaves: Vec<Vec<u8>> = sqlx::query_scalar(sql::LEAVES)
        .bind(column(first))
        .bind(column(width as u64))
        .fetch_all(connection)
        .await?;
    Ok(leaves.concat())
}

/// The tree of the log in the file as it was up to record `last`.
pub(crate) async fn frontier_at(
    connection: &mut SqliteConnection,
    before: u64,
    last: Seq,
    operation: &'static str,
) -> Result<Frontier, StoreError> {
    let tiles = edge_at(connection, before, last.saturating_sub(before), operation).await?;
    Ok(tiles.frontier().clone())
}

/// Size and root of the log of `head` as it was up to record `last`; `None` if it never was, or cannot be
/// read.
pub(crate) async fn tree_at(
    connection: &mut SqliteConnection,
    head: AuditHead,
    last: Seq,
    operation: &'static str,
) -> Option<TreeHead> {
    if last > head.last() {
        return None;
    }
    let frontier = frontier_at(connection, head.before, last, operation).await;
    frontier.ok().map(|frontier| frontier.head())
}

/// That the tree of the first `size` leaves is the beginning of that of `head`.
pub(crate) async fn prove_consistency(
    connection: &mut SqliteConnection,
    head: AuditHead,
    size: u64,
    operation: &'static str,
) -> Result<ConsistencyProof, StoreError> {
    let missing = || corrupt(operation, BadTree::Missing);
    let wanted = ConsistencyProof::tiles(size, head.tree.size).map_err(|_| missing())?;
    let mut tiles = BTreeMap::new();
    for (id, width) in wanted {
        let bytes = tile_at(connection, head.before, id, width).await;
        tiles.insert(id, bytes.map_err(failed(operation))?);
    }
    let reader = |id: TileId, _| tiles.get(&id).cloned().ok_or(BadTree::Missing);
    let mut hashes = TiledHashes::new(head.tree.size, reader);
    ConsistencyProof::prove(size, head.tree.size, &mut hashes).map_err(|_| missing())
}

async fn write_tile(connection: &mut SqliteConnection, tile: &Tile) -> Result<(), sqlx::Error> {
    let bind = |statement| {
        sqlx::query(statement)
            .bind(i64::from(tile.id.level))
            .bind(column(tile.id.index))
            .bind(tile.to_bytes())
    };
    if tile.id.level > 0 {
        let grown = bind(sql::GROW_TILE).execute(&mut *connection).await?;
        if grown.rows_affected() > 0 {
            return Ok(());
        }
    }
    bind(sql::ADD_TILE).execute(connection).await?;
    Ok(())
}

/// A number as SQLite holds it. No log gets that long.
pub(crate) fn column(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn number(column: i64) -> Result<u64, BadTree> {
    u64::try_from(column).map_err(|_| BadTree::Head("number"))
}

fn hash(bytes: &[u8]) -> Result<Hash, BadTree> {
    let bytes = bytes.try_into().map_err(|_| BadTree::Head("hash"))?;
    Ok(Hash::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use sqlx::Connection as _;

    use super::*;
    use crate::file::migrate;

    /// Levels grow one behind the other: behind 256 tiles of 256 the third begins, and stays as it is
    /// while the second goes on.
    #[tokio::test]
    async fn a_tree_grows_a_third_level_and_goes_on() {
        let mut connection = SqliteConnection::connect("sqlite::memory:")
            .await
            .expect("connect");
        migrate(&mut connection, "test").await.expect("migrate");
        let mut tree = Tree::load(&mut connection, "test").await.expect("load");
        let mut size = 0;
        // The last ones one tile at a time.
        for batch in [65_024, 256, 256, 256, 256, 512, 256] {
            for leaf in size..size + batch {
                tree.take_in(&u64::to_be_bytes(leaf)).expect("room");
            }
            size += batch;
            tree.write(&mut connection).await.expect("write");
            let loaded = Tree::load(&mut connection, "test").await.expect("load");
            assert_eq!(loaded.head(), tree.head());
            assert_eq!(loaded.head().tree.size, size);
        }
    }
}
