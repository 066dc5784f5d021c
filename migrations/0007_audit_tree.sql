-- The audit log as a Merkle tree (RFC 6962, SHA-256): each record is a leaf, and names the one before.
--
-- What stands here can be computed again from the records, and verification does so. It is written
-- in the same transaction as they are, so that a record changed later no longer fits.

PRAGMA user_version = 7;

-- The hash of each record as a leaf: SHA-256 of a zero byte and the bytes of entry.
CREATE TABLE audit_leaf (
    -- Position of the record in the log.
    seq INTEGER PRIMARY KEY CHECK (seq > 0),
    -- 32 bytes.
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;

-- The tree in tiles of 256 hashes, as https://c2sp.org/tlog-tiles lays them out: those of level 0
-- are leaf hashes, those of each level above the roots of full tiles of the level below. Of level 0
-- only full ones stand here; the leaves behind them are in audit_leaf. Above, the last one of each
-- level grows until it is full.
CREATE TABLE audit_tile (
    -- 0 to 7.
    level INTEGER NOT NULL CHECK (level BETWEEN 0 AND 7),
    -- Place within the level, from 0.
    position INTEGER NOT NULL CHECK (position >= 0),
    -- The hashes one behind the other: 8192 bytes if it is full.
    hashes BLOB NOT NULL CHECK (
        length(hashes) BETWEEN 32 AND 8192 AND length(hashes) % 32 = 0
        AND (level > 0 OR length(hashes) = 8192)
    ),

    PRIMARY KEY (level, position)
) STRICT;

-- Where the tree ends. One row.
CREATE TABLE audit_head (
    -- Always 1.
    id INTEGER PRIMARY KEY CHECK (id = 1),
    -- Records that had been deleted before there was a tree: leaf 0 is record before + 1.
    before INTEGER NOT NULL CHECK (before >= 0),
    -- Leaves in the tree; the last is record before + size.
    size INTEGER NOT NULL CHECK (size >= 0),
    -- The tree's root; 32 bytes.
    root BLOB NOT NULL CHECK (length(root) = 32),
    -- What appending needs to know of the leaves before: size as eight bytes, big-endian, and the
    -- roots of the complete subtrees, the largest first.
    frontier BLOB NOT NULL CHECK (length(frontier) % 32 = 8),
    -- The last leaf; 32 bytes. NULL if there is none.
    last_leaf BLOB CHECK (length(last_leaf) = 32),
    -- The first record that is chained: its member prev_root names the root of the tree before it,
    -- and from then on each record's member prev the leaf of the record before. NULL if none is yet.
    chained_from INTEGER,

    CONSTRAINT a_leaf_is_last CHECK ((last_leaf IS NULL) = (size = 0))
) STRICT;

-- The tree without leaves. Those of records that are there already are added when the store is
-- opened for writing.
INSERT INTO audit_head (id, before, size, root, frontier)
VALUES (
    1,
    coalesce((SELECT min(seq) FROM audit) - 1, (SELECT last_seq FROM audit_end)),
    0,
    x'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    x'0000000000000000'
);

CREATE TRIGGER audit_head_is_one
BEFORE INSERT ON audit_head
BEGIN
    SELECT RAISE(ABORT, 'audit_head: there is one head');
END;

CREATE TRIGGER audit_head_is_kept
BEFORE DELETE ON audit_head
BEGIN
    SELECT RAISE(ABORT, 'audit_head: there is one head');
END;

CREATE TRIGGER audit_head_only_moves_on
BEFORE UPDATE ON audit_head
WHEN NEW.size <= OLD.size OR NEW.before <> OLD.before OR NEW.id <> OLD.id
    OR (OLD.chained_from IS NOT NULL AND NEW.chained_from IS NOT OLD.chained_from)
BEGIN
    SELECT RAISE(ABORT, 'audit_head: the log only grows');
END;

-- A leaf comes before its record, behind the leaf before.
CREATE TRIGGER audit_leaf_has_no_gaps
BEFORE INSERT ON audit_leaf
WHEN NEW.seq IS NOT coalesce(
        (SELECT max(seq) FROM audit_leaf), (SELECT before FROM audit_head)
    ) + 1
BEGIN
    SELECT RAISE(ABORT, 'audit_leaf: a leaf is added at the end, without a gap');
END;

CREATE TRIGGER audit_leaf_is_never_changed
BEFORE UPDATE ON audit_leaf
BEGIN
    SELECT RAISE(ABORT, 'audit_leaf: a leaf is never changed');
END;

CREATE TRIGGER audit_leaf_is_kept_unless_pruned
BEFORE DELETE ON audit_leaf
WHEN OLD.seq >= coalesce((SELECT max(below_seq) FROM audit_pruning), 1)
BEGIN
    SELECT RAISE(ABORT, 'audit_leaf: a leaf is deleted only below the pruning boundary');
END;

CREATE TRIGGER audit_tile_is_never_replaced
BEFORE INSERT ON audit_tile
WHEN EXISTS (
        SELECT 1 FROM audit_tile WHERE level = NEW.level AND position = NEW.position
    )
BEGIN
    SELECT RAISE(ABORT, 'audit_tile: a tile is never replaced');
END;

CREATE TRIGGER audit_tile_only_grows
BEFORE UPDATE ON audit_tile
WHEN NEW.level <> OLD.level OR NEW.position <> OLD.position
    OR length(NEW.hashes) <= length(OLD.hashes)
    OR substr(NEW.hashes, 1, length(OLD.hashes)) <> OLD.hashes
BEGIN
    SELECT RAISE(ABORT, 'audit_tile: a tile only grows');
END;

CREATE TRIGGER audit_tile_is_never_deleted
BEFORE DELETE ON audit_tile
BEGIN
    SELECT RAISE(ABORT, 'audit_tile: a tile is never deleted');
END;

CREATE TRIGGER audit_record_has_its_leaf
BEFORE INSERT ON audit
WHEN NOT EXISTS (SELECT 1 FROM audit_leaf WHERE seq = NEW.seq)
BEGIN
    SELECT RAISE(ABORT, 'audit: a record is added behind its leaf');
END;

-- The same words as before. A list behind IN is built anew for every record; CASE compares.
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
