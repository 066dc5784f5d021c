//! Statements on `audit_hold` and `audit_hold_release`.

/// Places a hold.
pub(crate) const PLACE: &str = "\
    INSERT INTO audit_hold (id, tenant, scope, scope_id, reason, at_us, held_by)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";

/// Ends a hold, if it stands.
pub(crate) const RELEASE: &str = "\
    INSERT INTO audit_hold_release (hold_id, at_us, released_by)
    SELECT id, ?3, ?4 FROM audit_hold_standing WHERE tenant = ?1 AND id = ?2";

/// Every hold of a tenant.
pub(crate) const LIST: &str = "\
    SELECT h.id, h.scope, h.scope_id, h.reason, h.at_us, h.held_by,
        r.at_us AS released_at_us, r.released_by
    FROM audit_hold AS h LEFT JOIN audit_hold_release AS r ON r.hold_id = h.id
    WHERE h.tenant = ?1 ORDER BY h.id";

/// Whether a hold of tenant ?1 covers conversation ?2, or agent ?3, or, where both are NULL, anything.
/// Who took part in what has been archived is not looked up: then every hold covers every agent.
pub(crate) const IS_HELD: &str = "\
    SELECT EXISTS (
        SELECT 1 FROM audit_hold_standing AS h
        WHERE h.tenant = ?1
            AND (
                h.scope = 'everything'
                OR h.scope_id = ?2
                OR (?2 IS NULL AND ?3 IS NULL)
                OR (
                    ?3 IS NOT NULL
                    AND (
                        EXISTS (SELECT 1 FROM audit_pruning)
                        OR EXISTS (
                            SELECT 1 FROM audit AS a
                            WHERE a.conversation_id = h.scope_id AND a.tenant = h.tenant
                                AND a.agent_id = ?3
                        )
                    )
                )
            )
    )";

/// Whether a hold of everything stands, whoever's.
pub(crate) const HOLDS_EVERYTHING: &str = "\
    SELECT EXISTS (SELECT 1 FROM audit_hold_standing WHERE scope = 'everything')";

/// Which conversations are held, and whose they are.
pub(crate) const HELD_CONVERSATIONS: &str = "\
    SELECT DISTINCT tenant, scope_id FROM audit_hold_standing WHERE scope = 'conversation'";

/// The first record that a hold of a conversation covers.
pub(crate) const FIRST_HELD: &str = "\
    SELECT min(
        (
            SELECT min(seq) FROM audit
            WHERE conversation_id = h.scope_id AND tenant = h.tenant
        )
    )
    FROM audit_hold_standing AS h WHERE h.scope = 'conversation'";

#[cfg(test)]
pub(super) const EVERY: [&str; 7] = [
    PLACE,
    RELEASE,
    LIST,
    IS_HELD,
    HOLDS_EVERYTHING,
    HELD_CONVERSATIONS,
    FIRST_HELD,
];
