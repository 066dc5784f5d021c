//! Terms known of one conversation's customer, found exactly.
//!
//! Names and addresses are caught this way without guessing what is a name. Term and text are
//! compared by their letters and digits in lower case; spaces and punctuation may differ, but a
//! word is not split, unless the term is mostly a number: `(977) 625-2661` is also `9776252661`.
//!
//! Not covered: a part of a term, inflections.

use std::{collections::BTreeSet, fmt, ops::Range, sync::Arc};

use aho_corasick::AhoCorasick;

use crate::view::{
    folded::{BARRIER, Folded},
    numerals::joins_words,
};

/// How many bytes may stand between two words of a term.
const LONGEST_GAP: usize = 16;

/// Known identifiers of one conversation's customer: names, phones, addresses, order numbers.
///
/// Cheap to clone. `Debug` prints only how many there are.
///
/// ```
/// use agent_assist_pii::SubjectTerms;
///
/// let terms = SubjectTerms::new(["Crystal Minh", "  ", "(977) 625-2661"]);
/// assert_eq!(terms.len(), 2);
/// assert_eq!(format!("{terms:?}"), "SubjectTerms(2)");
/// ```
#[derive(Clone, Default)]
pub struct SubjectTerms {
    /// `None` without terms.
    index: Option<Arc<Index>>,
}

struct Index {
    terms: Vec<String>,
    keys: Vec<Key>,
    automaton: AhoCorasick,
}

/// What is looked for.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    /// Letters and digits in lower case.
    text: String,
    /// Where in `text` a separator may stand; `None` means anywhere.
    breaks: Option<Vec<usize>>,
}

impl SubjectTerms {
    /// Takes the terms as they are known. Blank ones and those under two characters are ignored,
    /// for they would be found everywhere.
    ///
    /// # Panics
    ///
    /// When the terms together exceed the two gibibytes that an index of them can address.
    pub fn new<I, S>(terms: I) -> Self
    where
        I: IntoIterator<Item = S>,
        S: AsRef<str>,
    {
        let mut kept = BTreeSet::new();
        let mut keys = BTreeSet::new();
        for term in terms {
            let term = term.as_ref().trim();
            let key = Key::of(term);
            if key.text.chars().nth(1).is_some() {
                keys.extend(key.without_country_code());
                keys.insert(key);
                kept.insert(term.to_owned());
            }
        }
        if kept.is_empty() {
            return Self::none();
        }
        let keys = Vec::from_iter(keys);
        let automaton = AhoCorasick::new(keys.iter().map(|key| &key.text))
            .expect("terms of less than two gibibytes can be indexed");
        let terms = Vec::from_iter(kept);
        Self {
            index: Some(Arc::new(Index {
                terms,
                keys,
                automaton,
            })),
        }
    }

    /// Nothing is known of the customer.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// Whether nothing is known.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.index.is_none()
    }

    /// Number of different terms.
    #[must_use]
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// The terms, sorted and without duplicates, so that a keyed hash of them does not depend on
    /// the order in which they became known. They are personal data: hash them, never log them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.index
            .iter()
            .flat_map(|index| index.terms.iter().map(String::as_str))
    }

    /// Where terms occur in a folded text. Ranges may overlap.
    pub(crate) fn find(&self, text: &str) -> Vec<Range<usize>> {
        let Some(index) = &self.index else {
            return Vec::new();
        };
        let compact = Compact::of(text);
        index
            .automaton
            .find_overlapping_iter(&compact.text)
            .filter_map(|found| compact.locate(text, &index.keys[found.pattern()], found.range()))
            .collect()
    }
}

impl fmt::Debug for SubjectTerms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SubjectTerms").field(&self.len()).finish()
    }
}

impl Key {
    fn of(term: &str) -> Self {
        let folded = Folded::new(term, &[]);
        let compact = Compact::of(folded.as_str());
        let digits = compact.text.chars().filter(|c| c.is_numeric()).count();
        let is_number = digits > 3 && digits * 2 > compact.text.chars().count();
        let breaks = (!is_number).then(|| compact.breaks(0..compact.text.len()).collect());
        Self {
            text: compact.text,
            breaks,
        }
    }

    /// North American numbers are known with the country code and written without it.
    fn without_country_code(&self) -> Option<Self> {
        let national = self
            .text
            .strip_prefix('1')
            .filter(|rest| rest.len() == 10)?;
        let is_number = self.breaks.is_none() && national.bytes().all(|b| b.is_ascii_digit());
        is_number.then(|| Self {
            text: national.to_owned(),
            breaks: None,
        })
    }

