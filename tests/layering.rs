//! The crates' arrows.
