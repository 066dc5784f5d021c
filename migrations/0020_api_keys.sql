-- The keys with which callers identify themselves to the daemon, without their secrets.

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
