//! The embedded store: recommendation cache, audit log, engagement ledger, assist switch and the keys
//! of conversations in one SQLite file.
//!
//! [`SqliteStore`] implements every store port. It decides nothing: what is fresh, what is audited
//! and what may be used is the caller's judgement.
//!
//! - One writer connection, so that writes queue here and not inside SQLite; each write is one
//!   `BEGIN IMMEDIATE` transaction, durable when the call returns. A few reading connections.
//! - Several processes may use one file at a time.
//! - The schema is in `migrations/`, with what it promises to whoever opens the file with other
//!   tools: the audit log and the ledger are append-only by triggers.
//! - A file of another program or of a newer version is [refused](Refusal) and left as it is.

mod audit;
mod cache;
mod connection;
mod conversation_keys;
mod error;
mod file;
mod ledger;
mod query;
mod row;
mod sql;
mod store;
mod switch;

pub use error::Refusal;
pub use query::{Cell, Found, NoQuestion, Question, QuestionError};
pub use store::SqliteStore;
