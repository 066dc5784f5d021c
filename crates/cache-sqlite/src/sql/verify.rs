//! Statements that read the whole log, many records to a row.
//!
//! What a row costs between SQLite and us is more than to hash it, so that SQLite puts many together:
//! entries one behind the other, and what else is in each record as a line of JSON, which has one form
//! and no line end in it. `json_array` fails for a column that holds bytes; see [`COLUMNS_OF_ONE`].

macro_rules! columns {
    () => {
        "json_array(seq, octet_length(entry), at_us, event, tenant, request_id, session_id, \
         conversation_id, agent_id, agent_origin, queue_id, queue_origin, recommendation_id, \
         dialect, result_limit, result_offset, cache_status, latency_us, total_received, \
         total_returned, upstream_status, upstream_correlation_id, error, degraded_reason, \
         empty_reason)"
    };
}

/// How many bytes the entries behind position ?1 up to ?2 have.
pub(crate) const WEIGHT: &str = "\
    SELECT coalesce(sum(octet_length(entry)), 0) FROM audit WHERE seq > ?1 AND seq <= ?2";

/// The records behind position ?1 up to ?2: their columns, a line each, their entries one behind the
/// other, and how many entries are no text.
pub(crate) const RECORDS: &str = concat!(
    "SELECT group_concat(",
    columns!(),
    ", char(10)), CAST(group_concat(entry, '') AS BLOB), \
     coalesce(sum(typeof(entry) <> 'text'), 0) \
     FROM (SELECT * FROM audit WHERE seq > ?1 AND seq <= ?2 ORDER BY seq)"
);

/// The columns of one record.
pub(crate) const COLUMNS_OF_ONE: &str = concat!(
    "SELECT ",
    columns!(),
    ", CAST(entry AS BLOB), typeof(entry) <> 'text' FROM audit WHERE seq = ?1"
);

/// One record whose columns are not to be had.
pub(crate) const ENTRY_OF_ONE: &str = "\
    SELECT CAST(entry AS BLOB), typeof(entry) <> 'text' FROM audit WHERE seq = ?1";

/// The leaves behind position ?1 up to ?2, one behind the other, and how many there are.
pub(crate) const LEAVES: &str = "\
    SELECT CAST(coalesce(group_concat(hash, ''), '') AS BLOB), count(*)
    FROM (SELECT hash FROM audit_leaf WHERE seq > ?1 AND seq <= ?2 ORDER BY seq)";

/// One leaf.
pub(crate) const LEAF: &str = "SELECT hash FROM audit_leaf WHERE seq = ?1";

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
pub(super) const EVERY: [&str; 8] = [
    WEIGHT,
    RECORDS,
    COLUMNS_OF_ONE,
    ENTRY_OF_ONE,
    LEAVES,
    LEAF,
    ENDS,
    LAST_ARCHIVE,
];
