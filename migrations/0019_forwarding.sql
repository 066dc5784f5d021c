-- What the upstream was told of engagements: words of the audit log, and the views that know them.

PRAGMA user_version = 19;

-- As before, with the new words.
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
        WHEN 'assist_recommendation_engaged' THEN FALSE
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
        WHEN 'assist_forward_initiated' THEN FALSE
        WHEN 'assist_forward_completed' THEN FALSE
        WHEN 'assist_forward_failed' THEN FALSE
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

-- As before, with what the upstream was told.
DROP TRIGGER audit_outcome_says_of_what;
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
            WHEN 'too_late' THEN FALSE
            WHEN 'event_id_taken' THEN FALSE
            ELSE TRUE
        END
    WHEN 'assist_recommendation_engaged' THEN
        NEW.conversation_id IS NULL OR coalesce(json_array_length(NEW.entry, '$.engaged'), 0) = 0
    WHEN 'assist_forward_initiated' THEN
        NEW.conversation_id IS NULL OR NEW.recommendation_id IS NULL
        OR coalesce(NEW.entry ->> '$.forward.engagement_seq', NEW.seq) >= NEW.seq
        OR CASE NEW.entry ->> '$.forward.act'
            WHEN 'opened' THEN FALSE
            WHEN 'copied' THEN FALSE
            WHEN 'dismissed' THEN FALSE
            WHEN 'rated_positive' THEN FALSE
            WHEN 'rated_negative' THEN FALSE
            ELSE TRUE
        END
    WHEN 'assist_forward_completed' THEN
        NEW.conversation_id IS NULL OR NEW.recommendation_id IS NULL
        OR coalesce(NEW.entry ->> '$.forward.engagement_seq', NEW.seq) >= NEW.seq
        OR CASE NEW.entry ->> '$.forward.act'
            WHEN 'opened' THEN FALSE
            WHEN 'copied' THEN FALSE
            WHEN 'dismissed' THEN FALSE
            WHEN 'rated_positive' THEN FALSE
            WHEN 'rated_negative' THEN FALSE
            ELSE TRUE
        END
    WHEN 'assist_forward_failed' THEN
        NEW.conversation_id IS NULL OR NEW.recommendation_id IS NULL
        OR coalesce(NEW.entry ->> '$.forward.engagement_seq', NEW.seq) >= NEW.seq
        OR CASE NEW.entry ->> '$.forward.act'
            WHEN 'opened' THEN FALSE
            WHEN 'copied' THEN FALSE
            WHEN 'dismissed' THEN FALSE
            WHEN 'rated_positive' THEN FALSE
            WHEN 'rated_negative' THEN FALSE
            ELSE TRUE
        END
        OR CASE NEW.entry ->> '$.forward.failure'
            WHEN 'not_delivered' THEN FALSE
            WHEN 'unknown' THEN FALSE
            WHEN 'refused' THEN FALSE
            ELSE TRUE
        END
    WHEN 'assist_switch_refused' THEN NEW.entry -> '$.violations' IS NULL
    WHEN 'assist_outcome_unknown' THEN
        coalesce(NEW.entry ->> '$.intent.seq', NEW.seq) >= NEW.seq
        OR CASE NEW.entry ->> '$.intent.event'
            WHEN 'assist_fetch_initiated' THEN FALSE
            WHEN 'assist_refresh_initiated' THEN FALSE
            WHEN 'assist_forward_initiated' THEN FALSE
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

