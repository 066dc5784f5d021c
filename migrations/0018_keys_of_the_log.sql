-- The key that signs checkpoints can be changed on record, and who asks whose a pseudonym is leaves a
-- record like every other reader.

PRAGMA user_version = 18;

CREATE TRIGGER audit_key_change_says_which
BEFORE INSERT ON audit
WHEN NEW.event = 'assist_audit_key_changed'
    AND (
        NEW.entry ->> '$.key.name' IS NULL
        OR length(NEW.entry ->> '$.key.old_key_id') IS NOT 8
        OR length(NEW.entry ->> '$.key.new_key_id') IS NOT 8
    )
BEGIN
    SELECT RAISE(ABORT, 'audit: a change of keys says which');
END;

-- Every change of the key that signs checkpoints, one row each.
CREATE VIEW audit_key_changes AS
SELECT
    -- Position in the audit log.
    seq,
    -- When, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', at_us % 1000000) AS at,
    tenant,
    -- Name of both keys, which is the log's.
    entry ->> '$.key.name' AS name,
    -- Ids of the key that had signed so far and of the one that signs from then on, as verifier keys
    -- have them.
    entry ->> '$.key.old_key_id' AS old_key_id,
    entry ->> '$.key.new_key_id' AS new_key_id,
    -- Who said so. NULL if nobody is known.
    entry ->> '$.key.by' AS changed_by,
    request_id
FROM audit
WHERE event = 'assist_audit_key_changed';

-- As before, with one more way to read.
DROP TRIGGER audit_reading_says_who_and_which_way;
CREATE TRIGGER audit_reading_says_who_and_which_way
BEFORE INSERT ON audit
WHEN NEW.event = 'assist_audit_read'
    AND (
        NEW.entry -> '$.read.by' IS NULL
        OR NEW.entry ->> '$.read.command' IS NULL
        OR NEW.entry ->> '$.read.command' NOT IN (
            'list', 'show', 'query', 'export', 'replay', 'statement', 'tail', 'whois'
        )
        OR NEW.entry ->> '$.read.stage' IS NULL
        OR NEW.entry ->> '$.read.stage' NOT IN ('whole', 'begun', 'ended')
    )
BEGIN
    SELECT RAISE(ABORT, 'audit: a reading says by whom and which way');
END;

-- As before, and whose pseudonyms.
DROP VIEW audit_accesses;

-- Who read the audit log with this program, or asked whose a pseudonym is, one row each. What is read
-- with other tools, and where the store cannot be written to, leaves none.
CREATE VIEW audit_accesses AS
SELECT
    -- Position in the audit log.
    seq,
    -- When, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', at_us % 1000000) AS at,
    tenant,
    -- Which way: 'list', 'show', 'query', 'export', 'replay', 'statement', 'tail' or
    -- 'whois'.
    entry ->> '$.read.command' AS command,
    -- 'whole' (read, and about to be given out), 'begun' (about to go on for long), or 'ended', of the
    -- same request.
    entry ->> '$.read.stage' AS stage,
    -- Number of the system's user, from the system; name, as the user's environment has it; machine.
    entry ->> '$.read.by.uid' AS read_by_uid,
    entry ->> '$.read.by.name' AS read_by,
    entry ->> '$.read.by.host' AS host,
    -- Of what.
    conversation_id,
    session_id,
    entry ->> '$.read.scope.request_id' AS of_request_id,
    entry -> '$.read.scope.events' AS events,
    strftime('%Y-%m-%dT%H:%M:%S', entry ->> '$.read.scope.since_us' / 1000000, 'unixepoch')
        || printf('.%06dZ', entry ->> '$.read.scope.since_us' % 1000000) AS since,
    strftime('%Y-%m-%dT%H:%M:%S', entry ->> '$.read.scope.until_us' / 1000000, 'unixepoch')
        || printf('.%06dZ', entry ->> '$.read.scope.until_us' % 1000000) AS until,
    strftime('%Y-%m-%dT%H:%M:%S', entry ->> '$.read.scope.as_of_us' / 1000000, 'unixepoch')
        || printf('.%06dZ', entry ->> '$.read.scope.as_of_us' % 1000000) AS as_of,
    entry ->> '$.read.scope.after_seq' AS after_seq,
    entry ->> '$.read.scope.seq' AS of_seq,
    -- Names of what was asked for and is not told, as a JSON list, because it may be personal data.
    entry -> '$.read.scope.untold' AS untold,
    -- The question in SQL, a question mark for each value. NULL also where personal data seemed to be
    -- in it all the same.
    entry ->> '$.read.sql.text' AS sql,
    -- How many records or rows; NULL where they were still to come.
    entry ->> '$.read.rows' AS row_count,
    -- Up to which record, where a cursor was given out.
    entry ->> '$.read.cursor' AS cursor,
    request_id,
    -- Whose pseudonyms were asked about, or told, as a JSON list; NULL in records of before.
    entry -> '$.read.scope.pseudonyms' AS pseudonyms
