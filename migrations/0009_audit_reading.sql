-- Reading the audit log is recorded; and more views of it: what was decided and why, what went wrong,
-- from when to when answers were degraded, who read, and the fields that PCI DSS asks for.

PRAGMA user_version = 9;

CREATE TRIGGER audit_reading_says_who_and_which_way
BEFORE INSERT ON audit
WHEN NEW.event = 'assist_audit_read'
    AND (
        NEW.entry -> '$.read.by' IS NULL
        OR NEW.entry ->> '$.read.command' IS NULL
        OR NEW.entry ->> '$.read.command' NOT IN (
            'list', 'show', 'query', 'export', 'replay', 'statement', 'tail'
        )
        OR NEW.entry ->> '$.read.stage' IS NULL
        OR NEW.entry ->> '$.read.stage' NOT IN ('whole', 'begun', 'ended')
    )
BEGIN
    SELECT RAISE(ABORT, 'audit: a reading says by whom and which way');
END;

-- Few records among many: without it who has read could be found by reading everything only.
CREATE INDEX audit_readings ON audit (at_us) WHERE event = 'assist_audit_read';

-- What the program decided about each recommendation that the upstream sent, one row a rule: that it
-- was kept by the rule, or suppressed, and why. So what was not shown is told like what was. Of what
-- no rule looked at by name there is one row for all, with their number in times: the sum of times
-- over the suppressed and the shown is what the upstream sent.
CREATE VIEW audit_decisions AS
WITH answer AS (
    SELECT
        seq, at_us, event, tenant, conversation_id, session_id, request_id, entry,
        entry ->> '$.scope.policy_version' AS policy_version,
        -- The record that tells what was shown and held back, where this one refers to it.
        CASE
            WHEN entry -> '$.fetch.shown_as' IS NULL THEN entry
            ELSE (
                SELECT whole.entry FROM audit AS whole
                WHERE whole.seq = audit.entry ->> '$.fetch.shown_as.seq'
            )
        END AS telling
    FROM audit
    WHERE event IN (
        'assist_fetch_hit', 'assist_fetch_completed', 'assist_fetch_failed',
        'assist_refresh_completed', 'assist_refresh_failed'
    )
),
item AS (
    SELECT
        answer.*,
        list.name = 'shown' AS was_shown,
        item.value ->> '$.id' AS recommendation_id,
        item.value ->> '$.kind' AS kind,
        item.value ->> '$.version_id' AS version_id,
        item.value ->> '$.score_millionths' / 1000000.0 AS score,
        item.value ->> '$.reason' AS reason,
        json_array_length(item.value, '$.receipts.kept') + (item.value ->> '$.receipts.untold')
            AS findings
    FROM answer,
        (SELECT 'shown' AS name UNION ALL SELECT 'rejected') AS list,
        json_each(answer.telling, '$.fetch.' || list.name) AS item
),
told AS (
    SELECT
        seq, at_us, event, tenant, conversation_id, session_id, request_id, policy_version, entry,
        recommendation_id, kind, version_id, score,
        'relevance' AS rule,
        coalesce(reason IN ('below_threshold', 'unscored'), FALSE) AS suppressed,
        CASE WHEN reason IN ('below_threshold', 'unscored') THEN reason
            WHEN score IS NULL THEN 'unscored_allowed' ELSE 'relevant' END AS why,
        NULL AS findings,
        1 AS times
    FROM item
    UNION ALL
    SELECT
        seq, at_us, event, tenant, conversation_id, session_id, request_id, policy_version, entry,
        recommendation_id, kind, version_id, score,
        'personal_data' AS rule,
        NOT was_shown AS suppressed,
        coalesce(reason, iif(findings > 0, 'masked', 'clean')) AS why,
        findings,
        1 AS times
    FROM item
    WHERE was_shown OR reason NOT IN ('below_threshold', 'unscored')
    UNION ALL
    SELECT
        seq, at_us, event, tenant, conversation_id, session_id, request_id, policy_version, entry,
        NULL, NULL, NULL, NULL,
        iif(count.key = 'malformed', 'format', 'selection') AS rule,
        TRUE AS suppressed,
        count.key AS why,
        NULL AS findings,
        count.value AS times
    FROM answer, json_each(answer.entry, '$.fetch.counts') AS count
    WHERE count.key IN ('malformed', 'duplicates', 'state_filtered', 'source_filtered', 'over_limit')
        AND count.value > 0
)
SELECT
    -- Position in the audit log.
    seq,
    -- When, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', at_us % 1000000) AS at,
    -- Of an answer, or of a refresh, which nobody was shown.
    event,
    tenant,
    conversation_id,
    session_id,
    request_id,
    -- What was decided about. NULL where its identifier is itself personal data, and where no rule
    -- looked at it by name.
    recommendation_id,
    kind,
    -- Version of what was shown. Of what was not shown none is kept.
    version_id,
    -- Which rule: 'relevance', 'personal_data', 'format' or 'selection'.
    rule,
    -- 'kept' or 'suppressed'.
    iif(suppressed, 'suppressed', 'kept') AS decision,
    -- Why. Of relevance: 'relevant', 'unscored_allowed', 'below_threshold' or 'unscored'. Of personal
    -- data: 'clean', 'masked', 'not_flagged_masked', 'personal_data_in_id' or 'personal_data'. Else
    -- 'malformed', 'duplicates', 'state_filtered', 'source_filtered' or 'over_limit'.
    why,
    -- Relevance that the upstream gave, and the least that was asked for, 0 to 1.
    score,
    entry ->> '$.scope.min_relevance_millionths' / 1000000.0 AS threshold,
    -- Finds of personal data, for that rule; audit_findings tells them.
    findings,
    -- How many recommendations the row speaks of.
    times,
    -- Version of the rule: of the screening, or of the scanner for personal data.
    iif(
        rule = 'personal_data',
        substr(
            substr(policy_version, instr(policy_version, '.') + 1), 1,
            instr(substr(policy_version, instr(policy_version, '.') + 1), '.') - 1
        ),
        substr(policy_version, 1, instr(policy_version, '.') - 1)
    ) AS rule_version,
    -- Version of the screening, version of the scanner, head of the policy's fingerprint.
    policy_version
