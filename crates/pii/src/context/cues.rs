//! Finds the phrases of the lexicon in a text, word by word.
//!
//! A word is a run of letters; a word in `camelCase` is several. So one entry `phone number` finds
//! `Phone number`, `phone_number`, `phoneNumber` and `PHONE-NUMBER`. Scripts without spaces
//! between words are searched for their few phrases as they stand.

use std::{fmt, ops::Range};

use rustc_hash::FxHashMap;

use crate::{
    context::{
        Phrases, TopicSet,
        table::Table,
        unspaced::{Unspaced, is_unspaced},
    },
    view::{
        beginnings::{Beginnings, Triples},
        kinds::Kinds,
        short,
        starts::any_word,
    },
};

/// Longer words are in no phrase.
const LONGEST_WORD: usize = 32;
/// What may stand between two words of a phrase, in bytes.
const LONGEST_GAP: usize = 3;

/// How many bytes there usually are for each phrase, or more.
const BYTES_PER_CUE: usize = 64;

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

/// The phrases that are looked for, as a tree of words.
#[derive(Clone, Default)]
pub(crate) struct CueIndex {
    /// Words of up to eight bytes, put together as [`short::word`] does.
    short_words: FxHashMap<u64, u32>,
    long_words: FxHashMap<Box<[u8]>, u32>,
    /// The words that phrases begin with. They tell most other words without looking them up.
    triples: Triples,
    firsts: Beginnings,
    /// The words that phrases go on with, behind what node.
    seconds: Beginnings,
    /// From a node and a word to the next node; node 0 is the root.
    edges: FxHashMap<(u32, u32), u32>,
    /// From a short word that phrases begin with to its node.
    short_firsts: FxHashMap<u64, u32>,
    nodes: Vec<Node>,
    unspaced: Unspaced,
}

/// A word in the tree of phrases.
#[derive(Debug, Clone, Copy, Default)]
struct Node {
    /// What the phrase that ends here is about.
    topics: TopicSet,
    /// Whether phrases go on from here.
    goes_on: bool,
}

