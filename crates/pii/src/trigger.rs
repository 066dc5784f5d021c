//! Tells at memory speed what a text can hold at all.
//!
//! Most texts hold neither a digit nor an `@`, nothing that could be decoded, no words that are
//! spoken numbers or addresses, and none that announce a secret; nothing below runs for them. Where
//! only a secret is announced, only the rules of secrets run. Every test here may say yes in vain,
//! but none may say no in vain.

use std::{cell::Cell, ops::Range, sync::LazyLock};

use aho_corasick::packed;
use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    context::{Topic, TopicSet, WordList, lexicon},
    view::{
        beginnings::{Beginnings, Triples},
        focus::NEAR,
        fold,
        folded::Folded,
        kinds::{BLOCK, Block, bits, filled},
        short,
        spoken::{
            is_domain,
            lexicon::{Meaning, Spoken, leading_words, meaning},
        },
        starts::{Run, any_word},
    },
};

/// Bytes put into lower case at a time.
const PAGE: usize = 1024;
/// What of a block is looked at again with the next one: longer than any word looked for.
const OVERLAP: usize = 64;
/// Unbroken text of this length may be a key.
const LONGEST_WORD: usize = 20;
/// Labels whose values need not hold a digit.
const SECRETS: TopicSet = Topic::Password.set().with(Topic::ApiKey).with(Topic::Token);
/// What announces a secret wherever it stands, inside a word too.
const ANNOUNCING: [&str; 8] = [
    "private key",
    "bearer",
    "basic ",
    "secret",
    "pass",
    "pwd",
    "token",
    "://",
];

/// What a text can hold, apart from subject terms and what rules of the user's own find.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trigger {
    Nothing,
    /// Secrets of letters alone, and addresses that hold them.
    Secrets,
    Anything,
}

/// What is looked for in a text without digits.
struct Words {
    /// `None` without vector instructions: then every text may announce one.
    announcing: Option<packed::Searcher>,
    /// Words that label secrets.
    labels: WordList,
    /// Of these and of the words that lead spoken values.
    triples: Triples,
    beginnings: Beginnings,
    /// Short words with one of these beginnings, as a whole.
    short: FxHashSet<u64>,
    /// Labels of secrets in scripts without spaces between words.
    unspaced: Option<packed::Searcher>,
}

static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let secret = || lexicon().filter(|phrases| phrases.topic.set().meets(SECRETS));
    let unspaced = secret()
        .flat_map(|phrases| phrases.phrases.split('|'))
        .map(str::trim)
        .filter(|phrase| !phrase.is_ascii());
    let labels = telling_words(secret().flat_map(|phrases| phrases.phrases.split('|')));
    let (mut triples, mut beginnings) = (Triples::default(), Beginnings::default());
    let telling = labels.iter().copied().chain(leading_words());
    let telling: Vec<_> = telling.collect();
    for word in &telling {
        triples.insert(word.as_bytes());
        beginnings.insert(word.as_bytes());
    }
    let short = telling
        .iter()
        .filter_map(|word| short::word(word.as_bytes()))
        .collect();
    let labels = WordList::of(labels);
    Words {
        announcing: packed::Config::new().builder().extend(ANNOUNCING).build(),
        labels,
        triples,
        beginnings,
        short,
        unspaced: packed::Config::new().builder().extend(unspaced).build(),
    }
});

/// One word of each phrase: that which most phrases share, so that they are few, and the longest of
/// those. A phrase with a word that announces a secret, or that is a phrase by itself, needs none: of
/// `account sid` the rare word tells, and every other text speaks of accounts.
fn telling_words(phrases: impl Iterator<Item = &'static str>) -> FxHashSet<&'static str> {
    let words = |phrase: &'static str| {
        let words = phrase.split(|c: char| !c.is_ascii_alphabetic());
        // Capitals stand in phrases of scripts without spaces, which are looked for as a whole.
        words.filter(|word| word.len() > 1 && !word.bytes().any(|b| b.is_ascii_uppercase()))
    };
    let is_announced = |word: &str| ANNOUNCING.iter().any(|known| word.contains(known));
    let phrases: Vec<_> = phrases
        .filter(|phrase| !words(phrase).any(is_announced))
        .collect();
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    for word in phrases.iter().flat_map(|phrase| words(phrase)) {
        *counts.entry(word).or_default() += 1;
    }
    let alone = |phrase: &'static str| {
        let mut words = words(phrase);
        words.next().filter(|_| words.next().is_none())
    };
    let alone: FxHashSet<&str> = phrases.iter().filter_map(|phrase| alone(phrase)).collect();
    let told = phrases
        .iter()
        .filter(|phrase| !words(phrase).any(|word| alone.contains(word)))
        .filter_map(|phrase| words(phrase).max_by_key(|word| (counts[word], word.len())));
    told.chain(alone.iter().copied()).collect()
}

