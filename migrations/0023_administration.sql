-- What administrators do to the program itself is on record: keys for callers made and revoked, settings
-- read anew, the daemon drained or told how much to log.

PRAGMA user_version = 23;

-- As before, and what an administrator's act says.
DROP TRIGGER audit_event_says_its_facts;

-- Passed over for the events that most records are of: what those say is asked by constraints.
CREATE TRIGGER audit_event_says_its_facts
BEFORE INSERT ON audit
WHEN CASE NEW.event
        WHEN 'assist_fetch_hit' THEN FALSE
        WHEN 'assist_fetch_completed' THEN FALSE
        WHEN 'assist_fetch_initiated' THEN FALSE
        WHEN 'assist_recommendation_adopted' THEN FALSE
        ELSE TRUE
    END
BEGIN
    SELECT RAISE(ABORT, 'audit: a fetch or refresh says what was asked and how it ended')
    WHERE CASE NEW.event
            WHEN 'assist_fetch_withheld' THEN TRUE
            WHEN 'assist_refresh_completed' THEN TRUE
            WHEN 'assist_refresh_failed' THEN TRUE
            ELSE FALSE
        END
        AND (
            NEW.conversation_id IS NULL OR NEW.session_id IS NULL
            OR NEW.dialect IS NULL OR NEW.result_limit IS NULL OR NEW.result_offset IS NULL
            OR NEW.cache_status IS NULL OR NEW.latency_us IS NULL
            OR NEW.total_received IS NULL OR NEW.total_returned IS NULL
        );

    SELECT RAISE(ABORT, 'audit: a turn of the switch says whom it concerns, to what and why')
    WHERE NEW.event = 'assist_switched'
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
        );

    SELECT RAISE(ABORT, 'audit: what was stopped says which way it was to go')
    WHERE NEW.event = 'assist_egress_stopped'
        AND (
            NEW.entry ->> '$.egress.egress' IS NULL
            OR NEW.entry ->> '$.egress.egress' NOT IN ('answer', 'analytics', 'export')
            OR NEW.entry -> '$.egress.findings' IS NULL
        );

    SELECT RAISE(ABORT, 'audit: a reading says by whom and which way')
    WHERE NEW.event = 'assist_audit_read'
        AND (
            NEW.entry -> '$.read.by' IS NULL
            OR NEW.entry ->> '$.read.command' IS NULL
            OR NEW.entry ->> '$.read.command' NOT IN (
                'list', 'show', 'query', 'export', 'replay', 'statement', 'tail', 'whois'
            )
            OR NEW.entry ->> '$.read.stage' IS NULL
            OR NEW.entry ->> '$.read.stage' NOT IN ('whole', 'begun', 'ended')
        );

    SELECT RAISE(ABORT, 'audit: a record of an outcome says of what, and why')
    WHERE CASE NEW.event
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
    END;

    SELECT RAISE(ABORT, 'audit: an erasure says what it concerns and how much of it there is')
    WHERE NEW.event = 'assist_erased'
        AND (
            NEW.entry ->> '$.erasure.stage' IS NULL
            OR NEW.entry ->> '$.erasure.stage' NOT IN ('intended', 'done', 'failed')
            OR NEW.entry ->> '$.erasure.of' IS NULL
            OR NEW.entry ->> '$.erasure.of' NOT IN ('conversation', 'agent', 'customer')
            OR json_type(NEW.entry, '$.erasure.fields') IS NOT 'integer'
            OR json_type(NEW.entry, '$.erasure.pseudonyms') IS NOT 'array'
            OR json_type(NEW.entry, '$.erasure.conversation_ids') IS NOT 'array'
        );

    SELECT RAISE(ABORT, 'audit: an archive says which records are in it')
    WHERE NEW.event IN ('assist_audit_archived', 'assist_audit_archive_deleted')
        AND (
            NEW.entry ->> '$.archive.first_seq' IS NULL
            OR NEW.entry ->> '$.archive.last_seq' IS NULL
            OR NEW.entry ->> '$.archive.last_seq' < NEW.entry ->> '$.archive.first_seq'
            OR length(NEW.entry ->> '$.archive.file_sha256') IS NOT 64
            OR length(NEW.entry ->> '$.archive.root') IS NOT 64
        );

    SELECT RAISE(ABORT, 'audit: a hold says what is held and why, a release of which')
    WHERE (NEW.event = 'assist_audit_held'
            AND (
                NEW.entry ->> '$.hold.reason' IS NULL
                OR NOT CASE NEW.entry ->> '$.hold.scope'
                    WHEN 'everything' THEN NEW.conversation_id IS NULL
                    WHEN 'conversation' THEN NEW.conversation_id IS NOT NULL
                    ELSE FALSE
                END
            ))
        OR (NEW.event = 'assist_audit_hold_released' AND NEW.entry ->> '$.hold.id' IS NULL);

    SELECT RAISE(ABORT, 'audit: a change of keys says which')
    WHERE NEW.event = 'assist_audit_key_changed'
        AND (
            NEW.entry ->> '$.key.name' IS NULL
            OR length(NEW.entry ->> '$.key.old_key_id') IS NOT 8
            OR length(NEW.entry ->> '$.key.new_key_id') IS NOT 8
        );

    SELECT RAISE(ABORT, 'audit: an administrator''s act says what was done and by whom')
    WHERE CASE NEW.event
        WHEN 'assist_key_created' THEN
            NEW.entry -> '$.admin.by' IS NULL
            OR NEW.entry ->> '$.admin.key_id' IS NULL
            OR NEW.entry ->> '$.admin.role' IS NULL
            OR NEW.entry ->> '$.admin.role' NOT IN ('agent', 'supervisor', 'auditor', 'admin')
            OR json_type(NEW.entry, '$.admin.queues') IS NOT 'array'
        WHEN 'assist_key_revoked' THEN
            NEW.entry -> '$.admin.by' IS NULL OR NEW.entry ->> '$.admin.key_id' IS NULL
        WHEN 'assist_config_reloaded' THEN
            NEW.entry -> '$.admin.by' IS NULL OR NEW.entry ->> '$.admin.policy_version' IS NULL
        WHEN 'assist_daemon_operated' THEN
            NEW.entry -> '$.admin.by' IS NULL
            OR NOT CASE NEW.entry ->> '$.admin.set'
                WHEN 'draining' THEN coalesce(NEW.entry ->> '$.admin.to', '') IN ('on', 'off')
                WHEN 'log_level' THEN
                    coalesce(NEW.entry ->> '$.admin.to', '')
                    IN ('error', 'warn', 'info', 'debug', 'trace')
                ELSE FALSE
            END
        ELSE FALSE
    END;
