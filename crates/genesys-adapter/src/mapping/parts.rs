//! Collects the texts of one entity, up to a bound.
//!
//! What comes after here, the scanner, the stores and the output, costs something for every text.
//! An entity with more of them than anybody could read is not cut short, which would change what
//! it says, but refused; texts beyond the bound are counted out before they take up memory.

use agent_assist_domain::batch::Malformation;
use agent_assist_domain::recommendation::{Role, TextPart};

use super::markup;

/// Most texts of an entity. The platform's own have about a dozen: a title and a snippet or chunk
/// for each of a few passages.
pub(super) const MAX_PARTS: usize = 256;

/// Texts in the order in which they were read.
#[derive(Default)]
pub(super) struct Parts {
    kept: Vec<TextPart>,
    too_many: bool,
}

impl Parts {
    /// Adds a text that stands at `pointer`.
    pub(super) fn push(&mut self, pointer: String, role: Role, text: String) {
        self.add(TextPart {
            pointer,
            role,
            text,
            highlight: None,
        });
    }

    /// Adds a text that is complete already.
    pub(super) fn add(&mut self, part: TextPart) {
        if self.kept.len() == MAX_PARTS {
            self.too_many = true;
            return;
        }
        self.kept.push(part);
    }

    /// What was added so far, within the bound.
    pub(super) fn kept_mut(&mut self) -> &mut [TextPart] {
        &mut self.kept
    }

    /// Every text, without markup, if there are not too many.
    pub(super) fn finish(self) -> Result<Vec<TextPart>, Malformation> {
        if self.too_many {
            return Err(Malformation::Shape);
        }
        Ok(self.kept.into_iter().map(markup::plain_part).collect())
    }
}
