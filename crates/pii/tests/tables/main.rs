//! Tables of texts and what their masks must be: what is found, and what only looks like it.
//!
//! Expected values are written as the masked sentence, so that a row reads as what a user sees.

mod addresses;
mod dates;
mod identifiers;
mod labelled_numbers;
mod labels;
mod masked;
mod obfuscated;
mod phones;
mod recognition;
mod rows;
mod secrets;
mod wording;