FROM told;

-- What went wrong, one row each: requests that the upstream failed, refreshes likewise, and requests
-- that broke the payload rules.
CREATE VIEW audit_errors AS
SELECT
    -- Position in the audit log.
    seq,
    -- When, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', at_us % 1000000) AS at,
    -- Where: 'fetch' or 'refresh'.
    iif(event LIKE 'assist_refresh_%', 'refresh', 'fetch') AS operation,
    tenant,
    conversation_id,
    session_id,
    agent_id,
    queue_id,
    request_id,
    -- What: as in audit_fetches, or 'payload_rules'.
    coalesce(error, iif(event = 'assist_fetch_refused', 'payload_rules', NULL)) AS error,
    -- How the upstream answered, in numbers and in its own code, and how often it was asked.
    upstream_status,
    entry ->> '$.fetch.upstream_code' AS upstream_code,
    upstream_correlation_id,
    entry ->> '$.fetch.upstream_requests' AS upstream_requests,
    -- What was shown instead: 'stale' (remembered), 'fallback', or 'none'; and how many.
    cache_status AS shown_instead,
    total_returned,
    -- How the answer was labelled.
    degraded_reason,
    -- Fields and rules broken, as a JSON list of at most 50.
    entry -> '$.violations' AS violations
FROM audit
WHERE error IS NOT NULL
    OR event IN ('assist_fetch_failed', 'assist_refresh_failed', 'assist_fetch_refused');

-- From when to when answers were degraded because the upstream failed, one row for each tenant and
-- reason. A period ends with the next answer that the upstream gave the tenant; what was answered
-- from the cache in between says nothing about it. Periods of several reasons overlap. That assist was
-- off is told by audit_switches.
CREATE VIEW audit_degraded_periods AS
WITH asked AS (
    SELECT
        seq, at_us, tenant, degraded_reason,
        event IN ('assist_fetch_completed', 'assist_refresh_completed') AS answered,
        -- How many answers the upstream had given by then.
        count(*) FILTER (
            WHERE event IN ('assist_fetch_completed', 'assist_refresh_completed')
        ) OVER (PARTITION BY tenant ORDER BY seq) AS answers
    FROM audit
    WHERE event IN (
        'assist_fetch_completed', 'assist_fetch_failed',
        'assist_refresh_completed', 'assist_refresh_failed'
    )
),
period AS (
    SELECT
        tenant,
        degraded_reason AS reason,
        answers,
        min(seq) AS first_seq,
        max(seq) AS last_seq,
        min(at_us) AS first_us,
        max(at_us) AS last_us,
        count(*) AS degraded_answers
    FROM asked WHERE degraded_reason IS NOT NULL
    GROUP BY tenant, degraded_reason, answers
)
SELECT
    period.tenant,
    -- How the answers were labelled.
    period.reason,
    -- When the first of them was given and when the last, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', period.first_us / 1000000, 'unixepoch')
        || printf('.%06dZ', period.first_us % 1000000) AS began_at,
    strftime('%Y-%m-%dT%H:%M:%S', period.last_us / 1000000, 'unixepoch')
        || printf('.%06dZ', period.last_us % 1000000) AS last_at,
    -- When the upstream answered again, in the same form. NULL if it has not.
    strftime('%Y-%m-%dT%H:%M:%S', asked.at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', asked.at_us % 1000000) AS ended_at,
    -- How many answers were degraded.
    period.degraded_answers,
    -- Positions of the first and the last of them.
    period.first_seq,
    period.last_seq
FROM period LEFT JOIN asked
    ON asked.tenant = period.tenant AND asked.answered AND asked.answers = period.answers + 1;

-- Who read the audit log with this program, one row each. What is read with other tools, and where the
-- store cannot be written to, leaves none.
CREATE VIEW audit_accesses AS
SELECT
    -- Position in the audit log.
    seq,
    -- When, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', at_us % 1000000) AS at,
    tenant,
    -- Which way: 'list', 'show', 'query', 'export', 'replay', 'statement' or 'tail'.
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
    request_id
FROM audit
WHERE event = 'assist_audit_read';

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
        WHEN event IN ('assist_recommendation_adopted', 'assist_adoption_refused') THEN
            'engagement ledger'
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

-- Records that no signed checkpoint covers yet, one row each: of these a copy that was changed together
-- with its tree could not be told from the log.
CREATE VIEW audit_uncheckpointed AS
SELECT
    -- Position in the audit log.
    seq,
    -- When, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', at_us % 1000000) AS at,
    event,
    tenant,
    conversation_id,
    session_id,
    request_id
FROM audit
WHERE seq > (
    SELECT before + coalesce((SELECT max(size) FROM audit_checkpoint), 0) FROM audit_head
);
