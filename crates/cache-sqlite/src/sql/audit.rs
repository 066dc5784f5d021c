//! Statements on `audit`.
//!
//! A page can be narrowed by everything in a filter. `(?1 IS NULL OR tenant = ?1)` never uses an
//! index, so the narrow filters have statements of their own; see [`Page`].

/// The values of one row.
macro_rules! row {
    () => {
        "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
    };
}

macro_rules! rows_4 {
    () => {
        concat!(row!(), ",", row!(), ",", row!(), ",", row!())
    };
}

macro_rules! rows_16 {
    () => {
        concat!(rows_4!(), ",", rows_4!(), ",", rows_4!(), ",", rows_4!())
    };
}

macro_rules! rows_64 {
    () => {
        concat!(
            rows_16!(),
            ",",
            rows_16!(),
            ",",
            rows_16!(),
            ",",
            rows_16!()
        )
    };
}

macro_rules! append {
    ($rows:expr) => {
        concat!(
            "INSERT INTO audit (seq, at_us, event, tenant, request_id, session_id, ",
            "conversation_id, agent_id, agent_origin, queue_id, queue_origin, recommendation_id, ",
            "dialect, result_limit, result_offset, cache_status, latency_us, total_received, ",
            "total_returned, upstream_status, upstream_correlation_id, error, degraded_reason, ",
            "empty_reason, entry) VALUES ",
            $rows
        )
    };
}

/// Leaves, head and the first records of a batch: three statements in one text, since what is sent to
/// SQLite by itself costs a change of threads and back. The numbers are those of the parameters behind
/// the rows: position of the first leaf, all leaves of the batch one behind the other, how many; size and
/// root of the log before; and what the head is moved on to, as in
/// [`MOVE_HEAD`](super::tree::MOVE_HEAD). Where the log is another than it was said to be, no leaf is
/// added, and so the first record is refused.
macro_rules! begin_batch {
    ($rows:expr, $first:literal, $leaves:literal, $count:literal, $before:literal,
     $before_root:literal, $size:literal, $root:literal, $frontier:literal, $last:literal,
     $chained:literal) => {
        concat!(
            "WITH RECURSIVE leaf (i) AS ",
            "(SELECT 0 UNION ALL SELECT i + 1 FROM leaf WHERE i + 1 < $",
            $count,
            ") INSERT INTO audit_leaf (seq, hash) SELECT $",
            $first,
            " + i, substr($",
            $leaves,
            ", 32 * i + 1, 32) FROM leaf WHERE EXISTS (SELECT 1 FROM audit_head WHERE size = $",
            $before,
            " AND root = $",
            $before_root,
            "); UPDATE audit_head SET size = $",
            $size,
            ", root = $",
            $root,
            ", frontier = $",
            $frontier,
            ", last_leaf = $",
            $last,
            ", chained_from = coalesce(chained_from, $",
            $chained,
            "); ",
            append!($rows)
        )
    };
}

/// One record, by itself.
pub(crate) const ADD: &str = append!(row!());

/// Whether the log still ends at record ?1, with size ?2 and root ?3 of its tree.
pub(crate) const ENDS_AT: &str = "\
    SELECT (SELECT last_seq FROM audit_end) = ?1
        AND EXISTS (SELECT 1 FROM audit_head WHERE size = ?2 AND root = ?3)";

/// So many records at once.
#[derive(Debug)]
pub(crate) struct Append {
    pub(crate) count: usize,
    /// Those that begin a batch, with leaves and head; see `begin_batch`.
    pub(crate) first: &'static str,
    /// Those behind.
    pub(crate) more: &'static str,
}

/// Appends records, the most at once first. Inside a transaction that holds the write lock. One JSON
/// parameter for all rows would do for any number, but takes twice as long: each column of each row is
/// looked up in it.
pub(crate) const APPEND: [Append; 4] = [
    Append {
        count: 64,
        first: begin_batch!(
            rows_64!(),
            1601,
            1602,
            1603,
            1604,
            1605,
            1606,
            1607,
            1608,
            1609,
            1610
        ),
        more: append!(rows_64!()),
    },
    Append {
        count: 16,
        first: begin_batch!(rows_16!(), 401, 402, 403, 404, 405, 406, 407, 408, 409, 410),
        more: append!(rows_16!()),
    },
    Append {
        count: 4,
        first: begin_batch!(rows_4!(), 101, 102, 103, 104, 105, 106, 107, 108, 109, 110),
        more: append!(rows_4!()),
    },
    Append {
        count: 1,
        first: begin_batch!(row!(), 26, 27, 28, 29, 30, 31, 32, 33, 34, 35),
        more: ADD,
    },
];

