# Statements that must change nothing, one a line; {NUL} is a zero byte, {NL} a line end.
# refused: not even tried
DELETE FROM audit
DROP TABLE audit
UPDATE audit SET rowid = 9
INSERT INTO audit DEFAULT VALUES
DELETE FROM audit_pruning
DROP TABLE audit_pruning
UPDATE audit_pruning SET rowid = 9
INSERT INTO audit_pruning DEFAULT VALUES
DELETE FROM engagement
DROP TABLE engagement
UPDATE engagement SET rowid = 9
INSERT INTO engagement DEFAULT VALUES
DELETE FROM recommendation_cache
DROP TABLE recommendation_cache
UPDATE recommendation_cache SET rowid = 9
INSERT INTO recommendation_cache DEFAULT VALUES
DELETE FROM assist_off
DROP TABLE assist_off
UPDATE assist_off SET rowid = 9
INSERT INTO assist_off DEFAULT VALUES
DELETE FROM conversation_key
DROP TABLE conversation_key
UPDATE conversation_key SET rowid = 9
INSERT INTO conversation_key DEFAULT VALUES
DELETE FROM sqlite_schema
DROP TABLE sqlite_schema
UPDATE sqlite_schema SET rowid = 9
INSERT INTO sqlite_schema DEFAULT VALUES
DELETE FROM sqlite_master
DROP TABLE sqlite_master
UPDATE sqlite_master SET rowid = 9
INSERT INTO sqlite_master DEFAULT VALUES
DROP VIEW audit_fetches
DROP VIEW audit_adoptions
DROP VIEW audit_switches
DROP VIEW audit_findings
DROP VIEW audit_egress_stops
DROP VIEW audit_refreshes
INSERT INTO audit SELECT * FROM audit
INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE seq = 1
REPLACE INTO audit SELECT * FROM audit
UPDATE OR IGNORE audit SET entry = '{}'
UPDATE audit SET tenant = 'x' WHERE seq = 1 RETURNING *
DELETE FROM audit WHERE seq = 1 RETURNING entry
INSERT INTO assist_off SELECT * FROM assist_off RETURNING *
TRUNCATE TABLE audit
ALTER TABLE audit RENAME TO tidua
ALTER TABLE audit DROP COLUMN error
ALTER TABLE audit ADD COLUMN hacked TEXT
ALTER TABLE audit RENAME COLUMN entry TO e
CREATE TABLE t (a)
CREATE TEMP TABLE t (a)
CREATE TABLE t AS SELECT * FROM audit
CREATE TEMP TABLE t AS SELECT * FROM conversation_key
CREATE VIEW v AS SELECT 1
CREATE TEMP VIEW v AS SELECT * FROM conversation_key
CREATE INDEX i ON audit (entry)
CREATE UNIQUE INDEX i ON audit (tenant)
CREATE TRIGGER t AFTER INSERT ON audit BEGIN SELECT 1; END
CREATE TEMP TRIGGER t AFTER INSERT ON audit BEGIN DELETE FROM audit; END
CREATE VIRTUAL TABLE f USING fts5(a)
CREATE VIRTUAL TABLE f USING rtree(a, b, c)
CREATE VIRTUAL TABLE temp.f USING fts4(a)
DROP TRIGGER audit_words_are_known
DROP INDEX audit_by_time
DROP TRIGGER IF EXISTS audit_is_append_only
REINDEX
REINDEX audit
ANALYZE
ANALYZE audit
VACUUM
VACUUM main
VACUUM INTO 'copy.db'
VACUUM main INTO '/tmp/agent-assist-hostile-copy.db'
ATTACH 'other.db' AS o
ATTACH DATABASE ':memory:' AS o
ATTACH DATABASE '/tmp/agent-assist-hostile.db' AS o
ATTACH 'file:x?mode=rwc' AS x
DETACH main
DETACH DATABASE temp
BEGIN
BEGIN IMMEDIATE
BEGIN EXCLUSIVE TRANSACTION
COMMIT
END TRANSACTION
ROLLBACK
SAVEPOINT a
RELEASE a
ROLLBACK TO a
PRAGMA query_only = OFF
PRAGMA query_only(0)
PRAGMA main.query_only = 0
PRAGMA writable_schema = ON
PRAGMA writable_schema = RESET
PRAGMA journal_mode = DELETE
PRAGMA journal_mode = OFF
PRAGMA journal_mode
PRAGMA synchronous = OFF
PRAGMA locking_mode = EXCLUSIVE
PRAGMA user_version = 99
PRAGMA application_id = 0
PRAGMA schema_version = 99
PRAGMA trusted_schema = ON
PRAGMA recursive_triggers = OFF
PRAGMA foreign_keys = OFF
PRAGMA ignore_check_constraints = ON
PRAGMA secure_delete = OFF
PRAGMA auto_vacuum = FULL
PRAGMA incremental_vacuum
PRAGMA page_size = 512
PRAGMA encoding = 'UTF-16'
PRAGMA wal_checkpoint(TRUNCATE)
PRAGMA wal_autocheckpoint = 1
PRAGMA mmap_size = 1000000000
PRAGMA cache_size = 1000000
PRAGMA cache_spill = OFF
PRAGMA temp_store_directory = '/tmp'
PRAGMA data_store_directory = '/tmp'
PRAGMA temp_store = FILE
PRAGMA optimize
PRAGMA shrink_memory
PRAGMA hard_heap_limit = 0
PRAGMA soft_heap_limit = 1
PRAGMA max_page_count = 1
PRAGMA threads = 64
PRAGMA integrity_check
PRAGMA legacy_alter_table = ON
PRAGMA case_sensitive_like = ON
PRAGMA busy_timeout = 0
PRAGMA table_info(audit)
PRAGMA key = 'x'
PRAGMA rekey = 'x'
EXPLAIN SELECT 1
EXPLAIN QUERY PLAN SELECT 1
EXPLAIN DELETE FROM audit
SELECT 1; DELETE FROM audit
SELECT 1; DROP TABLE audit; --
SELECT 1;;; UPDATE audit SET entry = ''
SELECT 1 /* ; */ ; ATTACH 'x' AS x
SELECT 1;{NL}PRAGMA writable_schema = ON
SELECT 1 -- {NL}; DELETE FROM audit
SELECT ';'; DELETE FROM audit
SELECT "a;" ; DELETE FROM audit
SELECT 1; SELECT 2
VALUES (1); VACUUM
; DELETE FROM audit
SELECT 1{NUL}; DELETE FROM audit
{NUL}
/* SELECT */ DELETE FROM audit
-- SELECT{NL}DELETE FROM audit
/*/ SELECT */ DELETE FROM audit
/**/DELETE FROM audit
dElEtE fRoM audit
WITH a AS (SELECT 1) DELETE FROM engagement
WITH a AS (SELECT 1) DELETE FROM recommendation_cache
WITH a AS (SELECT 1) DELETE FROM assist_off WHERE tenant IN (SELECT * FROM a) RETURNING *
WITH a AS (SELECT 1) UPDATE recommendation_cache SET body = '{}'
WITH a AS (SELECT 1) UPDATE assist_off SET tenant = 'x'
WITH a AS (SELECT * FROM assist_off) INSERT INTO assist_off SELECT * FROM a
WITH a AS (SELECT * FROM recommendation_cache) REPLACE INTO recommendation_cache SELECT * FROM a
WITH RECURSIVE a(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM a LIMIT 9) DELETE FROM recommendation_cache
WITH a AS MATERIALIZED (SELECT 1) DELETE FROM conversation_key
WITH a AS (SELECT 1) DELETE FROM conversation_key RETURNING key
SELECT ?
SELECT :a, @b, $c
SELECT ?1 FROM audit
SELECT * FROM pragma_query_only
SELECT * FROM pragma_journal_mode('delete')
SELECT * FROM pragma_writable_schema
SELECT * FROM pragma_wal_checkpoint
SELECT * FROM pragma_optimize(0xfffe)
SELECT * FROM "pragma_incremental_vacuum"
SELECT * FROM [PRAGMA_hard_heap_limit](0)
SELECT * FROM `pragma_schema_version`
SELECT * FROM conversation_key
SELECT hex(key) FROM main."conversation_key"
SELECT group_concat(hex(key)) FROM conversation_key, audit
SELECT json_group_array(hex(key)) FROM (SELECT * FROM conversation_key)
.shell rm -rf /
.import x audit
.read x.sql
(SELECT 1)
SELECT 'unfinished
SELECT "unfinished
SELECT [unfinished

# harmless: refused by SQLite, or they only read, within their limits
SELECT load_extension('/tmp/evil.so')
SELECT load_extension('x', 'y') FROM audit
SELECT writefile('/tmp/agent-assist-hostile', 'x')
SELECT readfile('/etc/passwd')
SELECT edit('x', 'rm')
SELECT sqlite_attach('x.db', 'x', '')
SELECT sqlite_rename_table(0, 0, 0, 0, 0, 0, 0)
SELECT sqlite_drop_column(0, 0, 0)
SELECT fts3_tokenizer('x', x'0000000000000000')
SELECT fts5(x'00')
SELECT eval('DELETE FROM audit')
SELECT shell('rm')
SELECT system('rm')
SELECT sqlite_crypt('x', 'y')
SELECT * FROM sqlite_dbpage
SELECT * FROM sqlite_dbpage('main') WHERE pgno = 1
SELECT * FROM dbstat
SELECT * FROM fsdir('/')
SELECT * FROM csv('/etc/passwd')
SELECT * FROM generate_series(1, 1000000000000)
SELECT * FROM zipfile('x')
SELECT * FROM sqlite_stmt
SELECT * FROM sqlite_temp_schema
SELECT * FROM temp.sqlite_master
SELECT * FROM other.audit
SELECT randomblob(1000000000)
SELECT zeroblob(2000000000)
SELECT hex(zeroblob(400000000))
SELECT printf('%.*c', 900000000, 'x')
SELECT replace(hex(zeroblob(10000000)), '0', hex(zeroblob(1000)))
SELECT group_concat(zeroblob(10000000), '') FROM audit, audit, audit, audit
WITH RECURSIVE b(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM b) SELECT count(*) FROM b
WITH RECURSIVE b(x) AS (SELECT 'x' UNION ALL SELECT x || x FROM b) SELECT length(x) FROM b
WITH RECURSIVE b(x) AS (SELECT 1 UNION SELECT x + 1 FROM b) SELECT sum(x) FROM b ORDER BY 1
WITH RECURSIVE b(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM b) SELECT * FROM b ORDER BY x DESC
WITH RECURSIVE b(x) AS (SELECT zeroblob(1000000) UNION ALL SELECT x FROM b) SELECT * FROM b ORDER BY x
SELECT count(*) FROM sqlite_schema a, sqlite_schema b, sqlite_schema c, sqlite_schema d, sqlite_schema e, sqlite_schema f
SELECT 1 WHERE hex(zeroblob(400)) GLOB '*0*0*0*1'
SELECT hex(zeroblob(400)) LIKE '%0%0%0%1'
SELECT json_extract(printf('%.*c', 5000, '['), '$')
SELECT abs(-9223372036854775808)
SELECT 1 / 0, 1 % 0
SELECT CAST('9e999' AS REAL), -CAST('9e999' AS REAL)
SELECT char(0, 27, 155) || x'ff'
SELECT * FROM audit NATURAL JOIN audit
SELECT last_insert_rowid(), changes(), total_changes()
SELECT sqlite_version(), sqlite_source_id(), sqlite_compileoption_get(1)
SELECT * FROM json_each((SELECT json_group_array(entry) FROM audit))
SELECT * FROM json_tree('{"a":[1,2,{"b":3}]}')
VALUES (1), (2), (3)
SELECT DELETE FROM audit
SELECT * FROM (DELETE FROM audit RETURNING *)
SELECT (UPDATE audit SET entry = '')
WITH a AS (DELETE FROM audit RETURNING *) SELECT * FROM a
WITH a AS (INSERT INTO assist_off DEFAULT VALUES RETURNING *) SELECT * FROM a
WITH a AS (SELECT 1) PRAGMA writable_schema = ON
WITH a AS (SELECT 1) VACUUM INTO 'x.db'
WITH a AS (SELECT 1) DROP TABLE audit
WITH a AS (SELECT 1) DELETE FROM audit_fetches
WITH a AS (SELECT 1) DELETE FROM sqlite_schema
SELECT * INTO copy FROM audit
SELECT * FROM audit FOR UPDATE
SELECT * FROM audit INTO OUTFILE '/tmp/x'
