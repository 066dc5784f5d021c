//! Where digits and letters stand in a text, a bit for each byte.
//!
//! A text is classified once, many bytes at a time; words, numbers and tokens are then read off
//! the bits, from one edge to the next, without a look at what lies between.

use std::ops::Range;

use wide::u8x16;

use crate::view::{
    beginnings::Triples,
    starts::{Begun, Run, Search},
};

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
    /// What stands in block `index` of `bytes`.
    #[inline(always)]
    pub(crate) fn at(bytes: &[u8], index: usize) -> Self {
        Self::of(bytes.get(index * BLOCK..).unwrap_or_default())
    }

    /// What stands in the block that `bytes` begin with.
    // Inlined, so that kinds that nobody asks for are not told.
    #[inline(always)]
    fn of(block: &[u8]) -> Self {
        match block.first_chunk() {
            Some(whole) => Self::of_whole(whole),
            None => Self::of_whole(&filled(block)),
        }
    }

    #[inline(always)]
    fn of_whole(bytes: &[u8; BLOCK]) -> Self {
        let (sixteens, _) = bytes.as_chunks::<16>();
        let mut block = Self::default();
        for (sixteen, shift) in sixteens.iter().zip((0..).step_by(16)) {
            let bytes = u8x16::new(*sixteen);
            let bits = |held: u8x16| u64::from(held.to_bitmask()) << shift;
            let is_one_of = |bytes: u8x16, first: u8, count: u8| {
                let place = bytes - u8x16::splat(first);
                bits(place.min(u8x16::splat(count - 1)).simd_eq(place))
            };
            let letters = is_one_of(bytes | u8x16::splat(0x20), b'a', 26);
            // The bit that parts small letters from capitals, as the highest.
            let two = bytes + bytes;
            let small = bits(two + two);
            block.digits |= is_one_of(bytes, b'0', 10);
            block.small |= letters & small;
            block.capital |= letters & !small;
            block.beyond |= bits(bytes);
        }
        block
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

    /// Where a digit follows a letter, or the other way round, without a gap.
    const fn turns(&self, before: &Self) -> u64 {
        let follows_digit = self.digits << 1 | before.digits >> 63;
        let follows_letter = self.letters() << 1 | before.letters() >> 63;
        self.digits & follows_letter | self.letters() & follows_digit
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

    /// Block `index`; empty past the end.
    pub(crate) fn block(&self, index: usize) -> Block {
        self.blocks.get(index).copied().unwrap_or_default()
    }

    /// Its blocks, in order.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = Block> {
        self.blocks.iter().copied()
    }

    /// The end of the word that begins at `start`: a run of letters, those of other alphabets among
    /// them, up to a hump of `camelCase`.
    pub(crate) fn word_end(&self, start: usize) -> usize {
        let second = start + 1;
        let mut index = second / BLOCK;
        let mut wanted = u64::MAX << (second % BLOCK);
        let mut before = match index.checked_sub(1) {
            Some(before) => self.blocks[before],
            None => Block::default(),
        };
        while let Some(block) = self.blocks.get(index) {
            let ends = (!block.wordlike() | block.humps(&before)) & wanted;
            if ends != 0 {
                return self.len.min(index * BLOCK + ends.trailing_zeros() as usize);
            }
            (before, wanted) = (*block, u64::MAX);
            index += 1;
        }
        self.len
    }

    /// Whether `is_telling` holds for a word that begins in `range`, or that goes on at its start,
    /// among those for whose beginning `may_tell` does.
    pub(crate) fn any_word_in(
        &self,
        range: Range<usize>,
        may_tell: impl Fn(usize) -> bool,
        mut is_telling: impl FnMut(Range<usize>) -> bool,
    ) -> bool {
        let first = range.start / BLOCK;
        let mut before = match first.checked_sub(1) {
            Some(index) => self.block(index),
            None => Block::default(),
        };
        for index in first..range.end.div_ceil(BLOCK) {
            let block = self.block(index);
            let words = block.wordlike();
            let mut starts =
                words & (!(words << 1 | before.wordlike() >> 63) | block.humps(&before));
            before = block;
            if index == first {
                let place = range.start % BLOCK;
                starts = (starts | words & 1 << place) & u64::MAX << place;
            }
            while starts != 0 {
                let start = index * BLOCK + starts.trailing_zeros() as usize;
                starts &= starts - 1;
                if start >= range.end {
                    return false;
                }
                if may_tell(start) && is_telling(start..self.word_end(start)) {
                    return true;
                }
            }
        }
        false
    }

    /// Where the first digit from `at` on stands.
    pub(crate) fn next_digit(&self, at: usize) -> Option<usize> {
        let first = at / BLOCK;
        let digits = self.blocks.get(first)?.digits & u64::MAX << (at % BLOCK);
        if digits != 0 {
            return Some(first * BLOCK + digits.trailing_zeros() as usize);
        }
        let mut later = (first + 1..).zip(&self.blocks[first + 1..]);
        later.find_map(|(index, block)| {
            let at = index * BLOCK + block.digits.trailing_zeros() as usize;
            (block.digits != 0).then_some(at)
        })
    }

    /// Gives the runs of letters and digits of ASCII, and whether a digit is among them.
    pub(crate) fn each_alphanumeric(&self, mut give: impl FnMut(Range<usize>, bool)) {
        // The run that the block before ended in, and whether it has a digit so far.
        let mut open: Option<(usize, bool)> = None;
        for (from, block) in (0..).step_by(BLOCK).zip(&self.blocks) {
            let runs = block.alphanumeric();
            let mut starts = runs & !(runs << 1);
            if let Some((start, has_digit)) = open {
                let len = (!runs).trailing_zeros() as usize;
                let has_digit = has_digit || has_any(block.digits, 0, len);
                if len == BLOCK {
                    open = Some((start, has_digit));
                    continue;
                }
                open = None;
                give(start..from + len, has_digit);
                // It goes on from the block before.
                starts &= !u64::from(len > 0);
            }
            while starts != 0 {
                let place = starts.trailing_zeros() as usize;
                starts &= starts - 1;
                let len = (!runs >> place).trailing_zeros() as usize;
                let has_digit = has_any(block.digits, place, len.min(BLOCK - place));
                if place + len >= BLOCK {
                    open = Some((from + place, has_digit));
                } else {
                    give(from + place..from + place + len, has_digit);
                }
            }
        }
        if let Some((start, has_digit)) = open {
            give(start..self.len, has_digit);
        }
    }

    /// Gives the longest stretches of bytes that `of` tells to be of one kind, in order.
    pub(crate) fn each_run(&self, of: impl Fn(&Block) -> u64, give: impl FnMut(Range<usize>)) {
        self.each_piece(of, |_, _| 0, give);
    }

    /// Gives the runs of digits and the runs of letters of ASCII.
    pub(crate) fn each_token(&self, give: impl FnMut(Range<usize>)) {
        self.each_piece(Block::alphanumeric, Block::turns, give);
    }

    /// Whether `is_telling` holds for any of these runs in `text` that begins as one of those
    /// `known` does, has a digit, or one or at least eight letters.
    #[inline]
    pub(crate) fn any_token(
        &self,
        text: &str,
        known: &Triples,
        is_telling: impl FnMut(Run) -> bool,
    ) -> bool {
        let search = Search {
            kind: Block::alphanumeric,
            cuts: Block::turns,
            known,
            also: |block: &Block, begun: Begun| block.digits | begun.of_one() | begun.of_eight(),
        };
        search.any(text.as_bytes(), |index| self.block(index), is_telling)
    }

    /// The end of such a run at `start` that [`any_token`](Self::any_token) tells the length of.
    pub(crate) fn token_end(&self, start: usize, len: usize) -> usize {
        if len < BLOCK {
            return start + len;
        }
        let is_digit = self.blocks[start / BLOCK].digits >> (start % BLOCK) & 1 != 0;
        let is_of_run = |at: &usize| {
            let block = &self.blocks[at / BLOCK];
            let bits = if is_digit {
                block.digits
            } else {
                block.letters()
            };
            bits >> (at % BLOCK) & 1 != 0
        };
        let behind = (start..self.len).find(|at| !is_of_run(at));
        behind.unwrap_or(self.len)
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

    /// The blocks in which, or in those beside them, at least `fewest` digits stand.
    pub(crate) fn near_digits(&self, fewest: u32) -> impl Iterator<Item = usize> {
        let count = |index| self.block(index).digits.count_ones();
        let (mut before, mut here) = (0, count(0));
        (0..self.blocks.len()).filter(move |index| {
            let behind = count(index + 1);
            let around = before + here + behind;
            (before, here) = (here, behind);
            around >= fewest
        })
    }

    /// Whether a digit stands in `range`.
    #[inline]
    pub(crate) fn has_digit(&self, range: &Range<usize>) -> bool {
        if range.is_empty() {
            return false;
        }
        let last = (range.end - 1) / BLOCK;
        if last == range.start / BLOCK {
            return has_any(self.blocks[last].digits, range.start % BLOCK, range.len());
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

/// Whether one of the `len` bits from `place` on is set, which are all of one block.
#[inline]
fn has_any(bits: u64, place: usize, len: usize) -> bool {
    len > 0 && bits >> place << (BLOCK - len) != 0
}

/// The places of those bytes for which a test holds. It looks at many bytes at a time, and at each
/// block once, so the test had better do without branches. It must not hold for a nought.
pub(crate) struct Places<'t, T> {
    bytes: &'t [u8],
    test: T,
    /// The block that was looked at last, and what was found in it.
    block: usize,
    found: u64,
}

impl<'t, T: Fn(u8) -> bool> Places<'t, T> {
    pub(crate) fn of(bytes: &'t [u8], test: T) -> Self {
        let mut places = Self {
            bytes,
            test,
            block: 0,
            found: 0,
        };
        places.look_at(0);
        places
    }

    /// The first place from `at` on, which is no farther back than in the calls before.
    pub(crate) fn next_from(&mut self, at: usize) -> Option<usize> {
        if at / BLOCK > self.block {
            self.look_at(at / BLOCK);
        }
        let mut found = self.found & u64::MAX << (at % BLOCK);
        while found == 0 {
            if (self.block + 1) * BLOCK >= self.bytes.len() {
                return None;
            }
            self.look_at(self.block + 1);
            found = self.found;
        }
        Some(self.block * BLOCK + found.trailing_zeros() as usize)
    }

    fn look_at(&mut self, block: usize) {
        let rest = self.bytes.get(block * BLOCK..).unwrap_or_default();
        self.block = block;
        self.found = match rest.first_chunk() {
            Some(whole) => bits(whole, &self.test),
            None => bits(&filled(rest), &self.test),
        };
    }
}

/// A block with noughts behind its end.
pub(crate) fn filled<const LEN: usize>(block: &[u8]) -> [u8; LEN] {
    let mut bytes = [0; LEN];
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
        let mut end = 0;
        kinds.each_run(Block::wordlike, |run| {
            end = run.start;
            while end < run.end {
                let start = end;
                end = kinds.word_end(start);
                runs.push(start..end);
            }
        });
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
            let mut with_digits = Vec::new();
            kinds.each_alphanumeric(|run, has_digit| {
                if has_digit {
                    with_digits.push(&text[run]);
                }
            });
            assert_eq!(with_digits, ["no12", "4"]);
            assert_eq!(kinds.next_digit(0), Some(spaces + 10));
            assert_eq!(kinds.next_digit(spaces + 12), text.rfind('4'));
            assert_eq!(kinds.next_digit(text.len()), None);
            let no12 = spaces + 8..spaces + 12;
            assert!(kinds.has_digit(&no12) && !kinds.has_digit(&(0..spaces + 10)));
            assert!(!kinds.has_digit(&(spaces..spaces)));
            let mut ones = Places::of(text.as_bytes(), |b| b == b'1');
            assert_eq!(ones.next_from(0), Some(spaces + 10));
            assert_eq!(ones.next_from(spaces + 10), Some(spaces + 10));
            assert_eq!(ones.next_from(spaces + 11), None);
            assert_eq!(ones.next_from(text.len() + 200), None);
        }
        assert_eq!(texts("", words), [""; 0]);
        assert_eq!(texts("a", words), ["a"]);
        assert_eq!(Places::of(b"abc", |b| b == b'1').next_from(0), None);
        assert_eq!(Places::of(b"", |b| b == b'1').next_from(0), None);
    }
}
