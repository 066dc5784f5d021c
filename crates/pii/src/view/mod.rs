//! A text as the rules see it: folded, with its numbers, its tokens and its cues.

pub(crate) mod beginnings;
mod decode;
mod emphasis;
pub(crate) mod focus;
pub(crate) mod fold;
pub(crate) mod folded;
pub(crate) mod kinds;
mod markup;
pub(crate) mod masked;
pub(crate) mod numerals;
pub(crate) mod readings;
pub(crate) mod short;
mod split;
pub(crate) mod spoken;
pub(crate) mod starts;
pub(crate) mod tokens;

use std::ops::Range;

use crate::{
    context::{Context, CueIndex, Cues, TopicSet},
    view::{folded::Folded, kinds::Kinds, numerals::Numerals, tokens::Tokens},
};

/// One reading of a text.
#[derive(Debug)]
pub(crate) struct View<'t> {
    text: &'t str,
    kinds: &'t Kinds,
    pub(crate) numerals: Numerals<'t>,
    pub(crate) tokens: Tokens<'t>,
    pub(crate) cues: Cues,
}

impl<'t> View<'t> {
    pub(crate) fn new(folded: &'t Folded<'t>, index: &CueIndex) -> Self {
        let (text, kinds) = (folded.as_str(), folded.kinds());
        Self {
            text,
            kinds,
            numerals: Numerals::of(text, kinds),
            tokens: Tokens::of(text, kinds),
            cues: index.find(text, kinds),
        }
    }

    /// The folded text.
    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    /// Where digits and letters stand in it.
    pub(crate) fn kinds(&self) -> &'t Kinds {
        self.kinds
    }

    /// The phrases of another index.
    pub(crate) fn cues_of(&self, index: &CueIndex) -> Cues {
        index.find(self.text, self.kinds)
    }

    /// What the words around `span` say about `topics`.
    pub(crate) fn context(&self, span: &Range<usize>, topics: TopicSet) -> Context<'_> {
        self.cues.around(self.text(), span, topics)
    }
}
