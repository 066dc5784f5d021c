//! Statements on `conversation_key`.

/// Makes a key where there is none.
pub(crate) const MAKE: &str = "\
    INSERT INTO conversation_key (tenant, conversation_id, key, made_at_us)
    VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (tenant, conversation_id) DO NOTHING";

/// The key of a conversation.
pub(crate) const GET: &str = "\
    SELECT key FROM conversation_key WHERE tenant = ?1 AND conversation_id = ?2";

/// Forgets a key; what it was is overwritten (`secure_delete`).
pub(crate) const FORGET: &str = "\
    DELETE FROM conversation_key WHERE tenant = ?1 AND conversation_id = ?2";

/// Folds the write-ahead log into the file and empties it: there may be a key in it.
pub(crate) const EMPTY_LOG: &str = "PRAGMA wal_checkpoint(TRUNCATE)";

#[cfg(test)]
pub(super) const EVERY: [&str; 4] = [MAKE, GET, FORGET, EMPTY_LOG];
