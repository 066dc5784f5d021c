-- The file as such, and the recommendation cache.
--
-- The cache holds screened answers for a few seconds. It may be emptied at any time; nothing else
-- refers to it. Personal data is masked before it gets here.

-- Names this file as ours ("AgAs"); a file of another program is never written to.
PRAGMA application_id = 0x41674173;
PRAGMA user_version = 1;

CREATE TABLE recommendation_cache (
    -- SHA-256 over everything that changes an answer; 32 bytes.
    key BLOB NOT NULL UNIQUE CHECK (length(key) = 32),
    -- Whose answer it is.
    tenant TEXT NOT NULL,
    -- The conversation it answers, for invalidation.
    conversation_id TEXT NOT NULL,
    -- The session it answers, for invalidation.
    session_id TEXT NOT NULL,
    -- When the upstream gave it; microseconds since 1970-01-01T00:00:00Z. Whether that is still
    -- fresh is not decided here.
    fetched_at_us INTEGER NOT NULL,
    -- Version of the screening rules it was made under. Under other rules it is not served.
    policy_version TEXT NOT NULL,
    -- SHA-256 over the canonical form of policy_version and content; 32 bytes. A body that does
    -- not match it is not served.
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    -- Version of the shape of body.
    body_version INTEGER NOT NULL CHECK (body_version > 0),
    -- The content as JSON.
    body TEXT NOT NULL CHECK (json_valid(body))
) STRICT;

CREATE INDEX recommendation_cache_by_conversation
    ON recommendation_cache (tenant, conversation_id);

CREATE INDEX recommendation_cache_by_session
    ON recommendation_cache (tenant, session_id);

CREATE INDEX recommendation_cache_by_age
    ON recommendation_cache (fetched_at_us);
