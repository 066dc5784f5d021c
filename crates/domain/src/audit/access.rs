//! What an entry says of somebody who asked for what they may not.

use crate::access::Denial;
use crate::canonical::Value;

/// A caller that was denied, or several of one key and reason, of which the first is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessFacts {
    /// Why.
    pub denial: Denial,
    /// The key that was shown, or whose holder minted the token that was.
    pub key_id: String,
    /// Whether it was a token.
    pub token: bool,
    /// The route, as the document names it; `None` for none of its own.
    pub route: Option<String>,
    /// How many more of this key and reason came since the last such record and have none of their own.
    pub unrecorded: u64,
}

impl AccessFacts {
    pub(super) fn to_value(&self) -> Value<'_> {
        Value::object([
            ("denial", Value::text(self.denial.as_str())),
            ("key_id", Value::text(&self.key_id)),
            ("route", Value::maybe_text(self.route.as_deref())),
            ("token", Value::Bool(self.token)),
            ("unrecorded", Value::int(self.unrecorded)),
        ])
    }
}