impl Words {
    /// Whether a word of `text` that begins as one of these may be one. A short one with a known beginning
    /// is looked up, unless more letters follow it, as in `seveN`, or it holds others than those of
    /// ASCII.
    #[inline]
    fn may_hold(&self, text: &[u8], word: Run) -> bool {
        let is_known = |word: Range<usize>| {
            let Some(short) = short::word_in(text, &word) else {
                return true;
            };
            self.short.contains(&short)
                || !text[word.clone()].is_ascii()
                || text.get(word.end).is_some_and(u8::is_ascii_alphabetic)
        };
        self.beginnings.may_contain_at(text, &word.range()) && is_known(word.range())
    }
}

impl Trigger {
    /// What `text` can hold.
    pub(crate) fn of(text: &str) -> Self {
        if has_sign(text.as_bytes()) || has_long_word(text.as_bytes()) {
            return Self::Anything;
        }
        if text.is_ascii() {
            return Self::of_words(text);
        }
        let mut becomes_sign = false;
        let folded = fold::folded(text, |c| becomes_sign |= is_sign(c));
        if becomes_sign {
            return Self::Anything;
        }
        Self::of_words(&folded)
    }

    /// What a folded text can hold near one of `places` of the original. A secret may stand far
    /// from its label, anything else holds its trigger itself.
    pub(crate) fn near(folded: &Folded<'_>, places: &[Range<usize>]) -> Self {
        /// Beyond what is near, so that what begins or ends there shows enough of itself.
        const REACH: usize = NEAR + 64;
        let text = folded.as_str();
        let holds_value = |place: &Range<usize>| {
            let from = folded.offset_of(place.start).saturating_sub(REACH);
            let to = text.len().min(folded.offset_of(place.end) + REACH);
            let near = &text.as_bytes()[from..to];
            has_sign(near) || has_long_word(near)
        };
        if places.iter().any(holds_value) {
            return Self::Anything;
        }
        Self::of_words(text)
    }

    /// What the words of a folded text announce.
    fn of_words(text: &str) -> Self {
        let has_label = Cell::new(false);
        let (bytes, known) = (text.as_bytes(), &*WORDS);
        let is_spoken = |word: Run| {
            known.may_hold(bytes, word) && {
                has_label.set(has_label.get() || is_label(text, word.start));
                is_spoken(text, word.start)
            }
        };
        let block = |index| Block::at(bytes, index);
        if any_word(bytes, block, &known.triples, is_spoken) {
            return Self::Anything;
        }
        let announces = || match &WORDS.announcing {
            Some(announcing) => announces(announcing, text.as_bytes()),
            None => true,
        };
        if has_label.get() || announces() || !text.is_ascii() && has_unspaced_label(text) {
            Self::Secrets
        } else {
            Self::Nothing
        }
    }
}

/// Whether a digit, an `@` or the beginning of an escape stands in `bytes`. Without branches
/// within a block, so that it is done many bytes at a time.
fn has_sign(bytes: &[u8]) -> bool {
    bytes.chunks(256).any(|block| {
        block
            .iter()
            .fold(false, |found, byte| found | is_sign(*byte))
    })
}

fn is_sign(byte: u8) -> bool {
    byte.is_ascii_digit() | (byte == b'@') | (byte == b'&') | (byte == b'%') | (byte == b'\\')
}

/// Whether a word in ASCII is so long that it may be a key.
fn has_long_word(bytes: &[u8]) -> bool {
    // Between the first and the last of these lie a few signs besides. Prose has gaps enough without
    // them, and to tell by two bounds takes a third of the time.
    has_run(bytes, |byte| (b'+'..=b'z').contains(&byte))
        && has_run(bytes, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'/' | b'=')
        })
}

/// Whether `is_part` holds for [`LONGEST_WORD`] bytes in a row.
fn has_run(bytes: &[u8], is_part: impl Fn(u8) -> bool) -> bool {
    const {
        assert!(LONGEST_WORD == 20, "it is put together from 16 and 4");
    }
    let mut open = 0;
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let last = filled(rest);
    blocks.iter().chain([&last]).any(|block| {
        let parts = bits(block, &is_part);
        let two = parts & parts >> 1;
        let four = two & two >> 2;
        let eight = four & four >> 4;
        let inside = eight & eight >> 8 & four >> 16;
        // One that began in the block before.
        let across = open + parts.trailing_ones();
        open = parts.leading_ones();
        inside != 0 || across as usize >= LONGEST_WORD
    })
}

fn announces(announcing: &packed::Searcher, bytes: &[u8]) -> bool {
    let mut page = [0; PAGE];
    let mut from = 0;
    loop {
        let end = bytes.len().min(from + PAGE);
        // In lower case, many bytes at a time. What is no letter may become another sign: that can
        // only tell of a word in vain.
        for (lower, byte) in page.iter_mut().zip(&bytes[from..end]) {
            *lower = *byte | 0x20;
        }
        if announcing.find(&page[..end - from]).is_some() {
            return true;
        }
        if end == bytes.len() {
            return false;
        }
        from = end - OVERLAP;
    }
}

/// Whether the word that begins at `start` labels secrets.
fn is_label(text: &str, start: usize) -> bool {
    let mut before = b' ';
    let goes_on = |byte: &&u8| {
        let is_hump = byte.is_ascii_uppercase() && before.is_ascii_lowercase();
        before = **byte;
        byte.is_ascii_alphabetic() && !is_hump
    };
    let len = text.as_bytes()[start..].iter().take_while(goes_on).count();
    WORDS.labels.contains(&text[start..start + len])
}

