-- Pseudonyms of people, and the record of what was erased.

PRAGMA user_version = 11;

-- The people whose pseudonyms stand in the audit log and the engagement ledger. It takes the key that lies
-- in a file outside to find somebody here, or to read who it is. So it is no part of the append-only log:
-- deleting a row is how a person is forgotten for good, for without the secret in it not even that key and
-- the identifier lead to the pseudonym.
CREATE TABLE person (
    -- Whose.
    tenant TEXT NOT NULL,
    -- How the row is found: HMAC-SHA-256 of kind and identifier under the epoch's key; 32 bytes.
    lookup BLOB NOT NULL CHECK (length(lookup) = 32),
    -- What stands for the person in records: kind, epoch, and HMAC-SHA-256 of secret, kind and identifier
    -- under the epoch's key, cut to 16 bytes.
    pseudonym TEXT NOT NULL,
    -- Epoch of the key, from 1.
    epoch INTEGER NOT NULL CHECK (epoch > 0),
    -- Tells the key of that epoch from any other that passes for it; 8 bytes.
    key_check BLOB NOT NULL CHECK (length(key_check) = 8),
    -- The person's secret; 32 bytes.
    secret BLOB NOT NULL CHECK (length(secret) = 32),
    -- The identifier, sealed under the epoch's key (XChaCha20-Poly1305, nonce first).
    sealed_id BLOB NOT NULL CHECK (length(sealed_id) > 40),
    -- When it was made; microseconds since 1970-01-01T00:00:00Z.
    made_at_us INTEGER NOT NULL,

    PRIMARY KEY (tenant, lookup)
) STRICT;

CREATE UNIQUE INDEX person_by_pseudonym ON person (tenant, pseudonym);
CREATE INDEX person_by_epoch ON person (epoch, key_check);

-- What was remembered so far names agents as the upstream does. It can be fetched again.
DELETE FROM recommendation_cache;

CREATE TRIGGER audit_erasure_says_what_and_how_much
BEFORE INSERT ON audit
WHEN NEW.event = 'assist_erased'
    AND (
        NEW.entry ->> '$.erasure.stage' IS NULL
        OR NEW.entry ->> '$.erasure.stage' NOT IN ('intended', 'done', 'failed')
        OR NEW.entry ->> '$.erasure.of' IS NULL
        OR NEW.entry ->> '$.erasure.of' NOT IN ('conversation', 'agent', 'customer')
        OR json_type(NEW.entry, '$.erasure.fields') IS NOT 'integer'
        OR json_type(NEW.entry, '$.erasure.pseudonyms') IS NOT 'array'
        OR json_type(NEW.entry, '$.erasure.conversation_ids') IS NOT 'array'
    )
BEGIN
    SELECT RAISE(ABORT, 'audit: an erasure says what it concerns and how much of it there is');
END;

-- Every erasure, one row for the intent and one for what became of it.
CREATE VIEW audit_erasures AS
SELECT
    -- Position in the audit log.
    seq,
    -- When, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', at_us % 1000000) AS at,
    tenant,
    -- 'intended' (before anything was destroyed), 'done' or 'failed'.
    entry ->> '$.erasure.stage' AS stage,
    -- What was named: 'conversation', 'agent' or 'customer'.
    entry ->> '$.erasure.of' AS erased,
    -- The pseudonyms that nobody can resolve any more, as a JSON list.
    entry -> '$.erasure.pseudonyms' AS pseudonyms,
    -- The conversations whose hashes and texts mean nothing any more, as a JSON list.
    entry -> '$.erasure.conversation_ids' AS conversation_ids,
    -- Fields of records that this concerns.
    entry ->> '$.erasure.fields' AS fields,
    -- Keys destroyed, and remembered answers forgotten on disk.
    entry ->> '$.erasure.keys' AS keys,
    entry ->> '$.erasure.answers' AS answers,
    -- Who ordered it, where known.
    entry ->> '$.erasure.by' AS erased_by,
    -- The same for the intent and what became of it.
    request_id
FROM audit
WHERE event = 'assist_erased';

-- Which records are about a customer who was named, one row a record.
CREATE VIEW audit_customers AS
SELECT
    -- Position in the audit log.
    seq,
    -- When, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', at_us % 1000000) AS at,
    event,
    tenant,
    -- The customer's pseudonym.
    entry ->> '$.customer_id' AS customer_id,
    conversation_id,
    session_id,
    request_id
FROM audit
WHERE entry ->> '$.customer_id' IS NOT NULL;
