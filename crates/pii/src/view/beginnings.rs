//! Tells of most words, without looking them up, that they are not in a list.

use std::ops::Range;

use crate::view::kinds::{BLOCK, Block};

/// The first four letters of words, as a set of their hashes.
#[derive(Clone)]
pub(crate) struct Beginnings(Box<[u64; Self::WORDS]>);

impl Default for Beginnings {
    fn default() -> Self {
        Self(Box::new([0; Self::WORDS]))
    }
}

impl Beginnings {
    const WORDS: usize = 1 << 10;
    const LETTERS: usize = 4;

    /// Adds `word`, in any case.
    pub(crate) fn insert(&mut self, word: &[u8]) {
        let slot = Self::slot(Self::first_letters(word));
        self.0[slot / 64] |= 1 << (slot % 64);
    }

    /// Adds `word` as one that may stand behind the phrase of number `phrase`.
    pub(crate) fn insert_behind(&mut self, phrase: u32, word: &[u8]) {
        let slot = Self::slot(Self::first_letters(word) ^ Self::salt(phrase));
        self.0[slot / 64] |= 1 << (slot % 64);
    }

    /// Whether `word`, in any case, may be one of those inserted.
    pub(crate) fn may_contain(&self, word: &[u8]) -> bool {
        self.has(Self::first_letters(word))
    }

    /// The same of the word at `word` in `text`.
    pub(crate) fn may_contain_at(&self, text: &[u8], word: &Range<usize>) -> bool {
        self.has(Self::letters_at(text, word))
    }

    /// Whether the word at `word` in `text` may stand behind the phrase of number `phrase`.
    pub(crate) fn may_follow(&self, phrase: u32, text: &[u8], word: &Range<usize>) -> bool {
        self.has(Self::letters_at(text, word) ^ Self::salt(phrase))
    }

    /// Whether `is_telling` holds for the place of any word in `bytes` that may be one of those
    /// inserted.
    pub(crate) fn any(&self, bytes: &[u8], is_telling: impl FnMut(usize) -> bool) -> bool {
        self.any_in(bytes, bytes.chunks(BLOCK).map(Block::of), is_telling)
    }

    /// The same where the blocks of `bytes` are known. Where words begin is told without branches,
    /// for a block of bytes at a time.
    pub(crate) fn any_in(
        &self,
        bytes: &[u8],
        mut blocks: impl Iterator<Item = Block>,
        mut is_telling: impl FnMut(usize) -> bool,
    ) -> bool {
        let mut before = Block::default();
        let mut from = 0;
        let mut next = blocks.next();
        while let Some(block) = next {
            next = blocks.next();
            let (words, humps) = (block.wordlike(), block.humps(&before));
            let mut starts = words & (!(words << 1 | before.wordlike() >> 63) | humps);
            let ends = !words | humps;
            // A word goes on in the next block, perhaps.
            let later_ends = next.map_or(u64::MAX, |next| !next.wordlike() | next.humps(&block));
            before = block;
            while starts != 0 {
                let place = starts.trailing_zeros() as usize;
                starts &= starts - 1;
                let start = from + place;
                let letters = match bytes[start..].first_chunk() {
                    Some(letters) => {
                        let ends = ends >> place >> 1 | later_ends << (63 - place);
                        let len = (ends | 0b1000).trailing_zeros() + 1;
                        u32::from_le_bytes(*letters) & (u32::MAX >> (32 - 8 * len))
                    }
                    // The text ends within four letters.
                    None => u32::from_le_bytes(word_at(bytes, start)),
                };
                if self.has(letters) && is_telling(start) {
                    return true;
                }
            }
            from += BLOCK;
        }
        false
    }

    fn has(&self, letters: u32) -> bool {
        let slot = Self::slot(letters);
        self.0[slot / 64] >> (slot % 64) & 1 != 0
    }

    /// What tells a word behind one phrase from the same behind another.
    fn salt(phrase: u32) -> u32 {
        phrase.wrapping_mul(0x85EB_CA6B)
    }

    /// The first letters of the word at `word` in `text`, read at once if the text goes on so far.
    #[inline]
    fn letters_at(text: &[u8], word: &Range<usize>) -> u32 {
        match text[word.start..].first_chunk() {
            Some(letters) if !word.is_empty() => {
                let len = word.len().min(Self::LETTERS) as u32;
                u32::from_le_bytes(*letters) & (u32::MAX >> (32 - 8 * len))
            }
            _ => Self::first_letters(&text[word.clone()]),
        }
    }

    fn first_letters(word: &[u8]) -> u32 {
        let mut letters = [0; Self::LETTERS];
        for (letter, byte) in letters.iter_mut().zip(word) {
            *letter = *byte;
        }
        u32::from_le_bytes(letters)
    }

    fn slot(letters: u32) -> usize {
        // One bit is all that parts small letters from capitals.
        let in_any_case = letters & 0xDFDF_DFDF;
        (in_any_case.wrapping_mul(0x9E37_79B1) >> 16) as usize
    }
}

/// The first letters of the word that begins at `start`, as far as there are any.
fn word_at(bytes: &[u8], start: usize) -> [u8; Beginnings::LETTERS] {
    let mut letters = [0; Beginnings::LETTERS];
    let mut last: Option<u8> = None;
    for (letter, byte) in letters.iter_mut().zip(&bytes[start..]) {
        let is_hump =
            byte.is_ascii_uppercase() && last.is_some_and(|last| last.is_ascii_lowercase());
        if is_hump || !(byte.is_ascii_alphabetic() || *byte >= 0x80) {
            break;
        }
        *letter = *byte;
        last = Some(*byte);
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_wherever_they_stand() {
        let mut beginnings = Beginnings::default();
        for word in ["pw", "pin", "passwort"] {
            beginnings.insert(word.as_bytes());
            assert!(beginnings.may_contain(word.to_ascii_uppercase().as_bytes()));
        }
        assert!(!beginnings.may_contain(b"p") && !beginnings.may_contain(b"ping"));
        for spaces in 0..130 {
            for words in ["pw is", "so myPw", "a Pin", "pinCode", "Passwort", "x pw"] {
                let text = format!("{}{words}", " ".repeat(spaces));
                assert!(beginnings.any(text.as_bytes(), |_| true), "{text}");
            }
            let text = format!("{}no pint of apw", " ".repeat(spaces));
            assert!(!beginnings.any(text.as_bytes(), |_| true), "{text}");
        }
    }
}
