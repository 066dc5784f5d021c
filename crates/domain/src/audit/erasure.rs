//! What an entry says of an erasure.

use crate::canonical::Value;
use crate::person::Pseudonym;

/// How far an erasure has come. Each leaves two records: the intent, which is durable before anything is
/// destroyed, and what became of it. An intent alone was cut off; erasing the same again ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ErasureStage {
    /// It is about to begin.
    Intended,
    /// The keys are gone.
    Done,
    /// Not everything could be destroyed.
    Failed,
}

impl ErasureStage {
    /// Every stage.
    pub const ALL: [Self; 3] = [Self::Intended, Self::Done, Self::Failed];

    /// The name used in records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Intended => "intended",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

/// An erasure: what can be understood no more, and how much of it there is. Never the identifier of a
/// person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErasureFacts {
    /// How far it has come.
    pub stage: ErasureStage,
    /// What was named: `conversation`, `agent` or `customer`.
    pub of: &'static str,
    /// The pseudonyms that nobody can resolve any more.
    pub pseudonyms: Vec<Pseudonym>,
    /// The conversations whose hashes and texts mean nothing any more.
    pub conversation_ids: Vec<String>,
    /// Fields of records that this concerns, as far as they were there: pseudonyms, hashes of values,
    /// sealed texts.
    pub fields: u64,
    /// Keys destroyed: of persons and of conversations.
    pub keys: u64,
    /// Remembered answers forgotten on disk.
    pub answers: u64,
    /// Who ordered it, if known.
    pub by: Option<String>,
}

impl ErasureFacts {
    pub(super) fn to_value(&self) -> Value<'_> {
        let pseudonyms = self.pseudonyms.iter().map(|one| Value::text(one.as_str()));
        Value::object([
            ("answers", Value::int(self.answers)),
            ("by", Value::maybe_text(self.by.as_deref())),
            (
                "conversation_ids",
                Value::list(self.conversation_ids.iter().map(Value::text)),
            ),
            ("fields", Value::int(self.fields)),
            ("keys", Value::int(self.keys)),
            ("of", Value::text(self.of)),
            ("pseudonyms", Value::list(pseudonyms)),
            ("stage", Value::text(self.stage.as_str())),
        ])
    }
}
