//! Whether a log is whole and as it was written.
//!
//! [`stream`] decides, [`rows`] reads. All of it is one view of the file: what is appended meanwhile
//! is not looked at.

mod claims;
mod faults;
mod head;
mod marks;
mod projection;
mod pruned;
mod rows;
mod stream;

use agent_assist_domain::audit::{Damage, LogHead, Seq, Symptom, Verification};
use agent_assist_domain::ports::StoreError;
use agent_assist_tlog::{Hash, TILE_WIDTH, TileId};
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;

use crate::error::failed;
use crate::store::SqliteStore;

use claims::Claims;
use head::{Ends, Head};
use pruned::Pruned;
use stream::{Verified, Verifier};

pub(crate) use projection::{Behind, Entry};
pub(crate) use stream::is_hex_of;

pub(crate) const VERIFY: &str = "verify the audit log";

/// Records read in one step: two full tiles. Their pages are looked at twice, and of more SQLite would
/// not remember them until then.
const STEP: u64 = 2 * TILE_WIDTH as u64;

impl SqliteStore {
    /// Reads the whole log; see [`AuditTrail`](agent_assist_domain::ports::AuditTrail).
    pub(crate) async fn verify_log(&self, asked: &[LogHead]) -> Result<Verification, StoreError> {
        // Before the view is taken: the file beside the store never tells of more than is in it.
        let outside = claims::outside(self.path()).await?;
        let mut connection = self.readers().acquire().await.map_err(failed(VERIFY))?;
        let mut view = connection.begin().await.map_err(failed(VERIFY))?;
        let verification = look(&mut view, asked, outside).await?;
        view.rollback().await.map_err(failed(VERIFY))?;
        Ok(verification)
    }
}

async fn look(
    connection: &mut SqliteConnection,
    asked: &[LogHead],
    outside: claims::Outside,
) -> Result<Verification, StoreError> {
    let ends = Ends::read(connection).await?;
    let head = Head::read(connection).await?;
    let before = head
        .as_ref()
        .map_or_else(|| ends.guess_before(), |head| head.before);
    let pruned = Pruned::read(connection, before, ends.pruned_below).await?;
    let claims = Claims::gather(asked, outside, pruned, before);
    let mut verifier = Verifier::new(before, &claims.heads);
    let end = ends.last().max(head.as_ref().map_or(0, Head::last));
    let mut missing = None;
    while verifier.next_seq() <= end {
        let Some(next) = step(connection, &mut verifier, &ends, end, &mut missing).await? else {
            break;
        };
        tracing::trace!(next, "verified");
    }
    let mut verified = verifier.finish();
    ends.compare(&mut verified, before, missing);
    head::compare(connection, head.as_ref(), &ends, &mut verified).await?;
    claims.judge(before, &mut verified);
    let checkpoints = marks::compare(connection, before, &mut verified).await?;
    let Verified {
        tree,
        answers,
        records,
        faults,
        ..
    } = verified;
    let here = tree.frontier().head();
    let mut verification = Verification {
        head: LogHead {
            size: here.size,
            root: *here.root.as_bytes(),
        },
        before,
        records,
        pruned_below: pruned.map(|pruned| pruned.below),
        outside_head: claims.outside_size(),
        checkpoints,
        claims: answers.into_iter().take(asked.len()).collect(),
        faults: Vec::new(),
    };
    verification.add(faults.into_faults());
    Ok(verification)
}

/// The records behind what has been seen, up to `end` at most. `None` if nothing can be read any more.
async fn step(
    connection: &mut SqliteConnection,
    verifier: &mut Verifier,
    ends: &Ends,
    end: Seq,
    missing: &mut Option<Seq>,
) -> Result<Option<Seq>, StoreError> {
    let after = verifier.next_seq() - 1;
    // Up to the end of a tile, so that none is looked for twice.
    let into_step = (after - verifier.before()) % STEP;
    let mut last = end.min(after + STEP - into_step);
    let records = rows::records(connection, after, &mut last).await?;
    let sizes = after - verifier.before()..last - verifier.before();
    verifier.expect(marks::of_sizes(connection, sizes).await?);
    let leaves = rows::leaves(connection, after, last).await?;
    let mut rows = records.iter().peekable();
    let mut tiles = FullTiles::default();
    for (seq, stored) in (after + 1..=last).zip(leaves) {
        if records.unreadable == Some(seq) {
            verifier.faults.altered(Symptom::Unreadable, seq);
        }
        let row = rows.next_if(|row| row.seq == seq);
        let leaf = match row {
            Some(row) => Some(verifier.record(row, stored)),
            None => {
                let pruned = ends.pruned_below.is_some_and(|below| seq < below);
                if pruned {
                    // A record that is there behind one that is not would be torn from it.
                    *missing = None;
                } else {
                    missing.get_or_insert(seq);
                }
                verifier.gone();
                match stored {
                    Some(leaf) => Some(leaf),
                    None => tiles.leaf(connection, verifier.before(), seq).await?,
                }
            }
        };
        if row.is_some()
            && let Some(first) = missing.take()
        {
            verifier.faults.altered(Symptom::Missing, first);
        }
        let Some(leaf) = leaf else {
            verifier.lose();
            let known = missing.take().unwrap_or(seq);
            verifier.faults.altered(Symptom::Missing, known);
            return Ok(None);
        };
        if let Some(tile) = verifier.leaf(leaf) {
            let stored = rows::tile(connection, tile.id).await?;
            verifier.compare(&tile, stored.as_deref());
        }
    }
    Ok(Some(last))
}

/// The last tile of leaves that was read: whole tiles of records are pruned.
#[derive(Debug, Default)]
struct FullTiles(Option<(TileId, Vec<u8>)>);

impl FullTiles {
    /// The leaf of a record that has none in the table, out of a full tile.
    async fn leaf(
        &mut self,
        connection: &mut SqliteConnection,
        before: u64,
        seq: Seq,
    ) -> Result<Option<Hash>, StoreError> {
        let index = seq - before - 1;
        let id = TileId {
            level: 0,
            index: index / TILE_WIDTH as u64,
        };
        if self.0.as_ref().is_none_or(|(read, _)| *read != id) {
            let bytes = rows::tile(connection, id).await?.unwrap_or_default();
            self.0 = Some((id, bytes));
        }
        let bytes = self.0.as_ref().map(|(_, bytes)| &**bytes);
        let (hashes, _) = bytes.unwrap_or_default().as_chunks();
        let hash = hashes.get((index % TILE_WIDTH as u64) as usize);
        Ok(hash.copied().map(Hash::from_bytes))
    }
}

/// How a state of the log's end is judged: the log is shorter, or another.
fn damage(is_longer: bool) -> Damage {
    if is_longer {
        Damage::Truncated
    } else {
        Damage::Fork
    }
}