FROM audit
WHERE event = 'assist_audit_read';

-- As before, with changes of keys and readings of who is who.
DROP VIEW audit_pci_10_2_2;

-- Every record in the fields that PCI DSS v4.0.1 asks for in requirement 10.2.2, one row each.
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
        WHEN event = 'assist_audit_key_changed' THEN entry ->> '$.key.by'
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
            'assist_audit_held', 'assist_audit_hold_released', 'assist_audit_key_changed',
            'assist_erased'
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
        WHEN event = 'assist_audit_read' AND entry ->> '$.read.command' = 'whois' THEN 'persons'
        WHEN event = 'assist_audit_read' AND conversation_id IS NULL THEN 'audit log'
        WHEN recommendation_id IS NOT NULL THEN 'recommendation ' || recommendation_id
        WHEN conversation_id IS NOT NULL THEN 'conversation ' || conversation_id
        WHEN event = 'assist_switched' THEN
            (entry ->> '$.switch.scope') || coalesce(' ' || (entry ->> '$.switch.scope_id'), '')
        WHEN event IN (
            'assist_audit_held', 'assist_audit_hold_released', 'assist_log_unwritten',
            'assist_audit_archived', 'assist_audit_archive_deleted'
        ) THEN 'audit log'
        WHEN event = 'assist_audit_key_changed' THEN
            'key ' || (entry ->> '$.key.old_key_id') || ' to ' || (entry ->> '$.key.new_key_id')
        WHEN event = 'assist_erased' THEN entry ->> '$.erasure.of'
    END AS affected_data,
    -- Identity or name of the affected system component or resource.
    CASE
        WHEN event = 'assist_audit_read' THEN
            iif(entry ->> '$.read.command' = 'whois', 'keys', 'audit log')
        WHEN event IN ('assist_switched', 'assist_switch_refused') THEN 'assist switch'
        WHEN event IN ('assist_recommendation_adopted', 'assist_adoption_refused') THEN
            'engagement ledger'
        WHEN event IN (
            'assist_audit_held', 'assist_audit_hold_released', 'assist_log_unwritten',
            'assist_audit_archived', 'assist_audit_archive_deleted'
        ) THEN 'audit log'
        WHEN event IN ('assist_erased', 'assist_audit_key_changed') THEN 'keys'
        ELSE 'recommendations'
    END AS affected_resource,
    -- Identity or name of the affected service.
    coalesce('agent-assist, dialect ' || dialect, 'agent-assist') AS affected_service,
    tenant,
    request_id
FROM audit;

-- As before, with one more event.
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
        WHEN 'assist_audit_key_changed' THEN FALSE
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

DROP VIEW audit_schema;

-- The views of the audit log, one row each, with their versions. A version grows when a column is added
-- or rows of another kind; columns are never renamed or taken away.
CREATE VIEW audit_schema AS
SELECT column1 AS name, column2 AS version FROM (
    VALUES
        ('audit_accesses', 2),
        ('audit_adoptions', 1),
        ('audit_archives', 1),
        ('audit_customers', 1),
        ('audit_decisions', 1),
        ('audit_degraded_periods', 1),
        ('audit_egress_stops', 1),
        ('audit_erasures', 1),
        ('audit_errors', 1),
        ('audit_fetches', 2),
        ('audit_findings', 1),
        ('audit_holds', 1),
        ('audit_intents', 1),
        ('audit_key_changes', 1),
        ('audit_pci_10_2_2', 2),
        ('audit_refreshes', 1),
        ('audit_refusals', 1),
        ('audit_switches', 1),
        ('audit_uncheckpointed', 1),
        ('audit_unwritten', 1)
);
