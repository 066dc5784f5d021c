//! What is masked already, and therefore no personal data: the tags and the crossed-out
//! characters that masking tools leave behind.
//!
//! Each mask clears itself only, never its neighbourhood: `[EMAIL] joe@x.com` is a leak. A mask
//! that leaves too much of a value to be seen clears nothing: see
//! [`runs::leaks`].

mod chunks;
mod endings;
mod mailboxes;
pub(crate) mod runs;
mod tags;
mod words;

use std::ops::Range;

pub(crate) use tags::MaskTags;

use crate::view::folded::Folded;

impl MaskTags {
    /// Byte ranges of all masks in a folded text, sorted and without overlaps.
    pub(crate) fn find(&self, folded: &Folded<'_>) -> Vec<Range<usize>> {
        let mut masks = self.find_tags(folded.as_str());
        masks.extend(runs::masks(folded.as_str(), folded.kinds()));
        masks.sort_unstable_by_key(|mask| (mask.start, mask.end));
        masks.dedup_by(|next, mask| {
            let overlaps = next.start < mask.end;
            if overlaps {
                mask.end = mask.end.max(next.end);
            }
            overlaps
        });
        masks
    }
}
