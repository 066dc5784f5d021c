//! The domain, tested through its public face with the builders of the testkit.

mod keys;
mod payload_rules;
mod screening_pipeline;
mod shapes;
