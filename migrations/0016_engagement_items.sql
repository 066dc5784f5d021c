-- What became of each recommendation, and by what it is counted: a projection of the engagement
-- ledger, kept beside it in the same transactions, so that a report reads one row an item.

PRAGMA user_version = 16;

-- When it happened by the clock of whoever told it; microseconds since 1970-01-01T00:00:00Z. NULL if
-- that was not said.
ALTER TABLE engagement ADD COLUMN client_at_us INTEGER;

CREATE TABLE engagement_item (
    -- Whose item.
    tenant TEXT NOT NULL,
    -- The conversation it was recommended for.
    conversation_id TEXT NOT NULL,
    -- The recommendation.
    recommendation_id TEXT NOT NULL,

    -- When it was given out first. NULL while only later events are known; such an item counts
    -- nowhere. What the exposure says is of that first time.
    emitted_us INTEGER,
    -- Names the exposure in engagement.
    emission_event_id TEXT,
    -- In which session.
    session_id TEXT,
    -- To which agent. NULL if unknown.
    emitted_to TEXT,
    -- In which queue. NULL if unknown.
    queue_id TEXT,
    -- What it was recommended for: an utterance, a message, a search, or the request that brought it.
    trigger_id TEXT,
    -- What it is.
    kind TEXT,
    -- Which path brought it.
    origin TEXT,
    -- Document, canned response or script it was made from. NULL if unknown.
    document_id TEXT,

    -- When it was first on a screen: told so, or anything told that cannot have happened otherwise.
    displayed_us INTEGER,
    -- To which agent it was displayed first, and when that was. NULL if nobody said.
    displayed_to TEXT,
    displayed_to_us INTEGER,
    -- When it was first opened.
    opened_us INTEGER,
    -- When it was first copied, inserted, used, or accepted upstream.
    adopted_us INTEGER,
    -- When it was first sent away.
    dismissed_us INTEGER,
    -- When it was last rated, and whether it was found helpful then (1) or not (0).
    rated_us INTEGER,
    rated_positive INTEGER CHECK (rated_positive IN (0, 1)),

    PRIMARY KEY (tenant, conversation_id, recommendation_id),
    CONSTRAINT an_exposure_is_whole CHECK (
        emitted_us IS NULL
        OR (emission_event_id IS NOT NULL AND session_id IS NOT NULL AND trigger_id IS NOT NULL
            AND kind IS NOT NULL AND origin IS NOT NULL)
    ),
    CONSTRAINT whatever_was_done_was_displayed CHECK (
        displayed_us IS NOT NULL
        OR coalesce(opened_us, adopted_us, dismissed_us, rated_us) IS NULL
    ),
    CONSTRAINT a_rating_is_whole CHECK ((rated_us IS NULL) = (rated_positive IS NULL)),
    CONSTRAINT an_agent_is_told_with_a_time CHECK ((displayed_to IS NULL) = (displayed_to_us IS NULL))
) STRICT;

-- Reports are of a stretch of time.
CREATE INDEX engagement_item_by_emission ON engagement_item (tenant, emitted_us);

-- Items of before. Their triggers, kinds and origins were not kept: each counts as a trigger of its
-- own, of the kind and origin that were usual.
INSERT INTO engagement_item (
    tenant, conversation_id, recommendation_id, emitted_us, emission_event_id, session_id,
    emitted_to, trigger_id, kind, origin
)
SELECT tenant, conversation_id, recommendation_id, min(at_us), event_id, session_id, agent_id,
    recommendation_id, 'recommendation', 'upstream'
FROM engagement
WHERE kind = 'emitted'
GROUP BY tenant, conversation_id, recommendation_id;

INSERT INTO engagement_item (
    tenant, conversation_id, recommendation_id, displayed_us, adopted_us
)
SELECT tenant, conversation_id, recommendation_id, min(at_us), min(at_us)
FROM engagement
WHERE kind = 'used'
GROUP BY tenant, conversation_id, recommendation_id
ON CONFLICT DO UPDATE SET displayed_us = excluded.displayed_us, adopted_us = excluded.adopted_us;

-- Summaries were counted by this index; they are counted by items now.
DROP INDEX engagement_by_item;

DROP TRIGGER engagement_kind_is_known;
CREATE TRIGGER engagement_kind_is_known
BEFORE INSERT ON engagement
WHEN NEW.kind NOT IN (
        'emitted', 'displayed', 'opened', 'copied', 'inserted', 'used', 'accepted', 'dismissed',
        'rated_positive', 'rated_negative'
    )
BEGIN
    SELECT RAISE(ABORT, 'engagement: a word is outside its list');
END;

-- What is remembered does not say yet what it was recommended for; it is fetched again.
DELETE FROM recommendation_cache;

-- As before, with what happened: not every adoption is told as a use.
DROP VIEW audit_adoptions;
CREATE VIEW audit_adoptions AS
SELECT
    -- Position in the audit log.
    seq,
    -- When, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', at_us % 1000000) AS at,
    tenant,
    conversation_id,
    session_id,
    agent_id,
    -- Who said which agent: 'credential', 'request', 'upstream_context' or 'unknown'.
    agent_origin,
    queue_id,
    -- Who said which queue, in the same words.
    queue_origin,
    -- What was used.
    recommendation_id,
    -- The report's own identifier.
    entry ->> '$.adoption.event_id' AS event_id,
    -- 1 if the same report had come before; then it counted nothing.
    entry ->> '$.adoption.replay' AS replay,
    request_id,
    -- What happened to it: 'copied', 'inserted', 'used' or 'accepted' (upstream); the first versions knew
    -- 'used' only, and did not say so.
    coalesce(entry ->> '$.adoption.kind', 'used') AS kind,
    -- When, by the clock of whoever told it, microseconds since 1970-01-01T00:00:00Z. NULL if not said.
    entry ->> '$.adoption.client_at_us' AS client_at_us
FROM audit
WHERE event = 'assist_recommendation_adopted';

-- What was displayed, opened, sent away or rated, one row for each that was told. Records hold all that
-- was told at once of one conversation.
CREATE VIEW audit_engagements AS
SELECT
    -- Position in the audit log.
    seq,
    -- When, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', at_us % 1000000) AS at,
    tenant,
    conversation_id,
    session_id,
    agent_id,
    -- Who said which agent: 'credential', 'request', 'upstream_context' or 'unknown'.
    agent_origin,
    value ->> '$.recommendation_id' AS recommendation_id,
    -- What happened to it: 'displayed', 'opened', 'dismissed', 'rated_positive' or 'rated_negative'.
    value ->> '$.kind' AS kind,
    -- The event's own identifier.
    value ->> '$.event_id' AS event_id,
    -- 1 if the same event had come before; then it counted nothing.
    value ->> '$.replay' AS replay,
    -- When, by the clock of whoever told it, microseconds since 1970-01-01T00:00:00Z. NULL if not said.
    value ->> '$.client_at_us' AS client_at_us,
    request_id
FROM audit, json_each(entry, '$.engaged')
WHERE event = 'assist_recommendation_engaged';
