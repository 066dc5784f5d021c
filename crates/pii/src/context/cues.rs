//! Finds the phrases of the lexicon in a text, word by word.
//!
//! A word is a run of letters; a word in `camelCase` is several. So one entry `phone number` finds
//! `Phone number`, `phone_number`, `phoneNumber` and `PHONE-NUMBER`. Scripts without spaces
//! between words are searched for their few phrases as they stand.

use std::{fmt, ops::Range};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use rustc_hash::FxHashMap;

use crate::{
    context::{Phrases, TopicSet, table::Table},
    view::{kinds::Kinds, word_filter::WordFilter},
};

/// Longer words are in no phrase.
const LONGEST_WORD: usize = 32;
/// What may stand between two words of a phrase, in bytes.
const LONGEST_GAP: usize = 3;

/// A phrase found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cue {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) topics: TopicSet,
}

/// The phrases of one text, in order, without overlaps.
#[derive(Debug, Default)]
pub(crate) struct Cues {
    found: Vec<Cue>,
    /// The text in columns, if it is.
    table: Option<Table>,
}

impl Cues {
    /// Those that end at or before `at`.
    pub(crate) fn ending_before(&self, at: usize) -> impl DoubleEndedIterator<Item = &Cue> {
        self.found[..self.found.partition_point(|cue| cue.end <= at)].iter()
    }

    /// Where the name of the column stands that holds what begins at `at`, in a table.
    pub(crate) fn column(&self, text: &str, at: usize) -> Option<Range<usize>> {
        self.table.as_ref()?.column(text, at)
    }

    /// The cells of a table whose column is named by a cue of `topics`, with that cue.
    pub(crate) fn cells(&self, text: &str, topics: TopicSet) -> Vec<(&Cue, Range<usize>)> {
        let Some(table) = self
            .table
            .as_ref()
            .filter(|_| self.found.iter().any(|cue| cue.topics.meets(topics)))
        else {
            return Vec::new();
        };
        let named = table.cells(text).filter_map(|(name, cell)| {
            let cue = self.starting_at(name.start).next()?;
            (cue.end <= name.end && cue.topics.meets(topics)).then_some((cue, cell))
        });
        named.collect()
    }

    /// Those that begin at or behind `at`.
    pub(crate) fn starting_at(&self, at: usize) -> impl Iterator<Item = &Cue> {
        self.found[self.found.partition_point(|cue| cue.start < at)..].iter()
    }
}

/// A phrase found, and the words behind it.
struct Phrase<W> {
    end: usize,
    topics: TopicSet,
    behind: W,
}

/// The phrases that are looked for, as a tree of words.
#[derive(Clone, Default)]
pub(crate) struct CueIndex {
    words: FxHashMap<Box<[u8]>, u32>,
    /// The words that phrases begin with. Tells most other words without looking them up.
    firsts: WordFilter,
    /// From a node and a word to the next node; node 0 is the root.
    edges: FxHashMap<(u32, u32), u32>,
    /// What the phrase that ends at a node is about.
    topics: Vec<TopicSet>,
    /// Phrases of scripts without spaces, and what each is about.
    unspaced: Option<(AhoCorasick, Vec<TopicSet>)>,
}

impl CueIndex {
    /// An index of `phrases`.
    pub(crate) fn new<'p>(phrases: impl IntoIterator<Item = &'p Phrases>) -> Self {
        let mut index = Self {
            topics: vec![TopicSet::NONE],
            ..Self::default()
        };
        let mut unspaced: Vec<(&str, TopicSet)> = Vec::new();
        for Phrases { topic, phrases } in phrases {
            for phrase in phrases.split('|').map(str::trim) {
                if phrase.chars().any(is_unspaced) {
                    unspaced.push((phrase, topic.set()));
                } else {
                    index.insert(phrase, topic.set());
                }
            }
        }
        let (phrases, topics): (Vec<_>, _) = unspaced.into_iter().unzip();
        // Without an automaton these few phrases are not found; they fit any automaton.
        index.unspaced = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::DFA))
            .build(phrases)
            .ok()
            .map(|automaton| (automaton, topics));
        index
    }

    /// Adds `phrase`, which is in lower case with its accents left out, and an abbreviation also
    /// letter by letter: `s.s.n.`.
    pub(crate) fn insert(&mut self, phrase: &str, topics: TopicSet) {
        if (3..=4).contains(&phrase.len()) && phrase.bytes().all(|b| b.is_ascii_lowercase()) {
            let letters: Vec<&str> = phrase.split("").collect();
            self.insert_words(&letters.join(" "), topics);
        }
        self.insert_words(phrase, topics);
    }

    fn insert_words(&mut self, phrase: &str, topics: TopicSet) {
        let mut node = 0;
        for word in words(phrase, &Kinds::of(phrase)) {
            let next_word = u32::try_from(self.words.len()).unwrap_or(u32::MAX);
            let lower = phrase[word].to_lowercase();
            if node == 0 {
                self.firsts.insert(lower.as_bytes());
            }
            let word = *self
                .words
                .entry(lower.as_bytes().into())
                .or_insert(next_word);
            let next_node = u32::try_from(self.topics.len()).unwrap_or(u32::MAX);
            let next = *self.edges.entry((node, word)).or_insert(next_node);
            if next == next_node {
                self.topics.push(TopicSet::NONE);
            }
            node = next;
        }
        if node > 0 {
            let all = &mut self.topics[node as usize];
            *all = *all | topics;
        }
    }

    /// The phrases in a folded text: the longest at each place.
    pub(crate) fn find(&self, text: &str, kinds: &Kinds) -> Cues {
        let mut found = Vec::new();
        let mut words = words(text, kinds);
        while let Some(word) = words.next() {
            let start = word.start;
            if let Some(phrase) = self.longest(text, word, &words) {
                found.push(Cue {
                    start,
                    end: with_ordinal(text, phrase.end),
                    topics: phrase.topics,
                });
                words = phrase.behind;
            }
        }
        self.find_unspaced(text, &mut found);
        let table = if found.is_empty() {
            None
        } else {
            Table::of(text)
        };
        Cues { found, table }
    }

    /// The longest phrase that begins with the word `first`, behind which `rest` follows.
    fn longest<W: Iterator<Item = Word> + Clone>(
        &self,
        text: &str,
        first: Word,
        rest: &W,
    ) -> Option<Phrase<W>> {
        if !self.firsts.may_contain(&text.as_bytes()[first.clone()]) {
            return None;
        }
        let mut rest = rest.clone();
        let mut node = self.next(0, text, &first)?;
        let mut last = first;
        let mut longest = None;
        loop {
            let topics = self.topics[node as usize];
            if topics != TopicSet::NONE {
                longest = Some(Phrase {
                    end: last.end,
                    topics,
                    behind: rest.clone(),
                });
            }
            let Some(word) = rest.next() else {
                return longest;
            };
            let next = || self.next(node, text, &word);
            match is_joint(&text[last.end..word.start]).then(next).flatten() {
                Some(next) => (node, last) = (next, word),
                None => return longest,
            }
        }
    }

    /// The node that `word` leads to from `node`.
    fn next(&self, node: u32, text: &str, word: &Word) -> Option<u32> {
        let mut lower = [0; LONGEST_WORD];
        let lower = lower.get_mut(..word.len())?;
        lower.copy_from_slice(&text.as_bytes()[word.clone()]);
        lower.make_ascii_lowercase();
        let word = self.words.get(&*lower)?;
        self.edges.get(&(node, *word)).copied()
    }

    fn find_unspaced(&self, text: &str, found: &mut Vec<Cue>) {
        let Some((automaton, topics)) = &self.unspaced else {
            return;
        };
        if !text.as_bytes().chunks(256).any(has_unspaced) {
            return;
        }
        let known = found.len();
        found.extend(automaton.find_iter(text).map(|phrase| Cue {
            start: phrase.start(),
            end: phrase.end(),
            topics: topics[phrase.pattern()],
        }));
        if found.len() > known {
            found.sort_by_key(|cue| cue.start);
        }
    }
}

