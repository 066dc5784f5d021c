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
    for (entity, span) in runs::leaks(view.text()) {
        found.push(Candidate::new(&entity, "leak", span, 80));
    }
}
