//! Short lists of words, told in any case.

use std::sync::OnceLock;

use rustc_hash::FxHashSet;

/// Longer words are in no list.
const LONGEST: usize = 32;

/// Words parted by `|`, in lower case and without accents.
#[derive(Debug)]
pub(crate) struct WordList {
    written: &'static str,
    words: OnceLock<Words>,
}

#[derive(Debug, Default)]
struct Words {
    all: FxHashSet<&'static [u8]>,
    /// The lengths that words have, as bits, by the lowest five bits of their first letters: most
    /// other words are told by theirs.
    lengths: [u64; 32],
}

impl WordList {
    pub(crate) const fn new(written: &'static str) -> Self {
        Self {
            written,
            words: OnceLock::new(),
        }
    }

    /// A list made of its words.
    pub(crate) fn of(words: impl IntoIterator<Item = &'static str>) -> Self {
        Self {
            written: "",
            words: OnceLock::from(Words::of(words)),
        }
    }

    /// Whether `word` is in the list.
    pub(crate) fn contains(&self, word: &str) -> bool {
        let words = self
            .words
            .get_or_init(|| Words::of(self.written.split('|')));
        let word = word.as_bytes();
        let Some(first) = word.first() else {
            return false;
        };
        let may_be_in = word.len() <= LONGEST
            && words.lengths[usize::from(first & 0x1F)] >> word.len() & 1 != 0;
        may_be_in && {
            let mut lower = [0; LONGEST];
            let lower = &mut lower[..word.len()];
            lower.copy_from_slice(word);
            lower.make_ascii_lowercase();
            words.all.contains(&*lower)
        }
    }

    /// Whether one of the list stands in `text` as a whole word.
    pub(crate) fn has_one_in(&self, text: &str) -> bool {
        words(text).any(|word| self.contains(word))
    }
}

impl Words {
    fn of(all: impl IntoIterator<Item = &'static str>) -> Self {
        let mut words = Self::default();
        for word in all.into_iter().map(|word| word.trim().as_bytes()) {
            debug_assert!((1..=LONGEST).contains(&word.len()));
            debug_assert!(!word.iter().any(u8::is_ascii_uppercase));
            let first = word.first().unwrap_or(&0) & 0x1F;
            words.lengths[usize::from(first)] |= 1 << word.len();
            words.all.insert(word);
        }
        words
    }
}

/// The words of `text`: runs of letters and digits.
pub(crate) fn words(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_in_any_case_and_as_a_whole() {
        static LIST: WordList = WordList::new("is | lautet | e-mail");
        for word in ["is", "IS", "Lautet", "e-mail"] {
            assert!(LIST.contains(word), "{word}");
        }
        for word in ["", "i", "isn", "lautete", "är"] {
            assert!(!LIST.contains(word), "{word}");
        }
        assert!(LIST.has_one_in("it, IS.") && !LIST.has_one_in("this e-mail"));
    }
}
