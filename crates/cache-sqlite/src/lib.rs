//! The embedded store: recommendation cache, audit log, engagement ledger, assist switch, outbox, the
//! keys of conversations and of callers and the pseudonyms of people in one SQLite file.
//!
//! [`SqliteStore`] implements every store port. It decides nothing: what is fresh, what is audited
//! and what may be used is the caller's judgement.
//!
//! - Three writing connections, which take turns so that writes queue here and not inside SQLite: a thread
//!   takes what there is much of, records of answers, exposures and answers to be remembered, everything
//!   that has queued in one transaction; one appends other records, likewise; on the third each write
//!   is one. All are `BEGIN IMMEDIATE`, durable when the call returns. A fourth folds the write-ahead log
//!   into the file, beside them. A few reading connections.
//! - The audit log is a Merkle tree, of which head and tiles are written with the records. A file
//!   beside the store holds the head too, so that a log that has become shorter is found out.
//! - Several processes may use one file at a time.
//! - The schema is in `migrations/`, with what it promises to whoever opens the file with other
//!   tools: the audit log and the ledger are append-only by triggers.
//! - A file of another program or of a newer version is [refused](Refusal) and left as it is.

mod api_keys;
mod archive;
mod audit;
mod ballast;
mod bulk;
mod cache;
mod connection;
mod conversation_keys;
mod direct;
mod error;
mod exposures;
mod file;
mod fold;
mod guard;
mod holds;
mod lease;
mod ledger;
mod outbox;
mod persons;
mod poison;
mod query;
mod reader;
mod room;
mod row;
mod sidecar;
mod sql;
mod store;
mod switch;
mod together;
mod turns;
mod verify;

pub use archive::{
    Archive, ArchiveFault, Archived, ArchivesLock, Manifest, ManifestError, VerifiedArchive,
    verify_archive,
};
pub use audit::{AuditCounts, AuditEnd, Signing};
pub use error::Refusal;
pub use query::{Cell, Found, NoQuestion, Question, QuestionError};
pub use room::Room;
pub use store::SqliteStore;
