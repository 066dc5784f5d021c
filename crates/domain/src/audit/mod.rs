//! What the audit log holds: one entry for every outcome, as canonical JSON with typed columns
//! projected from it.
//!
//! Entries are made from identifiers, numbers, labels of ours and screened values. Of a recommendation's
//! text they hold the digest, and where a deployment keeps it, the text as shown, sealed. A log chains them: each record names the one before.

mod chain;
mod egress;
mod entry;
mod erasure;
mod facts;
mod record;
mod switch;
mod text;

pub use chain::{Predecessor, Unchained};
pub use egress::{Egress, EgressFacts};
pub use entry::{AuditEntry, AuditEvent, AuditFact};
pub use erasure::{ErasureFacts, ErasureStage};
pub use facts::{
    AdoptionFacts, Attribution, FetchFacts, FetchScope, IdOrigin, RefusalFacts, ShownFact, Subject,
};
pub use record::{AuditColumns, AuditFilter, AuditOrder, AuditQuery, AuditRecord, Seq};
pub use switch::SwitchFacts;
pub use text::{SealedText, ShownText};
