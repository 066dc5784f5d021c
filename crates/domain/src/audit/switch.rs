//! What an entry says of a turn of the switch.

use crate::assist::{SwitchCause, SwitchChange, SwitchScope, SwitchState};
use crate::canonical::Value;

/// A turn of the switch, as ordered: it is recorded before it takes effect, so whether it changed
/// anything is not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwitchFacts {
    /// For whom.
    pub scope: SwitchScope,
    /// To which position, and until when.
    pub to: SwitchState,
    /// Why.
    pub cause: SwitchCause,
    /// Who said so, if known.
    pub by: Option<String>,
}

impl SwitchFacts {
    /// What `change` asks for.
    pub fn of(change: &SwitchChange) -> Self {
        Self {
            scope: change.scope.clone(),
            to: change.to,
            cause: change.cause,
            by: change.by.clone(),
        }
    }

    pub(super) fn to_value(&self) -> Value<'_> {
        let until = self.to.until();
        Value::object([
            ("by", Value::maybe_text(self.by.as_deref())),
            ("cause", Value::text(self.cause.as_str())),
            ("scope", Value::text(self.scope.kind())),
            ("scope_id", Value::maybe_text(self.scope.id())),
            ("to", Value::text(self.to.as_str())),
            (
                "until_us",
                until.map_or(Value::Null, |until| Value::int(until.as_micros())),
            ),
        ])
    }
}
