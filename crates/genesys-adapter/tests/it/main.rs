//! The adapter from outside: over a scripted transport and a paused clock, and over real sockets.

#![expect(
    clippy::unwrap_used,
    reason = "what a test's own script cannot do, fails the test"
)]

mod support;

mod documents;
mod engagement;
mod gate;
mod hostile_bodies;
mod http;
mod knowledge_search;
mod mapping;
mod metering;
mod paging;
mod probing;
mod retry_budget;
mod retrying;
mod sandbox;
mod tls;
mod token_pool;
mod tokens;
mod trace;
