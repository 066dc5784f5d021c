//! Runs of letters and digits, and what stands between them: the candidates of every rule whose
//! values mix letters with digits.

use std::ops::Range;

use crate::view::{kinds::Kinds, numerals::joins_words};

/// How long a token and what parts it from the next usually are.
const BYTES_PER_TOKEN: usize = 5;
/// How many bytes there usually are for each token with a digit, or more.
const BYTES_PER_NUMBER: usize = 32;

/// The ASCII alphanumeric tokens of one folded text, in order.
#[derive(Debug)]
pub(crate) struct Tokens<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    with_digits: Vec<usize>,
}

/// One run of letters and digits.
#[derive(Debug, Clone, Copy)]
struct Token {
    start: usize,
    end: usize,
    has_digit: bool,
}

impl<'t> Tokens<'t> {
    pub(crate) fn of(text: &'t str, kinds: &Kinds) -> Self {
        let mut tokens = Vec::with_capacity(text.len() / BYTES_PER_TOKEN);
        let mut with_digits = Vec::with_capacity(text.len() / BYTES_PER_NUMBER);
        kinds.each_alphanumeric(|token, has_digit| {
            if has_digit {
                with_digits.push(tokens.len());
            }
            tokens.push(Token {
                start: token.start,
                end: token.end,
                has_digit,
            });
        });
        Self {
            text,
            tokens,
            with_digits,
        }
    }

    /// Number of tokens.
    pub(crate) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// The tokens that overlap `span`.
    pub(crate) fn touching(&self, span: &Range<usize>) -> Range<usize> {
        let first = self.tokens.partition_point(|token| token.end <= span.start);
        let behind = self.tokens.partition_point(|token| token.start < span.end);
        first..behind
    }

    /// The tokens that have a digit, in order.
    pub(crate) fn with_digits(&self) -> impl Iterator<Item = usize> {
        self.with_digits.iter().copied()
    }

    /// The tokens of one of these sizes, in order.
    pub(crate) fn of_sizes<const N: usize>(
        &self,
        sizes: [usize; N],
    ) -> impl Iterator<Item = usize> {
        let wanted = sizes.iter().fold(0_u64, |set, size| set | 1 << (size % 64));
        let tokens = (0..).zip(&self.tokens);
        tokens.filter_map(move |(index, token)| {
            let size = token.end - token.start;
            (size < 64 && wanted >> size & 1 != 0).then_some(index)
        })
    }

    /// Whether token `index` has a digit; `false` past the end.
    pub(crate) fn has_digit(&self, index: usize) -> bool {
        self.tokens.get(index).is_some_and(|token| token.has_digit)
    }

    /// Token `index`; empty past the end.
    pub(crate) fn get(&self, index: usize) -> &'t str {
        self.tokens
            .get(index)
            .map_or("", |token| &self.text[token.start..token.end])
    }

    /// The same as bytes, which are cut out without a look at them.
    pub(crate) fn bytes(&self, index: usize) -> &'t [u8] {
        self.tokens
            .get(index)
            .map_or(&[], |token| &self.text.as_bytes()[token.start..token.end])
    }

    /// Number of characters of token `index`; 0 past the end.
    pub(crate) fn size(&self, index: usize) -> usize {
        self.tokens
            .get(index)
            .map_or(0, |token| token.end - token.start)
    }

    /// The tokens that have a digit or stand right before one that has, in order.
    pub(crate) fn at_digits(&self) -> impl Iterator<Item = usize> {
        let mut from = 0;
        self.with_digits().flat_map(move |index| {
            let first = from.max(index.saturating_sub(1));
            from = index + 1;
            first..=index
        })
    }

    /// What stands between token `index - 1` and token `index`; `None` before the first and past
    /// the last.
    pub(crate) fn gap(&self, index: usize) -> Option<&'t str> {
        let next = self.tokens.get(index)?;
        let previous = self.tokens.get(index.checked_sub(1)?)?;
        Some(&self.text[previous.end..next.start])
    }

    /// The same as bytes.
    pub(crate) fn gap_bytes(&self, index: usize) -> Option<&'t [u8]> {
        let next = self.tokens.get(index)?;
        let previous = self.tokens.get(index.checked_sub(1)?)?;
        Some(&self.text.as_bytes()[previous.end..next.start])
    }

    /// The text range from the first to the last of a non-empty window of tokens.
    pub(crate) fn span(&self, window: Range<usize>) -> Range<usize> {
        self.tokens[window.start].start..self.tokens[window.end - 1].end
    }

    /// Whether a letter outside ASCII makes one word with an edge of `span`.
    pub(crate) fn is_embedded(&self, span: &Range<usize>) -> bool {
        self.text[..span.start].ends_with(joins_words)
            || self.text[span.end..].starts_with(joins_words)
    }
}
