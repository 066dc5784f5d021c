//! The text as the recognisers see it, with the way back to the original offsets.
//!
//! Folding writes Unicode digits, spaces, dashes and full-width forms in ASCII, drops invisible
//! characters, and puts one [`BARRIER`] in the place of everything already masked. So a recogniser
//! needs no thought for Unicode, and a value cannot be assembled from both sides of a tag.
//!
//! Plain ASCII text without masked spans, the usual case, is borrowed as it is.

use std::{borrow::Cow, ops::Range};

/// Stands for a masked span. No recogniser accepts it as part of a value or as a separator.
pub(crate) const BARRIER: char = '\u{FFFC}';

/// The zeros of the decimal digit ranges worth folding; nine more digits follow each.
const DIGIT_ZEROS: [u32; 23] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6,
];

/// A folded text.
#[derive(Debug)]
pub(crate) struct Folded<'t> {
    text: Cow<'t, str>,
    /// Sorted by `at`; empty when the text was borrowed.
    pieces: Vec<Piece>,
}

/// A stretch of folded text, up to where the next one begins.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// Where it begins in the folded text.
    at: usize,
    /// Where it begins in the original.
    origin: usize,
    /// `None` if copied byte by byte, else the length of what it replaces in the original.
    replaced: Option<usize>,
}

impl<'t> Folded<'t> {
    /// Folds `text`, with a barrier for each of the `masked` ranges, which are sorted, do not
    /// overlap and lie on character boundaries.
    pub(crate) fn new(text: &'t str, masked: &[Range<usize>]) -> Self {
        if masked.is_empty() && text.is_ascii() {
            return Self {
                text: Cow::Borrowed(text),
                pieces: Vec::new(),
            };
        }
        let mut folding = Folding::default();
        let mut from = 0;
        for span in masked {
            folding.push_text(&text[from..span.start], from);
            folding.push_replacement(BARRIER, span.start, span.len());
            from = span.end;
        }
        folding.push_text(&text[from..], from);
        Self {
            text: Cow::Owned(folding.text),
            pieces: folding.pieces,
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// The original range of a non-empty folded range on character boundaries.
    pub(crate) fn origin_of(&self, range: Range<usize>) -> Range<usize> {
        let start = match self.piece_at(range.start) {
            None => range.start,
            Some(Piece {
                origin,
                replaced: Some(_),
                ..
            }) => origin,
            Some(Piece {
                at,
                origin,
                replaced: None,
            }) => origin + (range.start - at),
        };
        let end = match self.piece_at(range.end.saturating_sub(1)) {
            None => range.end,
            Some(Piece {
                origin,
                replaced: Some(len),
                ..
            }) => origin + len,
            Some(Piece {
                at,
                origin,
                replaced: None,
            }) => origin + (range.end - at),
        };
        start..end
    }

    fn piece_at(&self, offset: usize) -> Option<Piece> {
        let behind = self.pieces.partition_point(|piece| piece.at <= offset);
        behind.checked_sub(1).map(|index| self.pieces[index])
    }
}

/// A folded text being written.
#[derive(Debug, Default)]
struct Folding {
    text: String,
    pieces: Vec<Piece>,
}

impl Folding {
    /// Appends a stretch of the original that begins at `origin`.
    fn push_text(&mut self, text: &str, origin: usize) {
        let mut copied_from = 0;
        for (at, c) in text.char_indices().filter(|(_, c)| !c.is_ascii()) {
            let folded = fold(c);
            if folded == Some(c) {
                continue;
            }
            self.push_verbatim(&text[copied_from..at], origin + copied_from);
            if let Some(replacement) = folded {
                self.push_replacement(replacement, origin + at, c.len_utf8());
            }
            copied_from = at + c.len_utf8();
        }
        self.push_verbatim(&text[copied_from..], origin + copied_from);
    }

    fn push_verbatim(&mut self, text: &str, origin: usize) {
        if !text.is_empty() {
            self.pieces.push(Piece {
                at: self.text.len(),
                origin,
                replaced: None,
            });
            self.text.push_str(text);
        }
    }

    fn push_replacement(&mut self, with: char, origin: usize, len: usize) {
        self.pieces.push(Piece {
            at: self.text.len(),
            origin,
            replaced: Some(len),
        });
        self.text.push(with);
    }
}

/// What a character outside ASCII is read as; `None` if it is invisible.
pub(crate) fn fold(c: char) -> Option<char> {
    match c {
        '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' => None,
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' => Some('-'),
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0),
        '\u{85}' | '\u{2028}' | '\u{2029}' => Some('\n'),
        c if c.is_whitespace() => Some(' '),
        c if c.is_numeric() => Some(ascii_digit(c).unwrap_or(c)),
        c => Some(c),
    }
}

fn ascii_digit(c: char) -> Option<char> {
    let code = u32::from(c);
    let zero = DIGIT_ZEROS.iter().rev().find(|zero| **zero <= code)?;
    char::from_digit(code - zero, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_ranges_lead_back_to_the_characters_they_came_from() {
        let text = "Tel．\u{200B}٩７７\u{2011}62\u{AD}5 [NAME] é";
        let tag = text.find("[NAME]").expect("the tag is there");
        let folded = Folded::new(text, std::slice::from_ref(&(tag..tag + 6)));
        assert_eq!(folded.as_str(), "Tel.977-625 \u{FFFC} é");

        let number = folded
            .as_str()
            .find("977-625")
            .expect("the number is there");
        let origin = folded.origin_of(number..number + 7);
        assert_eq!(
            &text[origin], "٩７７\u{2011}62\u{AD}5",
            "invisible neighbours stay outside"
        );

        let barrier = folded.as_str().find(BARRIER).expect("the barrier is there");
        assert_eq!(&text[folded.origin_of(barrier..barrier + 3)], "[NAME]");
    }
}
