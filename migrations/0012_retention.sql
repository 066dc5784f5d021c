-- What is told once is not told again; legal holds; the record of archives.

PRAGMA user_version = 12;

-- Orders not to let records go. Append-only: that one has ended stands in audit_hold_release.
CREATE TABLE audit_hold (
    -- Position of the record that ordered it, which is how it is called.
    id INTEGER PRIMARY KEY CHECK (id > 0),
    -- Whose.
    tenant TEXT NOT NULL,
    -- How far it reaches: 'everything' or 'conversation'.
    scope TEXT NOT NULL CHECK (scope IN ('everything', 'conversation')),
    -- Which conversation. Empty for everything.
    scope_id TEXT NOT NULL,
    -- Why, in the words of whoever ordered it.
    reason TEXT NOT NULL,
    -- Since when; microseconds since 1970-01-01T00:00:00Z.
    at_us INTEGER NOT NULL,
    -- Who said so. NULL if nobody is known.
    held_by TEXT,

    CONSTRAINT everything_has_no_id CHECK ((scope = 'everything') = (scope_id = ''))
) STRICT;

CREATE INDEX audit_hold_by_conversation ON audit_hold (scope_id);

-- Holds that have ended.
CREATE TABLE audit_hold_release (
    -- Which.
    hold_id INTEGER PRIMARY KEY REFERENCES audit_hold (id),
    -- Since when; microseconds since 1970-01-01T00:00:00Z.
    at_us INTEGER NOT NULL,
    -- Who said so. NULL if nobody is known.
    released_by TEXT
) STRICT;

-- Holds that stand.
CREATE VIEW audit_hold_standing AS
SELECT id, tenant, scope, scope_id FROM audit_hold AS h
WHERE NOT EXISTS (SELECT 1 FROM audit_hold_release WHERE hold_id = h.id);

CREATE TRIGGER audit_hold_is_never_replaced
BEFORE INSERT ON audit_hold
WHEN EXISTS (SELECT 1 FROM audit_hold WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'audit_hold: a hold is never replaced');
END;

CREATE TRIGGER audit_hold_is_never_changed
BEFORE UPDATE ON audit_hold
BEGIN
    SELECT RAISE(ABORT, 'audit_hold: a hold is never changed');
END;

CREATE TRIGGER audit_hold_is_never_deleted
BEFORE DELETE ON audit_hold
BEGIN
    SELECT RAISE(ABORT, 'audit_hold: a hold is released, never deleted');
END;

CREATE TRIGGER audit_hold_release_is_of_a_hold_that_stands
BEFORE INSERT ON audit_hold_release
WHEN NOT EXISTS (SELECT 1 FROM audit_hold_standing WHERE id = NEW.hold_id)
BEGIN
    SELECT RAISE(ABORT, 'audit_hold_release: no such hold stands');
END;

CREATE TRIGGER audit_hold_release_is_never_changed
BEFORE UPDATE ON audit_hold_release
BEGIN
    SELECT RAISE(ABORT, 'audit_hold_release: a release is never changed');
END;

CREATE TRIGGER audit_hold_release_is_never_deleted
BEFORE DELETE ON audit_hold_release
BEGIN
    SELECT RAISE(ABORT, 'audit_hold_release: a release is never deleted');
END;

-- A hold is on record before it stands.
CREATE TRIGGER audit_hold_has_its_record
BEFORE INSERT ON audit_hold
WHEN NOT EXISTS (
        SELECT 1 FROM audit
        WHERE seq = NEW.id AND event = 'assist_audit_held' AND tenant = NEW.tenant
            AND entry ->> '$.hold.scope' = NEW.scope
            AND conversation_id IS nullif(NEW.scope_id, '')
    )
BEGIN
    SELECT RAISE(ABORT, 'audit_hold: a hold is recorded before it stands');
END;

-- The boundary passes no record that is held.
CREATE TRIGGER audit_hold_stops_pruning
BEFORE INSERT ON audit_pruning
WHEN EXISTS (
        SELECT 1 FROM audit_hold_standing AS h
        WHERE h.scope = 'everything'
            OR EXISTS (
                SELECT 1 FROM audit
                WHERE conversation_id = h.scope_id AND tenant = h.tenant AND seq < NEW.below_seq
            )
    )
BEGIN
    SELECT RAISE(ABORT, 'audit_pruning: a record below the boundary is held');
END;

