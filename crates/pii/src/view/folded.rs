//! The text as the recognisers see it, with the way back to the original offsets.
//!
//! Folding reads every character as [`fold`](crate::view::fold::fold()) says, and puts one [`BARRIER`] in the place of
//! everything already masked, so that a value cannot be assembled from both sides of a tag.
//! Further readings are made from a folded text by [`Folded::edited`] and keep the way back.
//!
//! Plain ASCII text without masked spans, the usual case, is borrowed as it is.

use std::{borrow::Cow, cell::OnceCell, ops::Range};

use crate::view::{
    fold::{Fold, each_folded},
    kinds::Kinds,
};

/// Stands for a masked span. No recogniser accepts it as part of a value or as a separator.
pub(crate) const BARRIER: char = '\u{FFFC}';

/// How long a stretch usually is that is copied at once, in bytes.
const BYTES_PER_PIECE: usize = 64;

/// A folded text.
#[derive(Debug)]
pub(crate) struct Folded<'t> {
    text: Cow<'t, str>,
    /// Sorted by `at`; empty when the text was borrowed.
    pieces: Vec<Piece>,
    /// Made when first asked for.
    kinds: OnceCell<Kinds>,
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
    /// Whether an edit wrote it, or took something out in front of it.
    is_edited: bool,
}

/// A stretch of a folded text that another reading has something else for.
#[derive(Debug, Clone)]
pub(crate) struct Edit {
    /// On character boundaries.
    pub(crate) span: Range<usize>,
    pub(crate) with: Replacement,
}

/// What is read instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Replacement {
    Nothing,
    Char(char),
    Text(&'static str),
}

impl<'t> Folded<'t> {
    /// Folds `text`, with a barrier for each of the `masked` ranges, which are sorted, do not
    /// overlap and lie on character boundaries.
    pub(crate) fn new(text: &'t str, masked: &[Range<usize>]) -> Self {
        if masked.is_empty() && text.is_ascii() {
            return Self {
                text: Cow::Borrowed(text),
                pieces: Vec::new(),
                kinds: OnceCell::new(),
            };
        }
        let mut folding = Folding::with_capacity(text.len());
        let mut from = 0;
        for span in masked {
            folding.push_text(&text[from..span.start], from);
            folding.push_replacement(Replacement::Char(BARRIER), span.clone());
            from = span.end;
        }
        folding.push_text(&text[from..], from);
        folding.finish()
    }

    /// The same text with `edits`, which are sorted and do not overlap.
    pub(crate) fn edited(&self, edits: &[Edit]) -> Folded<'static> {
        let mut folding = Folding::with_capacity(self.text.len());
        let mut from = 0;
        for Edit { span, with } in edits {
            folding.push_copy(self, from..span.start);
            folding.is_edited = true;
            if *with != Replacement::Nothing {
                folding.push_replacement(*with, self.origin_of(span.clone()));
                folding.is_edited = true;
            }
            from = span.end;
        }
        folding.push_copy(self, from..self.text.len());
        folding.finish()
    }

    /// The same text with a barrier for each of the `masks`, which are sorted, do not overlap and
    /// are not empty.
    pub(crate) fn barred(&self, masks: &[Range<usize>]) -> Folded<'static> {
        let mut folding = Folding::with_capacity(self.text.len());
        let mut from = 0;
        for mask in masks {
            folding.push_copy(self, from..mask.start);
            let origin = self.origin_of(mask.clone());
            folding.push_replacement(Replacement::Char(BARRIER), origin);
            from = mask.end;
        }
        folding.push_copy(self, from..self.text.len());
        folding.finish()
    }

    /// Where edits have changed the text, in its own offsets: sorted, and empty where something
    /// was only taken out.
    pub(crate) fn edits(&self) -> Vec<Range<usize>> {
        let ends = self.pieces.iter().skip(1).map(|piece| piece.at);
        let places = self.pieces.iter().zip(ends.chain([self.text.len()]));
        places
            .filter(|(piece, _)| piece.is_edited)
            .map(|(piece, end)| match piece.replaced {
                Some(_) => piece.at..end,
                None => piece.at..piece.at,
            })
            .collect()
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.text
    }

    /// Where digits and letters stand in the folded text.
    pub(crate) fn kinds(&self) -> &Kinds {
        self.kinds.get_or_init(|| Kinds::of(&self.text))
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
                ..
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
                ..
            }) => origin + (range.end - at),
        };
        start..end
    }

    /// Where a place of the original stands in the folded text, to within one replacement.
    pub(crate) fn offset_of(&self, origin: usize) -> usize {
        let behind = self.pieces.partition_point(|piece| piece.origin <= origin);
        let offset = match behind.checked_sub(1).map(|index| self.pieces[index]) {
            None if self.pieces.is_empty() => origin,
            None => 0,
            Some(Piece {
                at,
                replaced: Some(_),
                ..
            }) => at,
            Some(piece) => piece.at + (origin - piece.origin),
        };
        offset.min(self.text.len())
    }

    fn piece_at(&self, offset: usize) -> Option<Piece> {
        let behind = self.pieces.partition_point(|piece| piece.at <= offset);
        behind.checked_sub(1).map(|index| self.pieces[index])
    }
}