/// A `SELECT` of whole records.
macro_rules! select {
    ($($rest:expr),+) => {
        concat!(
            "SELECT seq, at_us, event, tenant, request_id, session_id, conversation_id, ",
            "agent_id, agent_origin, queue_id, queue_origin, recommendation_id, dialect, ",
            "result_limit, result_offset, cache_status, latency_us, total_received, ",
            "total_returned, upstream_status, upstream_correlation_id, error, degraded_reason, ",
            "empty_reason, entry FROM audit ",
            $($rest),+
        )
    };
}

/// A page of records. Parameters: tenant, conversation, session, request (each may be NULL), the
/// events as a JSON list (or NULL), since, until, the position to continue behind, the limit. The
/// plus sign keeps the planner from ordering by time where another index gives the order.
macro_rules! page {
    ($source:expr, $time:literal, $behind:literal, $order:literal) => {
        select!(
            $source,
            $behind,
            " AND (?1 IS NULL OR tenant = ?1)",
            " AND (?2 IS NULL OR conversation_id = ?2)",
            " AND (?3 IS NULL OR session_id = ?3)",
            " AND (?4 IS NULL OR request_id = ?4)",
            " AND (?5 IS NULL OR event IN (SELECT value FROM json_each(?5)))",
            " AND ",
            $time,
            " >= ?6 AND ",
            $time,
            " < ?7 ORDER BY ",
            $order,
            " LIMIT ?9"
        )
    };
}

/// One way to find a page, from either end.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) oldest_first: &'static str,
    pub(crate) newest_first: &'static str,
}

macro_rules! both_orders {
    ($source:expr, $time:literal) => {
        Page {
            oldest_first: page!($source, $time, " AND seq > ?8", "seq ASC"),
            newest_first: page!($source, $time, " AND seq < ?8", "seq DESC"),
        }
    };
}

/// The one record at a position.
pub(crate) const GET: &str = select!("WHERE seq = ?1");

/// By the index on requests; the fourth parameter must be given.
pub(crate) const PAGE_OF_REQUEST: Page = both_orders!("WHERE request_id = ?4", "+at_us");

/// The positions that an index in parts has for a parameter, part by part: see migration 24. SQLite
/// would find them without being told where there are statistics of the index, but sort whole rows then.
macro_rules! in_parts {
    ($index:literal, $column:literal, $parameter:literal) => {
        concat!(
            "WHERE seq IN (WITH RECURSIVE part (n) AS (SELECT min(seq) >> 13 FROM audit ",
            "UNION ALL SELECT n + 1 FROM part WHERE n < (SELECT max(seq) >> 13 FROM audit)) ",
            "SELECT found.seq FROM part CROSS JOIN audit AS found INDEXED BY ",
            $index,
            " ON found.seq >> 13 = part.n AND found.",
            $column,
            " = ",
            $parameter,
            ")"
        )
    };
}

/// By the index on conversations; the second parameter must be given.
pub(crate) const PAGE_OF_CONVERSATION: Page = both_orders!(
    in_parts!("audit_by_conversation", "conversation_id", "?2"),
    "+at_us"
);

/// By the index on sessions; the third parameter must be given.
pub(crate) const PAGE_OF_SESSION: Page =
    both_orders!(in_parts!("audit_by_session", "session_id", "?3"), "+at_us");

/// By the index on time, then sorted by position: the clock may have been set in between.
pub(crate) const PAGE_OF_TIME: Page = both_orders!("INDEXED BY audit_by_time WHERE TRUE", "at_us");

/// Along the index on time. What has been read of a time is passed over, and nothing before it looked at.
pub(crate) const EARLIEST_FIRST: &str = page!(
    "INDEXED BY audit_by_time WHERE TRUE",
    "at_us",
    " AND (at_us > ?6 OR seq > ?8)",
    "at_us, seq"
);

/// Along the log.
pub(crate) const PAGE_OF_LOG: Page = both_orders!("WHERE TRUE", "+at_us");

#[cfg(test)]
pub(super) const EVERY: [&str; 21] = [
    ENDS_AT,
    APPEND[0].first,
    APPEND[1].first,
    APPEND[2].first,
    APPEND[3].first,
    APPEND[0].more,
    APPEND[1].more,
    APPEND[2].more,
    APPEND[3].more,
    GET,
    PAGE_OF_REQUEST.oldest_first,
    PAGE_OF_REQUEST.newest_first,
    PAGE_OF_CONVERSATION.oldest_first,
    PAGE_OF_CONVERSATION.newest_first,
    PAGE_OF_SESSION.oldest_first,
    PAGE_OF_SESSION.newest_first,
    PAGE_OF_TIME.oldest_first,
    PAGE_OF_TIME.newest_first,
    EARLIEST_FIRST,
    PAGE_OF_LOG.oldest_first,
    PAGE_OF_LOG.newest_first,
];
