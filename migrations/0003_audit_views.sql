-- The public face of the audit log: read these views, not the table behind them.

PRAGMA user_version = 3;

-- How each request for recommendations ended, one row a request.
CREATE VIEW audit_fetches AS
SELECT
    -- Position in the audit log.
    seq,
    -- When, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', at_us % 1000000) AS at,
    -- 'hit' (from the cache), 'completed' (by the upstream), 'failed' or 'refused'.
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
    'assist_fetch_hit', 'assist_fetch_completed', 'assist_fetch_failed', 'assist_fetch_refused'
);

-- Which recommendations agents used, one row a report of use.
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
    request_id
FROM audit
WHERE event = 'assist_recommendation_adopted';
