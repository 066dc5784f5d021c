//! Tells the signs of Markdown emphasis from those of a mask.
//!
//! `**4111** 1111` is emphasis: a run of one to three stars that opens before a word, and another
//! of the same length that closes behind one, on the same line. So are underscores (`__4111__`,
//! `_4111_`) and two tildes, which cross out. `****1111` and `j**@x.org` are not: their stars stand for
//! something.

use std::ops::Range;

use memchr::memchr3;

/// How far apart the stars of one pair may be, in bytes.
const LONGEST: usize = 200;

/// Byte ranges of the signs in `text` that only emphasise, sorted.
pub(crate) fn find(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    let next_from = |at| memchr3(b'*', b'_', b'~', &bytes[at..]).map(|sign| at + sign);
    while let Some(opening) = next_from(at) {
        let len = run_len(bytes, opening);
        at = opening + len;
        let can_emphasise = match bytes[opening] {
            b'*' => len <= 3,
            // One underscore joins words far more often.
            b'_' if len == 1 => bytes.get(at).is_some_and(u8::is_ascii_digit),
            _ => len == 2,
        };
        if !can_emphasise || !opens(bytes, opening, len) {
            continue;
        }
        if let Some(closing) = closing(bytes, at, len) {
            found.push(opening..opening + len);
            found.push(closing..closing + len);
            at = closing + len;
        }
    }
    found
}

/// The next run of the sign before `from`, if it closes one of `len`.
fn closing(bytes: &[u8], from: usize, len: usize) -> Option<usize> {
    let sign = bytes[from - 1];
    let end = bytes.len().min(from + LONGEST);
    let line = &bytes[from..end];
    let closing = from + line.iter().position(|b| *b == sign || *b == b'\n')?;
    (run_len(bytes, closing) == len && closes(bytes, closing, len)).then_some(closing)
}

fn run_len(bytes: &[u8], at: usize) -> usize {
    let sign = bytes[at];
    bytes[at..].iter().take_while(|b| **b == sign).count()
}

fn opens(bytes: &[u8], at: usize, len: usize) -> bool {
    let before = at.checked_sub(1).map(|before| bytes[before]);
    !before.is_some_and(is_word) && bytes.get(at + len).copied().is_some_and(is_edge)
}

fn closes(bytes: &[u8], at: usize, len: usize) -> bool {
    let before = at.checked_sub(1).map(|before| bytes[before]);
    before.is_some_and(is_edge) && !bytes.get(at + len).copied().is_some_and(is_word)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte >= 0x80
}

/// What emphasised text begins and ends with: the brackets are those of a tag, which may stand
/// where a value stood.
fn is_edge(byte: u8) -> bool {
    is_word(byte) || matches!(byte, b'+' | b'(' | b')' | b'[' | b']' | b':' | b'.' | b'"')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_in_pairs_around_words_emphasise_and_others_do_not() {
        for (text, stars) in [
            ("**4111** 1111", 4),
            ("4111 **1111** *1111* 1111", 6),
            ("4111 __1111__ ~~1111~~ 1111", 8),
            ("___-__-6789, ____ ____ 1111, __ 11__", 0),
            ("my_name_is __init", 0),
            ("49 _171_ 4478390, _a_ b_1_2", 2),
            ("joe@**x**.com", 4),
            ("**Card:** 4111", 4),
            ("**** **** **** 1111", 0),
            ("****1111", 0),
            ("***-**-6789", 0),
            ("(***) ***-2661", 0),
            ("j**n@x.org, m**@x.org", 0),
            ("4111 11** **** 1111", 0),
            ("**34 **56", 0),
            ("2 * 3 * 4", 0),
            ("**a\nb**", 0),
            ("*", 0),
        ] {
            let found: usize = find(text).iter().map(Range::len).sum();
            assert_eq!(found, stars, "{text}");
        }
    }
}
