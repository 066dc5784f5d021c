//! The domain, tested through its public face with the builders of the testkit.

mod adoption;
mod breaker;
mod freshness;
mod keys;
mod outcomes;
mod payload_rules;
mod screening_pipeline;
mod session_health;
mod shapes;

/// An origin for monotonic time. Only differences to it matter.
#[expect(
    clippy::disallowed_methods,
    reason = "there is no other way to make an instant; nothing depends on which"
)]
fn some_instant() -> std::time::Instant {
    std::time::Instant::now()
}
