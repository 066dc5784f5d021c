//! Tells of most words, without looking them up, that they are not in a list.

use std::ops::Range;

use crate::view::kinds::BLOCK;

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
    #[inline]
    pub(crate) fn may_contain_at(&self, text: &[u8], word: &Range<usize>) -> bool {
        self.has(Self::letters_at(text, word))
    }

    /// Whether the word at `word` in `text` may stand behind the phrase of number `phrase`.
    pub(crate) fn may_follow(&self, phrase: u32, text: &[u8], word: &Range<usize>) -> bool {
        self.has(Self::letters_at(text, word) ^ Self::salt(phrase))
    }

    #[inline]
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

/// The first three letters of words, as bits. They tell most other words in fewer steps than
/// [`Beginnings`].
#[derive(Clone)]
pub(crate) struct Triples(Box<[u32; 1 << 10]>);

impl Default for Triples {
    fn default() -> Self {
        Self(Box::new([0; 1 << 10]))
    }
}

impl Triples {
    /// Adds `word`, in any case.
    pub(crate) fn insert(&mut self, word: &[u8]) {
        let letters = [0, 1, 2].map(|at| word.get(at).map(|letter| letter & 0x1F));
        // Behind a shorter word anything may stand.
        let all = |letter: Option<u8>| match letter {
            Some(letter) => letter..=letter,
            None => 0..=0x1F,
        };
        for first in all(letters[0]) {
            for second in all(letters[1]) {
                for third in all(letters[2]) {
                    let (row, place) = Self::slot([first, second, third]);
                    self.0[row] |= 1 << place;
                }
            }
        }
    }

    /// How many bytes behind a place are looked at.
    pub(crate) const BEHIND: usize = 2;

    /// At which of `starts`, places of a block, one of the words inserted may begin. `near` shows the
    /// bytes of the block and those behind it; noughts where the text ends.
    #[inline(always)]
    pub(crate) fn begin_at(&self, near: &[u8; BLOCK + Self::BEHIND], mut starts: u64) -> u64 {
        let mut begun = 0;
        while starts != 0 {
            // Never more than that; so no bounds need be checked.
            let place = starts.trailing_zeros() as usize % BLOCK;
            starts &= starts - 1;
            let is_known = self.has([near[place], near[place + 1], near[place + 2]]);
            begun |= u64::from(is_known) << place;
        }
        begun
    }

    /// Whether one of the words inserted may begin at `start` of `bytes`.
    #[inline]
    pub(crate) fn may_begin_at(&self, bytes: &[u8], start: usize) -> bool {
        let first = bytes.get(start..).and_then(|rest| rest.first_chunk());
        first.is_none_or(|letters| self.has(*letters))
    }

    #[inline(always)]
    fn has(&self, letters: [u8; 3]) -> bool {
        let (row, place) = Self::slot(letters);
        self.0[row] >> place & 1 != 0
    }

    /// Small letters and capitals have the same.
    const fn slot(letters: [u8; 3]) -> (usize, u8) {
        let [first, second, third] = letters;
        let row = (first & 0x1F) as usize | ((second & 0x1F) as usize) << 5;
        (row, third & 0x1F)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::{kinds::Block, starts::any_word};

    #[test]
    fn triples_tell_words_by_their_first_letters() {
        let mut triples = Triples::default();
        triples.insert(b"pin");
        triples.insert(b"a");
        for text in ["pin", "PIN.", "pins", "a", "a b", "Ab"] {
            assert!(triples.may_begin_at(text.as_bytes(), 0), "{text}");
        }
        assert!(!triples.may_begin_at(b"pig", 0) && !triples.may_begin_at(b"no.", 0));
    }

    #[test]
    fn words_are_told_wherever_they_stand() {
        let (mut triples, mut beginnings) = (Triples::default(), Beginnings::default());
        for word in ["pw", "pin", "passwort"] {
            triples.insert(word.as_bytes());
            beginnings.insert(word.as_bytes());
            assert!(beginnings.may_contain(word.to_ascii_uppercase().as_bytes()));
        }
        assert!(!beginnings.may_contain(b"p") && !beginnings.may_contain(b"ping"));
        let has_any = |text: &str| {
            let block = |index| Block::at(text.as_bytes(), index);
            any_word(text.as_bytes(), block, &triples, |word| {
                beginnings.may_contain_at(text.as_bytes(), &word.range())
            })
        };
        for spaces in 0..130 {
            for words in ["pw is", "so myPw", "a Pin", "pinCode", "Passwort", "x pw"] {
                let text = format!("{}{words}", " ".repeat(spaces));
                assert!(has_any(&text), "{text}");
            }
            let text = format!("{}no pint of apw", " ".repeat(spaces));
            assert!(!has_any(&text), "{text}");
        }
    }
}
