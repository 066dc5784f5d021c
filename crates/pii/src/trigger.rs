//! Tells at memory speed whether a text can hold anything at all.
//!
//! Most texts hold neither a digit nor an `@`, and nothing below runs for them.

use crate::view::folded::fold;

/// Whether a text can hold anything but subject terms.
pub(crate) fn is_in(text: &str) -> bool {
    if text.is_ascii() {
        text.bytes().any(|b| b.is_ascii_digit() || b == b'@')
    } else {
        text.chars()
            .filter_map(fold)
            .any(|c| c.is_ascii_digit() || c == '@')
    }
}