-- As before, with the new events.
DROP VIEW audit_pci_10_2_2;
CREATE VIEW audit_pci_10_2_2 AS
SELECT
    -- Position in the audit log.
    seq,
    -- User identification. NULL where nobody said who; 'agent-assist' where the program acted by
    -- itself.
    CASE
        WHEN event = 'assist_switched' THEN
            iif(
                entry ->> '$.switch.cause' = 'operator', entry ->> '$.switch.by', 'agent-assist'
            )
        WHEN event = 'assist_audit_read' THEN
            coalesce(
                'uid ' || (entry ->> '$.read.by.uid')
                    || coalesce(' (' || (entry ->> '$.read.by.name') || ')', ''),
                entry ->> '$.read.by.name'
            )
        WHEN event IN ('assist_audit_held', 'assist_audit_hold_released') THEN
            entry ->> '$.hold.by'
        WHEN event = 'assist_erased' THEN entry ->> '$.erasure.by'
        WHEN event IN (
            'assist_refresh_initiated', 'assist_refresh_completed', 'assist_refresh_failed',
            'assist_egress_stopped', 'assist_outcome_unknown', 'assist_log_unwritten',
            'assist_audit_archived', 'assist_audit_archive_deleted', 'assist_forward_initiated',
            'assist_forward_completed', 'assist_forward_failed'
        ) THEN 'agent-assist'
        ELSE agent_id
    END AS user_identification,
    -- Who vouches for it: as in audit_fetches; 'operator' (said so); 'operating_system' for the number
    -- of a user, whose name in brackets is the environment's; 'environment' for a name alone; 'program'.
    CASE
        WHEN event = 'assist_switched' THEN
            iif(entry ->> '$.switch.cause' = 'operator', 'operator', 'program')
        WHEN event = 'assist_audit_read' THEN
            iif(entry ->> '$.read.by.uid' IS NULL, 'environment', 'operating_system')
        WHEN event IN (
            'assist_audit_held', 'assist_audit_hold_released', 'assist_erased'
        ) THEN 'operator'
        WHEN event IN (
            'assist_refresh_initiated', 'assist_refresh_completed', 'assist_refresh_failed',
            'assist_egress_stopped', 'assist_outcome_unknown', 'assist_log_unwritten',
            'assist_audit_archived', 'assist_audit_archive_deleted', 'assist_forward_initiated',
            'assist_forward_completed', 'assist_forward_failed'
        ) THEN 'program'
        ELSE agent_origin
    END AS user_identified_by,
    -- Type of event.
    event AS type_of_event,
    -- Date and time, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', at_us % 1000000) AS date_and_time,
    -- Success or failure indication: 'success', 'failure', or 'unknown' of what is recorded before it
    -- is done.
    CASE event
        WHEN 'assist_fetch_hit' THEN 'success'
        WHEN 'assist_fetch_completed' THEN 'success'
        WHEN 'assist_refresh_completed' THEN 'success'
        WHEN 'assist_forward_completed' THEN 'success'
        WHEN 'assist_recommendation_adopted' THEN 'success'
        WHEN 'assist_recommendation_engaged' THEN 'success'
        WHEN 'assist_audit_read' THEN 'success'
        WHEN 'assist_audit_archived' THEN 'success'
        WHEN 'assist_erased' THEN
            CASE entry ->> '$.erasure.stage'
                WHEN 'done' THEN 'success'
                WHEN 'failed' THEN 'failure'
                ELSE 'unknown'
            END
        WHEN 'assist_adoption_refused' THEN 'failure'
        WHEN 'assist_switch_refused' THEN 'failure'
        WHEN 'assist_log_unwritten' THEN 'failure'
        WHEN 'assist_fetch_failed' THEN 'failure'
        WHEN 'assist_fetch_refused' THEN 'failure'
        WHEN 'assist_fetch_withheld' THEN 'failure'
        WHEN 'assist_refresh_failed' THEN 'failure'
        WHEN 'assist_forward_failed' THEN 'failure'
        WHEN 'assist_egress_stopped' THEN 'failure'
        ELSE 'unknown'
    END AS success_or_failure,
    -- Origination of event: the session at an agent's desk, the machine of a reader, or the program.
    CASE
        WHEN event = 'assist_audit_read' THEN
            coalesce('host ' || (entry ->> '$.read.by.host'), 'agent-assist')
        ELSE coalesce('session ' || session_id, 'agent-assist')
    END AS origination_of_event,
    -- Identity or name of affected data.
    CASE
        WHEN event = 'assist_audit_read' AND conversation_id IS NULL THEN 'audit log'
        WHEN recommendation_id IS NOT NULL THEN 'recommendation ' || recommendation_id
        WHEN conversation_id IS NOT NULL THEN 'conversation ' || conversation_id
        WHEN event = 'assist_switched' THEN
            (entry ->> '$.switch.scope') || coalesce(' ' || (entry ->> '$.switch.scope_id'), '')
        WHEN event IN (
            'assist_audit_held', 'assist_audit_hold_released', 'assist_log_unwritten',
            'assist_audit_archived', 'assist_audit_archive_deleted'
        ) THEN 'audit log'
        WHEN event = 'assist_erased' THEN entry ->> '$.erasure.of'
    END AS affected_data,
    -- Identity or name of the affected system component or resource.
    CASE
        WHEN event = 'assist_audit_read' THEN 'audit log'
        WHEN event IN ('assist_switched', 'assist_switch_refused') THEN 'assist switch'
        WHEN event IN (
            'assist_recommendation_adopted', 'assist_recommendation_engaged',
            'assist_adoption_refused'
        ) THEN 'engagement ledger'
        WHEN event IN (
            'assist_audit_held', 'assist_audit_hold_released', 'assist_log_unwritten',
            'assist_audit_archived', 'assist_audit_archive_deleted'
        ) THEN 'audit log'
        WHEN event = 'assist_erased' THEN 'keys'
        WHEN event IN (
            'assist_forward_initiated', 'assist_forward_completed', 'assist_forward_failed'
        ) THEN 'upstream'
        ELSE 'recommendations'
    END AS affected_resource,
    -- Identity or name of the affected service.
    coalesce('agent-assist, dialect ' || dialect, 'agent-assist') AS affected_service,
    tenant,
    request_id
FROM audit;

DROP VIEW audit_schema;
CREATE VIEW audit_schema AS
SELECT column1 AS name, column2 AS version FROM (
    VALUES
        ('audit_accesses', 1),
        ('audit_adoptions', 2),
        ('audit_archives', 1),
        ('audit_customers', 1),
        ('audit_decisions', 1),
        ('audit_degraded_periods', 1),
        ('audit_egress_stops', 1),
        ('audit_engagements', 1),
        ('audit_erasures', 1),
        ('audit_errors', 1),
        ('audit_fetches', 2),
        ('audit_findings', 1),
        ('audit_forwards', 1),
        ('audit_holds', 1),
        ('audit_intents', 2),
        ('audit_pci_10_2_2', 3),
        ('audit_refreshes', 1),
        ('audit_refusals', 1),
        ('audit_switches', 1),
        ('audit_uncheckpointed', 1),
        ('audit_unwritten', 1)
);
