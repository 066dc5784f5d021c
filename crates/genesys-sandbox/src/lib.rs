//! Genesys Cloud, emulated.
