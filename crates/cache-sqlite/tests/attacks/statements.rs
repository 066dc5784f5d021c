//! What somebody does to a log of 700 records who has nothing but SQL.

use agent_assist_domain::audit::{Damage, Seq};

/// Edits the record at 300: the outcome it tells of, in entry and column.
pub(super) const EDIT: &str = "UPDATE audit SET entry = replace(entry, '\"r-300\"', '\"r-666\"'), \
    request_id = 'r-666' WHERE seq = 300";

/// All columns but the position.
const COLUMNS: &str = "at_us, event, tenant, request_id, session_id, conversation_id, agent_id, \
    agent_origin, queue_id, queue_origin, recommendation_id, dialect, result_limit, result_offset, \
    cache_status, latency_us, total_received, total_returned, upstream_status, \
    upstream_correlation_id, error, degraded_reason, empty_reason, entry";

pub(super) const SWAP: [&str; 3] = [
    "UPDATE audit SET seq = -100 WHERE seq = 100",
    "UPDATE audit SET seq = 100 WHERE seq = 101",
    "UPDATE audit SET seq = 101 WHERE seq = -100",
];

/// Makes the positions behind a deleted record close the gap.
pub(super) const CLOSE_GAP: [&str; 2] = [
    "UPDATE audit SET seq = -seq WHERE seq > 300",
    "UPDATE audit SET seq = -seq - 1 WHERE seq < 0",
];

pub(super) fn insert_copy(of: i64, at: i64) -> [String; 3] {
    [
        format!("UPDATE audit SET seq = -seq WHERE seq >= {at}"),
        "UPDATE audit SET seq = -seq + 1 WHERE seq < 0".to_owned(),
        format!(
            "INSERT INTO audit (seq, {COLUMNS}) SELECT {at}, {COLUMNS} FROM audit WHERE seq = {of}"
        ),
    ]
}

