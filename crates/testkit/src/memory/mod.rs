//! Every store port in memory. They are the reference: short enough to be checked against the
//! contract by eye, and held to it by the same suites as every other backend.
//!
//! Nothing is lost and nothing is evicted by itself; share them as `Arc<_>`.

mod api_keys;
mod audit;
mod cache;
mod conversation_keys;
mod holds;
mod ledger;
mod outbox;
mod persons;
mod switch;

pub(crate) use audit::{chain, heads};

pub use api_keys::MemoryApiKeys;
pub use audit::MemoryAuditLog;
pub use cache::MemoryCache;
pub use conversation_keys::MemoryConversationKeys;
pub use holds::MemoryHolds;
pub use ledger::MemoryLedger;
pub use outbox::MemoryOutbox;
pub use persons::MemoryPersons;
pub use switch::MemoryAssistSwitch;
