//! Where digits and letters stand in a text, a bit for each byte.
//!
//! A text is classified once, many bytes at a time; words, numbers and tokens are then read off
//! the bits, from one edge to the next, without a look at what lies between.

use std::ops::Range;

use wide::u8x16;

/// Bytes of a block.
pub(crate) const BLOCK: usize = 64;

/// What stands where in a block of up to 64 bytes: the first is the lowest bit.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Block {
    pub(crate) digits: u64,
    /// Letters of ASCII.
    pub(crate) small: u64,
    pub(crate) capital: u64,
    /// Parts of characters outside ASCII.
    pub(crate) beyond: u64,
}

impl Block {
    pub(crate) fn of(block: &[u8]) -> Self {
        let bytes = filled(block);
        Self {
            digits: bits(&bytes, |b| b.is_ascii_digit()),
            small: bits(&bytes, |b| b.is_ascii_lowercase()),
            capital: bits(&bytes, |b| b.is_ascii_uppercase()),
            beyond: bits(&bytes, |b| b >= 0x80),
        }
    }

    /// Letters of ASCII.
    pub(crate) const fn letters(&self) -> u64 {
        self.small | self.capital
    }

    pub(crate) const fn alphanumeric(&self) -> u64 {
        self.letters() | self.digits
    }

    /// What words consist of: letters, those of other alphabets among them.
    pub(crate) const fn wordlike(&self) -> u64 {
        self.letters() | self.beyond
    }

    /// Where a word in `camelCase` goes on with a capital; `before` is the block before.
    pub(crate) const fn humps(&self, before: &Self) -> u64 {
        self.capital & (self.small << 1 | before.small >> 63)
    }
}

/// What stands where in a text.
#[derive(Debug)]
pub(crate) struct Kinds {
    blocks: Box<[Block]>,
    len: usize,
}

impl Kinds {
    pub(crate) fn of(text: &str) -> Self {
        Self {
            blocks: text.as_bytes().chunks(BLOCK).map(Block::of).collect(),
            len: text.len(),
        }
    }

    /// The longest stretches of bytes that `of` tells to be of one kind, in order.
    pub(crate) fn runs<F: Fn(&Block) -> u64 + Clone>(&self, of: F) -> Runs<'_, impl Edges> {
        self.pieces(of, |_, _| 0)
    }

    /// The words: runs of letters, those of other alphabets among them, parted at the humps of
    /// `camelCase`.
    pub(crate) fn words(&self) -> Runs<'_, impl Edges> {
        self.pieces(Block::wordlike, Block::humps)
    }

    /// Runs of digits and runs of letters of ASCII.
    pub(crate) fn tokens(&self) -> Runs<'_, impl Edges> {
        // Where one follows the other without a gap.
        let turns = |block: &Block, before: &Block| {
            let follows_digit = block.digits << 1 | before.digits >> 63;
            let follows_letter = block.letters() << 1 | before.letters() >> 63;
            block.digits & follows_letter | block.letters() & follows_digit
        };
        self.pieces(Block::alphanumeric, turns)
    }

    /// Whether a digit stands in `range`.
    #[inline]
    pub(crate) fn has_digit(&self, range: &Range<usize>) -> bool {
        let last = range.end.saturating_sub(1) / BLOCK;
        if last == range.start / BLOCK && !range.is_empty() {
            let digits = self.blocks[last].digits;
            return digits >> (range.start % BLOCK) << (BLOCK - range.len()) != 0;
        }
        (range.start / BLOCK..=last).any(|index| {
            let first = index * BLOCK;
            let from = range.start.saturating_sub(first);
            let to = (range.end - first).min(BLOCK);
            let wanted = (u64::MAX << from) & (u64::MAX >> (BLOCK - to));
            self.blocks[index].digits & wanted != 0
        })
    }

    fn pieces<K, C>(&self, kind: K, cuts: C) -> Runs<'_, impl Edges>
    where
        K: Fn(&Block) -> u64 + Clone,
        C: Fn(&Block, &Block) -> u64 + Clone,
    {
        Runs {
            blocks: &self.blocks,
            next: 0,
            len: self.len,
            marks: 0,
            kind_bits: 0,
            open: None,
            before: Block::default(),
            edges: move |block: &Block, before: &Block| {
                let bits = kind(block);
                let turns = bits ^ (bits << 1 | kind(before) >> 63);
                (bits, turns | cuts(block, before))
            },
        }
    }
}

