//! Tells of most words, without looking them up, that they are not in a list.

use std::ops::Range;

use crate::view::{kinds::Block, starts::any_start};

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

    /// Whether `is_telling` holds for the place of any word in `bytes` that may be one of those
    /// inserted. `blocks` are those of `bytes`.
    #[inline]
    pub(crate) fn any(
        &self,
        bytes: &[u8],
        blocks: impl Iterator<Item = Block>,
        mut is_telling: impl FnMut(usize) -> bool,
    ) -> bool {
        any_start(blocks, Block::wordlike, Block::humps, |word| {
            self.may_contain_at(bytes, &word.range()) && is_telling(word.start)
        })
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

/// The first two letters of words, as bits. Where the words are few, they tell most others in fewer
/// steps than [`Beginnings`].
#[derive(Clone, Default)]
pub(crate) struct Pairs([u32; 32]);

impl Pairs {
    /// Adds `word`, in any case.
    pub(crate) fn insert(&mut self, word: &[u8]) {
        match *word {
            [] => {}
            // Anything may stand behind it.
            [only] => self.0[Self::place(only)] = u32::MAX,
            [first, second, ..] => self.0[Self::place(first)] |= 1 << Self::place(second),
        }
    }

    /// Whether one of the words inserted may begin at `start`.
    #[inline]
    pub(crate) fn may_begin(&self, bytes: &[u8], start: usize) -> bool {
        match bytes.get(start..).and_then(|rest| rest.first_chunk()) {
            Some([first, second]) => self.0[Self::place(*first)] >> Self::place(*second) & 1 != 0,
            None => true,
        }
    }

    /// Small letters and capitals have the same.
    const fn place(letter: u8) -> usize {
        (letter & 0x1F) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::kinds::BLOCK;

    #[test]
    fn pairs_tell_words_by_their_first_letters() {
        let mut pairs = Pairs::default();
        pairs.insert(b"pin");
        pairs.insert(b"a");
        for text in ["pin", "PIn", "pig", "a", "a b", "Ab"] {
            assert!(pairs.may_begin(text.as_bytes(), 0), "{text}");
        }
        assert!(!pairs.may_begin(b"pot", 0) && !pairs.may_begin(b"no", 0));
    }

    #[test]
    fn words_are_told_wherever_they_stand() {
        let mut beginnings = Beginnings::default();
        for word in ["pw", "pin", "passwort"] {
            beginnings.insert(word.as_bytes());
            assert!(beginnings.may_contain(word.to_ascii_uppercase().as_bytes()));
        }
        assert!(!beginnings.may_contain(b"p") && !beginnings.may_contain(b"ping"));
        let has_any = |text: &str| {
            let blocks = text.as_bytes().chunks(BLOCK).map(Block::of);
            beginnings.any(text.as_bytes(), blocks, |_| true)
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
