-- The audit log: one record for every outcome, in the order in which they were written.
--
-- Append-only in the schema itself, for every tool that opens this file: records are added at the
-- end without a gap, never changed, and deleted only below a recorded boundary.

PRAGMA user_version = 2;

CREATE TABLE audit (
    -- Position in the log: 1, 2, 3 and so on, without a gap.
    seq INTEGER PRIMARY KEY CHECK (seq > 0),
    -- When it happened; microseconds since 1970-01-01T00:00:00Z.
    at_us INTEGER NOT NULL,
    -- What happened, such as 'assist_fetch_completed'.
    event TEXT NOT NULL,
    -- In whose name.
    tenant TEXT NOT NULL,
    -- The request, the same as in its answer.
    request_id TEXT NOT NULL,
    -- The assist session. NULL where a refused request named none that keeps the rules.
    session_id TEXT,
    -- The conversation. NULL where a refused request named none that keeps the rules.
    conversation_id TEXT,
    -- The agent. NULL if nobody said which.
    agent_id TEXT,
    -- Who said which agent: 'credential', 'request', 'upstream_context' or 'unknown'.
    agent_origin TEXT NOT NULL,
    -- The queue. NULL if nobody said which.
    queue_id TEXT,
    -- Who said which queue, in the same words.
    queue_origin TEXT NOT NULL,
    -- What the agent used, for adoptions.
    recommendation_id TEXT,
    -- How the upstream was to be asked, for fetches: 'recommendations' or 'suggestions'.
    dialect TEXT,
    -- Most recommendations asked for, for fetches.
    result_limit INTEGER CHECK (result_limit > 0),
    -- Recommendations skipped, for fetches.
    result_offset INTEGER CHECK (result_offset >= 0),
    -- How the cache took part, for fetches that ended.
    cache_status TEXT,
    -- Microseconds from the request's arrival until its answer was ready, for fetches that ended.
    latency_us INTEGER CHECK (latency_us >= 0),
    -- Entities the upstream sent, for fetches that ended.
    total_received INTEGER CHECK (total_received >= 0),
    -- Recommendations in the answer, for fetches that ended.
    total_returned INTEGER CHECK (total_returned >= 0),
    -- HTTP status of the upstream's last answer. NULL where it was not asked or did not answer.
    upstream_status INTEGER CHECK (upstream_status BETWEEN 0 AND 65535),
    -- The upstream's name for the call, for its support.
    upstream_correlation_id TEXT,
    -- What went wrong, if something did.
    error TEXT,
    -- How the answer was labelled, if it was degraded.
    degraded_reason TEXT,
    -- Why the answer was empty, if it was.
    empty_reason TEXT,
    -- The record itself: canonical JSON (RFC 8785, whole numbers only). The columns above are
    -- projected from it for queries; these bytes are what counts.
    entry TEXT NOT NULL,

    CONSTRAINT entry_is_a_json_object CHECK (json_valid(entry) AND json_type(entry) = 'object'),
    CONSTRAINT columns_say_what_the_entry_says CHECK (
        at_us IS entry ->> '$.at_us'
        AND event IS entry ->> '$.event'
        AND tenant IS entry ->> '$.tenant'
        AND request_id IS entry ->> '$.request_id'
        AND conversation_id IS entry ->> '$.conversation_id'
        AND session_id IS entry ->> '$.session_id'
    ),
    CONSTRAINT an_id_has_an_origin CHECK (
        (agent_id IS NULL) = (agent_origin = 'unknown')
        AND (queue_id IS NULL) = (queue_origin = 'unknown')
    ),
    CONSTRAINT a_fetch_says_what_was_asked CHECK (
        event NOT IN (
            'assist_fetch_initiated', 'assist_fetch_hit', 'assist_fetch_completed',
            'assist_fetch_failed'
        )
        OR (
            conversation_id IS NOT NULL AND session_id IS NOT NULL
            AND dialect IS NOT NULL AND result_limit IS NOT NULL AND result_offset IS NOT NULL
        )
    ),
    CONSTRAINT an_ended_fetch_says_how CHECK (
        event NOT IN ('assist_fetch_hit', 'assist_fetch_completed', 'assist_fetch_failed')
        OR (
            cache_status IS NOT NULL AND latency_us IS NOT NULL
            AND total_received IS NOT NULL AND total_returned IS NOT NULL
        )
    ),
    CONSTRAINT an_adoption_names_what_was_used CHECK (
        event <> 'assist_recommendation_adopted'
        OR (recommendation_id IS NOT NULL AND conversation_id IS NOT NULL)
    )
) STRICT;

