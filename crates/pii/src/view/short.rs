//! Short words as numbers, which are looked up faster than text.

use std::ops::Range;

/// A word of up to eight bytes as one number, its letters in lower case.
pub(crate) fn word(word: &[u8]) -> Option<u64> {
    let mut bytes = [0; 8];
    bytes.get_mut(..word.len())?.copy_from_slice(word);
    Some(in_lower_case(u64::from_le_bytes(bytes)))
}

/// The same of a word of `text`, read at once if the text goes on so far.
pub(crate) fn word_in(text: &[u8], word: &Range<usize>) -> Option<u64> {
    if word.is_empty() || word.len() > 8 {
        return None;
    }
    match text[word.start..].first_chunk() {
        Some(bytes) => {
            let cut = 64 - 8 * word.len() as u32;
            let bytes = u64::from_le_bytes(*bytes) << cut >> cut;
            Some(in_lower_case(bytes))
        }
        None => self::word(&text[word.clone()]),
    }
}

/// Eight letters, or bytes of characters outside ASCII, in lower case. What is no letter need not
/// stay what it is, as long as it is told from others.
fn in_lower_case(word: u64) -> u64 {
    const CASE: u64 = 0x2020_2020_2020_2020;
    let beyond = word >> 2 & CASE;
    word | CASE & !beyond
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_in_any_case_and_told_from_others() {
        let text = b"Pin PASSWORD passwords \xD0\x9F";
        assert_eq!(word_in(text, &(0..3)), word(b"pin"));
        assert_eq!(word_in(text, &(4..12)), word(b"password"));
        assert_eq!(word_in(text, &(13..22)), None);
        assert_eq!(word_in(text, &(23..25)), word(b"\xD0\x9F"));
        assert_ne!(word(b"\xD0\x9F"), word(b"\xD0\xBF"));
        assert_ne!(word(b"pi"), word(b"pin"));
    }
}
