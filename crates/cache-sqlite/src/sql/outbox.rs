//! Statements on `outbox_item` and `outbox_destination`.

/// Makes a destination known.
pub(crate) const KNOW: &str = "\
    INSERT INTO outbox_destination (destination) VALUES (?1)
    ON CONFLICT (destination) DO NOTHING";

/// Moves the cursor, if it is where the caller believes it to be.
pub(crate) const MOVE_CURSOR: &str = "\
    UPDATE outbox_destination SET cursor = ?3 WHERE destination = ?1 AND cursor IS ?2";

/// How a destination itself stands.
pub(crate) const DESTINATION: &str = "\
    SELECT cursor, failing_since_us, held_since_us, held_why
    FROM outbox_destination
    WHERE destination = ?1";

/// Keeps an item that is not there.
pub(crate) const ENQUEUE: &str = "\
    INSERT INTO outbox_item (destination, id, lane, at_us, body)
    SELECT ?1, ?2, ?3, ?4, ?5
    WHERE NOT EXISTS (SELECT 1 FROM outbox_item WHERE destination = ?1 AND id = ?2)";

/// What is due, oldest first, and not behind something of its lane that is not.
pub(crate) const DUE: &str = "\
    SELECT position, id, lane, at_us, body, attempts, lease, leased
    FROM outbox_item AS item
    WHERE destination = ?1 AND died_at_us IS NULL AND due_us <= ?2
        AND NOT EXISTS (
            SELECT 1 FROM outbox_item AS before
            WHERE before.destination = ?1 AND before.lane = item.lane
                AND before.position < item.position
                AND before.due_us > ?2 AND before.died_at_us IS NULL
        )
    ORDER BY position
    LIMIT ?3";

/// Hands out one of them.
pub(crate) const LEASE: &str = "\
    UPDATE outbox_item SET lease = lease + 1, leased = 1, due_us = ?2 WHERE position = ?1";

/// Forgets a delivered item, if the ticket counts.
pub(crate) const DELIVERED: &str = "\
    DELETE FROM outbox_item
    WHERE destination = ?1 AND position = ?2 AND lease = ?3 AND leased = 1";

/// Puts an item off, likewise.
pub(crate) const RETRY: &str = "\
    UPDATE outbox_item SET leased = 0, attempts = attempts + 1, due_us = ?4, why = ?5
    WHERE destination = ?1 AND position = ?2 AND lease = ?3 AND leased = 1";

/// Gives an item up, likewise.
pub(crate) const DEAD: &str = "\
    UPDATE outbox_item SET leased = 0, attempts = attempts + 1, died_at_us = ?4, why = ?5
    WHERE destination = ?1 AND position = ?2 AND lease = ?3 AND leased = 1";

/// Takes an item back untried, likewise.
pub(crate) const RETURNED: &str = "\
    UPDATE outbox_item SET leased = 0, due_us = ?4
    WHERE destination = ?1 AND position = ?2 AND lease = ?3 AND leased = 1";

/// Starts the time of failing, unless it runs.
pub(crate) const FAILING: &str = "\
    UPDATE outbox_destination SET failing_since_us = ?2
    WHERE destination = ?1 AND failing_since_us IS NULL";

/// Ends it.
pub(crate) const NOT_FAILING: &str = "\
    UPDATE outbox_destination SET failing_since_us = NULL
    WHERE destination = ?1 AND failing_since_us IS NOT NULL";

/// Holds a destination that is not held.
pub(crate) const HOLD: &str = "\
    UPDATE outbox_destination SET held_since_us = ?2, held_why = ?3
    WHERE destination = ?1 AND held_since_us IS NULL";

/// Lets it go.
pub(crate) const RESUME: &str = "\
    UPDATE outbox_destination SET held_since_us = NULL, held_why = NULL, failing_since_us = NULL
    WHERE destination = ?1 AND held_since_us IS NOT NULL";

/// A page of what was given up.
pub(crate) const DEAD_PAGE: &str = "\
    SELECT position, id, lane, at_us, body, attempts, coalesce(why, '') AS why, died_at_us
    FROM outbox_item
    WHERE destination = ?1 AND died_at_us IS NOT NULL AND position > ?2
    ORDER BY position
    LIMIT ?3";

/// Tries one anew.
pub(crate) const REDRIVE: &str = "\
    UPDATE outbox_item SET died_at_us = NULL, attempts = 0, due_us = ?3
    WHERE destination = ?1 AND id = ?2 AND died_at_us IS NOT NULL";

/// Tries all of them anew.
pub(crate) const REDRIVE_ALL: &str = "\
    UPDATE outbox_item SET died_at_us = NULL, attempts = 0, due_us = ?2
    WHERE destination = ?1 AND died_at_us IS NOT NULL";

/// How many wait, and since when.
pub(crate) const WAITING: &str = "\
    SELECT count(*), min(at_us) FROM outbox_item WHERE destination = ?1 AND died_at_us IS NULL";

/// When the first of some lane is due.
pub(crate) const NEXT_DUE: &str = "\
    SELECT min(due_us)
    FROM outbox_item AS item
    WHERE destination = ?1 AND died_at_us IS NULL
        AND NOT EXISTS (
            SELECT 1 FROM outbox_item AS before
            WHERE before.destination = ?1 AND before.lane = item.lane
                AND before.position < item.position AND before.died_at_us IS NULL
        )";

/// How many were given up.
pub(crate) const COUNT_DEAD: &str = "\
    SELECT count(*) FROM outbox_item WHERE destination = ?1 AND died_at_us IS NOT NULL";

#[cfg(test)]
pub(super) const EVERY: [&str; 20] = [
    KNOW,
    MOVE_CURSOR,
    DESTINATION,
    ENQUEUE,
    DUE,
    LEASE,
    DELIVERED,
    RETRY,
    DEAD,
    RETURNED,
    FAILING,
    NOT_FAILING,
    HOLD,
    RESUME,
    DEAD_PAGE,
    REDRIVE,
    REDRIVE_ALL,
    WAITING,
    NEXT_DUE,
    COUNT_DEAD,
];
