//! Valid domain values with one line each. Every value that a test does not care about is filled
//! in, the same way each time.

mod engagement;
mod entry;
mod outcome;
mod recommendation;
mod request;
mod switch;

pub use engagement::{engaged, exposed, item, used};
pub use entry::{
    admin_entries, adoption_entry, archive_facts, cache_entry, denied_entry, egress_entry,
    engaged_entry, erasure_entry, failed_entry, fetch_entry, findings_entry, hold_entry,
    hold_release_entry, key_change_facts, log_entry, pseudonym, reading_entry, refusal_entry,
    switch_entry, withheld_entry,
};
pub use outcome::{
    forward_entries, initiated_entry, intent_entry, refused_entries, unknown_entry, unwritten_entry,
};
pub use recommendation::{RecommendationBuilder, batch, recommendation, screened};
pub use request::{CONVERSATION, KNOWLEDGE_SOURCE, SESSION, fetch_request, request, source_query};
pub use switch::{session_pause, switch_off, switch_on};

/// The tenant of everything built here.
pub const TENANT: &str = "acme";