END;

-- As before, and four events more.
DROP TRIGGER audit_words_are_known;

-- The words of every event.
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
        WHEN 'assist_audit_key_changed' THEN FALSE
        WHEN 'assist_refresh_initiated' THEN FALSE
        WHEN 'assist_adoption_refused' THEN FALSE
        WHEN 'assist_switch_refused' THEN FALSE
        WHEN 'assist_outcome_unknown' THEN FALSE
        WHEN 'assist_log_unwritten' THEN FALSE
        WHEN 'assist_audit_read' THEN FALSE
        WHEN 'assist_erased' THEN FALSE
        WHEN 'assist_access_denied' THEN FALSE
        WHEN 'assist_key_created' THEN FALSE
        WHEN 'assist_key_revoked' THEN FALSE
        WHEN 'assist_config_reloaded' THEN FALSE
        WHEN 'assist_daemon_operated' THEN FALSE
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

-- Every act of an administrator on the program itself, as ordered, one row each.
CREATE VIEW audit_administration AS
SELECT
    -- Position in the audit log.
    seq,
    -- When, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', at_us % 1000000) AS at,
    tenant,
    -- What was done: 'create_key', 'revoke_key', 'reload_config', or what was set: 'draining' or
    -- 'log_level'.
    CASE event
        WHEN 'assist_key_created' THEN 'create_key'
        WHEN 'assist_key_revoked' THEN 'revoke_key'
        WHEN 'assist_config_reloaded' THEN 'reload_config'
        ELSE entry ->> '$.admin.set'
    END AS act,
    -- To what, where something was set: 'on' or 'off', or the level.
    entry ->> '$.admin.to' AS set_to,
    -- Which key, and of one that was made what it is for.
    entry ->> '$.admin.key_id' AS key_id,
    entry ->> '$.admin.role' AS role,
    -- What it is limited to. NULL for no limit; queues as a JSON list, empty for no limit.
    entry ->> '$.admin.tenant' AS key_tenant,
    entry ->> '$.admin.queues' AS key_queues,
    entry ->> '$.admin.conversation_id' AS key_conversation_id,
    -- When it ends by itself; microseconds since 1970-01-01T00:00:00Z. NULL if it does not.
    entry ->> '$.admin.expires_us' AS key_expires_us,
    -- 1 if the daemon made it because there had never been a key.
    entry ->> '$.admin.at_first_start' AS at_first_start,
    -- The rules that the screening goes by, of settings read anew.
    entry ->> '$.admin.policy_version' AS policy_version,
    -- By whom: number of the system's user, its name as the environment has it or 'key:' and the id of
    -- an admin's key, and the machine. NULL where it is not known.
    entry ->> '$.admin.by.uid' AS by_uid,
    entry ->> '$.admin.by.name' AS by_name,
    entry ->> '$.admin.by.host' AS by_host,
    request_id
