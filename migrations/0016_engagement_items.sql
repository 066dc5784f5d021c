-- What became of each recommendation, and by what it is counted: a projection of the engagement
-- ledger, kept beside it in the same transactions, so that a report reads one row an item.

PRAGMA user_version = 16;

-- When it happened by the clock of whoever told it; microseconds since 1970-01-01T00:00:00Z. NULL if
-- that was not said.
ALTER TABLE engagement ADD COLUMN client_at_us INTEGER;

CREATE TABLE engagement_item (
    -- Whose item.
    tenant TEXT NOT NULL,
    -- The conversation it was recommended for.
    conversation_id TEXT NOT NULL,
    -- The recommendation.
    recommendation_id TEXT NOT NULL,

    -- When it was given out first. NULL while only later events are known; such an item counts
    -- nowhere. What the exposure says is of that first time.
    emitted_us INTEGER,
    -- Names the exposure in engagement.
    emission_event_id TEXT,
    -- In which session.
    session_id TEXT,
    -- To which agent. NULL if unknown.
    emitted_to TEXT,
    -- In which queue. NULL if unknown.
    queue_id TEXT,
    -- What it was recommended for: an utterance, a message, a search, or the request that brought it.
    trigger_id TEXT,
    -- What it is.
    kind TEXT,
    -- Which path brought it.
    origin TEXT,
    -- Document, canned response or script it was made from. NULL if unknown.
    document_id TEXT,

    -- When it was first on a screen: told so, or anything told that cannot have happened otherwise.
    displayed_us INTEGER,
    -- To which agent it was displayed first, and when that was. NULL if nobody said.
    displayed_to TEXT,
    displayed_to_us INTEGER,
    -- When it was first opened.
    opened_us INTEGER,
    -- When it was first copied, inserted, used, or accepted upstream.
    adopted_us INTEGER,
    -- When it was first sent away.
    dismissed_us INTEGER,
    -- When it was last rated, and whether it was found helpful then (1) or not (0).
    rated_us INTEGER,
    rated_positive INTEGER CHECK (rated_positive IN (0, 1)),

    PRIMARY KEY (tenant, conversation_id, recommendation_id),
    CONSTRAINT an_exposure_is_whole CHECK (
        emitted_us IS NULL
        OR (emission_event_id IS NOT NULL AND session_id IS NOT NULL AND trigger_id IS NOT NULL
            AND kind IS NOT NULL AND origin IS NOT NULL)
    ),
    CONSTRAINT whatever_was_done_was_displayed CHECK (
        displayed_us IS NOT NULL
        OR coalesce(opened_us, adopted_us, dismissed_us, rated_us) IS NULL
    ),
    CONSTRAINT a_rating_is_whole CHECK ((rated_us IS NULL) = (rated_positive IS NULL)),
    CONSTRAINT an_agent_is_told_with_a_time CHECK ((displayed_to IS NULL) = (displayed_to_us IS NULL))
) STRICT;

-- Reports are of a stretch of time.
CREATE INDEX engagement_item_by_emission ON engagement_item (tenant, emitted_us);

-- Items of before. Their triggers, kinds and origins were not kept: each counts as a trigger of its
-- own, of the kind and origin that were usual.
INSERT INTO engagement_item (
    tenant, conversation_id, recommendation_id, emitted_us, emission_event_id, session_id,
    emitted_to, trigger_id, kind, origin
)
SELECT tenant, conversation_id, recommendation_id, min(at_us), event_id, session_id, agent_id,
    recommendation_id, 'recommendation', 'upstream'
FROM engagement
WHERE kind = 'emitted'
GROUP BY tenant, conversation_id, recommendation_id;

INSERT INTO engagement_item (
    tenant, conversation_id, recommendation_id, displayed_us, adopted_us
)
SELECT tenant, conversation_id, recommendation_id, min(at_us), min(at_us)
FROM engagement
WHERE kind = 'used'
GROUP BY tenant, conversation_id, recommendation_id
ON CONFLICT DO UPDATE SET displayed_us = excluded.displayed_us, adopted_us = excluded.adopted_us;

-- Summaries were counted by this index; they are counted by items now.
DROP INDEX engagement_by_item;

DROP TRIGGER engagement_kind_is_known;
CREATE TRIGGER engagement_kind_is_known
BEFORE INSERT ON engagement
WHEN NEW.kind NOT IN (
        'emitted', 'displayed', 'opened', 'copied', 'inserted', 'used', 'accepted', 'dismissed',
        'rated_positive', 'rated_negative'
    )
BEGIN
    SELECT RAISE(ABORT, 'engagement: a word is outside its list');
END;

-- What is remembered does not say yet what it was recommended for; it is fetched again.
DELETE FROM recommendation_cache;

-- The words of the audit log, as before, with the new event.
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

-- As before, with what happened: not every adoption is told as a use.
DROP VIEW audit_adoptions;
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
    request_id,
    -- What happened to it: 'copied', 'inserted', 'used' or 'accepted' (upstream); the first versions knew
    -- 'used' only, and did not say so.
    coalesce(entry ->> '$.adoption.kind', 'used') AS kind,
    -- When, by the clock of whoever told it, microseconds since 1970-01-01T00:00:00Z. NULL if not said.
    entry ->> '$.adoption.client_at_us' AS client_at_us
FROM audit
WHERE event = 'assist_recommendation_adopted';

-- What was displayed, opened, sent away or rated, one row for each that was told. Records hold all that
-- was told at once of one conversation.
CREATE VIEW audit_engagements AS
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
    value ->> '$.recommendation_id' AS recommendation_id,
    -- What happened to it: 'displayed', 'opened', 'dismissed', 'rated_positive' or 'rated_negative'.
    value ->> '$.kind' AS kind,
    -- The event's own identifier.
    value ->> '$.event_id' AS event_id,
    -- 1 if the same event had come before; then it counted nothing.
    value ->> '$.replay' AS replay,
    -- When, by the clock of whoever told it, microseconds since 1970-01-01T00:00:00Z. NULL if not said.
    value ->> '$.client_at_us' AS client_at_us,
    request_id
FROM audit, json_each(entry, '$.engaged')
WHERE event = 'assist_recommendation_engaged';

-- As before, with the new event.
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
            'assist_audit_archived', 'assist_audit_archive_deleted'
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
            'assist_audit_archived', 'assist_audit_archive_deleted'
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
        ('audit_holds', 1),
        ('audit_intents', 1),
        ('audit_pci_10_2_2', 2),
        ('audit_refreshes', 1),
        ('audit_refusals', 1),
        ('audit_switches', 1),
        ('audit_uncheckpointed', 1),
        ('audit_unwritten', 1)
);
