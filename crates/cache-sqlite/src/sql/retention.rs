//! Statements by which old records are read, and let go.

/// Where the log begins: records below have been let go.
pub(crate) const BOUNDARY: &str = "SELECT coalesce(max(below_seq), 1) FROM audit_pruning";

/// Moves that.
pub(crate) const MOVE_BOUNDARY: &str = "\
    INSERT INTO audit_pruning (below_seq, at_us) VALUES (?1, ?2)";

/// The first record from ?1 on, below ?2, that is no older than ?3. Along the log: the clock may have
/// been set back.
pub(crate) const FIRST_YOUNG: &str = "\
    SELECT min(seq) FROM audit WHERE seq >= ?1 AND seq < ?2 AND +at_us >= ?3";

/// Records from ?1 on, below ?2, at most ?3.
pub(crate) const RECORDS: &str = "\
    SELECT seq, at_us, entry FROM audit WHERE seq >= ?1 AND seq < ?2 ORDER BY seq LIMIT ?3";

/// The first record in the log.
pub(crate) const FIRST: &str = "SELECT min(seq) FROM audit";

/// Deletes records below ?1.
pub(crate) const DELETE_RECORDS: &str = "DELETE FROM audit WHERE seq < ?1";

/// Deletes leaves below ?1. Tiles have their hashes.
pub(crate) const DELETE_LEAVES: &str = "DELETE FROM audit_leaf WHERE seq < ?1";

/// Bytes of the file that nothing stands in.
pub(crate) const UNUSED: &str = "\
    SELECT (SELECT freelist_count FROM pragma_freelist_count)
        * (SELECT page_size FROM pragma_page_size)";

/// A record of about that time or the first one after it, and when it was.
pub(crate) const SINCE: &str = "\
    SELECT seq, at_us FROM audit INDEXED BY audit_by_time
    WHERE at_us >= ?1 ORDER BY at_us LIMIT 1";

/// Bytes of an entry, on the average of the last thousand.
pub(crate) const BYTES_LATELY: &str = "\
    SELECT avg(bytes) FROM (
        SELECT octet_length(entry) AS bytes FROM audit ORDER BY seq DESC LIMIT 1000
    )";

#[cfg(test)]
pub(super) const EVERY: [&str; 10] = [
    BOUNDARY,
    MOVE_BOUNDARY,
    FIRST_YOUNG,
    RECORDS,
    FIRST,
    DELETE_RECORDS,
    DELETE_LEAVES,
    UNUSED,
    SINCE,
    BYTES_LATELY,
];