impl CueIndex {
    /// An index of `phrases`.
    pub(crate) fn new<'p>(phrases: impl IntoIterator<Item = &'p Phrases>) -> Self {
        let mut index = Self {
            nodes: vec![Node::default()],
            ..Self::default()
        };
        let mut unspaced = Vec::new();
        for Phrases { topic, phrases } in phrases {
            for phrase in phrases.split('|').map(str::trim) {
                if phrase.chars().any(is_unspaced) {
                    unspaced.push((phrase, topic.set()));
                } else {
                    index.insert(phrase, topic.set());
                }
            }
        }
        index.unspaced = Unspaced::new(&unspaced);
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
        for word in words_of(phrase) {
            let lower = phrase[word].to_lowercase();
            let lower = lower.as_bytes();
            if node == 0 {
                self.triples.insert(lower);
                self.firsts.insert(lower);
            } else {
                self.seconds.insert_behind(node, lower);
            }
            self.nodes[node as usize].goes_on = true;
            let known = self.short_words.len() + self.long_words.len();
            let next_word = u32::try_from(known).unwrap_or(u32::MAX);
            let short = short::word(lower);
            let word = *match short {
                Some(word) => self.short_words.entry(word).or_insert(next_word),
                None => self.long_words.entry(lower.into()).or_insert(next_word),
            };
            let next_node = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
            let next = *self.edges.entry((node, word)).or_insert(next_node);
            if next == next_node {
                self.nodes.push(Node::default());
            }
            if let Some(short) = short.filter(|_| node == 0) {
                self.short_firsts.insert(short, next);
            }
            node = next;
        }
        if node > 0 {
            let all = &mut self.nodes[node as usize].topics;
            *all = *all | topics;
        }
    }

    /// The phrases in a folded text: the longest at each place.
    pub(crate) fn find(&self, text: &str, kinds: &Kinds) -> Cues {
        let mut found = Vec::with_capacity(text.len() / BYTES_PER_CUE);
        let mut free = 0;
        let bytes = text.as_bytes();
        any_word(
            bytes,
            |index| kinds.block(index),
            &self.triples,
            |word| {
                let start = word.start;
                if start >= free
                    && self.firsts.may_contain_at(bytes, &word.range())
                    && let Some((end, topics)) = self.longest(text, kinds, start)
                {
                    found.push(Cue {
                        start,
                        end: with_ordinal(text, end),
                        topics,
                    });
                    free = end;
                }
                false
            },
        );
        let known = found.len();
        self.unspaced.find(text, &mut found);
        if found.len() > known {
            found.sort_by_key(|cue| cue.start);
        }
        let table = if found.is_empty() {
            None
        } else {
            Table::of(text)
        };
        Cues { found, table }
    }

    /// The longest phrase that begins with the word at `start`: where it ends, and what it is about.
    fn longest(&self, text: &str, kinds: &Kinds, start: usize) -> Option<(usize, TopicSet)> {
        let mut end = kinds.word_end(start);
        let mut node = self.first(text, &(start..end))?;
        let mut longest = None;
        loop {
            let Node { topics, goes_on } = self.nodes[node as usize];
            if topics != TopicSet::NONE {
                longest = Some((end, topics));
            }
            let behind = goes_on.then(|| word_behind(text, kinds, end)).flatten();
            let next = behind.and_then(|word| {
                if !self.seconds.may_follow(node, text.as_bytes(), &word) {
                    return None;
                }
                let next = self.next(node, text, &word)?;
                is_joint(&text[end..word.start]).then_some((next, word.end))
            });
            match next {
                Some(next) => (node, end) = next,
                None => return longest,
            }
        }
    }

    /// The node of `word` where phrases begin.
    fn first(&self, text: &str, word: &Word) -> Option<u32> {
        match short::word_in(text.as_bytes(), word) {
            Some(word) => self.short_firsts.get(&word).copied(),
            None => self.next(0, text, word),
        }
    }

    /// The node that `word` leads to from `node`.
    fn next(&self, node: u32, text: &str, word: &Word) -> Option<u32> {
        let written = &text.as_bytes()[word.clone()];
        let word = match short::word_in(text.as_bytes(), word) {
            Some(word) => self.short_words.get(&word)?,
            None => {
                let mut lower = [0; LONGEST_WORD];
                let lower = lower.get_mut(..written.len())?;
                lower.copy_from_slice(written);
                lower.make_ascii_lowercase();
                self.long_words.get(&*lower)?
            }
        };
        self.edges.get(&(node, *word)).copied()
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
            .field("nodes", &self.nodes.len())
            .finish_non_exhaustive()
    }
}

fn is_joint(gap: &str) -> bool {
    gap.len() <= LONGEST_GAP && !gap.contains(|c: char| c.is_ascii_digit() || "\n,;()".contains(c))
}

/// Where one word of a text stands.
type Word = Range<usize>;

/// The words of a phrase.
fn words_of(phrase: &str) -> impl Iterator<Item = Word> {
    let kinds = Kinds::of(phrase);
    let mut end = 0;
    std::iter::from_fn(move || {
        let word = word_behind(phrase, &kinds, end)?;
        end = word.end;
        Some(word)
    })
}

/// The next word behind one that ends at `end`, or the sign `#` right behind it, which is one too:
/// `SS#`. `None` if it is too far away.
fn word_behind(text: &str, kinds: &Kinds, end: usize) -> Option<Word> {
    let behind = &text.as_bytes()[end..];
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte >= 0x80;
    let is_behind_letter = end > 0 && is_letter(text.as_bytes()[end - 1]);
    if is_behind_letter && behind.first() == Some(&b'#') {
        return Some(end..end + 1);
    }
    let near = &behind[..behind.len().min(LONGEST_GAP + 1)];
    let start = end + near.iter().position(|byte| is_letter(*byte))?;
    Some(start..kinds.word_end(start))
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