/// Tells of a block, and of the one before, where bytes of a kind stand and where runs of them
/// begin or end.
pub(crate) trait Edges: Fn(&Block, &Block) -> (u64, u64) + Clone {}

impl<F: Fn(&Block, &Block) -> (u64, u64) + Clone> Edges for F {}

/// Runs of bytes of one kind, in order.
#[derive(Clone)]
pub(crate) struct Runs<'k, E> {
    blocks: &'k [Block],
    /// The block behind the one at hand.
    next: usize,
    len: usize,
    /// Edges of the block at hand that are still to come.
    marks: u64,
    kind_bits: u64,
    /// Where the run at hand began.
    open: Option<usize>,
    before: Block,
    edges: E,
}

impl<E: Edges> Iterator for Runs<'_, E> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        loop {
            while self.marks == 0 {
                let Some(block) = self.blocks.get(self.next) else {
                    return self.open.take().map(|start| start..self.len);
                };
                (self.kind_bits, self.marks) = (self.edges)(block, &self.before);
                self.before = *block;
                self.next += 1;
            }
            let place = self.marks.trailing_zeros();
            self.marks &= self.marks - 1;
            let at = (self.next - 1) * BLOCK + place as usize;
            let begins = self.kind_bits >> place & 1 != 0;
            let ended = std::mem::replace(&mut self.open, begins.then_some(at));
            if let Some(start) = ended {
                return Some(start..at);
            }
        }
    }
}

/// Where in `bytes` the first one stands for which `test` holds. It looks at many bytes at a time,
/// so `test` had better do without branches.
pub(crate) fn position(bytes: &[u8], test: impl Fn(u8) -> bool) -> Option<usize> {
    let mut blocks = (0..).step_by(BLOCK).zip(bytes.chunks(BLOCK));
    blocks.find_map(|(from, block)| {
        let found = if block.len() == BLOCK {
            bits(&filled(block), &test)
        } else {
            let at = block.iter().position(|byte| test(*byte))?;
            1 << at
        };
        (found != 0).then(|| from + found.trailing_zeros() as usize)
    })
}

/// A block with noughts behind its end.
pub(crate) fn filled(block: &[u8]) -> [u8; BLOCK] {
    let mut bytes = [0; BLOCK];
    bytes[..block.len()].copy_from_slice(block);
    bytes
}

/// A bit for each byte for which `test` holds.
pub(crate) fn bits(bytes: &[u8; BLOCK], test: impl Fn(u8) -> bool) -> u64 {
    gather(&bytes.map(|byte| 0_u8.wrapping_sub(u8::from(test(byte)))))
}

/// The highest bits of all bytes.
pub(crate) fn gather(held: &[u8; BLOCK]) -> u64 {
    let (sixteens, _) = held.as_chunks::<16>();
    let parts = sixteens.iter().zip((0..).step_by(16));
    parts.fold(0, |bits, (sixteen, shift)| {
        bits | u64::from(u8x16::new(*sixteen).to_bitmask()) << shift
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts<'t>(text: &'t str, runs: impl Iterator<Item = Range<usize>>) -> Vec<&'t str> {
        runs.map(|run| &text[run]).collect()
    }

    #[test]
    fn runs_are_the_same_wherever_blocks_end() {
        for spaces in 0..130 {
            let text = format!("{}myPhone no12 été 4é", " ".repeat(spaces));
            let kinds = Kinds::of(&text);
            assert_eq!(
                texts(&text, kinds.words()),
                ["my", "Phone", "no", "été", "é"]
            );
            assert_eq!(
                texts(&text, kinds.tokens()),
                ["myPhone", "no", "12", "t", "4"]
            );
            assert_eq!(
                texts(&text, kinds.runs(Block::alphanumeric)),
                ["myPhone", "no12", "t", "4"]
            );
            assert_eq!(texts(&text, kinds.runs(|block| block.digits)), ["12", "4"]);
            let no12 = spaces + 8..spaces + 12;
            assert!(kinds.has_digit(&no12) && !kinds.has_digit(&(0..spaces + 10)));
            assert_eq!(position(text.as_bytes(), |b| b == b'1'), Some(spaces + 10));
        }
        assert_eq!(Kinds::of("").words().count(), 0);
        assert_eq!(texts("a", Kinds::of("a").words()), ["a"]);
        assert_eq!(position(b"abc", |b| b == b'1'), None);
    }
}
