-- The outbox: what waits to be delivered to somewhere else, and how far the sources were handed over.

PRAGMA user_version = 15;

-- Destinations that were used. What they are is said by the settings.
CREATE TABLE outbox_destination (
    -- Its name, such as 'webhook/crm'.
    destination TEXT PRIMARY KEY NOT NULL,
    -- How far its source was looked through, such as the position in the audit log. NULL if never.
    cursor INTEGER CHECK (cursor >= 0),
    -- Since when no attempt has succeeded; microseconds since 1970-01-01T00:00:00Z. NULL if the last
    -- one did, or there was none.
    failing_since_us INTEGER,
    -- Since when nothing is given out, likewise, and why. NULL if it is.
    held_since_us INTEGER,
    held_why TEXT,

    CONSTRAINT held_for_a_reason CHECK ((held_since_us IS NULL) = (held_why IS NULL))
) STRICT;

-- A cursor that went back would deliver anew what was delivered long ago.
CREATE TRIGGER outbox_cursor_never_goes_back
BEFORE UPDATE OF cursor ON outbox_destination
WHEN NEW.cursor IS NULL AND OLD.cursor IS NOT NULL OR NEW.cursor < OLD.cursor
BEGIN
    SELECT RAISE(ABORT, 'outbox_destination: a cursor never goes back');
END;

-- Items that wait, and those that are not tried any more. What was delivered is deleted.
CREATE TABLE outbox_item (
    -- Order of delivery within a lane. Never used again, so that a ticket for a deleted item is none
    -- for another.
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    -- Where to.
    destination TEXT NOT NULL,
    -- Unique within the destination.
    id TEXT NOT NULL,
    -- An item that fails holds back those behind it in its lane. Empty for the only lane.
    lane TEXT NOT NULL,
    -- When what it tells of happened; microseconds since 1970-01-01T00:00:00Z.
    at_us INTEGER NOT NULL,
    -- What to deliver, in the destination's own notation.
    body TEXT NOT NULL,
    -- Failed attempts.
    attempts INTEGER NOT NULL DEFAULT 0,
    -- When it is due, or its lease runs out; likewise. 0 until it is tried.
    due_us INTEGER NOT NULL DEFAULT 0,
    -- How often it was leased.
    lease INTEGER NOT NULL DEFAULT 0,
    -- 1 from being leased until it is settled, also when the lease has run out.
    leased INTEGER NOT NULL DEFAULT 0 CHECK (leased IN (0, 1)),
    -- Why the last attempt failed, in words of ours. NULL if none did.
    why TEXT,
    -- When it was given up, likewise. NULL if it waits.
    died_at_us INTEGER,

    UNIQUE (destination, id)
) STRICT;

-- What waits, in the order in which it is given out.
CREATE INDEX outbox_item_waiting ON outbox_item (destination, position)
    WHERE died_at_us IS NULL;

-- What an item may have to wait for.
CREATE INDEX outbox_item_by_lane ON outbox_item (destination, lane, position, due_us)
    WHERE died_at_us IS NULL;

-- What was given up, in order.
CREATE INDEX outbox_item_dead ON outbox_item (destination, position)
    WHERE died_at_us IS NOT NULL;

-- Before any conflict is resolved: without this, INSERT OR REPLACE would rewrite an item and move it
-- to the end.
CREATE TRIGGER outbox_item_is_never_replaced
BEFORE INSERT ON outbox_item
WHEN EXISTS (SELECT 1 FROM outbox_item WHERE destination = NEW.destination AND id = NEW.id)
    OR EXISTS (SELECT 1 FROM outbox_item WHERE position = NEW.position)
BEGIN
    SELECT RAISE(ABORT, 'outbox_item: an item is never replaced');
END;

CREATE TRIGGER outbox_item_content_is_never_changed
BEFORE UPDATE OF position, destination, id, lane, at_us, body ON outbox_item
BEGIN
    SELECT RAISE(ABORT, 'outbox_item: what is to be delivered never changes');
END;
