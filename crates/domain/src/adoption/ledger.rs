//! What a ledger is asked, and what it answers.

use super::event::Exposure;
use super::progress::{LATEST_US, Progress};
use super::tally::Tally;
use crate::time::Timestamp;

/// What a ledger made of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    /// It is new and now kept.
    New,
    /// The same event was known already; nothing changed.
    Replay,
    /// Its identifier is that of an event of another kind or item; nothing changed.
    Conflict,
}

/// All that a ledger knows of one item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its first exposure.
    pub exposure: Exposure,
    /// To whom it was displayed first, as far as told; whoever used it later, it is counted as theirs.
    pub displayed_to: Option<String>,
    /// What happened to it.
    pub progress: Progress,
}

impl Item {
    /// Whether at `now` something may still be told of it: until [`LATEST_US`] after it was given out.
    pub fn may_be_told_of(&self, now: Timestamp) -> bool {
        now.as_micros().saturating_sub(self.exposure.at.as_micros()) <= LATEST_US
    }

    /// The agent it counts for: to whom it was displayed, or else given out.
    pub fn agent_id(&self) -> Option<&str> {
        let given_to = self.exposure.agent_id.as_deref();
        self.displayed_to.as_deref().or(given_to)
    }
}

/// Which part of a ledger to count. Bounds apply to the time of emission: what follows counts
/// whenever it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerScope {
    /// Whose items.
    pub tenant: String,
    /// Emitted not before this time.
    pub since: Option<Timestamp>,
    /// Emitted before this time.
    pub until: Option<Timestamp>,
    /// Only of this conversation.
    pub conversation_id: Option<String>,
    /// As of when: what has been untouched for long is ignored.
    pub now: Timestamp,
}

/// What items are counted apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum By {
    /// Hour of emission, UTC.
    Hour,
    /// Day of emission, UTC.
    Day,
    /// Queue.
    Queue,
    /// Document, canned response or script.
    Article,
    /// Agent to whom it was displayed, or else given out.
    Agent,
    /// Kind of recommendation.
    Kind,
    /// Path that brought it, or [`STALE`].
    Origin,
}

/// The group of [`By::Origin`] for what an answer past its time gave out first, whatever had brought it.
pub const STALE: &str = "stale";

impl By {
    /// Everything that items can be counted by.
    pub const ALL: [Self; 7] = [
        Self::Hour,
        Self::Day,
        Self::Queue,
        Self::Article,
        Self::Agent,
        Self::Kind,
        Self::Origin,
    ];

    /// The name used in settings and output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Queue => "queue",
            Self::Article => "article",
            Self::Agent => "agent",
            Self::Kind => "kind",
            Self::Origin => "origin",
        }
    }
}

/// What the items of a group have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// That they were asked for: nothing was to be counted apart.
    All,
    /// Emitted in the hour or day that begins then.
    From(Timestamp),
    /// Of that name.
    Named(String),
    /// That it is not known.
    Unknown,
}

impl Group {
    /// Which group of `by` an item is in.
    pub fn of(by: Option<By>, item: &Item) -> Self {
        const HOUR: i64 = 3_600_000_000;
        let exposure = &item.exposure;
        let name = match by {
            None => return Self::All,
            Some(By::Hour) => return Self::from_start(exposure.at, HOUR),
            Some(By::Day) => return Self::from_start(exposure.at, 24 * HOUR),
            Some(By::Queue) => exposure.queue_id.as_deref(),
            Some(By::Article) => exposure.document_id.as_deref(),
            Some(By::Agent) => item.agent_id(),
            Some(By::Kind) => Some(exposure.kind.as_str()),
            Some(By::Origin) if exposure.stale => Some(STALE),
            Some(By::Origin) => Some(exposure.origin.as_str()),
        };
        name.map_or(Self::Unknown, |name| Self::Named(name.to_owned()))
    }

    fn from_start(at: Timestamp, span: i64) -> Self {
        let micros = at.as_micros();
        Self::From(Timestamp::from_micros(micros - micros.rem_euclid(span)))
    }
}

/// The items of one conversation in one group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupTally {
    /// The group.
    pub group: Group,
    /// The conversation.
    pub conversation_id: String,
    /// What became of the items.
    pub tally: Tally,
}
