//! What of an entry stands in columns too, and what it is chained to.
//!
//! An entry is JSON with one way to write each value, so that its values are told from those of the
//! columns as they are written, where nothing is wrong: none is decoded.

use rusqlite::types::ValueRef;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::canonical;

/// The columns of a record behind position and entry, in the order of
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

/// In the place of a column's name: something in the row is bytes, or text that is none.
pub(super) const OF_BYTES: &str = "of bytes";

/// What stands in those columns.
pub(crate) type Columns<'r> = [ValueRef<'r>; COLUMNS.len()];

/// A value as it is written in the entry; `None` where it has none, or `null`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Raw<'e>(pub(super) Option<&'e str>);

impl<'e> Raw<'e> {
    fn or(self, other: Self) -> Self {
        Self(self.0.or(other.0))
    }
}

impl<'de: 'e, 'e> Deserialize<'de> for Raw<'e> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw: Option<&'de RawValue> = Deserialize::deserialize(deserializer)?;
        Ok(Self(raw.map(RawValue::get)))
    }
}

/// As much of an entry as stands in columns, and what it comes behind.
#[derive(Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub(crate) struct Entry<'e> {
    #[serde(borrow)]
    pub(super) prev: Raw<'e>,
    #[serde(borrow)]
    pub(super) prev_root: Raw<'e>,
    #[serde(borrow)]
    pub(super) at_us: Raw<'e>,
    #[serde(borrow)]
    pub(super) event: Raw<'e>,
    #[serde(borrow)]
    pub(super) tenant: Raw<'e>,
    #[serde(borrow)]
    pub(super) request_id: Raw<'e>,
    #[serde(borrow)]
    pub(super) session_id: Raw<'e>,
    #[serde(borrow)]
    pub(super) conversation_id: Raw<'e>,
    #[serde(borrow)]
    pub(super) agent: Attribution<'e>,
    #[serde(borrow)]
    pub(super) queue: Attribution<'e>,
    #[serde(borrow)]
    pub(super) adoption: Adoption<'e>,
    #[serde(borrow)]
    pub(super) forward: Forward<'e>,
    #[serde(borrow)]
    pub(super) scope: Scope<'e>,
    #[serde(borrow)]
    pub(super) fetch: Fetch<'e>,
}

#[derive(Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub(super) struct Attribution<'e> {
    #[serde(borrow)]
    pub(super) id: Raw<'e>,
    #[serde(borrow)]
    pub(super) origin: Raw<'e>,
}

#[derive(Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub(super) struct Adoption<'e> {
    #[serde(borrow)]
    pub(super) recommendation_id: Raw<'e>,
}

#[derive(Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub(super) struct Forward<'e> {
    #[serde(borrow)]
    pub(super) recommendation_id: Raw<'e>,
    #[serde(borrow)]
    pub(super) upstream_status: Raw<'e>,
    #[serde(borrow)]
    pub(super) upstream_correlation_id: Raw<'e>,
}

#[derive(Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub(super) struct Scope<'e> {
    #[serde(borrow)]
    pub(super) dialect: Raw<'e>,
    #[serde(borrow)]
    pub(super) limit: Raw<'e>,
    #[serde(borrow)]
    pub(super) offset: Raw<'e>,
}

#[derive(Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub(super) struct Fetch<'e> {
    #[serde(borrow)]
    pub(super) cache_status: Raw<'e>,
    #[serde(borrow)]
    pub(super) latency_us: Raw<'e>,
    #[serde(borrow)]
    pub(super) counts: Counts<'e>,
    #[serde(borrow)]
    pub(super) upstream_status: Raw<'e>,
    #[serde(borrow)]
    pub(super) upstream_correlation_id: Raw<'e>,
    #[serde(borrow)]
    pub(super) error: Raw<'e>,
    #[serde(borrow)]
    pub(super) degraded_reason: Raw<'e>,
    #[serde(borrow)]
    pub(super) empty_reason: Raw<'e>,
}

#[derive(Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(default)]
pub(super) struct Counts<'e> {
    #[serde(borrow)]
    pub(super) total_received: Raw<'e>,
    #[serde(borrow)]
    pub(super) total_returned: Raw<'e>,
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
        canonical::entry(text).or_else(|| Self::parse_any(text))
    }

    /// As a JSON library reads it, in whatever way it is written.
    pub(super) fn parse_any(text: &'e str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// What it says it comes behind.
    pub(crate) fn behind(&self) -> Behind<'e> {
        match (self.prev.0, self.prev_root.0) {
            (None, None) => Behind::Nothing,
            (Some(leaf), None) => quoted(leaf).map_or(Behind::Nonsense, Behind::Record),
            (None, Some(root)) => quoted(root).map_or(Behind::Nonsense, Behind::State),
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

    /// The first of `columns` that says something else, or [`OF_BYTES`].
    pub(crate) fn first_mismatch(&self, columns: &Columns<'_>) -> Option<&'static str> {
        let projected = self.projected();
        let mut both = columns.iter().zip(&projected);
        if both.all(|(column, raw)| is_written_as(column, *raw)) {
            return None;
        }
        let Some(values) = columns.iter().map(value).collect::<Option<Vec<Value>>>() else {
            return Some(OF_BYTES);
        };
        let mut all = COLUMNS.iter().zip(projected).zip(values);
        let differs = all.find(|((_, raw), value)| {
            let here = raw.0.map_or(Ok(Value::Null), serde_json::from_str);
            here.ok().as_ref() != Some(value)
        });
        differs.map(|((name, _), _)| *name)
    }
}

/// Whether `column` is beyond doubt what is written as `raw`: most are, and no more is asked then.
fn is_written_as(column: &ValueRef<'_>, raw: Raw<'_>) -> bool {
    match (column, raw.0) {
        (ValueRef::Null, None) => true,
        (ValueRef::Text(text), Some(raw)) => quoted(raw)
            .is_some_and(|inner| inner.as_bytes() == *text && !inner.as_bytes().contains(&b'\\')),
        (ValueRef::Integer(0), Some(raw)) => raw == "0",
        (ValueRef::Integer(number), Some(raw)) => raw.parse() == Ok(*number),
        _ => false,
    }
}

/// What stands in a column; `None` if it is no value that JSON has.
fn value(column: &ValueRef<'_>) -> Option<Value> {
    match column {
        ValueRef::Null => Some(Value::Null),
        ValueRef::Integer(number) => Some(Value::from(*number)),
        ValueRef::Real(number) => Some(Value::from(*number)),
        ValueRef::Text(text) => std::str::from_utf8(text).ok().map(Value::from),
        ValueRef::Blob(_) => None,
    }
}

/// What stands between the quotes of a text.
fn quoted(raw: &str) -> Option<&str> {
    raw.strip_prefix('"')?.strip_suffix('"')
}
