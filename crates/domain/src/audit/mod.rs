//! What the audit log holds: one entry for every outcome, as canonical JSON with typed columns
//! projected from it.
//!
//! Entries are made from identifiers, numbers, labels of ours and screened values. They hold no
//! text of a recommendation, only its digest. A log chains them: each record names the one before.

mod chain;
mod egress;
mod entry;
mod facts;
mod record;
mod retention;
mod shown_as;
mod switch;
mod verification;

pub use chain::{Predecessor, Unchained};
pub use egress::{Egress, EgressFacts};
pub use entry::{AuditEntry, AuditEvent, AuditFact};
pub use facts::{
    AdoptionFacts, Attribution, FetchFacts, FetchScope, IdOrigin, RefusalFacts, ShownFact, Subject,
};
pub use record::{AuditColumns, AuditFilter, AuditOrder, AuditQuery, AuditRecord, Seq};
pub use retention::{ArchiveFacts, HoldFacts, HoldReleaseFacts};
pub use shown_as::{ContentDigest, ShownAs};
pub use switch::SwitchFacts;
pub use verification::{Continuity, Damage, Fault, LogHead, Symptom, Verification};
