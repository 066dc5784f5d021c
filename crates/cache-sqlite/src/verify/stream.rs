//! The verification of a log record by record: pure, and in memory that does not grow with the log.
//!
//! Every record is hashed again. What was stored of it (leaf, tiles, head) is held against that, and
//! so are states that the log is said to have had. What was pruned is taken for what its leaf says.

use std::collections::VecDeque;

use agent_assist_domain::audit::{Continuity, Damage, Seq, Symptom};
use agent_assist_tlog::{Hash, TILE_WIDTH, Tile, TileId, TileWriter, TreeHead, leaf_hash};

use super::faults::Faults;
use super::projection::{Behind, Columns, Entry, OF_BYTES};

/// One record as the store has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'r> {
    pub(crate) seq: Seq,
    pub(crate) entry: &'r [u8],
    /// Whether SQLite holds the entry for text, as it should.
    pub(crate) is_text: bool,
    pub(crate) columns: Columns<'r>,
}

/// A state that the log is said to have had.
#[derive(Clone, Copy, Debug)]
struct Claim {
    head: TreeHead,
    /// Which of those that were asked about.
    place: usize,
}

/// A checkpoint in the store: it speaks of a state by itself.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark {
    pub(crate) head: TreeHead,
    /// Whether row and note say the same.
    pub(crate) is_sound: bool,
}

/// What is known of the log so far.
#[derive(Debug)]
pub(crate) struct Verifier {
    before: u64,
    tree: TileWriter,
    /// Whether the tree can still be what it was: not behind a record of which not even a leaf is left.
    is_whole: bool,
    last_leaf: Option<Hash>,
    /// The first record seen that names a state, or the first that names a record.
    chained_from: Option<Seq>,
    /// The earlier of two neighbours of which the later does not name it.
    torn_behind: Option<Seq>,
    /// By size; those before `next` are answered.
    claims: Vec<Claim>,
    next: usize,
    answers: Vec<Continuity>,
    /// Checkpoints of the store that are still to come, by size.
    marks: VecDeque<Mark>,
    /// The largest size at which a claim was right.
    vouched: u64,
    records: u64,
    /// Full tiles above level 0.
    upper: Vec<Tile>,
    pub(crate) faults: Faults,
}

/// What the records make of the log.
#[derive(Debug)]
pub(crate) struct Verified {
    pub(crate) tree: TileWriter,
    pub(crate) is_whole: bool,
    pub(crate) last_leaf: Option<Hash>,
    pub(crate) chained_from: Option<Seq>,
    pub(crate) records: u64,
    pub(crate) upper: Vec<Tile>,
    pub(crate) answers: Vec<Continuity>,
    pub(crate) faults: Faults,
}

impl Verifier {
    /// Of a log whose first leaf is record `before + 1`; says of each of `claims` whether it was so.
    pub(crate) fn new(before: u64, claims: &[TreeHead]) -> Self {
        let mut sorted: Vec<Claim> = (0..)
            .zip(claims)
            .map(|(place, head)| Claim { head: *head, place })
            .collect();
        sorted.sort_by_key(|claim| claim.head.size);
        let mut verifier = Self {
            before,
            tree: TileWriter::new(),
            is_whole: true,
            last_leaf: None,
            chained_from: None,
            torn_behind: None,
            claims: sorted,
            next: 0,
            answers: vec![Continuity::Beyond; claims.len()],
            marks: VecDeque::new(),
            vouched: 0,
            records: 0,
            upper: Vec::new(),
            faults: Faults::default(),
        };
        verifier.answer_claims();
        verifier
    }

    /// Records that had gone before there was a tree.
    pub(crate) fn before(&self) -> u64 {
        self.before
    }

    /// The position of the next record.
    pub(crate) fn next_seq(&self) -> Seq {
        self.before
            .saturating_add(self.tree.frontier().size())
            .saturating_add(1)
    }

    /// Whether what has been seen tells the state of the log.
    pub(crate) fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// Takes note of checkpoints of states that are to come, by size.
    pub(crate) fn expect(&mut self, marks: impl IntoIterator<Item = Mark>) {
        self.marks.extend(marks);
    }

    /// Takes the next record, whose `stored` leaf is that of the store. Gives its leaf.
    pub(crate) fn record(&mut self, row: &Row<'_>, stored: Option<Hash>) -> Hash {
        self.records += 1;
        let leaf = leaf_hash(row.entry);
        if stored != Some(leaf) {
            self.faults.altered(Symptom::Leaf, row.seq);
        }
        let entry = std::str::from_utf8(row.entry).ok().and_then(Entry::parse);
        match entry {
            Some(entry) => {
                self.chain(row.seq, entry.behind());
                let mismatch = if row.is_text {
                    entry.first_mismatch(&row.columns)
                } else {
                    Some(OF_BYTES)
                };
                if let Some(column) = mismatch {
                    let symptom = Symptom::Column(column);
                    self.faults.add(Damage::Projection, symptom, Some(row.seq));
                }
            }
            None => {
                self.faults.altered(Symptom::Shape, row.seq);
                self.torn_behind = None;
            }
        }
        leaf
    }

    /// Takes a record of which only the leaf is left.
    pub(crate) fn gone(&mut self) {
        self.torn_behind = None;
    }

