//! Statements on `audit_checkpoint`.

/// Adds one behind the last, unless that one speaks of as many leaves. Parameters: size, root, time,
/// note.
pub(crate) const ADD: &str = "\
    INSERT INTO audit_checkpoint (number, size, root, at_us, note)
    SELECT coalesce(max(number), 0) + 1, ?1, ?2, ?3, ?4 FROM audit_checkpoint
    HAVING coalesce(max(size), 0) < ?1";

/// How many leaves the last one speaks of.
pub(crate) const SIZE: &str = "SELECT coalesce(max(size), 0) FROM audit_checkpoint";

/// Those behind a number, at most so many.
pub(crate) const PAGE: &str = "\
    SELECT number, size, root, at_us, note FROM audit_checkpoint
    WHERE number > ?1 ORDER BY number LIMIT ?2";

/// The newest of at most so many leaves.
pub(crate) const NEWEST: &str = "\
    SELECT number, size, root, at_us, note FROM audit_checkpoint
    WHERE size <= ?1 ORDER BY size DESC LIMIT 1";

/// Size, root and note of those of more than ?1 and up to ?2 leaves.
pub(crate) const MARKS_OF_SIZES: &str = "\
    SELECT size, root, note FROM audit_checkpoint WHERE size > ?1 AND size <= ?2 ORDER BY size";

/// How many there are, the largest number, and the largest size.
pub(crate) const ENDS: &str = "\
    SELECT count(*), coalesce(max(number), 0), coalesce(max(size), 0) FROM audit_checkpoint";

#[cfg(test)]
pub(super) const EVERY: [&str; 6] = [ADD, SIZE, PAGE, NEWEST, MARKS_OF_SIZES, ENDS];
