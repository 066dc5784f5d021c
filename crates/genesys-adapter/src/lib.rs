//! Genesys Cloud as a recommendation source.
