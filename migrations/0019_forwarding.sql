-- What the upstream was told of engagements: the views that know them.

PRAGMA user_version = 19;

-- Attempts to tell the upstream of an engagement, one row for each that ended.
CREATE VIEW audit_forwards AS
SELECT
    -- Position in the audit log.
    seq,
    -- When, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', at_us % 1000000) AS at,
    tenant,
    conversation_id,
    session_id,
    -- Of the agent whose engagement it was.
    agent_id,
    recommendation_id,
    -- What was told: 'opened', 'copied', 'dismissed', 'rated_positive' or 'rated_negative'.
    entry ->> '$.forward.act' AS act,
    -- Position of the record of the engagement.
    entry ->> '$.forward.engagement_seq' AS engagement_seq,
    -- 'acknowledged'; or 'not_delivered' (it is told again), 'unknown' (it may have arrived, and is not told
    -- again), 'refused' (it never will be taken).
    coalesce(entry ->> '$.forward.failure', 'acknowledged') AS outcome,
    -- HTTP status of the upstream's last answer. NULL if there was none.
    upstream_status,
    -- The upstream's name for the call, for its support.
    upstream_correlation_id,
    -- Requests sent, repetitions included.
    entry ->> '$.forward.upstream_requests' AS upstream_requests,
    -- The same for all attempts at one engagement.
    request_id
FROM audit
WHERE event IN ('assist_forward_completed', 'assist_forward_failed');

-- As before, with what is to be told to the upstream.
DROP VIEW audit_intents;
CREATE VIEW audit_intents AS
SELECT
    -- Position in the audit log.
    announced.seq,
    -- When, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', announced.at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', announced.at_us % 1000000) AS at,
    announced.tenant,
    announced.conversation_id,
    announced.session_id,
    announced.request_id,
    -- To do what: 'fetch' (somebody waited), 'refresh' (nobody did), or 'forward' (the upstream was to be
    -- told of an engagement).
    CASE announced.event
        WHEN 'assist_fetch_initiated' THEN 'fetch'
        WHEN 'assist_forward_initiated' THEN 'forward'
        ELSE 'refresh'
    END AS intent,
    -- How it ended, as the event is called, or 'unknown': whoever had it ended before it did. NULL where it goes on, or where that is not found out yet.
    CASE ended.event
        WHEN 'assist_outcome_unknown' THEN 'unknown'
        ELSE substr(ended.event, instr(substr(ended.event, 8), '_') + 8)
    END AS outcome,
    -- Position of the record that ended it.
    ended.seq AS ended_by
FROM audit AS announced
LEFT JOIN audit AS ended ON ended.seq = (
    SELECT min(behind.seq)
    FROM audit AS behind
    WHERE behind.request_id = announced.request_id
        AND behind.seq > announced.seq
        AND behind.tenant = announced.tenant
        AND CASE behind.event
            WHEN 'assist_outcome_unknown'
                THEN behind.entry ->> '$.intent.seq' = announced.seq
            WHEN 'assist_fetch_hit' THEN announced.event = 'assist_fetch_initiated'
            WHEN 'assist_fetch_completed' THEN announced.event = 'assist_fetch_initiated'
            WHEN 'assist_fetch_failed' THEN announced.event = 'assist_fetch_initiated'
            WHEN 'assist_fetch_withheld' THEN announced.event = 'assist_fetch_initiated'
            WHEN 'assist_refresh_completed' THEN announced.event = 'assist_refresh_initiated'
            WHEN 'assist_refresh_failed' THEN announced.event = 'assist_refresh_initiated'
            WHEN 'assist_forward_completed' THEN announced.event = 'assist_forward_initiated'
            WHEN 'assist_forward_failed' THEN announced.event = 'assist_forward_initiated'
            ELSE FALSE
        END
)
WHERE announced.event IN (
    'assist_fetch_initiated', 'assist_refresh_initiated', 'assist_forward_initiated'
);
