//! What the audit log holds: one entry for every outcome, as canonical JSON with typed columns
//! projected from it.
//!
//! Entries are made from identifiers, numbers, labels of ours and screened values. Of a recommendation's
//! text they hold the digest, and where a deployment keeps it, the text as shown, sealed. A log chains
//! them: each record names the one before.

mod access;
mod actor;
mod administration;
mod chain;
mod checkpoint;
mod egress;
mod engagement;
mod entry;
mod erasure;
mod facts;
mod forward;
mod intent;
mod key_change;
mod reading;
mod record;
mod refusal;
mod retention;
mod shown_as;
mod stages;
mod switch;
mod text;
mod unwritten;
mod verification;

pub use access::AccessFacts;
pub use actor::Actor;
pub use administration::{AdminAct, AdminFacts, KeyFacts};
pub use chain::{Predecessor, Unchained};
pub use checkpoint::{ConsistencyPath, InclusionPath, StoredCheckpoint};
pub use egress::{Egress, EgressFacts};
pub use engagement::EngagementFacts;
pub use entry::{AuditEntry, AuditEvent, AuditFact};
pub use erasure::{ErasureFacts, ErasureStage};
pub use facts::{Attribution, FetchFacts, FetchScope, IdOrigin, ShownFact, Subject};
pub use forward::{ForwardFailure, ForwardScope};
pub use intent::{Intent, UnknownOutcome};
pub use key_change::KeyChangeFacts;
pub use reading::{ReadCommand, ReadFacts, ReadScope, ReadStage, SqlShape};
pub use record::{AuditColumns, AuditFilter, AuditOrder, AuditQuery, AuditRecord, Seq};
pub use refusal::{AdoptionRefusal, RefusalFacts};
pub use retention::{ArchiveFacts, HoldFacts, HoldReleaseFacts};
pub use shown_as::{ContentDigest, ShownAs};
pub use stages::Stages;
pub use switch::SwitchFacts;
pub use text::{SealedText, ShownText};
pub use unwritten::{Unwritten, UnwrittenFacts};
pub use verification::{Continuity, Damage, Fault, LogHead, Symptom, Verification};
