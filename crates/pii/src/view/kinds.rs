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

    /// Gives the longest stretches of bytes that `of` tells to be of one kind, in order.
    pub(crate) fn each_run(&self, of: impl Fn(&Block) -> u64, give: impl FnMut(Range<usize>)) {
        self.each_piece(of, |_, _| 0, give);
    }

    /// Gives the words: runs of letters, those of other alphabets among them, parted at the humps
    /// of `camelCase`.
    pub(crate) fn each_word(&self, give: impl FnMut(Range<usize>)) {
        self.each_piece(Block::wordlike, Block::humps, give);
    }

    /// Gives the runs of digits and the runs of letters of ASCII.
    pub(crate) fn each_token(&self, give: impl FnMut(Range<usize>)) {
        // Where one follows the other without a gap.
        let turns = |block: &Block, before: &Block| {
            let follows_digit = block.digits << 1 | before.digits >> 63;
            let follows_letter = block.letters() << 1 | before.letters() >> 63;
            block.digits & follows_letter | block.letters() & follows_digit
        };
        self.each_piece(Block::alphanumeric, turns, give);
    }

    /// Gives the runs of bytes of one kind, parted where `cuts` says of a block and the one before.
    fn each_piece(
        &self,
        kind: impl Fn(&Block) -> u64,
        cuts: impl Fn(&Block, &Block) -> u64,
        mut give: impl FnMut(Range<usize>),
    ) {
        /// Stands for no run.
        const NONE: usize = usize::MAX;
        let mut open = NONE;
        let mut before = Block::default();
        for (from, block) in (0..).step_by(BLOCK).zip(&self.blocks) {
            let bits = kind(block);
            let turns = bits ^ (bits << 1 | kind(&before) >> 63);
            let mut edges = turns | cuts(block, &before);
            before = *block;
            while edges != 0 {
                let place = edges.trailing_zeros() as usize;
                edges &= edges - 1;
                let at = from + place;
                if open != NONE {
                    give(open..at);
                }
                open = if bits >> place & 1 != 0 { at } else { NONE };
            }
        }
        if open != NONE {
            give(open..self.len);
        }
    }

    /// Whether a digit stands in `range`.
    #[inline]
    pub(crate) fn has_digit(&self, range: &Range<usize>) -> bool {
        if range.is_empty() {
            return false;
        }
        let last = (range.end - 1) / BLOCK;
        if last == range.start / BLOCK {
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

    type Runs = Vec<Range<usize>>;

    fn texts(text: &str, each: impl Fn(&Kinds, &mut Runs)) -> Vec<&str> {
        let mut runs = Vec::new();
        each(&Kinds::of(text), &mut runs);
        runs.into_iter().map(|run| &text[run]).collect()
    }

    fn words(kinds: &Kinds, runs: &mut Runs) {
        kinds.each_word(|run| runs.push(run));
    }

    #[test]
    fn runs_are_the_same_wherever_blocks_end() {
        for spaces in 0..130 {
            let text = format!("{}myPhone no12 été 4é", " ".repeat(spaces));
            let kinds = Kinds::of(&text);
            assert_eq!(texts(&text, words), ["my", "Phone", "no", "été", "é"]);
            assert_eq!(
                texts(&text, |kinds, runs| kinds.each_token(|run| runs.push(run))),
                ["myPhone", "no", "12", "t", "4"]
            );
            assert_eq!(
                texts(&text, |kinds, runs| kinds
                    .each_run(Block::alphanumeric, |run| runs.push(run))),
                ["myPhone", "no12", "t", "4"]
            );
            let no12 = spaces + 8..spaces + 12;
            assert!(kinds.has_digit(&no12) && !kinds.has_digit(&(0..spaces + 10)));
            assert!(!kinds.has_digit(&(spaces..spaces)));
            assert_eq!(position(text.as_bytes(), |b| b == b'1'), Some(spaces + 10));
        }
        assert_eq!(texts("", words), [""; 0]);
        assert_eq!(texts("a", words), ["a"]);
        assert_eq!(position(b"abc", |b| b == b'1'), None);
    }
}