    fn may_break_at(&self, offset: usize) -> bool {
        self.breaks
            .as_ref()
            .is_none_or(|breaks| breaks.binary_search(&offset).is_ok())
    }
}

/// The letters and digits of a text in lower case, each with the place it came from.
#[derive(Default)]
struct Compact {
    text: String,
    /// For every byte of `text`, the range of the character it came from.
    origins: Vec<Range<usize>>,
}

impl Compact {
    fn of(text: &str) -> Self {
        let mut compact = Self::default();
        for (at, c) in text.char_indices().filter(|(_, c)| c.is_alphanumeric()) {
            compact.text.extend(c.to_lowercase());
            compact
                .origins
                .resize(compact.text.len(), at..at + c.len_utf8());
        }
        compact
    }

    /// The range of `text` that an occurrence of `key` came from, if it consists of whole words
    /// and is separated only where the key may be.
    fn locate(&self, text: &str, key: &Key, range: Range<usize>) -> Option<Range<usize>> {
        let span = self.origins[range.start].start..self.origins[range.end - 1].end;
        let begins = is_word_edge(&text[..span.start], &text[span.start..]);
        let ends = is_word_edge(&text[..span.end], &text[span.end..]);
        let is_separated_well = || {
            self.breaks(range.clone()).all(|at| {
                let here = range.start + at;
                let gap = self.origins[here - 1].end..self.origins[here].start;
                key.may_break_at(at) && gap.len() <= LONGEST_GAP && !text[gap].contains(BARRIER)
            })
        };
        (begins && ends && is_separated_well()).then_some(span)
    }

    /// Where in a range of the compact text separators have been left out, from its start.
    fn breaks(&self, range: Range<usize>) -> impl Iterator<Item = usize> {
        self.origins[range]
            .windows(2)
            .enumerate()
            .filter(|(_, pair)| pair[0] != pair[1] && pair[0].end != pair[1].start)
            .map(|(at, _)| at + 1)
    }
}

fn is_word_edge(before: &str, after: &str) -> bool {
    !(before.ends_with(joins_words) && after.starts_with(joins_words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<'t>(terms: &[&str], text: &'t str) -> Vec<&'t str> {
        let folded = Folded::new(text, &[]);
        SubjectTerms::new(terms)
            .find(folded.as_str())
            .into_iter()
            .map(|span| &text[folded.origin_of(span)])
            .collect()
    }

    #[test]
    fn a_term_is_found_whatever_its_case_and_separators() {
        for text in [
            "Crystal Minh",
            "crystal   minh",
            "CRYSTAL-MINH",
            "Crystal\n**Minh",
            "crystalminh",
        ] {
            let sentence = format!("for {text}, please");
            assert_eq!(found(&["Crystal Minh"], &sentence), [text]);
        }
        assert_eq!(
            found(&["O’Brien"], "o'brien, O'BRIEN"),
            ["o'brien", "O'BRIEN"]
        );
        assert_eq!(found(&["王小明"], "客户王小明的订单"), ["王小明"]);
        assert_eq!(found(&["ÉLODIE"], "élodie, elodie"), ["élodie", "elodie"]);
    }

    #[test]
    fn words_are_neither_cut_nor_split() {
        for text in ["Annabel", "Joanna Lee", "an na", "Ann\u{FFFC}a"] {
            assert!(found(&["Anna"], text).is_empty(), "{text}");
        }
        let masked_between = "Crystal \u{FFFC} Minh";
        assert!(found(&["Crystal Minh"], masked_between).is_empty());
        let far = format!("Crystal{}Minh", " ".repeat(LONGEST_GAP + 1));
        assert!(found(&["Crystal Minh"], &far).is_empty());
    }

    #[test]
    fn a_number_is_found_however_grouped() {
        for text in ["977-625-2661", "9776252661", "977 62 52 661"] {
            assert_eq!(found(&["(977) 625-2661"], text), [text]);
            assert_eq!(found(&["+1 977 625 2661"], text), [text]);
        }
        assert!(found(&["9776252661"], "19776252661 or 97762526610").is_empty());
    }

    #[test]
    fn terms_too_short_to_mean_anything_are_ignored() {
        let terms = SubjectTerms::new(["", " x ", "--", "A.", "Bo", "Bo"]);
        assert_eq!(terms.iter().collect::<Vec<_>>(), ["Bo"]);
        assert!(SubjectTerms::new([" "]).is_empty());
    }

    #[test]
    fn the_order_of_terms_does_not_matter() {
        let (one, other) = (
            SubjectTerms::new(["b1", "a2"]),
            SubjectTerms::new(["a2", "b1"]),
        );
        assert!(one.iter().eq(other.iter()));
    }
}
