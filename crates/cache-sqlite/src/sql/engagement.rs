//! Statements on `engagement`.

/// Keeps an event unless its identifier is known. A conflict clause would not do: the trigger
/// against INSERT OR REPLACE fires before conflicts are looked for.
pub(crate) const RECORD: &str = "\
    INSERT INTO engagement (
        tenant, event_id, conversation_id, recommendation_id, kind, session_id, agent_id, at_us
    )
    SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8
    WHERE NOT EXISTS (SELECT 1 FROM engagement WHERE tenant = ?1 AND event_id = ?2)";

/// Whether the event of an identifier is of this conversation, recommendation and kind.
pub(crate) const IS_SAME: &str = "\
    SELECT conversation_id = ?3 AND recommendation_id = ?4 AND kind = ?5
    FROM engagement
    WHERE tenant = ?1 AND event_id = ?2";

/// The earliest exposure of an item; of equally early ones the one recorded first.
pub(crate) const FIRST_EMISSION: &str = "\
    SELECT event_id, session_id, agent_id, at_us
    FROM engagement
    WHERE tenant = ?1 AND kind = 'emitted' AND conversation_id = ?2 AND recommendation_id = ?3
    ORDER BY at_us, position
    LIMIT 1";

/// Counts the items whose first exposure lies in the bounds, those among them that were used, and
/// their conversations.
pub(crate) const SUMMARISE: &str = "\
    WITH exposure AS (
        SELECT conversation_id, recommendation_id
        FROM engagement
        WHERE tenant = ?1 AND kind = 'emitted'
        GROUP BY conversation_id, recommendation_id
        HAVING (?2 IS NULL OR min(at_us) >= ?2) AND (?3 IS NULL OR min(at_us) < ?3)
    )
    SELECT
        count(*) AS emitted,
        count(CASE WHEN EXISTS (
            SELECT 1 FROM engagement AS used
            WHERE used.tenant = ?1 AND used.kind = 'used'
                AND used.conversation_id = exposure.conversation_id
                AND used.recommendation_id = exposure.recommendation_id
        ) THEN 1 END) AS used,
        count(DISTINCT conversation_id) AS conversations
    FROM exposure";

#[cfg(test)]
pub(super) const EVERY: [&str; 4] = [RECORD, IS_SAME, FIRST_EMISSION, SUMMARISE];
