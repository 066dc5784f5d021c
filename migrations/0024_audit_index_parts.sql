-- Conversations and sessions are found in parts of the log, 8,192 records each.
--
-- Appends come from many conversations at once, so that each record changed a page somewhere in the index
-- by conversation and one in that by session: most of what was written to the disk, and more the longer
-- the log. Within a part all of it happens on the same hundred pages, and nothing comes back to them
-- later. Whoever looks for a conversation looks into each part: a hundred times for a million records.

PRAGMA user_version = 24;

DROP INDEX audit_by_conversation;
DROP INDEX audit_by_session;
CREATE INDEX audit_by_conversation ON audit (seq >> 13, conversation_id);
CREATE INDEX audit_by_session ON audit (seq >> 13, session_id);

-- A question that names a conversation names no part. SQLite tries them one after the other by itself
-- where it knows how few there are, and that it does not find out unless asked to: records, records of a
-- part, and of a conversation in it.
ANALYZE sqlite_schema;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('audit', 'audit_by_conversation', '1000000 8192 16'),
    ('audit', 'audit_by_session', '1000000 8192 16');
