//! Statements on `audit_open_intent`.

/// A name that no writer had before.
pub(crate) const NEW_WRITER: &str = "SELECT lower(hex(randomblob(8)))";

/// The records at the positions in a JSON list announce what a writer has.
pub(crate) const OPEN: &str = "\
    INSERT INTO audit_open_intent (seq, writer) SELECT value, ?2 FROM json_each(?1)";

/// What the records at the positions in a JSON list announced has its end.
pub(crate) const CLOSE: &str = "\
    DELETE FROM audit_open_intent WHERE seq IN (SELECT value FROM json_each(?1))";

/// Who has something open.
pub(crate) const WRITERS: &str = "SELECT DISTINCT writer FROM audit_open_intent";

/// The records that announce what a writer has open.
pub(crate) const OPEN_OF: &str = "\
    SELECT seq, at_us, event, tenant, request_id, session_id, conversation_id, agent_id, \
        agent_origin, queue_id, queue_origin, recommendation_id, dialect, result_limit, \
        result_offset, cache_status, latency_us, total_received, total_returned, \
        upstream_status, upstream_correlation_id, error, degraded_reason, empty_reason, entry \
    FROM audit \
    WHERE seq IN (SELECT seq FROM audit_open_intent WHERE writer = ?1) ORDER BY seq";

/// Nothing of a writer is open any more.
pub(crate) const CLOSE_OF: &str = "DELETE FROM audit_open_intent WHERE writer = ?1";

#[cfg(test)]
pub(super) const EVERY: [&str; 6] = [NEW_WRITER, OPEN, CLOSE, WRITERS, OPEN_OF, CLOSE_OF];
