-- The words of the audit log and the list of its views, as they are with all that migrations 8 to 12
-- brought; and a list of words behind IN, compared instead: SQLite built a table of it for each record
-- appended, a tenth of what an append cost.

PRAGMA user_version = 13;

-- The same as before.
DROP TRIGGER audit_later_fetch_says_how_it_ended;
CREATE TRIGGER audit_later_fetch_says_how_it_ended
BEFORE INSERT ON audit
WHEN CASE NEW.event
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
    )
BEGIN
    SELECT RAISE(ABORT, 'audit: a fetch or refresh says what was asked and how it ended');
END;

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

-- The views of the audit log, one row each, with their versions. A version grows when a column is added
-- or rows of another kind; columns are never renamed or taken away.
CREATE VIEW audit_schema AS
SELECT column1 AS name, column2 AS version FROM (
    VALUES
        ('audit_accesses', 1),
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
        ('audit_pci_10_2_2', 1),
        ('audit_refreshes', 1),
        ('audit_refusals', 1),
        ('audit_switches', 1),
        ('audit_uncheckpointed', 1),
        ('audit_unwritten', 1)
);
