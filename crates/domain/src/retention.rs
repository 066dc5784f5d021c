//! How long records are kept, and orders to keep them longer.

use std::time::Duration;

use crate::audit::Seq;
use crate::time::Timestamp;

/// How old records get.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionPolicy {
    /// In the log itself; older ones are moved to an archive.
    pub online: Duration,
    /// In all; an archive is deleted when the youngest record in it is older. No less than `online`.
    pub archived: Duration,
}

impl RetentionPolicy {
    /// Records of before then are to be archived.
    pub fn online_from(&self, now: Timestamp) -> Timestamp {
        now.minus(self.online)
    }

    /// Archives of records of before then are to be deleted.
    pub fn archived_from(&self, now: Timestamp) -> Timestamp {
        now.minus(self.archived.max(self.online))
    }
}

/// A quarter of a year at hand, and a year and a month in all.
impl Default for RetentionPolicy {
    fn default() -> Self {
        let days = |days: u64| Duration::from_secs(days * 24 * 60 * 60);
        Self {
            online: days(92),
            archived: days(400),
        }
    }
}

/// How far a legal hold reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoldScope {
    /// Every record of the tenant.
    Everything,
    /// The records of one conversation.
    Conversation(String),
}

impl HoldScope {
    /// The scope of this name and, for a conversation, identifier.
    pub fn from_parts(kind: &str, id: Option<String>) -> Option<Self> {
        match (kind, id) {
            ("everything", None) => Some(Self::Everything),
            ("conversation", Some(id)) => Some(Self::Conversation(id)),
            _ => None,
        }
    }

    /// `everything` or `conversation`.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Conversation(_) => "conversation",
        }
    }

    /// Which conversation.
    pub fn conversation_id(&self) -> Option<&str> {
        match self {
            Self::Everything => None,
            Self::Conversation(id) => Some(id),
        }
    }
}

/// An order not to let records go: they are neither archived nor erased, and archives with them are
/// not deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// What it is called: the position of the record that ordered it.
    pub id: Seq,
    /// How far it reaches.
    pub scope: HoldScope,
    /// Why.
    pub reason: String,
    /// Since when.
    pub since: Timestamp,
    /// Who said so, if known.
    pub by: Option<String>,
    /// When and by whom it was ended, if it was.
    pub released: Option<Release>,
}

/// The end of a hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// When.
    pub at: Timestamp,
    /// Who said so, if known.
    pub by: Option<String>,
}

/// Whose data is to be let go, or altered beyond recognition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HoldQuestion<'a> {
    /// That of a conversation.
    Conversation(&'a str),
    /// That of an agent, as the log names him.
    Agent(&'a str),
    /// That of a customer. Which conversations he had no log says, so every hold may be about him.
    Customer,
}
