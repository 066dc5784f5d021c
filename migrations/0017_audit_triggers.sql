-- What a new record must keep, asked by three triggers instead of twelve: SQLite calls each by itself,
-- and most ask of events that are few. What is refused, and with which words, is as before.

PRAGMA user_version = 17;

DROP TRIGGER audit_record_is_never_replaced;
DROP TRIGGER audit_has_no_gaps;
DROP TRIGGER audit_record_has_its_leaf;
DROP TRIGGER audit_later_fetch_says_how_it_ended;
DROP TRIGGER audit_switch_says_what_was_ordered;
DROP TRIGGER audit_egress_stop_says_which_way;
DROP TRIGGER audit_reading_says_who_and_which_way;
DROP TRIGGER audit_outcome_says_of_what;
DROP TRIGGER audit_erasure_says_what_and_how_much;
DROP TRIGGER audit_archive_says_which_records;
DROP TRIGGER audit_hold_record_says_what_is_held;

-- Before any conflict is resolved: INSERT OR REPLACE would rewrite a record.
CREATE TRIGGER audit_record_is_added_at_the_end
BEFORE INSERT ON audit
BEGIN
    SELECT CASE
        WHEN NEW.seq IS NOT (SELECT last_seq + 1 FROM audit_end) THEN CASE
            WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)
                THEN RAISE(ABORT, 'audit: a record is never replaced')
            ELSE RAISE(ABORT, 'audit: a record is added at the end, without a gap')
        END
        WHEN NOT EXISTS (SELECT 1 FROM audit_leaf WHERE seq = NEW.seq)
            THEN RAISE(ABORT, 'audit: a record is added behind its leaf')
    END;
END;

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
                'list', 'show', 'query', 'export', 'replay', 'statement', 'tail'
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
END;
