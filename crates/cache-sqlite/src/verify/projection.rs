//! What of an entry stands in columns too, and what it is chained to.
//!
//! Both an entry and what SQLite writes of a record's columns are JSON with one way to write each
//! value, so that the two are compared byte by byte where nothing is wrong: no value is decoded.

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// The columns of a record behind position and length of the entry, in the order of
/// [`RECORDS`](crate::sql::verify::RECORDS).
const COLUMNS: [&str; 23] = [
    "at_us",
    "event",
    "tenant",
    "request_id",
    "session_id",
    "conversation_id",
    "agent_id",
    "agent_origin",
    "queue_id",
    "queue_origin",
    "recommendation_id",
    "dialect",
    "result_limit",
    "result_offset",
    "cache_status",
    "latency_us",
    "total_received",
    "total_returned",
    "upstream_status",
    "upstream_correlation_id",
    "error",
    "degraded_reason",
    "empty_reason",
];

/// A value as the entry has it; `null` where it has none.
type Raw<'e> = Option<&'e RawValue>;

/// As much of an entry as stands in columns, and what it comes behind.
#[derive(Debug, Deserialize)]
pub(crate) struct Entry<'e> {
    #[serde(borrow, default)]
    prev: Raw<'e>,
    #[serde(borrow, default)]
    prev_root: Raw<'e>,
    #[serde(borrow, default)]
    at_us: Raw<'e>,
    #[serde(borrow, default)]
    event: Raw<'e>,
    #[serde(borrow, default)]
    tenant: Raw<'e>,
    #[serde(borrow, default)]
    request_id: Raw<'e>,
    #[serde(borrow, default)]
    session_id: Raw<'e>,
    #[serde(borrow, default)]
    conversation_id: Raw<'e>,
    #[serde(borrow, default)]
    agent: Attribution<'e>,
    #[serde(borrow, default)]
    queue: Attribution<'e>,
    #[serde(borrow, default)]
    adoption: Adoption<'e>,
    #[serde(borrow, default)]
    forward: Forward<'e>,
    #[serde(borrow, default)]
    scope: Scope<'e>,
    #[serde(borrow, default)]
    fetch: Fetch<'e>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Attribution<'e> {
    #[serde(borrow)]
    id: Raw<'e>,
    #[serde(borrow)]
    origin: Raw<'e>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Adoption<'e> {
    #[serde(borrow)]
    recommendation_id: Raw<'e>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Forward<'e> {
    #[serde(borrow)]
    recommendation_id: Raw<'e>,
    #[serde(borrow)]
    upstream_status: Raw<'e>,
    #[serde(borrow)]
    upstream_correlation_id: Raw<'e>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Scope<'e> {
    #[serde(borrow)]
    dialect: Raw<'e>,
    #[serde(borrow)]
    limit: Raw<'e>,
    #[serde(borrow)]
    offset: Raw<'e>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Fetch<'e> {
    #[serde(borrow)]
    cache_status: Raw<'e>,
    #[serde(borrow)]
    latency_us: Raw<'e>,
    #[serde(borrow)]
    counts: Counts<'e>,
    #[serde(borrow)]
    upstream_status: Raw<'e>,
    #[serde(borrow)]
    upstream_correlation_id: Raw<'e>,
    #[serde(borrow)]
    error: Raw<'e>,
    #[serde(borrow)]
    degraded_reason: Raw<'e>,
    #[serde(borrow)]
    empty_reason: Raw<'e>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Counts<'e> {
    #[serde(borrow)]
    total_received: Raw<'e>,
    #[serde(borrow)]
    total_returned: Raw<'e>,
}

/// What an entry says it comes behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Behind<'e> {
    /// Nothing: it is not chained.
    Nothing,
    /// A record, by its leaf in hexadecimal.
    Record(&'e str),
    /// Everything before, by its root in hexadecimal.
    State(&'e str),
    /// Two things, or something that is no name.
    Nonsense,
}

impl<'e> Entry<'e> {
    /// The entry with these bytes; `None` if they are none.
    pub(crate) fn parse(text: &'e str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// What it says it comes behind.
    pub(crate) fn behind(&self) -> Behind<'e> {
        match (self.prev, self.prev_root) {
            (None, None) => Behind::Nothing,
            (Some(leaf), None) => hex(leaf).map_or(Behind::Nonsense, Behind::Record),
            (None, Some(root)) => hex(root).map_or(Behind::Nonsense, Behind::State),
            (Some(_), Some(_)) => Behind::Nonsense,
        }
    }

    fn projected(&self) -> [Raw<'e>; COLUMNS.len()] {
        [
            self.at_us,
            self.event,
            self.tenant,
            self.request_id,
            self.session_id,
            self.conversation_id,
            self.agent.id,
            self.agent.origin,
            self.queue.id,
            self.queue.origin,
            self.adoption
                .recommendation_id
                .or(self.forward.recommendation_id),
            self.scope.dialect,
            self.scope.limit,
            self.scope.offset,
            self.fetch.cache_status,
            self.fetch.latency_us,
            self.fetch.counts.total_received,
            self.fetch.counts.total_returned,
            self.fetch.upstream_status.or(self.forward.upstream_status),
            self.fetch
                .upstream_correlation_id
                .or(self.forward.upstream_correlation_id),
            self.fetch.error,
            self.fetch.degraded_reason,
            self.fetch.empty_reason,
        ]
    }

    /// The first column of `columns`, as SQLite writes them behind position and length, that says
    /// something else.
    pub(crate) fn first_mismatch(&self, columns: &str) -> Option<&'static str> {
        let projected = self.projected();
        if is_exactly(columns, &projected) {
            return None;
        }
        let Ok(there) = serde_json::from_str::<Vec<Value>>(&format!("[{columns}]")) else {
            return COLUMNS.first().copied();
        };
        let names = COLUMNS.iter().zip(projected).enumerate();
        names
            .filter(|(at, (_, raw))| {
                let here = raw.map_or(Ok(Value::Null), |raw| serde_json::from_str(raw.get()));
                here.ok().as_ref() != there.get(*at)
            })
            .map(|(_, (name, _))| *name)
            .next()
    }
}

/// Whether `columns` is `projected` byte by byte, with commas between.
fn is_exactly(columns: &str, projected: &[Raw<'_>]) -> bool {
    let mut rest = columns.as_bytes();
    for (at, raw) in projected.iter().enumerate() {
        if at > 0 {
            let Some(behind) = rest.strip_prefix(b",") else {
                return false;
            };
            rest = behind;
        }
        let value = raw.map_or("null", RawValue::get).as_bytes();
        let Some(behind) = rest.strip_prefix(value) else {
            return false;
        };
        rest = behind;
    }
    rest.is_empty()
}

/// What stands between the quotes of a text without escapes.
fn hex(raw: &RawValue) -> Option<&str> {
    raw.get().strip_prefix('"')?.strip_suffix('"')
}