CREATE INDEX audit_by_conversation ON audit (conversation_id);
CREATE INDEX audit_by_session ON audit (session_id);
CREATE INDEX audit_by_request ON audit (request_id);
CREATE INDEX audit_by_time ON audit (at_us);

-- Decisions to let old records go. The highest boundary counts.
CREATE TABLE audit_pruning (
    -- Records with a smaller seq may be deleted. It only grows.
    below_seq INTEGER PRIMARY KEY,
    -- When this was decided; microseconds since 1970-01-01T00:00:00Z.
    at_us INTEGER NOT NULL
) STRICT;

-- Where the log ends, whether its last records are still there or not.
CREATE VIEW audit_end AS
SELECT
    -- Position of the last record ever written; 0 if there was none.
    max(
        coalesce((SELECT max(seq) FROM audit), 0),
        coalesce((SELECT max(below_seq) FROM audit_pruning), 1) - 1
    ) AS last_seq;

-- Before any conflict is resolved: without this, INSERT OR REPLACE would rewrite a record.
CREATE TRIGGER audit_record_is_never_replaced
BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq)
BEGIN
    SELECT RAISE(ABORT, 'audit: a record is never replaced');
END;

CREATE TRIGGER audit_has_no_gaps
BEFORE INSERT ON audit
WHEN NEW.seq IS NOT (SELECT last_seq + 1 FROM audit_end)
BEGIN
    SELECT RAISE(ABORT, 'audit: a record is added at the end, without a gap');
END;

CREATE TRIGGER audit_record_is_never_changed
BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit: a record is never changed');
END;

CREATE TRIGGER audit_record_is_kept_unless_pruned
BEFORE DELETE ON audit
WHEN OLD.seq >= coalesce((SELECT max(below_seq) FROM audit_pruning), 1)
BEGIN
    SELECT RAISE(ABORT, 'audit: a record is deleted only below the pruning boundary');
END;

-- Lists of words stand here and not in CHECK constraints, so that a later migration can lengthen
-- them without copying the table.
CREATE TRIGGER audit_words_are_known
BEFORE INSERT ON audit
WHEN NEW.event NOT IN (
        'assist_fetch_initiated', 'assist_fetch_hit', 'assist_fetch_completed',
        'assist_fetch_failed', 'assist_fetch_refused', 'assist_recommendation_adopted'
    )
    OR NEW.agent_origin NOT IN ('credential', 'request', 'upstream_context', 'unknown')
    OR NEW.queue_origin NOT IN ('credential', 'request', 'upstream_context', 'unknown')
    OR NEW.dialect NOT IN ('recommendations', 'suggestions')
    OR NEW.cache_status NOT IN ('hit', 'miss', 'stale', 'fallback', 'bypass', 'none')
    OR NEW.error NOT IN (
        'bad_request', 'unauthenticated', 'forbidden', 'not_found', 'upstream_timeout',
        'too_large', 'rate_limited', 'server_error', 'unreachable', 'deadline_exceeded',
        'bad_format', 'internal'
    )
    OR NEW.degraded_reason NOT IN (
        'rate_limited', 'upstream_error', 'timeout', 'bad_format', 'rejected'
    )
    OR NEW.empty_reason NOT IN (
        'no_copilot_data', 'upstream_empty', 'below_threshold', 'personal_data', 'filtered',
        'malformed', 'degraded'
    )
BEGIN
    SELECT RAISE(ABORT, 'audit: a word is outside its list');
END;

CREATE TRIGGER audit_pruning_boundary_only_grows
BEFORE INSERT ON audit_pruning
WHEN NEW.below_seq <= coalesce((SELECT max(below_seq) FROM audit_pruning), 1)
    OR NEW.below_seq > (SELECT last_seq + 1 FROM audit_end)
BEGIN
    SELECT RAISE(ABORT, 'audit_pruning: the boundary only grows, up to the end of the log');
END;

CREATE TRIGGER audit_pruning_is_never_changed
BEFORE UPDATE ON audit_pruning
BEGIN
    SELECT RAISE(ABORT, 'audit_pruning: a decision is never changed');
END;

CREATE TRIGGER audit_pruning_is_never_deleted
BEFORE DELETE ON audit_pruning
BEGIN
    SELECT RAISE(ABORT, 'audit_pruning: a decision is never deleted');
END;
