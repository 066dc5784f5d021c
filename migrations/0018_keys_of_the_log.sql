-- The key that signs checkpoints can be changed on record, and who asks whose a pseudonym is leaves a
-- record like every other reader.

PRAGMA user_version = 18;

-- Every change of the key that signs checkpoints, one row each.
CREATE VIEW audit_key_changes AS
SELECT
    -- Position in the audit log.
    seq,
    -- When, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', at_us % 1000000) AS at,
    tenant,
    -- Name of both keys, which is the log's.
    entry ->> '$.key.name' AS name,
    -- Ids of the key that had signed so far and of the one that signs from then on, as verifier keys
    -- have them.
    entry ->> '$.key.old_key_id' AS old_key_id,
    entry ->> '$.key.new_key_id' AS new_key_id,
    -- Who said so. NULL if nobody is known.
    entry ->> '$.key.by' AS changed_by,
    request_id
FROM audit
WHERE event = 'assist_audit_key_changed';

-- As before, and whose pseudonyms.
DROP VIEW audit_accesses;

-- Who read the audit log with this program, or asked whose a pseudonym is, one row each. What is read
-- with other tools, and where the store cannot be written to, leaves none.
CREATE VIEW audit_accesses AS
SELECT
    -- Position in the audit log.
    seq,
    -- When, UTC, as 2026-01-05T09:00:00.000000Z.
    strftime('%Y-%m-%dT%H:%M:%S', at_us / 1000000, 'unixepoch')
        || printf('.%06dZ', at_us % 1000000) AS at,
    tenant,
    -- Which way: 'list', 'show', 'query', 'export', 'replay', 'statement', 'tail' or
    -- 'whois'.
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
    request_id,
    -- Whose pseudonyms were asked about, or told, as a JSON list; NULL in records of before.
    entry -> '$.read.scope.pseudonyms' AS pseudonyms
FROM audit
WHERE event = 'assist_audit_read';