/// A folded text being written.
#[derive(Debug)]
struct Folding {
    text: String,
    pieces: Vec<Piece>,
    /// Whether an edit stands in front of the next piece.
    is_edited: bool,
}

impl Folding {
    /// For a text of about `len` bytes.
    fn with_capacity(len: usize) -> Self {
        Self {
            text: String::with_capacity(len),
            pieces: Vec::with_capacity(len / BYTES_PER_PIECE),
            is_edited: false,
        }
    }

    /// Appends a stretch of the original that begins at `origin`.
    fn push_text(&mut self, text: &str, origin: usize) {
        let mut copied_from = 0;
        each_folded(text, |at, c, read| {
            let span = origin + at..origin + at + c.len_utf8();
            self.push_verbatim(&text[copied_from..at], origin + copied_from);
            copied_from = at + c.len_utf8();
            match read {
                Fold::Same | Fold::Gone => {}
                Fold::Char(c) => self.push_replacement(Replacement::Char(c), span),
                Fold::Text(text) => self.push_replacement(Replacement::Text(text), span),
            }
        });
        self.push_verbatim(&text[copied_from..], origin + copied_from);
    }

    /// Appends a stretch of another folded text.
    fn push_copy(&mut self, of: &Folded<'_>, range: Range<usize>) {
        if of.pieces.is_empty() {
            self.push_verbatim(&of.text[range.clone()], range.start);
            return;
        }
        if range.is_empty() {
            return;
        }
        let first = of.pieces.partition_point(|piece| piece.at <= range.start) - 1;
        let last = of.pieces.partition_point(|piece| piece.at < range.end);
        for index in first..last {
            let piece = of.pieces[index];
            let ends = of
                .pieces
                .get(index + 1)
                .map_or(of.text.len(), |next| next.at);
            let start = piece.at.max(range.start);
            let copied = &of.text[start..ends.min(range.end)];
            let origin = match piece.replaced {
                None => piece.origin + (start - piece.at),
                Some(_) => piece.origin,
            };
            self.pieces.push(Piece {
                at: self.text.len(),
                origin,
                replaced: piece.replaced,
                is_edited: std::mem::take(&mut self.is_edited)
                    || (piece.is_edited && start == piece.at),
            });
            self.text.push_str(copied);
        }
    }

    fn push_verbatim(&mut self, text: &str, origin: usize) {
        if !text.is_empty() {
            self.pieces.push(Piece {
                at: self.text.len(),
                origin,
                replaced: None,
                is_edited: std::mem::take(&mut self.is_edited),
            });
            self.text.push_str(text);
        }
    }

    fn push_replacement(&mut self, with: Replacement, origin: Range<usize>) {
        self.pieces.push(Piece {
            at: self.text.len(),
            origin: origin.start,
            replaced: Some(origin.len()),
            is_edited: std::mem::take(&mut self.is_edited),
        });
        match with {
            Replacement::Nothing => {}
            Replacement::Char(c) => self.text.push(c),
            Replacement::Text(text) => self.text.push_str(text),
        }
    }

    fn finish<'t>(self) -> Folded<'t> {
        Folded {
            text: Cow::Owned(self.text),
            pieces: self.pieces,
            kinds: OnceCell::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_ranges_lead_back_to_the_characters_they_came_from() {
        let text = "Tel．\u{200B}٩７７\u{2011}62\u{AD}5 [NAME] ж";
        let tag = text.find("[NAME]").expect("the tag is there");
        let folded = Folded::new(text, std::slice::from_ref(&(tag..tag + 6)));
        assert_eq!(folded.as_str(), "Tel.977-625 \u{FFFC} ж");

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
        assert_eq!(folded.offset_of(tag), barrier);
        assert_eq!(folded.offset_of(tag + 6), barrier + 3);
    }

    #[test]
    fn edits_of_edits_lead_back_to_the_characters_they_came_from() {
        let text = "Straße «4111**11»";
        let folded = Folded::new(text, &[]);
        assert_eq!(folded.as_str(), "Strasse \"4111**11\"");
        let edit = |span, with| Edit { span, with };
        let once = folded.edited(&[
            edit(0..6, Replacement::Char('S')),
            edit(13..15, Replacement::Nothing),
        ]);
        assert_eq!(once.as_str(), "Se \"411111\"");
        let twice = once.edited(&[edit(4..5, Replacement::Text("four"))]);
        assert_eq!(twice.as_str(), "Se \"four11111\"");
        assert_eq!(&text[twice.origin_of(0..2)], "Straße");
        assert_eq!(&text[twice.origin_of(5..6)], "4");
        assert_eq!(&text[twice.origin_of(8..13)], "111**11");
    }
}