/// Labels of scripts that are not folded to ASCII.
fn has_unspaced_label(text: &str) -> bool {
    match &WORDS.unspaced {
        Some(unspaced) => unspaced.find(text).is_some(),
        None => true,
    }
}

/// Whether the word that begins at `start` is one of a number or an address that is read aloud.
fn is_spoken(text: &str, start: usize) -> bool {
    let before = start.checked_sub(1).map(|at| text.as_bytes()[at]);
    let begins = !before.is_some_and(|byte| byte.is_ascii_alphabetic());
    let Some(word) = word_at(text, start).filter(|_| begins) else {
        return false;
    };
    let next = || next_word(text, word.end);
    match meaning(text, &word) {
        Some(Spoken {
            meaning: Meaning::At,
            ..
        }) => !text[word.clone()].eq_ignore_ascii_case("at") || is_domain(&text[word.end..]),
        // What a dot of an address is followed by is short.
        Some(Spoken {
            meaning: Meaning::Dot,
            ..
        }) => next().is_some_and(|next| (2..=7).contains(&next.len())),
        Some(spoken) if is_part(spoken) => {
            let stands_beside =
                |word: Range<usize>| word.len() == 1 || meaning(text, &word).is_some_and(is_part);
            previous_word(text, start).is_some_and(stands_beside)
                || next().is_some_and(stands_beside)
        }
        _ => false,
    }
}

/// Whether a word can stand in a spoken number.
fn is_part(spoken: Spoken) -> bool {
    !matches!(
        spoken.meaning,
        Meaning::At | Meaning::Dot | Meaning::Sign(_)
    ) || matches!(spoken.meaning, Meaning::Sign(_))
}

fn word_at(text: &str, start: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes().get(start..)?;
    let len = bytes.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    (len > 0).then(|| start..start + len)
}

fn next_word(text: &str, from: usize) -> Option<Range<usize>> {
    let bytes = text.as_bytes().get(from..)?;
    let gap = bytes.iter().take(8).position(u8::is_ascii_alphabetic)?;
    word_at(text, from + gap)
}

fn previous_word(text: &str, before: usize) -> Option<Range<usize>> {
    let bytes = &text.as_bytes()[..before];
    let gap = bytes
        .iter()
        .rev()
        .take(8)
        .position(u8::is_ascii_alphabetic)?;
    let end = before - gap;
    let len = bytes[..end]
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphabetic())
        .count();
    (len > 0).then(|| end - len..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_can_hold_something_have_a_trigger() {
        for text in [
            "a1",
            "a@b",
            "&nbsp;",
            "100%",
            "\\n",
            "٩",
            "\u{FF20}",
            "my password is hunter",
            "Mein Passwort lautet Geheim",
            "la contraseña es hola",
            "-----BEGIN PRIVATE KEY-----",
            "Authorization: Bearer abc",
            "four one one one",
            "vier eins eins eins",
            "fünfundzwanzig drei",
            "double five two",
            "triple oh",
            "john at example dot com",
            "john [at] example [dot] com",
            "juan arroba ejemplo punto es",
            "mail john at example.com",
            "abcdefghijklmnopqrstuvwxyz",
        ] {
            assert_ne!(Trigger::of(text), Trigger::Nothing, "{text}");
        }
    }

    #[test]
    fn words_tell_wherever_they_stand() {
        for spaces in 0..130 {
            for words in ["pw is", "so myPw", "is it hello pw"] {
                let text = format!("{}{words}", " ".repeat(spaces));
                assert_eq!(Trigger::of(&text), Trigger::Secrets, "{text}");
            }
        }
    }

    #[test]
    fn a_long_word_is_one_wherever_it_stands() {
        for spaces in 0..130 {
            for (word, is_long) in [
                ("abcdefghijklmnopqrstuv", true),
                ("abcdefghij-+/=_klmno", true),
                ("abcdefghijklmnopqrs", false),
                ("abcdefghijk,lmnopqrstuv", false),
                ("abcdefghijk\u{e9}lmnopqrstuv", false),
            ] {
                for behind in ["", " and so on"] {
                    let text = format!("{}{word}{behind}", " ".repeat(spaces));
                    assert_eq!(has_long_word(text.as_bytes()), is_long, "{text}");
                }
            }
        }
    }

    #[test]
    fn a_number_beside_a_secret_is_read_as_one() {
        let text = "password\noh: oh triple um ";
        assert_eq!(Trigger::of(text), Trigger::Anything, "{text}");
    }

    #[test]
    fn plain_prose_has_none() {
        for text in [
            "",
            "Please hold the line while I look at one of the two orders for you.",
            "Wir melden uns bei Ihnen, sobald eine Antwort vorliegt. Über alles Weitere später.",
            "Il y a un an que nous attendons, et une fois encore.",
            "返品はいつでもできます。",
        ] {
            assert_eq!(Trigger::of(text), Trigger::Nothing, "{text}");
        }
    }
}
