//! What an entry says of a change of the key that signs the log's checkpoints.

use crate::canonical::Value;

/// Another key signs from now on. Recorded before it does; what proves it is the checkpoint behind
/// the record, which both keys sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyChangeFacts {
    /// Name of both keys, which is the log's.
    pub name: String,
    /// Id of the key that has signed so far, as verifier keys have it: eight hexadecimal digits.
    pub old_key_id: String,
    /// Id of the key that signs from now on.
    pub new_key_id: String,
    /// Who said so, if known.
    pub by: Option<String>,
}

impl KeyChangeFacts {
    pub(super) fn to_value(&self) -> Value<'_> {
        Value::object([
            ("by", Value::maybe_text(self.by.as_deref())),
            ("name", Value::text(&self.name)),
            ("new_key_id", Value::text(&self.new_key_id)),
            ("old_key_id", Value::text(&self.old_key_id)),
        ])
    }
}
