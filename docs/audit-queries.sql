-- Questions of auditors, to begin with. Each is one statement under a line `-- name: title`; copy it into
-- `agent-assist audit query`, or any SQLite tool. The views are described in AUDIT.md. Every one is
-- asked in the tests, of a store with records in it.

-- name: what was on the screen in a conversation, and when
SELECT f.at, s.value ->> 'id' AS recommendation, s.value ->> 'score_millionths' / 1e6 AS score,
       s.value ->> 'content_sha256' AS content
FROM audit_fetches AS f, json_each(f.shown) AS s
WHERE f.conversation_id = '8d7c1c2e-3a74-4f5b-9d2e-0c5a1f6b7e88'
ORDER BY f.seq;

-- name: what was held back, and why
SELECT r.value ->> 'reason' AS reason, count(*) AS times
FROM audit_fetches AS f, json_each(f.rejected) AS r
WHERE f.at >= '2026-01-01' GROUP BY reason ORDER BY times DESC;

-- name: why was something not shown in a conversation, by which rule, and how near was it
SELECT at, recommendation_id, rule, why, score, threshold, times, rule_version, policy_version
FROM audit_decisions
WHERE conversation_id = '8d7c1c2e-3a74-4f5b-9d2e-0c5a1f6b7e88' AND decision = 'suppressed'
ORDER BY seq;

-- name: where does everything go that the upstream sends
SELECT rule, why, sum(times) AS recommendations FROM audit_decisions
WHERE decision = 'suppressed' AND event = 'assist_fetch_completed'
GROUP BY rule, why ORDER BY recommendations DESC;

-- name: what personal data came from the upstream, and what became of it
SELECT entity, action, count(*) AS finds FROM audit_findings
WHERE event = 'assist_fetch_completed' GROUP BY entity, action ORDER BY finds DESC;

-- name: who used something that was never recorded as shown (nobody: this gives no rows)
SELECT a.seq, a.recommendation_id FROM audit_adoptions AS a
WHERE NOT EXISTS (
    SELECT 1 FROM audit_fetches AS f, json_each(f.shown) AS s
    WHERE f.conversation_id = a.conversation_id AND s.value ->> 'id' = a.recommendation_id
);

-- name: when was the upstream down
SELECT substr(at, 1, 16) AS minute, error, count(*) AS failures
FROM audit_fetches WHERE outcome = 'failed' GROUP BY minute, error ORDER BY minute;

-- name: from when to when were answers degraded, and how many
SELECT tenant, reason, began_at, coalesce(ended_at, 'not yet') AS ended_at, degraded_answers
FROM audit_degraded_periods ORDER BY first_seq;

-- name: what went wrong, and what was shown instead
SELECT operation, error, upstream_status, shown_instead, count(*) AS times, max(at) AS last
FROM audit_errors GROUP BY operation, error, upstream_status, shown_instead ORDER BY times DESC;

-- name: when was assist off, for whom, and who said so
-- An order ends by itself, with being switched on, or with the next order of its kind; ended_at is NULL
-- where it still stands.
SELECT o.at AS off_at, o.scope, o.scope_id, o.cause, o.switched_by,
       nullif(min(coalesce(o.until, '9999'), coalesce(min(n.at), '9999')), '9999') AS ended_at
FROM audit_switches AS o LEFT JOIN audit_switches AS n
     ON n.seq > o.seq AND n.tenant = o.tenant AND n.scope = o.scope
        AND n.scope_id IS o.scope_id AND (n.assist = 'on' OR n.cause = o.cause)
WHERE o.assist = 'off' GROUP BY o.seq ORDER BY o.seq;

-- name: is anything missing in between (1: nothing is)
SELECT count(*) = coalesce(max(seq) - min(seq) + 1, 0) AS whole FROM audit;

-- name: what does no signed checkpoint cover yet
SELECT count(*) AS records, min(seq) AS first_seq, min(at) AS since FROM audit_uncheckpointed;

-- name: which agents were shown something, and how often did they use it
SELECT f.agent_id, count(*) AS answers, sum(f.total_returned) AS shown,
       (SELECT count(*) FROM audit_adoptions AS a
        WHERE a.agent_id = f.agent_id AND a.replay = 0) AS used
FROM audit_fetches AS f WHERE f.agent_id IS NOT NULL
GROUP BY f.agent_id ORDER BY shown DESC;

-- name: what became of one request
SELECT seq, strftime('%Y-%m-%dT%H:%M:%S', at_us / 1000000, 'unixepoch') AS at, event, entry
FROM audit WHERE request_id = '01990000-0000-7000-8000-000000000001' ORDER BY seq;

-- name: who came without an agent that somebody vouches for
SELECT agent_origin, count(*) AS requests FROM audit_fetches
GROUP BY agent_origin ORDER BY requests DESC;

-- name: under which screening rules were answers given, from when to when
SELECT policy_version, min(at) AS first, max(at) AS last, count(*) AS answers
FROM audit_fetches WHERE policy_version IS NOT NULL
GROUP BY policy_version ORDER BY first;

-- name: which requests were refused, and for which rules
SELECT v.value ->> 'field' AS field, v.value ->> 'rule' AS rule, count(*) AS times
FROM audit_fetches AS f, json_each(f.violations) AS v
WHERE f.outcome = 'refused' GROUP BY field, rule ORDER BY times DESC;

-- name: did anything have to be stopped on its way out (there should be no rows)
SELECT at, egress, conversation_id, findings FROM audit_egress_stops ORDER BY seq;

-- name: how fast were answers, by how they were made
SELECT outcome, count(*) AS answers, round(avg(latency_ms), 1) AS mean_ms,
       max(latency_ms) AS longest_ms
FROM audit_fetches WHERE latency_ms IS NOT NULL GROUP BY outcome ORDER BY outcome;

-- name: of what was announced is the outcome not known (NULL: it goes on, or nobody has looked since)
SELECT at, intent, conversation_id, request_id, outcome FROM audit_intents
WHERE outcome IS NULL OR outcome = 'unknown' ORDER BY seq;

-- name: what was refused beside requests for recommendations, and why
SELECT at, refused, reason, conversation_id, violations FROM audit_refusals ORDER BY seq;

-- name: when could records not be written, and what kept them from it (there should be no rows)
SELECT from_at, until_at, records, reasons FROM audit_unwritten ORDER BY seq;
-- name: who read the log, and of what
SELECT at, coalesce(read_by, read_by_uid) AS who, host, command, conversation_id, sql, row_count
FROM audit_accesses ORDER BY seq;

-- name: the fields that PCI DSS 10.2.2 asks for, of a day
SELECT user_identification, type_of_event, date_and_time, success_or_failure,
       origination_of_event, affected_data, affected_resource, affected_service
FROM audit_pci_10_2_2 WHERE date_and_time >= '2026-01-05' AND date_and_time < '2026-01-06'
ORDER BY seq;

-- name: which views are there, and of which version
SELECT name, version FROM audit_schema ORDER BY name;
-- name: what was erased, and was every erasure brought to its end (outcome NULL: cut off)
SELECT i.at, i.erased, i.erased_by, o.stage AS outcome, o.fields, o.keys
FROM audit_erasures AS i LEFT JOIN audit_erasures AS o
     ON o.request_id = i.request_id AND o.stage <> 'intended'
WHERE i.stage = 'intended' ORDER BY i.seq;
