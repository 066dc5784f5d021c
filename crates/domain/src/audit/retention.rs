//! What an entry says of archives and legal holds.

use super::record::Seq;
use crate::canonical::Value;
use crate::retention::HoldScope;

/// Records that were moved into an archive, or whose archive is deleted. Like an order of the switch it
/// is recorded before it takes effect, here: when the archive is durable, before the records go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveFacts {
    /// The first record in it.
    pub first: Seq,
    /// The last one.
    pub last: Seq,
    /// SHA-256 of the file, in hexadecimal.
    pub file_sha256: String,
    /// Root of the log's tree up to the last record in it, in hexadecimal.
    pub root: String,
}

impl ArchiveFacts {
    pub(super) fn to_value(&self) -> Value<'_> {
        Value::object([
            ("file_sha256", Value::text(&self.file_sha256)),
            ("first_seq", Value::int(self.first)),
            ("last_seq", Value::int(self.last)),
            ("root", Value::text(&self.root)),
        ])
    }
}

/// A hold as ordered; the position of its record is its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldFacts {
    /// How far it reaches.
    pub scope: HoldScope,
    /// Why.
    pub reason: String,
    /// Who said so, if known.
    pub by: Option<String>,
}

impl HoldFacts {
    pub(super) fn to_value(&self) -> Value<'_> {
        Value::object([
            ("by", Value::maybe_text(self.by.as_deref())),
            ("reason", Value::text(&self.reason)),
            ("scope", Value::text(self.scope.kind())),
        ])
    }
}

/// The end of a hold, as ordered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldReleaseFacts {
    /// Which.
    pub id: Seq,
    /// Who said so, if known.
    pub by: Option<String>,
}

impl HoldReleaseFacts {
    pub(super) fn to_value(&self) -> Value<'_> {
        Value::object([
            ("by", Value::maybe_text(self.by.as_deref())),
            ("id", Value::int(self.id)),
        ])
    }
}
