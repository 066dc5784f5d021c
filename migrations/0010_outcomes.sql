-- What was announced and never ended, what was refused, and what could not be written.

PRAGMA user_version = 10;

-- Intents on record that have no end yet. Not the record of them: that is in the audit log, from
-- which this can be made again. A row comes and goes in the transactions of the records that announce
-- and end it, so that whoever opens the store finds what was left open without reading the log.
CREATE TABLE audit_open_intent (
    -- The record that announced it.
    seq INTEGER PRIMARY KEY CHECK (seq > 0),
    -- Who has it. While the writer lives it holds a lock on the file named like the store with
    -- '.writer-' and this behind it.
    writer TEXT NOT NULL CHECK (writer <> '')
) STRICT;

CREATE TRIGGER audit_outcome_says_of_what
BEFORE INSERT ON audit
WHEN CASE NEW.event
    WHEN 'assist_refresh_initiated' THEN
        NEW.conversation_id IS NULL OR NEW.session_id IS NULL
        OR NEW.dialect IS NULL OR NEW.result_limit IS NULL OR NEW.result_offset IS NULL
    WHEN 'assist_adoption_refused' THEN
        CASE NEW.entry ->> '$.refusal'
            WHEN 'payload_rules' THEN NEW.entry -> '$.violations' IS NULL
            WHEN 'never_emitted' THEN FALSE
            WHEN 'event_id_taken' THEN FALSE
            ELSE TRUE
        END
    WHEN 'assist_switch_refused' THEN NEW.entry -> '$.violations' IS NULL
    WHEN 'assist_outcome_unknown' THEN
        coalesce(NEW.entry ->> '$.intent.seq', NEW.seq) >= NEW.seq
        OR CASE NEW.entry ->> '$.intent.event'
            WHEN 'assist_fetch_initiated' THEN FALSE
            WHEN 'assist_refresh_initiated' THEN FALSE
            ELSE TRUE
        END
    WHEN 'assist_log_unwritten' THEN
        coalesce(NEW.entry ->> '$.unwritten.count', 0) < 1
        OR NEW.entry ->> '$.unwritten.from_us' IS NULL
        OR NEW.entry ->> '$.unwritten.until_us' IS NULL
        OR NEW.entry -> '$.unwritten.reasons' IS NULL
    ELSE FALSE
END
BEGIN
    SELECT RAISE(ABORT, 'audit: a record of an outcome says of what, and why');
END;

-- What strict mode announced before it was tried, one row each, and how it ended.
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
    -- To do what: 'fetch' (somebody waited) or 'refresh' (nobody did).
    CASE announced.event
        WHEN 'assist_fetch_initiated' THEN 'fetch'
        ELSE 'refresh'
    END AS intent,
    -- How it ended, as in audit_fetches and audit_refreshes, or 'unknown': whoever had it ended
    -- before it did. NULL where it goes on, or where that is not found out yet.
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
            ELSE FALSE
        END
)
WHERE announced.event IN ('assist_fetch_initiated', 'assist_refresh_initiated');

-- What was refused beside fetches, one row each: uses that were not recorded, and orders to the
-- switch that broke the payload rules.
CREATE VIEW audit_refusals AS
SELECT
    -- Position in the audit log.
    seq,
    -- When, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', at_us % 1000000) AS at,
    -- What was asked: 'adoption' or 'switch'.
    CASE event WHEN 'assist_adoption_refused' THEN 'adoption' ELSE 'switch' END AS refused,
    tenant,
    -- Whom it is about, as far as that was said in keeping with the rules.
    conversation_id,
    session_id,
    agent_id,
    agent_origin,
    queue_id,
    queue_origin,
    request_id,
    -- Why: 'payload_rules'; of adoptions also 'never_emitted' (nothing of that name was given out in
    -- that conversation) or 'event_id_taken' (the event's name stands for another use).
    coalesce(entry ->> '$.refusal', 'payload_rules') AS reason,
    -- Fields and rules broken, as a JSON list of at most 50.
    entry -> '$.violations' AS violations
FROM audit
WHERE event IN ('assist_adoption_refused', 'assist_switch_refused');

-- Times in which records could not be written, one row each. Their requests were refused.
CREATE VIEW audit_unwritten AS
SELECT
    -- Position in the audit log: the first record that could be written again.
    seq,
    -- When the first record that was refused was to be written, and when the last; UTC, as
    -- 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', entry ->> '$.unwritten.from_us' / 1000000, 'unixepoch')
        || printf('.%06dZ', entry ->> '$.unwritten.from_us' % 1000000) AS from_at,
    strftime('%Y-%m-%dT%H:%M:%S', entry ->> '$.unwritten.until_us' / 1000000, 'unixepoch')
        || printf('.%06dZ', entry ->> '$.unwritten.until_us' % 1000000) AS until_at,
    tenant,
    -- The first request concerned.
    request_id AS first_request_id,
    -- How many.
    entry ->> '$.unwritten.count' AS records,
    -- What kept them from being written, as a JSON object of counts: 'full', 'read_only',
    -- 'unavailable' (another process held the store, or too much waited), 'corrupt', 'other'.
    entry -> '$.unwritten.reasons' AS reasons
FROM audit
WHERE event = 'assist_log_unwritten';
