-- Assist can be switched off, for a session, a queue or everything; refreshes, withheld answers and
-- turns of the switch are recorded.

PRAGMA user_version = 5;

-- What is switched off now. Not the record of it: that is in the audit log, and rows come and go
-- here. A row counts until until_us; whoever turns a switch of a tenant forgets what is over.
CREATE TABLE assist_off (
    -- Whose.
    tenant TEXT NOT NULL,
    -- How far it reaches: 'everything', 'queue' or 'session'.
    scope TEXT NOT NULL,
    -- Which queue or session. Empty for everything: unlike NULL it can be part of the key.
    scope_id TEXT NOT NULL,
    -- Why: 'operator' (by hand) or 'repeated_failures' (of one session, for a while).
    cause TEXT NOT NULL,
    -- Since when, without a break; microseconds since 1970-01-01T00:00:00Z.
    since_us INTEGER NOT NULL,
    -- When it comes back by itself, likewise. NULL for not before somebody switches it on.
    until_us INTEGER,
    -- Who said so. NULL if nobody is known.
    off_by TEXT,

    PRIMARY KEY (tenant, scope, scope_id, cause),
    CONSTRAINT everything_has_no_id CHECK ((scope = 'everything') = (scope_id = ''))
) STRICT;

-- Lists of words in a trigger and not in a CHECK constraint; see audit_words_are_known.
CREATE TRIGGER assist_off_words_are_known
BEFORE INSERT ON assist_off
WHEN NEW.scope NOT IN ('everything', 'queue', 'session')
    OR NEW.cause NOT IN ('operator', 'repeated_failures')
BEGIN
    SELECT RAISE(ABORT, 'assist_off: a word is outside its list');
END;

-- As before, with the new words.
DROP TRIGGER audit_words_are_known;
CREATE TRIGGER audit_words_are_known
BEFORE INSERT ON audit
WHEN NEW.event NOT IN (
        'assist_fetch_initiated', 'assist_fetch_hit', 'assist_fetch_completed',
        'assist_fetch_failed', 'assist_fetch_refused', 'assist_fetch_withheld',
        'assist_refresh_completed', 'assist_refresh_failed',
        'assist_recommendation_adopted', 'assist_switched'
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
        'session_paused'
    )
    OR NEW.empty_reason NOT IN (
        'no_copilot_data', 'upstream_empty', 'below_threshold', 'personal_data', 'filtered',
        'malformed', 'degraded'
    )
BEGIN
    SELECT RAISE(ABORT, 'audit: a word is outside its list');
END;

-- What the table's constraints ask of the events that it was made with, asked of the later ones. A
-- constraint cannot be added without copying the table.
CREATE TRIGGER audit_later_fetch_says_how_it_ended
BEFORE INSERT ON audit
WHEN NEW.event IN (
        'assist_fetch_withheld', 'assist_refresh_completed', 'assist_refresh_failed'
    )
    AND (
        NEW.conversation_id IS NULL OR NEW.session_id IS NULL
        OR NEW.dialect IS NULL OR NEW.result_limit IS NULL OR NEW.result_offset IS NULL
        OR NEW.cache_status IS NULL OR NEW.latency_us IS NULL
        OR NEW.total_received IS NULL OR NEW.total_returned IS NULL
    )
BEGIN
    SELECT RAISE(ABORT, 'audit: a fetch or refresh says what was asked and how it ended');
END;

CREATE TRIGGER audit_switch_says_what_was_ordered
BEFORE INSERT ON audit
WHEN NEW.event = 'assist_switched'
    AND (
        NEW.entry ->> '$.switch.to' IS NULL
        OR NEW.entry ->> '$.switch.to' NOT IN ('on', 'off')
        OR NEW.entry ->> '$.switch.cause' IS NULL
        OR NEW.entry ->> '$.switch.cause' NOT IN ('operator', 'repeated_failures')
        OR NOT CASE NEW.entry ->> '$.switch.scope'
            WHEN 'everything' THEN NEW.entry ->> '$.switch.scope_id' IS NULL
            WHEN 'queue' THEN NEW.queue_id IS NEW.entry ->> '$.switch.scope_id'
                AND NEW.queue_id IS NOT NULL
            WHEN 'session' THEN NEW.session_id IS NEW.entry ->> '$.switch.scope_id'
                AND NEW.session_id IS NOT NULL
            ELSE FALSE
        END
    )
BEGIN
    SELECT RAISE(ABORT, 'audit: a turn of the switch says whom it concerns, to what and why');
END;

-- The same columns as before, with the requests for which assist was off.
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
    entry -> '$.fetch.shown' AS shown,
    -- What the screening held back and why, as a JSON list.
    entry -> '$.fetch.rejected' AS rejected,
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
    entry -> '$.violations' AS violations
FROM audit
WHERE event IN (
    'assist_fetch_hit', 'assist_fetch_completed', 'assist_fetch_failed', 'assist_fetch_refused',
    'assist_fetch_withheld'
);

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
    entry -> '$.fetch.shown' AS kept,
    -- What the screening held back and why, as a JSON list.
    entry -> '$.fetch.rejected' AS rejected,
    -- What of the upstream's answer could not be understood, as a JSON object: unusable entities
    -- by reason, how many unknown fields, and how many links to further pages that led elsewhere.
    entry -> '$.fetch.oddities' AS oddities,
    -- HTTP status of the upstream's last answer, and its name for the call.
    upstream_status,
    upstream_correlation_id,
    -- What went wrong, if something did.
    error,
    -- Why the answer was empty, if it was.
    empty_reason
FROM audit
WHERE event IN ('assist_refresh_completed', 'assist_refresh_failed');

-- Every order to switch assist off or on, one row each, in the order given. It is recorded before
-- it takes effect: of an order that then failed there is a record too, never an effect without one.
-- That assist came back by itself leaves no row; see until.
CREATE VIEW audit_switches AS
SELECT
    -- Position in the audit log.
    seq,
    -- When, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', at_us % 1000000) AS at,
    tenant,
    -- 'off' or 'on'.
    entry ->> '$.switch.to' AS assist,
    -- For whom: 'everything', 'queue' or 'session', and which.
    entry ->> '$.switch.scope' AS scope,
    entry ->> '$.switch.scope_id' AS scope_id,
    -- When it comes back by itself, in the form of at. NULL for not before it is switched on.
    strftime('%Y-%m-%dT%H:%M:%S', entry ->> '$.switch.until_us' / 1000000, 'unixepoch')
        || printf('.%06dZ', entry ->> '$.switch.until_us' % 1000000) AS until,
    -- Why: 'operator' (by hand) or 'repeated_failures' (of one session, for a while).
    entry ->> '$.switch.cause' AS cause,
    -- Who said so, where known.
    entry ->> '$.switch.by' AS switched_by,
    request_id
FROM audit
WHERE event = 'assist_switched';
