//! Statements that read the whole log.

macro_rules! record {
    ($where:literal) => {
        concat!(
            "SELECT seq, entry, at_us, event, tenant, request_id, session_id, conversation_id, ",
            "agent_id, agent_origin, queue_id, queue_origin, recommendation_id, dialect, ",
            "result_limit, result_offset, cache_status, latency_us, total_received, ",
            "total_returned, upstream_status, upstream_correlation_id, error, degraded_reason, ",
            "empty_reason FROM audit WHERE ",
            $where
        )
    };
}

/// The records behind position ?1 up to ?2: position, entry, the other columns.
pub(crate) const RECORDS: &str = record!("seq > ?1 AND seq <= ?2 ORDER BY seq");

/// One record, in the same way. Behind a place in the file that cannot be read it is still found.
pub(crate) const RECORD: &str = record!("seq = ?1");

/// The leaves behind position ?1 up to ?2, with their positions.
pub(crate) const LEAVES: &str = "\
    SELECT seq, hash FROM audit_leaf WHERE seq > ?1 AND seq <= ?2 ORDER BY seq";

/// One leaf, in the same way.
pub(crate) const LEAF: &str = "SELECT seq, hash FROM audit_leaf WHERE seq = ?1";

/// Where the log begins and ends by the records, and by the leaves.
pub(crate) const ENDS: &str = "\
    SELECT (SELECT min(seq) FROM audit) AS first_record,
           (SELECT max(seq) FROM audit) AS last_record,
           (SELECT min(seq) FROM audit_leaf) AS first_leaf,
           (SELECT max(seq) FROM audit_leaf) AS last_leaf,
           (SELECT max(below_seq) FROM audit_pruning) AS pruned_below,
           (SELECT count(*) FROM audit_tile) AS tiles";

/// The last record of an archive that ends before ?1: last record in it, and root. Those that count are
/// behind what they tell of. An entry that is no JSON is found otherwise.
pub(crate) const LAST_ARCHIVE: &str = "\
    SELECT CAST(entry ->> '$.archive.last_seq' AS INTEGER), CAST(entry ->> '$.archive.root' AS TEXT)
    FROM audit
    WHERE event = 'assist_audit_archived' AND seq >= ?1 AND CASE
        WHEN json_valid(entry) THEN entry ->> '$.archive.last_seq' < ?1 ELSE FALSE END
    ORDER BY seq DESC LIMIT 1";

#[cfg(test)]
pub(super) const EVERY: [&str; 6] = [RECORDS, RECORD, LEAVES, LEAF, ENDS, LAST_ARCHIVE];
