-- Signed heads of the audit log.
--
-- A checkpoint says how long the log is and what its root is, signed with a key that lies outside
-- this file. What stands here can be deleted by whoever may write to the file: only a checkpoint that
-- is kept elsewhere proves anything to others.

PRAGMA user_version = 8;

CREATE TABLE audit_checkpoint (
    -- 1, 2, 3 and so on, without a gap.
    number INTEGER PRIMARY KEY CHECK (number > 0),
    -- Leaves of the tree it speaks of: records up to audit_head.before + size are under it.
    size INTEGER NOT NULL UNIQUE CHECK (size > 0),
    -- The root of that tree; 32 bytes.
    root BLOB NOT NULL CHECK (length(root) = 32),
    -- When it was signed; microseconds since 1970-01-01T00:00:00Z.
    at_us INTEGER NOT NULL,
    -- The signed note: https://c2sp.org/tlog-checkpoint, as it was given out.
    note TEXT NOT NULL
) STRICT;

CREATE TRIGGER audit_checkpoint_has_no_gaps
BEFORE INSERT ON audit_checkpoint
WHEN NEW.number IS NOT coalesce((SELECT max(number) FROM audit_checkpoint), 0) + 1
    OR NEW.size <= coalesce((SELECT max(size) FROM audit_checkpoint), 0)
    OR NEW.size > (SELECT size FROM audit_head)
BEGIN
    SELECT RAISE(ABORT, 'audit_checkpoint: one is added behind the last, of a longer log');
END;

CREATE TRIGGER audit_checkpoint_is_never_changed
BEFORE UPDATE ON audit_checkpoint
BEGIN
    SELECT RAISE(ABORT, 'audit_checkpoint: a checkpoint is never changed');
END;

CREATE TRIGGER audit_checkpoint_is_never_deleted
BEFORE DELETE ON audit_checkpoint
BEGIN
    SELECT RAISE(ABORT, 'audit_checkpoint: a checkpoint is never deleted');
END;
