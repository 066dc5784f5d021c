//! Statements on `audit_leaf`, `audit_tile` and `audit_head`.

/// The head of the log.
pub(crate) const HEAD: &str = "\
    SELECT before, size, root, frontier, last_leaf, chained_from FROM audit_head";

/// As much of it as tells whether somebody else has appended.
pub(crate) const END: &str = "SELECT size, root FROM audit_head";

/// As much of it as a reader is told.
pub(crate) const WHERE_IT_ENDS: &str = "SELECT before, size, root FROM audit_head";

/// What the newest signed checkpoint covers, and when it was signed.
pub(crate) const NEWEST_CHECKPOINT: &str = "\
    SELECT size, at_us FROM audit_checkpoint ORDER BY number DESC LIMIT 1";

/// Moves the head on.
pub(crate) const MOVE_HEAD: &str = "\
    UPDATE audit_head
    SET size = ?1, root = ?2, frontier = ?3, last_leaf = ?4,
        chained_from = coalesce(chained_from, ?5)";

/// Adds leaves, from position ?1 on: ?3 hashes of 32 bytes, one behind the other. One statement
/// however many there are: each costs a change of threads and back.
pub(crate) const ADD_LEAVES: &str = "\
    WITH RECURSIVE leaf (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM leaf WHERE i + 1 < ?3)
    INSERT INTO audit_leaf (seq, hash)
    SELECT ?1 + i, substr(?2, 32 * i + 1, 32) FROM leaf";

/// Adds one leaf.
pub(crate) const ADD_LEAF: &str = "INSERT INTO audit_leaf (seq, hash) VALUES (?1, ?2)";

/// The leaves behind a position, at most so many.
pub(crate) const LEAVES: &str = "\
    SELECT hash FROM audit_leaf WHERE seq > ?1 ORDER BY seq LIMIT ?2";

/// A tile.
pub(crate) const TILE: &str = "\
    SELECT hashes FROM audit_tile WHERE level = ?1 AND position = ?2";

pub(crate) const ADD_TILE: &str = "\
    INSERT INTO audit_tile (level, position, hashes) VALUES (?1, ?2, ?3)";

pub(crate) const GROW_TILE: &str = "\
    UPDATE audit_tile SET hashes = ?3 WHERE level = ?1 AND position = ?2";

/// Records behind a position, at most so many.
pub(crate) const ENTRIES: &str = "\
    SELECT seq, entry FROM audit WHERE seq > ?1 ORDER BY seq LIMIT ?2";

/// Position of the last record ever written.
pub(crate) const LAST: &str = "SELECT last_seq FROM audit_end";

#[cfg(test)]
pub(super) const EVERY: [&str; 13] = [
    HEAD,
    END,
    WHERE_IT_ENDS,
    NEWEST_CHECKPOINT,
    MOVE_HEAD,
    ADD_LEAVES,
    ADD_LEAF,
    LEAVES,
    TILE,
    ADD_TILE,
    GROW_TILE,
    ENTRIES,
    LAST,
];