FROM audit
WHERE event IN (
    'assist_key_created', 'assist_key_revoked', 'assist_config_reloaded', 'assist_daemon_operated'
);

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
        WHEN event = 'assist_key_created' AND entry ->> '$.admin.at_first_start' THEN 'agent-assist'
        WHEN event IN (
            'assist_key_created', 'assist_key_revoked', 'assist_config_reloaded',
            'assist_daemon_operated'
        ) THEN
            coalesce(
                'uid ' || (entry ->> '$.admin.by.uid')
                    || coalesce(' (' || (entry ->> '$.admin.by.name') || ')', ''),
                entry ->> '$.admin.by.name'
            )
        WHEN event IN ('assist_audit_held', 'assist_audit_hold_released') THEN
            entry ->> '$.hold.by'
        WHEN event = 'assist_audit_key_changed' THEN entry ->> '$.key.by'
        WHEN event = 'assist_erased' THEN entry ->> '$.erasure.by'
        WHEN event = 'assist_access_denied' THEN 'key:' || (entry ->> '$.access.key_id')
        WHEN event IN (
            'assist_refresh_initiated', 'assist_refresh_completed', 'assist_refresh_failed',
            'assist_egress_stopped', 'assist_outcome_unknown', 'assist_log_unwritten',
            'assist_audit_archived', 'assist_audit_archive_deleted', 'assist_forward_initiated',
            'assist_forward_completed', 'assist_forward_failed'
        ) THEN 'agent-assist'
        ELSE agent_id
    END AS user_identification,
    -- Who vouches for it: as in audit_fetches; 'operator' (said so); 'operating_system' for the number
    -- of a user, whose name in brackets is the environment's; 'environment' for a name alone;
    -- 'credential' for a key that was shown; 'program'.
    CASE
        WHEN event = 'assist_switched' THEN
            iif(entry ->> '$.switch.cause' = 'operator', 'operator', 'program')
        WHEN event = 'assist_audit_read' THEN
            iif(entry ->> '$.read.by.uid' IS NULL, 'environment', 'operating_system')
        WHEN event = 'assist_key_created' AND entry ->> '$.admin.at_first_start' THEN 'program'
        WHEN event IN (
            'assist_key_created', 'assist_key_revoked', 'assist_config_reloaded',
            'assist_daemon_operated'
        ) THEN
            CASE
                WHEN entry ->> '$.admin.by.uid' IS NOT NULL THEN 'operating_system'
                WHEN entry ->> '$.admin.by.name' LIKE 'key:%' THEN 'credential'
                WHEN entry ->> '$.admin.by.name' IS NOT NULL THEN 'environment'
                ELSE 'unknown'
            END
        WHEN event IN (
            'assist_audit_held', 'assist_audit_hold_released', 'assist_audit_key_changed',
            'assist_erased'
        ) THEN 'operator'
        WHEN event = 'assist_access_denied' THEN 'credential'
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
        WHEN 'assist_access_denied' THEN 'failure'
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
    -- Origination of event: the session at an agent's desk, the machine of a reader or administrator,
    -- or the program.
    CASE
        WHEN event = 'assist_audit_read' THEN
            coalesce('host ' || (entry ->> '$.read.by.host'), 'agent-assist')
        WHEN event IN (
            'assist_key_created', 'assist_key_revoked', 'assist_config_reloaded',
            'assist_daemon_operated'
        ) THEN coalesce('host ' || (entry ->> '$.admin.by.host'), 'agent-assist')
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
        WHEN event = 'assist_access_denied' THEN 'route ' || (entry ->> '$.access.route')
        WHEN event IN ('assist_key_created', 'assist_key_revoked') THEN
            'key ' || (entry ->> '$.admin.key_id')
        WHEN event = 'assist_config_reloaded' THEN 'settings'
        WHEN event = 'assist_daemon_operated' THEN entry ->> '$.admin.set'
    END AS affected_data,
    -- Identity or name of the affected system component or resource.
    CASE
        WHEN event = 'assist_audit_read' THEN
            iif(entry ->> '$.read.command' = 'whois', 'keys', 'audit log')
        WHEN event IN ('assist_switched', 'assist_switch_refused') THEN 'assist switch'
        WHEN event IN (
            'assist_recommendation_adopted', 'assist_recommendation_engaged',
            'assist_adoption_refused'
        ) THEN 'engagement ledger'
        WHEN event IN (
            'assist_audit_held', 'assist_audit_hold_released', 'assist_log_unwritten',
            'assist_audit_archived', 'assist_audit_archive_deleted'
        ) THEN 'audit log'
        WHEN event IN (
            'assist_erased', 'assist_audit_key_changed', 'assist_key_created', 'assist_key_revoked'
        ) THEN 'keys'
        WHEN event IN ('assist_config_reloaded', 'assist_daemon_operated') THEN 'daemon'
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

-- The views of the audit log, one row each, with their versions. A version grows when a column is added
-- or rows of another kind; columns are never renamed or taken away.
CREATE VIEW audit_schema AS
SELECT column1 AS name, column2 AS version FROM (
    VALUES
        ('audit_accesses', 2),
        ('audit_administration', 1),
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
        ('audit_key_changes', 1),
        ('audit_pci_10_2_2', 4),
        ('audit_refreshes', 1),
        ('audit_refusals', 1),
        ('audit_switches', 1),
        ('audit_uncheckpointed', 1),
        ('audit_unwritten', 1)
);
