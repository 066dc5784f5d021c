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

/// Appends so many records at once, the largest first. Inside a transaction that holds the write
/// lock. One JSON parameter for all rows would do for any number, but takes twice as long: each
/// column of each row is looked up in it.
pub(crate) const APPEND: [(usize, &str); 4] = [
    (64, append!(rows_64!())),
    (16, append!(rows_16!())),
    (4, append!(rows_4!())),
    (1, append!(row!())),
];

/// A `SELECT` of whole records.
macro_rules! select {
    ($($rest:literal),+) => {
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
    ($source:literal, $time:literal, $behind:literal, $order:literal) => {
        select!(
            $source,
            " AND seq ",
            $behind,
            " ?8 AND (?1 IS NULL OR tenant = ?1)",
            " AND (?2 IS NULL OR conversation_id = ?2)",
            " AND (?3 IS NULL OR session_id = ?3)",
            " AND (?4 IS NULL OR request_id = ?4)",
            " AND (?5 IS NULL OR event IN (SELECT value FROM json_each(?5)))",
            " AND ",
            $time,
            " >= ?6 AND ",
            $time,
            " < ?7 ORDER BY seq ",
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
    ($source:literal, $time:literal) => {
        Page {
            oldest_first: page!($source, $time, ">", "ASC"),
            newest_first: page!($source, $time, "<", "DESC"),
        }
    };
}

/// The one record at a position.
pub(crate) const GET: &str = select!("WHERE seq = ?1");

/// By the index on requests; the fourth parameter must be given.
pub(crate) const PAGE_OF_REQUEST: Page = both_orders!("WHERE request_id = ?4", "+at_us");

/// By the index on conversations; the second parameter must be given.
pub(crate) const PAGE_OF_CONVERSATION: Page = both_orders!("WHERE conversation_id = ?2", "+at_us");

/// By the index on sessions; the third parameter must be given.
pub(crate) const PAGE_OF_SESSION: Page = both_orders!("WHERE session_id = ?3", "+at_us");

/// By the index on time, then sorted by position: the clock may have been set in between.
pub(crate) const PAGE_OF_TIME: Page = both_orders!("INDEXED BY audit_by_time WHERE TRUE", "at_us");

/// Along the log.
pub(crate) const PAGE_OF_LOG: Page = both_orders!("WHERE TRUE", "+at_us");

#[cfg(test)]
pub(super) const EVERY: [&str; 15] = [
    APPEND[0].1,
    APPEND[1].1,
    APPEND[2].1,
    APPEND[3].1,
    GET,
    PAGE_OF_REQUEST.oldest_first,
    PAGE_OF_REQUEST.newest_first,
    PAGE_OF_CONVERSATION.oldest_first,
    PAGE_OF_CONVERSATION.newest_first,
    PAGE_OF_SESSION.oldest_first,
    PAGE_OF_SESSION.newest_first,
    PAGE_OF_TIME.oldest_first,
    PAGE_OF_TIME.newest_first,
    PAGE_OF_LOG.oldest_first,
    PAGE_OF_LOG.newest_first,
];
