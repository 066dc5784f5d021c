//! Statements on `api_key`.

/// Adds a key whose name is not taken.
pub(crate) const ADD: &str = "\
    INSERT INTO api_key (
        id, digest, name, role, tenant, queues, conversation_id, created_at_us, expires_at_us
    )
    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
    WHERE NOT EXISTS (SELECT 1 FROM api_key WHERE id = ?1)";

/// The key of a name.
pub(crate) const FIND: &str = "\
    SELECT id, digest, name, role, tenant, queues, conversation_id, created_at_us, expires_at_us,
        revoked_at_us
    FROM api_key WHERE id = ?1";

/// Every key, the oldest first.
pub(crate) const LIST: &str = "\
    SELECT id, digest, name, role, tenant, queues, conversation_id, created_at_us, expires_at_us,
        revoked_at_us
    FROM api_key ORDER BY created_at_us, id";

/// Ends a key that stands.
pub(crate) const REVOKE: &str =
    "UPDATE api_key SET revoked_at_us = ?2 WHERE id = ?1 AND revoked_at_us IS NULL";

#[cfg(test)]
pub(super) const EVERY: [&str; 4] = [ADD, FIND, LIST, REVOKE];
