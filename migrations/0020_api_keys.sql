-- The keys with which callers identify themselves to the daemon, without their secrets, and the records
-- of those who asked for what they may not.

PRAGMA user_version = 20;

-- Keys. They are revoked, not deleted: records name them.
CREATE TABLE api_key (
    -- Names the key in lists and records; no secret.
    id TEXT PRIMARY KEY NOT NULL CHECK (id <> ''),
    -- SHA-256 of its secret part, 256 bits of randomness.
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    -- What people call it.
    name TEXT NOT NULL,
    -- What it is for: agent, supervisor, auditor or admin.
    role TEXT NOT NULL,
    -- The only tenant it is for. NULL for any.
    tenant TEXT,
    -- The only queues it is for, a JSON list of texts; empty for any.
    queues TEXT NOT NULL CHECK (json_type(queues) = 'array'),
    -- The only conversation it is for. NULL for any.
    conversation_id TEXT,
    -- When it was made; microseconds since 1970-01-01T00:00:00Z.
    created_at_us INTEGER NOT NULL,
    -- When it ends by itself, likewise. NULL if it does not.
    expires_at_us INTEGER,
    -- When it was revoked, likewise. NULL if it stands.
    revoked_at_us INTEGER
) STRICT;

CREATE TRIGGER api_key_role_is_known
BEFORE INSERT ON api_key
WHEN NEW.role NOT IN ('agent', 'supervisor', 'auditor', 'admin')
BEGIN
    SELECT RAISE(ABORT, 'api_key: no such role');
END;

-- Before any conflict is resolved: INSERT OR REPLACE would make another key of it.
CREATE TRIGGER api_key_is_never_replaced
BEFORE INSERT ON api_key
WHEN EXISTS (SELECT 1 FROM api_key WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'api_key: a key is never replaced');
END;

-- What a key opens is settled when it is made.
CREATE TRIGGER api_key_never_changes
BEFORE UPDATE OF id, digest, name, role, tenant, queues, conversation_id, created_at_us, expires_at_us
ON api_key
BEGIN
    SELECT RAISE(ABORT, 'api_key: a key never changes');
END;

CREATE TRIGGER api_key_stays_revoked
BEFORE UPDATE OF revoked_at_us ON api_key
WHEN OLD.revoked_at_us IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'api_key: a key that was revoked stays so');
END;

CREATE TRIGGER api_key_is_never_deleted
BEFORE DELETE ON api_key
BEGIN
    SELECT RAISE(ABORT, 'api_key: a key is revoked, not deleted');
END;

-- As before, with the new event.
DROP TRIGGER audit_words_are_known;
CREATE TRIGGER audit_words_are_known
BEFORE INSERT ON audit
WHEN (NEW.event IS NOT NULL AND CASE NEW.event
        WHEN 'assist_fetch_initiated' THEN FALSE
        WHEN 'assist_fetch_hit' THEN FALSE
        WHEN 'assist_fetch_completed' THEN FALSE
        WHEN 'assist_fetch_failed' THEN FALSE
        WHEN 'assist_fetch_refused' THEN FALSE
        WHEN 'assist_fetch_withheld' THEN FALSE
        WHEN 'assist_refresh_completed' THEN FALSE
        WHEN 'assist_refresh_failed' THEN FALSE
        WHEN 'assist_recommendation_adopted' THEN FALSE
        WHEN 'assist_switched' THEN FALSE
        WHEN 'assist_egress_stopped' THEN FALSE
        WHEN 'assist_audit_archived' THEN FALSE
        WHEN 'assist_audit_archive_deleted' THEN FALSE
        WHEN 'assist_audit_held' THEN FALSE
        WHEN 'assist_audit_hold_released' THEN FALSE
        WHEN 'assist_refresh_initiated' THEN FALSE
        WHEN 'assist_adoption_refused' THEN FALSE
        WHEN 'assist_switch_refused' THEN FALSE
        WHEN 'assist_outcome_unknown' THEN FALSE
        WHEN 'assist_log_unwritten' THEN FALSE
        WHEN 'assist_audit_read' THEN FALSE
        WHEN 'assist_erased' THEN FALSE
        WHEN 'assist_access_denied' THEN FALSE
        ELSE TRUE END)
    OR (NEW.agent_origin IS NOT NULL AND CASE NEW.agent_origin
        WHEN 'credential' THEN FALSE
        WHEN 'request' THEN FALSE
        WHEN 'upstream_context' THEN FALSE
        WHEN 'unknown' THEN FALSE
        ELSE TRUE END)
    OR (NEW.queue_origin IS NOT NULL AND CASE NEW.queue_origin
        WHEN 'credential' THEN FALSE
        WHEN 'request' THEN FALSE
        WHEN 'upstream_context' THEN FALSE
        WHEN 'unknown' THEN FALSE
        ELSE TRUE END)
    OR (NEW.dialect IS NOT NULL AND CASE NEW.dialect
        WHEN 'recommendations' THEN FALSE
        WHEN 'suggestions' THEN FALSE
        ELSE TRUE END)
    OR (NEW.cache_status IS NOT NULL AND CASE NEW.cache_status
        WHEN 'hit' THEN FALSE
        WHEN 'miss' THEN FALSE
        WHEN 'stale' THEN FALSE
        WHEN 'fallback' THEN FALSE
        WHEN 'bypass' THEN FALSE
        WHEN 'none' THEN FALSE
        ELSE TRUE END)
    OR (NEW.error IS NOT NULL AND CASE NEW.error
        WHEN 'bad_request' THEN FALSE
        WHEN 'unauthenticated' THEN FALSE
        WHEN 'forbidden' THEN FALSE
        WHEN 'not_found' THEN FALSE
        WHEN 'upstream_timeout' THEN FALSE
        WHEN 'too_large' THEN FALSE
        WHEN 'rate_limited' THEN FALSE
        WHEN 'server_error' THEN FALSE
        WHEN 'unreachable' THEN FALSE
        WHEN 'deadline_exceeded' THEN FALSE
        WHEN 'bad_format' THEN FALSE
        WHEN 'circuit_open' THEN FALSE
        WHEN 'internal' THEN FALSE
        ELSE TRUE END)
    OR (NEW.degraded_reason IS NOT NULL AND CASE NEW.degraded_reason
        WHEN 'rate_limited' THEN FALSE
        WHEN 'upstream_error' THEN FALSE
        WHEN 'timeout' THEN FALSE
        WHEN 'bad_format' THEN FALSE
        WHEN 'rejected' THEN FALSE
        WHEN 'assist_off' THEN FALSE
        WHEN 'session_paused' THEN FALSE
        WHEN 'personal_data' THEN FALSE
        ELSE TRUE END)
    OR (NEW.empty_reason IS NOT NULL AND CASE NEW.empty_reason
        WHEN 'no_copilot_data' THEN FALSE
        WHEN 'upstream_empty' THEN FALSE
        WHEN 'below_threshold' THEN FALSE
        WHEN 'personal_data' THEN FALSE
        WHEN 'filtered' THEN FALSE
        WHEN 'malformed' THEN FALSE
        WHEN 'degraded' THEN FALSE
        ELSE TRUE END)
BEGIN
    SELECT RAISE(ABORT, 'audit: a word is outside its list');
END;
