//! Who did something to the log or the program.

use crate::canonical::Value;
use crate::payload::is_identifier;

/// Who read the log or gave an order, as far as the machine says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actor {
    /// Number of the system's user, from the system itself.
    pub uid: Option<u32>,
    /// Name of the user as the environment has it, which the user can change; of a caller over the
    /// network `key:` and the id of its key.
    pub name: Option<String>,
    /// Name of the machine.
    pub host: Option<String>,
}

impl Actor {
    /// Whoever holds the key of this id and came over the network.
    pub fn of_key(key_id: &str) -> Self {
        Self {
            name: Some(format!("key:{key_id}")),
            ..Self::default()
        }
    }

    /// The same without names that are none, such as those with control characters.
    #[must_use]
    pub fn plain(&self) -> Self {
        let plain = |name: &Option<String>| name.clone().filter(|name| is_identifier(name));
        Self {
            uid: self.uid,
            name: plain(&self.name),
            host: plain(&self.host),
        }
    }

    pub(super) fn to_value(&self) -> Value<'_> {
        Value::object([
            ("host", Value::maybe_text(self.host.as_deref())),
            ("name", Value::maybe_text(self.name.as_deref())),
            ("uid", self.uid.map_or(Value::Null, Value::int)),
        ])
    }
}