-- Every hold, one row each.
CREATE VIEW audit_holds AS
SELECT
    -- How it is called: the position of the record that ordered it.
    h.id,
    -- Since when, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', h.at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', h.at_us % 1000000) AS at,
    h.tenant,
    -- 'everything' or 'conversation', and which.
    h.scope,
    nullif(h.scope_id, '') AS conversation_id,
    h.reason,
    h.held_by,
    -- Since when it no longer stands, in the form of at, and who said so. NULL while it stands.
    strftime('%Y-%m-%dT%H:%M:%S', r.at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', r.at_us % 1000000) AS released,
    r.released_by
FROM audit_hold AS h LEFT JOIN audit_hold_release AS r ON r.hold_id = h.id;

-- What was archived, and archives that were deleted, one row each.
CREATE VIEW audit_archives AS
SELECT
    -- Position in the audit log.
    seq,
    -- When, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', at_us % 1000000) AS at,
    -- 'archived' or 'deleted'.
    CASE event WHEN 'assist_audit_archived' THEN 'archived' ELSE 'deleted' END AS what,
    -- Which records.
    entry ->> '$.archive.first_seq' AS first_seq,
    entry ->> '$.archive.last_seq' AS last_seq,
    -- SHA-256 of the file, and the root of the log's tree up to its last record; hexadecimal.
    entry ->> '$.archive.file_sha256' AS file_sha256,
    entry ->> '$.archive.root' AS root
FROM audit
WHERE event IN ('assist_audit_archived', 'assist_audit_archive_deleted');

CREATE TRIGGER audit_archive_says_which_records
BEFORE INSERT ON audit
WHEN NEW.event IN ('assist_audit_archived', 'assist_audit_archive_deleted')
    AND (
        NEW.entry ->> '$.archive.first_seq' IS NULL
        OR NEW.entry ->> '$.archive.last_seq' IS NULL
        OR NEW.entry ->> '$.archive.last_seq' < NEW.entry ->> '$.archive.first_seq'
        OR length(NEW.entry ->> '$.archive.file_sha256') IS NOT 64
        OR length(NEW.entry ->> '$.archive.root') IS NOT 64
    )
BEGIN
    SELECT RAISE(ABORT, 'audit: an archive says which records are in it');
END;

CREATE TRIGGER audit_hold_record_says_what_is_held
BEFORE INSERT ON audit
WHEN (NEW.event = 'assist_audit_held'
        AND (
            NEW.entry ->> '$.hold.reason' IS NULL
            OR NOT CASE NEW.entry ->> '$.hold.scope'
                WHEN 'everything' THEN NEW.conversation_id IS NULL
                WHEN 'conversation' THEN NEW.conversation_id IS NOT NULL
                ELSE FALSE
            END
        ))
    OR (NEW.event = 'assist_audit_hold_released' AND NEW.entry ->> '$.hold.id' IS NULL)
BEGIN
    SELECT RAISE(ABORT, 'audit: a hold says what is held and why, a release of which');
END;

-- The same columns as before, and where what is told elsewhere is told.
DROP VIEW audit_fetches;

-- How each request for recommendations ended, one row a request.
CREATE VIEW audit_fetches AS
SELECT
    -- Position in the audit log.
    seq,
    -- When, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', at_us % 1000000) AS at,
    -- 'hit' (from the cache), 'completed' (by the upstream), 'failed', 'refused', or 'withheld'
    -- (nothing was shown, because assist was off).
    substr(event, length('assist_fetch_') + 1) AS outcome,
    tenant,
    conversation_id,
    session_id,
    agent_id,
    -- Who said which agent: 'credential', 'request', 'upstream_context' or 'unknown'.
    agent_origin,
    queue_id,
    -- Who said which queue, in the same words.
    queue_origin,
    -- The same as in the answer.
    request_id,
    -- How the upstream was to be asked.
    dialect,
    -- Most recommendations asked for, and how many to skip.
    result_limit,
    result_offset,
    -- The knowledge sources asked for, as a JSON list.
    entry -> '$.scope.knowledge_source_ids' AS knowledge_source_ids,
    -- Least relevance asked for, 0 to 1, and version of the screening rules.
    entry ->> '$.scope.min_relevance_millionths' / 1000000.0 AS min_relevance,
    entry ->> '$.scope.policy_version' AS policy_version,
    -- How the cache took part.
    cache_status,
    -- Milliseconds from the request's arrival until its answer was ready.
    latency_us / 1000.0 AS latency_ms,
    -- Entities the upstream sent.
    total_received,
    -- Recommendations in the answer.
    total_returned,
    -- Entities among those received that could not be understood.
    entry ->> '$.fetch.counts.malformed' AS malformed,
    -- Not shown because they were not relevant enough.
    entry ->> '$.fetch.counts.relevance_filtered' AS relevance_filtered,
    -- Not shown because of personal data.
    entry ->> '$.fetch.counts.pii_rejected' AS pii_rejected,
    -- What was shown, in order, as a JSON list: identifier, score in millionths, digest of the text.
    coalesce(
        entry -> '$.fetch.shown',
        (
            SELECT told.entry -> '$.fetch.shown' FROM audit AS told
            WHERE told.seq = audit.entry ->> '$.fetch.shown_as.seq'
        )
    ) AS shown,
    -- What the screening held back and why, as a JSON list.
    coalesce(
        entry -> '$.fetch.rejected',
        (
            SELECT told.entry -> '$.fetch.rejected' FROM audit AS told
            WHERE told.seq = audit.entry ->> '$.fetch.shown_as.seq'
        )
    ) AS rejected,
    -- What of the upstream's answer could not be understood, as a JSON object: unusable entities
    -- by reason, how many unknown fields, and how many links to further pages that led elsewhere.
    entry -> '$.fetch.oddities' AS oddities,
    -- HTTP status of the upstream's last answer, and its name for the call.
    upstream_status,
    upstream_correlation_id,
    -- What went wrong, if something did.
    error,
    -- How the answer was labelled, if it was degraded.
    degraded_reason,
    -- Why the answer was empty, if it was.
    empty_reason,
    -- Fields and rules broken, as a JSON list of at most 50, for refused requests.
    entry -> '$.violations' AS violations,
    -- What is told by an earlier record of the conversation stands there: its position and the digest
    -- of what it tells, as a JSON object. NULL where it stands here. shown and rejected are looked up
    -- there, and are NULL once that record is archived.
    entry -> '$.fetch.shown_as' AS shown_as
FROM audit
WHERE event IN (
    'assist_fetch_hit', 'assist_fetch_completed', 'assist_fetch_failed', 'assist_fetch_refused',
    'assist_fetch_withheld'
);

-- Likewise.
DROP VIEW audit_refreshes;

-- Refreshes of what is remembered, one row each. Nobody waited for them and nobody was shown
-- anything: answers from what they brought are hits in audit_fetches.
CREATE VIEW audit_refreshes AS
SELECT
    -- Position in the audit log.
    seq,
    -- When, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', at_us % 1000000) AS at,
    -- 'completed' (by the upstream) or 'failed'.
    substr(event, length('assist_refresh_') + 1) AS outcome,
    tenant,
    conversation_id,
    session_id,
    agent_id,
    -- Who said which agent: 'credential', 'request', 'upstream_context' or 'unknown'.
    agent_origin,
    queue_id,
    -- Who said which queue, in the same words.
    queue_origin,
    request_id,
    -- How the upstream was to be asked.
    dialect,
    -- Most recommendations asked for, and how many to skip.
    result_limit,
    result_offset,
    -- The knowledge sources asked for, as a JSON list.
    entry -> '$.scope.knowledge_source_ids' AS knowledge_source_ids,
    -- Least relevance asked for, 0 to 1, and version of the screening rules.
    entry ->> '$.scope.min_relevance_millionths' / 1000000.0 AS min_relevance,
    entry ->> '$.scope.policy_version' AS policy_version,
    -- How the cache took part.
    cache_status,
    -- Milliseconds it took.
    latency_us / 1000.0 AS latency_ms,
    -- Entities the upstream sent.
    total_received,
    -- Recommendations in the refreshed answer.
    total_returned,
    -- Entities among those received that could not be understood.
    entry ->> '$.fetch.counts.malformed' AS malformed,
    -- Left out because they were not relevant enough.
    entry ->> '$.fetch.counts.relevance_filtered' AS relevance_filtered,
    -- Left out because of personal data.
    entry ->> '$.fetch.counts.pii_rejected' AS pii_rejected,
    -- What the refreshed answer holds, in order, as a JSON list: identifier, score in millionths,
    -- digest of the text.
    coalesce(
        entry -> '$.fetch.shown',
        (
            SELECT told.entry -> '$.fetch.shown' FROM audit AS told
            WHERE told.seq = audit.entry ->> '$.fetch.shown_as.seq'
        )
    ) AS kept,
    -- What the screening held back and why, as a JSON list.
    coalesce(
        entry -> '$.fetch.rejected',
        (
            SELECT told.entry -> '$.fetch.rejected' FROM audit AS told
            WHERE told.seq = audit.entry ->> '$.fetch.shown_as.seq'
        )
    ) AS rejected,
    -- What of the upstream's answer could not be understood, as a JSON object: unusable entities
    -- by reason, how many unknown fields, and how many links to further pages that led elsewhere.
    entry -> '$.fetch.oddities' AS oddities,
    -- HTTP status of the upstream's last answer, and its name for the call.
    upstream_status,
    upstream_correlation_id,
    -- What went wrong, if something did.
    error,
    -- Why the answer was empty, if it was.
    empty_reason,
    -- What is told by an earlier record of the conversation stands there: its position and the digest
    -- of what it tells, as a JSON object. NULL where it stands here. kept and rejected are looked up
    -- there, and are NULL once that record is archived.
    entry -> '$.fetch.shown_as' AS shown_as
FROM audit
WHERE event IN ('assist_refresh_completed', 'assist_refresh_failed');

-- Of records that tell their content by reference, too.
DROP VIEW audit_findings;

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
FROM audit AS a
    LEFT JOIN audit AS told ON told.seq = a.entry ->> '$.fetch.shown_as.seq',
    (SELECT 'shown' AS name UNION ALL SELECT 'rejected') AS list,
    json_each(coalesce(told.entry, a.entry), '$.fetch.' || list.name) AS item,
    json_each(item.value, '$.receipts.kept') AS receipt;

