//! Those who are measured beside the program, and the upstream that it asks.

pub(crate) mod axum;
pub(crate) mod canned;
pub(crate) mod nginx;
pub(crate) mod python;
