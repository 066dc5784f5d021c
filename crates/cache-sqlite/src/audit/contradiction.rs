//! What the table's constraints ask of a record, asked before it queues.
//!
//! The connection that appends does not have SQLite check them: they parse the entry anew for each
//! row, which costs as much as writing it, and what they compare comes from one value here.

use agent_assist_domain::audit::AuditColumns;

/// What contradicts what in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the record breaks the rule {0}")]
pub(super) struct Contradiction(&'static str);

/// The constraints of the table by name. That columns say what the entry says needs no look: they
/// are made from it.
pub(super) fn check(columns: &AuditColumns) -> Result<(), Contradiction> {
    let unknown = |origin: &str| origin == "unknown";
    if columns.agent_id.is_none() != unknown(&columns.agent_origin)
        || columns.queue_id.is_none() != unknown(&columns.queue_origin)
    {
        return Err(Contradiction("an_id_has_an_origin"));
    }
    let asked = columns.dialect.is_some();
    let subject = columns.conversation_id.is_some() && columns.session_id.is_some();
    if asked && !(subject && columns.result_limit.is_some_and(|limit| limit > 0)) {
        return Err(Contradiction("a_fetch_says_what_was_asked"));
    }
    let used = columns.recommendation_id.is_some();
    if used && columns.conversation_id.is_none() {
        return Err(Contradiction("an_adoption_names_what_was_used"));
    }
    Ok(())
}
