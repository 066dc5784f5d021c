//! The last digits of a number whose others are not told: `ending in 1234`.

use super::{
    chunks::{self, Chunk, is_joined},
    runs::Reading,
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
/// How far before the digits such words are looked for, in bytes.
const REACH: usize = 56;

/// Digits that the text says are only the last ones.
pub(super) fn read(text: &str, chunks: &[Chunk], readings: &mut Vec<Reading>) {
    for (index, chunk) in chunks.iter().enumerate() {
        let is_short = (2..=5).contains(&chunk.digits) && chunk.size() == chunk.digits;
        if !is_short || is_joined(text, chunks, index + 1) && chunks[index + 1].digits >= 3 {
            continue;
        }
        let from = text.floor_char_boundary(chunk.start.saturating_sub(REACH));
        let before = text[from..chunk.start].to_lowercase();
        let before = before
            .trim_end_matches(|c: char| c == ' ' || c == ':' || c == '"' || chunks::is_strong(c));
        let announces = |ending: &str| {
            before.rfind(ending).is_some_and(|at| {
                let between = &before[at + ending.len()..];
                let is_word = !before[..at].ends_with(char::is_alphanumeric);
                is_word && is_plain_between(between, ending)
            })
        };
        if ENDINGS.iter().any(|ending| announces(ending)) {
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
