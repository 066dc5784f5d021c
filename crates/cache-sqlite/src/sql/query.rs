//! Statements around a question of somebody else's.

/// Root pages of what holds secrets, whichever question leads there.
pub(crate) const SECRET_PAGES: &str = "\
    SELECT rootpage FROM sqlite_schema
    WHERE tbl_name IN ('api_key', 'conversation_key', 'person') AND rootpage > 0";

/// Bounds what SQLite allocates, in this process; it can only be made smaller.
pub(crate) const LIMIT_MEMORY: &str = "PRAGMA hard_heap_limit = 134217728";

/// Whether this connection changes nothing.
pub(crate) const QUERY_ONLY: &str = "PRAGMA query_only";

#[cfg(test)]
pub(super) const EVERY: [&str; 3] = [SECRET_PAGES, LIMIT_MEMORY, QUERY_ONLY];
