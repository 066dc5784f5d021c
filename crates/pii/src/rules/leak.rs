//! Values that somebody crossed out so sparingly that they still leak: cards of which more than
//! the first eight or the last four digits can be seen, social security numbers of which more than
//! four can, mail addresses with a star or two.
//!
//! What is crossed out well enough never gets here: the scanner takes it away as a mask.

use crate::{
    rules::{Candidate, Found},
    view::{View, masked::runs},
};

/// The leaking values in `view`.
pub(crate) fn find(view: &View<'_>, found: &mut Found) {
    for (entity, span) in runs::leaks(view.text(), view.kinds()) {
        if is_specimen(&view.text()[span.clone()]) {
            continue;
        }
        found.push(Candidate::new(&entity, "leak", span, 80));
    }
}

/// Whether all digits that can be seen are zeros, as in an example: `XX00 0000 0000`.
fn is_specimen(value: &str) -> bool {
    value.contains('0') && !value.bytes().any(|b| matches!(b, b'1'..=b'9'))
}
