//! A text as the rules see it: folded, with its numbers, its tokens and its cues.

mod decode;
mod emphasis;
pub(crate) mod focus;
mod fold;
pub(crate) mod folded;
mod markup;
pub(crate) mod masked;
pub(crate) mod numerals;
pub(crate) mod readings;
mod split;
pub(crate) mod spoken;
pub(crate) mod tokens;
pub(crate) mod word_filter;

use std::ops::Range;

use crate::{
    context::{Context, CueIndex, Cues, TopicSet},
    view::{folded::Folded, numerals::Numerals, tokens::Tokens},
};

/// One reading of a text.
#[derive(Debug)]
pub(crate) struct View<'t> {
    text: &'t str,
    pub(crate) numerals: Numerals<'t>,
    pub(crate) tokens: Tokens<'t>,
    pub(crate) cues: Cues,
}

impl<'t> View<'t> {
    pub(crate) fn new(folded: &'t Folded<'t>, index: &CueIndex) -> Self {
        let text = folded.as_str();
        Self {
            text,
            numerals: Numerals::of(text),
            tokens: Tokens::of(text),
            cues: index.find(text),
        }
    }

    /// The folded text.
    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    /// What the words around `span` say about `topics`.
    pub(crate) fn context(&self, span: &Range<usize>, topics: TopicSet) -> Context<'_> {
        self.cues.around(self.text(), span, topics)
    }
}