    /// Takes the leaf of the next record; gives the tile of level 0 that it completes.
    pub(crate) fn leaf(&mut self, leaf: Hash) -> Option<Tile> {
        self.last_leaf = Some(leaf);
        let full = self.tree.append([leaf]).unwrap_or_default();
        self.answer_claims();
        let mut completed = None;
        for tile in full {
            match tile.id.level {
                0 => completed = Some(tile),
                _ => self.upper.push(tile),
            }
        }
        completed
    }

    /// The next record is not there, nor its leaf: from here on the tree tells nothing.
    pub(crate) fn lose(&mut self) {
        self.is_whole = false;
        self.last_leaf = None;
        self.torn_behind = None;
    }

    /// Holds a full tile of level 0 against the one that is stored.
    pub(crate) fn compare(&mut self, tile: &Tile, stored: Option<&[u8]>) {
        if !self.is_whole {
            return;
        }
        let first = self.before + tile.id.index * TILE_WIDTH as u64 + 1;
        let there = stored.and_then(|bytes| Tile::from_bytes(tile.id, bytes).ok());
        let there = there.map(|tile| tile.hashes).unwrap_or_default();
        let mut differs = tile.hashes.iter().enumerate();
        let differs = differs.position(|(at, hash)| there.get(at) != Some(hash));
        if let Some(at) = differs {
            self.faults.altered(Symptom::Tile, first + at as u64);
        }
    }

    /// Whether the record at `seq`, which says it comes behind `behind`, does.
    fn chain(&mut self, seq: Seq, behind: Behind<'_>) {
        let fits = match behind {
            Behind::Nothing => self.chained_from.is_none(),
            Behind::State(root) => {
                self.chained_from.is_none() && is_hex_of(root, &self.tree.frontier().root())
            }
            Behind::Record(leaf) => self.last_leaf.is_none_or(|last| is_hex_of(leaf, &last)),
            Behind::Nonsense => false,
        };
        if self.chained_from.is_none() && behind != Behind::Nothing {
            self.chained_from = Some(seq);
        }
        let torn_behind = self.torn_behind.take();
        if fits {
            if let Some(earlier) = torn_behind {
                self.tear(earlier);
            }
            return;
        }
        match torn_behind {
            // It is neither named by the one behind it nor names the one before.
            Some(earlier) => self.faults.altered(Symptom::Chain, earlier + 1),
            None if self.last_leaf.is_none() => self.faults.altered(Symptom::Chain, seq),
            None => {}
        }
        self.torn_behind = Some(seq.saturating_sub(1));
    }

    /// Between `earlier` and the record behind it the chain is torn. Which of the two it was, the
    /// chain does not tell: the earlier, unless it is known to be right.
    fn tear(&mut self, earlier: Seq) {
        let vouched = self.before + self.vouched >= earlier;
        let known = self.faults.first_altered() == Some(earlier + 1);
        let seq = if vouched || known {
            earlier + 1
        } else {
            earlier
        };
        self.faults.altered(Symptom::Chain, seq);
    }

    fn answer_claims(&mut self) {
        if !self.is_whole {
            return;
        }
        let size = self.tree.frontier().size();
        while let Some(mark) = self.marks.front().copied()
            && mark.head.size <= size
        {
            self.marks.pop_front();
            if !mark.is_sound {
                let seq = self.before + mark.head.size;
                self.faults.altered(Symptom::CheckpointShape, seq);
            } else if mark.head != self.tree.frontier().head() {
                self.faults.add(Damage::Fork, Symptom::Checkpoint, None);
            } else {
                self.vouched = size;
            }
        }
        while let Some(claim) = self.claims.get(self.next) {
            if claim.head.size > size {
                return;
            }
            // All claims of one size are answered at once, when the log has it.
            let right = claim.head == self.tree.frontier().head();
            if right {
                self.vouched = size;
            }
            let answer = if right {
                Continuity::Same
            } else {
                Continuity::Other
            };
            if let Some(place) = self.answers.get_mut(claim.place) {
                *place = answer;
            }
            self.next += 1;
        }
    }

    /// No more records.
    pub(crate) fn finish(mut self) -> Verified {
        if let Some(earlier) = self.torn_behind.take() {
            self.tear(earlier);
        }
        Verified {
            tree: self.tree,
            is_whole: self.is_whole,
            last_leaf: self.last_leaf,
            chained_from: self.chained_from,
            records: self.records,
            upper: self.upper,
            answers: self.answers,
            faults: self.faults,
        }
    }
}

impl Verified {
    /// The tiles above level 0 that the store must have, full ones and those that grow.
    pub(crate) fn upper_tiles(&self) -> impl Iterator<Item = (TileId, Vec<u8>)> {
        let partial = self.tree.partials().filter(|tile| tile.id.level > 0);
        let all = self.upper.iter().cloned().chain(partial);
        all.map(|tile| (tile.id, tile.to_bytes()))
    }
}

/// Whether `text` is the hexadecimal form of `hash`.
pub(crate) fn is_hex_of(text: &str, hash: &Hash) -> bool {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| DIGITS.get(usize::from(nibble)).copied();
    let (pairs, odd) = text.as_bytes().as_chunks();
    odd.is_empty()
        && pairs.len() == hash.as_bytes().len()
        && pairs
            .iter()
            .zip(hash.as_bytes())
            .all(|([high, low], byte)| {
                digit(byte >> 4) == Some(*high) && digit(byte & 0xf) == Some(*low)
            })
}
