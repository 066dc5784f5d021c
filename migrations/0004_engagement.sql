-- The engagement ledger: what was shown to agents, and what they used. Append-only.

PRAGMA user_version = 4;

CREATE TABLE engagement (
    -- Order of recording.
    position INTEGER PRIMARY KEY,
    -- Whose event.
    tenant TEXT NOT NULL,
    -- Unique within the tenant. The same event sent again changes nothing.
    event_id TEXT NOT NULL,
    -- The conversation the recommendation was made for.
    conversation_id TEXT NOT NULL,
    -- The recommendation.
    recommendation_id TEXT NOT NULL,
    -- What happened to it: 'emitted' (shown) or 'used'.
    kind TEXT NOT NULL,
    -- In which session.
    session_id TEXT NOT NULL,
    -- To or by which agent. NULL if unknown.
    agent_id TEXT,
    -- When; microseconds since 1970-01-01T00:00:00Z.
    at_us INTEGER NOT NULL,

    UNIQUE (tenant, event_id)
) STRICT;

-- Carries every column that a summary looks at.
CREATE INDEX engagement_by_item
    ON engagement (tenant, kind, conversation_id, recommendation_id, at_us);

-- Before any conflict is resolved: without this, INSERT OR REPLACE would rewrite an event.
CREATE TRIGGER engagement_event_is_never_replaced
BEFORE INSERT ON engagement
WHEN EXISTS (
        SELECT 1 FROM engagement WHERE tenant = NEW.tenant AND event_id = NEW.event_id
    )
    OR EXISTS (SELECT 1 FROM engagement WHERE position = NEW.position)
BEGIN
    SELECT RAISE(ABORT, 'engagement: an event is never replaced');
END;

CREATE TRIGGER engagement_event_is_never_changed
BEFORE UPDATE ON engagement
BEGIN
    SELECT RAISE(ABORT, 'engagement: an event is never changed');
END;

CREATE TRIGGER engagement_event_is_never_deleted
BEFORE DELETE ON engagement
BEGIN
    SELECT RAISE(ABORT, 'engagement: an event is never deleted');
END;

-- A list of words in a trigger and not in a CHECK constraint; see audit_words_are_known.
CREATE TRIGGER engagement_kind_is_known
BEFORE INSERT ON engagement
WHEN NEW.kind NOT IN ('emitted', 'used')
BEGIN
    SELECT RAISE(ABORT, 'engagement: a word is outside its list');
END;