/// The end of a phrase with the one digit that may be tied to it: `cvv2`, `phone1`.
fn with_ordinal(text: &str, end: usize) -> usize {
    let tied = &text.as_bytes()[end..];
    let is_ordinal = tied.first().is_some_and(u8::is_ascii_digit)
        && !tied.get(1).is_some_and(u8::is_ascii_alphanumeric);
    end + usize::from(is_ordinal)
}

/// Counts only: thousands of edges and states tell nobody anything.
impl fmt::Debug for CueIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CueIndex")
            .field("words", &self.words.len())
            .finish_non_exhaustive()
    }
}

fn is_joint(gap: &str) -> bool {
    gap.len() <= LONGEST_GAP && !gap.contains(|c: char| c.is_ascii_digit() || "\n,;()".contains(c))
}

/// Han, Kana, Hangul: written without spaces, or with endings tied to the word.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11FF}' | '\u{2E80}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}')
}

/// Whether a byte begins a character of these scripts, or a few others. Without branches, so that
/// it is done many bytes at a time. A barrier is none.
fn has_unspaced(block: &[u8]) -> bool {
    let begins = |byte: u8| matches!(byte, 0xE1..=0xED);
    block.iter().fold(false, |any, byte| any | begins(*byte))
}

/// Where one word of a text stands.
type Word = Range<usize>;

/// The words of a text: runs of letters, parted at the humps of `camelCase`, and `#` behind one.
fn words<'t>(text: &'t str, kinds: &'t Kinds) -> impl Iterator<Item = Word> + Clone {
    let bytes = text.as_bytes();
    let mut words = kinds.words();
    let mut sign = None;
    std::iter::from_fn(move || {
        // The sign right behind a word is one too: `SS#`.
        let word = sign.take().or_else(|| words.next())?;
        let is_signed = bytes.get(word.end) == Some(&b'#') && bytes[word.start] != b'#';
        sign = is_signed.then_some(word.end..word.end + 1);
        Some(word)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Topic;

    fn cues(text: &str) -> Vec<(&str, bool)> {
        let index = CueIndex::new(&[
            Phrases {
                topic: Topic::Phone,
                phrases: "phone number | phone | 手机",
            },
            Phrases {
                topic: Topic::Reference,
                phrases: "order | order number",
            },
        ]);
        let found = index.find(text, &Kinds::of(text)).found;
        found
            .into_iter()
            .map(|cue| {
                (
                    &text[cue.start..cue.end],
                    cue.topics.contains(Topic::Reference),
                )
            })
            .collect()
    }

    #[test]
    fn a_phrase_is_found_however_it_is_joined() {
        for text in [
            "phone number",
            "PHONE_NUMBER",
            "phoneNumber",
            "Phone-Number",
            "phone  number",
        ] {
            let sentence = format!("my {text}: 1");
            assert_eq!(cues(&sentence), [(text, false)]);
        }
        assert_eq!(
            cues("orderNumber1 手机号, phone12"),
            [("orderNumber1", true), ("手机", false), ("phone", false)]
        );
        assert_eq!(cues("telephones, microphone, reorder, phonetics"), []);
        assert_eq!(cues("phone\nnumber"), [("phone", false)]);
    }
}
