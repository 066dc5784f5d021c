//! The last digits of a number whose others are not told: `ending in 1234`.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use super::{
    chunks::{self, Chunk, is_joined},
    runs::Reading,
};
use crate::view::{
    beginnings::{Beginnings, Triples},
    kinds::Kinds,
};

/// What stands in front of the last digits of a number.
const ENDINGS: &[&str] = &[
    "ending in",
    "ending with",
    "ending on",
    "ending",
    "ends in",
    "ends with",
    "ended in",
    "last four",
    "last 4",
    "last4",
    "last four digits",
    "last 4 digits",
    "final four digits",
    "endet auf",
    "endend auf",
    "endet mit",
    "endziffern",
    "letzten vier ziffern",
    "letzten 4 ziffern",
    "letzte vier ziffern",
    "finissant par",
    "terminant par",
    "se termine par",
    "termine par",
    "quatre derniers chiffres",
    "4 derniers chiffres",
    "terminada en",
    "terminado en",
    "terminando en",
    "termina en",
    "acaba en",
    "ultimos cuatro digitos",
    "ultimos 4 digitos",
    "termina con",
    "che termina con",
    "finisce con",
    "ultime quattro cifre",
    "ultime 4 cifre",
    "terminado em",
    "termina em",
    "com final",
    "ultimos quatro digitos",
    "eindigend op",
    "eindigt op",
    "laatste vier cijfers",
    "laatste 4 cijfers",
    "konczaca sie na",
    "ostatnie cztery cyfry",
    "ostatnie 4 cyfry",
    "slutar pa",
    "slutter pa",
    "ender pa",
    "sista fyra siffrorna",
    "siste fire sifre",
    "sidste fire cifre",
];
/// Finds [`ENDINGS`] in any case. These few phrases fit any automaton.
static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(ENDINGS)
        .ok()
});
/// The words that they begin with. One begins with a digit: its second word stands for it.
static BEGINNINGS: LazyLock<(Triples, Beginnings)> = LazyLock::new(|| {
    let (mut triples, mut beginnings) = (Triples::default(), Beginnings::default());
    for ending in ENDINGS {
        let mut words = ending.split(' ');
        let first = words.find(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()));
        let first = first.unwrap_or_default();
        let first = first.trim_end_matches(|c: char| c.is_ascii_digit());
        triples.insert(first.as_bytes());
        beginnings.insert(first.as_bytes());
    }
    (triples, beginnings)
});
/// How far before the digits such words are looked for, in bytes.
const REACH: usize = 56;

/// Digits that the text says are only the last ones.
pub(super) fn read(text: &str, kinds: &Kinds, chunks: &[Chunk], readings: &mut Vec<Reading>) {
    let (Some(finder), (triples, beginnings)) = (&*FINDER, &*BEGINNINGS) else {
        return;
    };
    for (index, chunk) in chunks.iter().enumerate() {
        let is_short = (2..=5).contains(&chunk.digits) && chunk.size() == chunk.digits;
        let goes_on = is_joined(text, chunks, index + 1)
            && (chunks[index + 1].digits >= 3 || text[chunk.end..].starts_with('-'));
        if !is_short || goes_on {
            continue;
        }
        let from = text.floor_char_boundary(chunk.start.saturating_sub(REACH));
        // Nearly every number stands behind other words.
        let bytes = text.as_bytes();
        let may_begin = |start| triples.may_begin_at(bytes, start);
        if !kinds.any_word_in(from..chunk.start, may_begin, |word| {
            beginnings.may_contain_at(bytes, &word)
        }) {
            continue;
        }
        let before = text[from..chunk.start]
            .trim_end_matches(|c: char| c == ' ' || c == ':' || c == '"' || chunks::is_strong(c));
        let announces = |ending: aho_corasick::Match| {
            let is_word = !before[..ending.start()].ends_with(char::is_alphanumeric);
            is_word && is_plain_between(&before[ending.end()..], ENDINGS[ending.pattern()])
        };
        if finder.find_overlapping_iter(before).any(announces) {
            readings.push(Reading::Mask(chunk.start..chunk.end));
        }
    }
}

/// Whether what stands between `ending` and the digits parts them not: nothing for `ending in`,
/// a few words for `last four digits of the card are`.
fn is_plain_between(between: &str, ending: &str) -> bool {
    let names_digits = [
        "last", "final", "letzt", "dernier", "ultim", "laatst", "ostatn", "sist",
    ]
    .iter()
    .any(|word| ending.contains(word));
    if names_digits {
        !between.contains(|c: char| c.is_ascii_digit() || matches!(c, '.' | ';' | '\n' | '?'))
            && between.len() <= 36
    } else {
        between.is_empty()
    }
}
