//! Whether a log is whole and as it was written.
//!
//! [`stream`] decides, [`rows`] reads, on the thread of its connection. All of it is one view of the
//! file: what is appended meanwhile is not looked at.

mod canonical;
mod claims;
mod faults;
mod head;
mod marks;
mod projection;
mod pruned;
mod rows;
mod stream;

use agent_assist_domain::audit::{Damage, LogHead, Seq, Symptom, Verification};
use agent_assist_domain::ports::{StoreError, StoreErrorKind};
use agent_assist_tlog::{Hash, TILE_WIDTH, TileId};
use rusqlite::Connection;

use crate::direct::IsAwaited;
use crate::store::SqliteStore;

use claims::Claims;
use head::{Ends, Head};
use pruned::Pruned;
use stream::{Row, Verified, Verifier};

pub(crate) use projection::{Behind, Entry};
pub(crate) use stream::is_hex_of;

pub(crate) const VERIFY: &str = "verify the audit log";

/// Records that are read in one go: two full tiles. Where one of them cannot be read, those behind it in
/// its step are not looked for.
const STEP: u64 = 2 * TILE_WIDTH as u64;

impl SqliteStore {
    /// Reads the whole log; see [`AuditTrail`](agent_assist_domain::ports::AuditTrail).
    pub(crate) async fn verify_log(&self, asked: &[LogHead]) -> Result<Verification, StoreError> {
        // Before the view is taken: the file beside the store never tells of more than is in it.
        let outside = claims::outside(self.path()).await?;
        let asked = asked.to_vec();
        let verify = move |connection: &Connection, is_awaited: IsAwaited<'_>| {
            look(connection, &asked, outside, is_awaited)
        };
        self.direct().read(VERIFY, verify).await
    }
}

fn look(
    connection: &Connection,
    asked: &[LogHead],
    outside: claims::Outside,
    is_awaited: IsAwaited<'_>,
) -> Result<Verification, StoreError> {
    let ends = Ends::read(connection)?;
    let head = Head::read(connection)?;
    let before = head
        .as_ref()
        .map_or_else(|| ends.guess_before(), |head| head.before);
    let pruned = Pruned::read(connection, before, ends.pruned_below)?;
    let claims = Claims::gather(asked, outside, pruned, before);
    let mut verifier = Verifier::new(before, &claims.heads);
    let end = ends.last().max(head.as_ref().map_or(0, Head::last));
    let mut missing = None;
    while verifier.next_seq() <= end {
        if !is_awaited() {
            return Err(StoreError::new(StoreErrorKind::Unavailable, VERIFY));
        }
        let mut step = Step::next(connection, &mut verifier, &ends, end, &mut missing)?;
        step.walk()?;
        if !verifier.is_whole() {
            break;
        }
        tracing::trace!(next = verifier.next_seq(), "verified");
    }
    let mut verified = verifier.finish();
    ends.compare(&mut verified, before, missing);
    head::compare(connection, head.as_ref(), &ends, &mut verified)?;
    claims.judge(before, &mut verified);
    let checkpoints = marks::compare(connection, before, &mut verified)?;
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

/// The records of one step.
struct Step<'s> {
    connection: &'s Connection,
    verifier: &'s mut Verifier,
    ends: &'s Ends,
    /// The first of those that are missing behind the last record that is there.
    missing: &'s mut Option<Seq>,
    first: Seq,
    last: Seq,
    /// What is stored of each.
    leaves: Vec<Option<Hash>>,
    tiles: FullTiles,
}

impl<'s> Step<'s> {
    /// The one behind what has been seen, up to `end` at most.
    fn next(
        connection: &'s Connection,
        verifier: &'s mut Verifier,
        ends: &'s Ends,
        end: Seq,
        missing: &'s mut Option<Seq>,
    ) -> Result<Self, StoreError> {
        let (before, after) = (verifier.before(), verifier.next_seq() - 1);
        // Up to the end of a tile, so that none is looked for twice.
        let last = end.min(after + STEP - (after - before) % STEP);
        verifier.expect(marks::of_sizes(connection, after - before..last - before)?);
        Ok(Self {
            connection,
            verifier,
            ends,
            missing,
            first: after + 1,
            last,
            leaves: rows::leaves(connection, after, last)?,
            tiles: FullTiles::default(),
        })
    }

    /// Goes from its first record to its last, or to where not even a leaf is left.
    fn walk(&mut self) -> Result<(), StoreError> {
        let (connection, after, last) = (self.connection, self.first - 1, self.last);
        let unreadable = rows::each_record(connection, after, last, |row| {
            self.absent_before(row.seq)?;
            self.record(&row)
        })?;
        if let Some(seq) = unreadable {
            self.absent_before(seq)?;
            if self.verifier.is_whole() {
                self.verifier.faults.altered(Symptom::Unreadable, seq);
            }
        }
        self.absent_before(last + 1)
    }

    /// Takes a record.
    fn record(&mut self, row: &Row<'_>) -> Result<(), StoreError> {
        if !self.verifier.is_whole() {
            return Ok(());
        }
        let leaf = self.verifier.record(row, self.stored(row.seq));
        if let Some(first) = self.missing.take() {
            self.verifier.faults.altered(Symptom::Missing, first);
        }
        self.leaf(leaf)
    }

    /// Takes those before `end` for records of which there is no more than a leaf.
    fn absent_before(&mut self, end: Seq) -> Result<(), StoreError> {
        while self.verifier.next_seq() < end && self.verifier.is_whole() {
            let seq = self.verifier.next_seq();
            if self.ends.pruned_below.is_some_and(|below| seq < below) {
                // A record that is there behind one that is not would be torn from it.
                *self.missing = None;
            } else {
                self.missing.get_or_insert(seq);
            }
            self.verifier.gone();
            let leaf = match self.stored(seq) {
                Some(leaf) => Some(leaf),
                None => self
                    .tiles
                    .leaf(self.connection, self.verifier.before(), seq)?,
            };
            match leaf {
                Some(leaf) => self.leaf(leaf)?,
                None => {
                    self.verifier.lose();
                    let known = self.missing.take().unwrap_or(seq);
                    self.verifier.faults.altered(Symptom::Missing, known);
                }
            }
        }
        Ok(())
    }

    fn stored(&self, seq: Seq) -> Option<Hash> {
        let at = usize::try_from(seq - self.first).ok()?;
        self.leaves.get(at).copied().flatten()
    }

    fn leaf(&mut self, leaf: Hash) -> Result<(), StoreError> {
        if let Some(tile) = self.verifier.leaf(leaf) {
            let stored = rows::tile(self.connection, tile.id)?;
            self.verifier.compare(&tile, stored.as_deref());
        }
        Ok(())
    }
}

/// The last tile of leaves that was read: whole tiles of records are pruned.
#[derive(Debug, Default)]
struct FullTiles(Option<(TileId, Vec<u8>)>);

impl FullTiles {
    /// The leaf of a record that has none in the table, out of a full tile.
    fn leaf(
        &mut self,
        connection: &Connection,
        before: u64,
        seq: Seq,
    ) -> Result<Option<Hash>, StoreError> {
        let index = seq - before - 1;
        let id = TileId {
            level: 0,
            index: index / TILE_WIDTH as u64,
        };
        if self.0.as_ref().is_none_or(|(read, _)| *read != id) {
            let bytes = rows::tile(connection, id)?.unwrap_or_default();
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