/// What is done by statements alone, and what of it must be found from which record on.
pub(super) const BY_STATEMENTS: &[(&str, &[&str], Damage, Option<Seq>)] = {
    use Damage::{Altered, Projection, Truncated};
    &[
        ("edit an entry", &[EDIT], Altered, Some(300)),
        (
            "make an entry nonsense",
            &["UPDATE audit SET entry = 'none' WHERE seq = 300"],
            Altered,
            Some(300),
        ),
        ("swap two records", &SWAP, Altered, Some(100)),
        (
            "swap two entries",
            &["UPDATE audit SET entry = CASE seq WHEN 100 THEN \
                 (SELECT entry FROM audit WHERE seq = 101) ELSE \
                 (SELECT entry FROM audit WHERE seq = 100) END WHERE seq IN (100, 101)"],
            Altered,
            Some(100),
        ),
        (
            "delete a record",
            &["DELETE FROM audit WHERE seq = 300"],
            Altered,
            Some(300),
        ),
        (
            "delete the first",
            &["DELETE FROM audit WHERE seq = 1"],
            Altered,
            Some(1),
        ),
        (
            "delete a record with its leaf",
            &[
                "DELETE FROM audit WHERE seq = 300",
                "DELETE FROM audit_leaf WHERE seq = 300",
            ],
            Altered,
            Some(300),
        ),
        (
            "delete a record with its leaf where no tile has it",
            &[
                "DELETE FROM audit WHERE seq = 650",
                "DELETE FROM audit_leaf WHERE seq = 650",
            ],
            Altered,
            Some(650),
        ),
        (
            "delete a record and close the gap",
            &[
                "DELETE FROM audit WHERE seq = 300",
                CLOSE_GAP[0],
                CLOSE_GAP[1],
            ],
            Altered,
            Some(300),
        ),
        (
            "reorder a stretch",
            &[
                "UPDATE audit SET seq = -seq WHERE seq BETWEEN 200 AND 220",
                "UPDATE audit SET seq = 420 + seq WHERE seq < 0",
            ],
            Altered,
            Some(200),
        ),
        (
            "cut the records' end off",
            &["DELETE FROM audit WHERE seq > 600"],
            Truncated,
            Some(601),
        ),
        (
            "delete all records",
            &["DELETE FROM audit"],
            Truncated,
            Some(1),
        ),
        (
            "change a leaf",
            &["UPDATE audit_leaf SET hash = zeroblob(32) WHERE seq = 300"],
            Altered,
            Some(300),
        ),
        (
            "delete a leaf",
            &["DELETE FROM audit_leaf WHERE seq = 650"],
            Altered,
            Some(650),
        ),
        (
            "delete the leaves",
            &["DELETE FROM audit_leaf"],
            Altered,
            Some(1),
        ),
        (
            "add a leaf",
            &["INSERT INTO audit_leaf VALUES (701, zeroblob(32))"],
            Altered,
            Some(701),
        ),
        (
            "change a tile",
            &[
                "UPDATE audit_tile SET hashes = CAST(substr(hashes, 1, 320) || zeroblob(32) || \
                 substr(hashes, 353) AS BLOB) WHERE level = 0 AND position = 1",
            ],
            Altered,
            Some(267),
        ),
        (
            "delete a tile",
            &["DELETE FROM audit_tile WHERE level = 0 AND position = 1"],
            Altered,
            Some(257),
        ),
        (
            "change a higher tile",
            &["UPDATE audit_tile SET hashes = zeroblob(64) WHERE level = 1"],
            Altered,
            None,
        ),
        (
            "add a tile",
            &["INSERT INTO audit_tile VALUES (0, 2, zeroblob(8192))"],
            Altered,
            None,
        ),
        (
            "change the root",
            &["UPDATE audit_head SET root = zeroblob(32)"],
            Altered,
            None,
        ),
        (
            "change the size",
            &["UPDATE audit_head SET size = 600"],
            Altered,
            Some(601),
        ),
        (
            "change the frontier",
            &["UPDATE audit_head SET frontier = zeroblob(200)"],
            Altered,
            None,
        ),
        (
            "change the last leaf",
            &["UPDATE audit_head SET last_leaf = zeroblob(32)"],
            Altered,
            None,
        ),
        (
            "begin the chain later",
            &["UPDATE audit_head SET chained_from = 300"],
            Altered,
            None,
        ),
        (
            "begin the tree later",
            &["UPDATE audit_head SET before = 1"],
            Altered,
            Some(1),
        ),
        (
            "delete the head",
            &["DELETE FROM audit_head"],
            Altered,
            None,
        ),
        (
            "column only: conversation",
            &["UPDATE audit SET conversation_id = 'another' WHERE seq = 300"],
            Projection,
            Some(300),
        ),
        (
            "column only: no agent",
            &["UPDATE audit SET agent_id = 'somebody', agent_origin = 'request' WHERE seq >= 300"],
            Projection,
            Some(300),
        ),
        (
            "column only: time",
            &["UPDATE audit SET at_us = at_us + 1 WHERE seq = 300"],
            Projection,
            Some(300),
        ),
        (
            "column only: event",
            &["UPDATE audit SET event = 'assist_fetch_failed' WHERE seq = 300"],
            Projection,
            Some(300),
        ),
        (
            "column only: tenant",
            &["UPDATE audit SET tenant = 'x' WHERE seq = 700"],
            Projection,
            Some(700),
        ),
        (
            "column only: the last of them",
            &["UPDATE audit SET empty_reason = 'filtered' WHERE seq = 1"],
            Projection,
            Some(1),
        ),
        (
            "column only: a count",
            &["UPDATE audit SET total_returned = 0 WHERE seq = 300"],
            Projection,
            Some(300),
        ),
        (
            "column only: text behind a zero character",
            &["UPDATE audit SET session_id = session_id || char(0) || 'x' WHERE seq = 300"],
            Projection,
            Some(300),
        ),
    ]
};
