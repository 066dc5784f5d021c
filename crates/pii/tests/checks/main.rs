//! The checks of identifiers: against oracles, known examples, and properties.

mod examples;
mod oracle;
mod properties;
