-- Receipts of personal data: the keys under which values are hashed, and the record of bytes that
-- were stopped on their way out.

PRAGMA user_version = 6;

-- The secret of each conversation in which personal data was found. Receipts in the audit log hold
-- hashes of values under it; without it they tell nobody anything. So it is no part of the
-- append-only log: deleting a row here is how the values of a conversation are forgotten for good.
CREATE TABLE conversation_key (
    -- Whose.
    tenant TEXT NOT NULL,
    -- The conversation, as the audit log names it.
    conversation_id TEXT NOT NULL,
    -- The secret; 32 bytes.
    key BLOB NOT NULL CHECK (length(key) = 32),
    -- When it was made; microseconds since 1970-01-01T00:00:00Z.
    made_at_us INTEGER NOT NULL,

    PRIMARY KEY (tenant, conversation_id)
) STRICT;

-- As before, with the new word.
DROP TRIGGER audit_words_are_known;
CREATE TRIGGER audit_words_are_known
BEFORE INSERT ON audit
WHEN NEW.event NOT IN (
        'assist_fetch_initiated', 'assist_fetch_hit', 'assist_fetch_completed',
        'assist_fetch_failed', 'assist_fetch_refused', 'assist_fetch_withheld',
        'assist_refresh_completed', 'assist_refresh_failed',
        'assist_recommendation_adopted', 'assist_switched', 'assist_egress_stopped'
    )
    OR NEW.agent_origin NOT IN ('credential', 'request', 'upstream_context', 'unknown')
    OR NEW.queue_origin NOT IN ('credential', 'request', 'upstream_context', 'unknown')
    OR NEW.dialect NOT IN ('recommendations', 'suggestions')
    OR NEW.cache_status NOT IN ('hit', 'miss', 'stale', 'fallback', 'bypass', 'none')
    OR NEW.error NOT IN (
        'bad_request', 'unauthenticated', 'forbidden', 'not_found', 'upstream_timeout',
        'too_large', 'rate_limited', 'server_error', 'unreachable', 'deadline_exceeded',
        'bad_format', 'circuit_open', 'internal'
    )
    OR NEW.degraded_reason NOT IN (
        'rate_limited', 'upstream_error', 'timeout', 'bad_format', 'rejected', 'assist_off',
        'session_paused', 'personal_data'
    )
    OR NEW.empty_reason NOT IN (
        'no_copilot_data', 'upstream_empty', 'below_threshold', 'personal_data', 'filtered',
        'malformed', 'degraded'
    )
BEGIN
    SELECT RAISE(ABORT, 'audit: a word is outside its list');
END;

CREATE TRIGGER audit_egress_stop_says_which_way
BEFORE INSERT ON audit
WHEN NEW.event = 'assist_egress_stopped'
    AND (
        NEW.entry ->> '$.egress.egress' IS NULL
        OR NEW.entry ->> '$.egress.egress' NOT IN ('answer', 'analytics', 'export')
        OR NEW.entry -> '$.egress.findings' IS NULL
    )
BEGIN
    SELECT RAISE(ABORT, 'audit: what was stopped says which way it was to go');
END;

-- Every find of personal data in what the upstream sent, one row each: what was found where, by
-- which rule, how surely, and what became of it. Never the value.
CREATE VIEW audit_findings AS
SELECT
    -- Position in the audit log.
    a.seq,
    -- When, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', a.at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', a.at_us % 1000000) AS at,
    a.event,
    a.tenant,
    a.conversation_id,
    a.request_id,
    -- The recommendation, and whether it was shown (1) or held back (0). NULL for one whose
    -- identifier is itself personal data.
    item.value ->> '$.id' AS recommendation_id,
    list.name = 'shown' AS was_shown,
    -- Where: the JSON pointer of the text in the upstream's entity; of identifiers and links, of their
    -- place in an answer's recommendation.
    receipt.value ->> '$.pointer' AS pointer,
    -- From where to where, in bytes of the text before it was masked.
    receipt.value ->> '$.start' AS start_byte,
    receipt.value ->> '$.end' AS end_byte,
    -- What, by which rule of which version, and how surely.
    receipt.value ->> '$.entity' AS entity,
    receipt.value ->> '$.detector' AS detector,
    receipt.value ->> '$.rules_version' AS rules_version,
    receipt.value ->> '$.confidence_percent' AS confidence_percent,
    -- What became of it: 'tag', 'redact', 'partial', 'token', or 'drop' (not passed on at all).
    receipt.value ->> '$.action' AS action,
    -- Hash of the value under the conversation's key, in hexadecimal: equal values of one kind in one
    -- conversation have equal ones. NULL for credentials, and where there was no key.
    receipt.value ->> '$.value_hash' AS value_hash,
    -- Why there is no hash: 'credential' or 'no_key'.
    receipt.value ->> '$.no_value_hash' AS no_value_hash
FROM audit AS a,
    (SELECT 'shown' AS name UNION ALL SELECT 'rejected') AS list,
    json_each(a.entry, '$.fetch.' || list.name) AS item,
    json_each(item.value, '$.receipts.kept') AS receipt;

-- Bytes that were stopped on their way out because there was personal data in them, one row each.
-- There should be none.
CREATE VIEW audit_egress_stops AS
SELECT
    -- Position in the audit log.
    seq,
    -- When, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', at_us % 1000000) AS at,
    tenant,
    conversation_id,
    session_id,
    request_id,
    -- Which way they were to go: 'answer', 'analytics' or 'export'.
    entry ->> '$.egress.egress' AS egress,
    -- How many finds of each kind were in them, as a JSON object.
    entry -> '$.egress.findings' AS findings
FROM audit
WHERE event = 'assist_egress_stopped';
