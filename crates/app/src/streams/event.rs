//! What a stream tells, and how its events are named.

use std::fmt;
use std::sync::Arc;

/// The longest name of an event, in bytes, that could be one of ours.
const MAX_NAME_BYTES: usize = 160;

/// Names an event for those who come back: which hub told it, and as which of its events. A hub that is
/// started anew, also by another run of the program, has another name, so nothing that an earlier one
/// told is mistaken for something of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventId {
    pub(super) hub: Arc<str>,
    pub(super) position: u64,
}

impl EventId {
    /// Reads what [`fmt::Display`] writes; `None` if it is no name of ours.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_NAME_BYTES {
            return None;
        }
        let (hub, position) = text.rsplit_once('.')?;
        // As written, so that each event has one name.
        let is_number = position.bytes().all(|byte| byte.is_ascii_digit());
        let position = position.parse().ok().filter(|_| is_number)?;
        Some(Self {
            hub: hub.into(),
            position,
        })
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.hub, self.position)
    }
}

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EventKind {
    /// An [answer](agent_assist_domain::answer::Answer), whole, since what is shown or its label is
    /// another one. It says by itself all that the two below say.
    Recommendations,
    /// Assist was switched off or on for whom the stream is about.
    State,
    /// The label of the answer has changed: it is less than it should be, or as it should be again.
    Degraded,
    /// No answer can be given for now, and somebody must act; an answer follows once that is over.
    Interrupted,
}

impl EventKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [
        Self::Recommendations,
        Self::State,
        Self::Degraded,
        Self::Interrupted,
    ];

    /// The name used in streams and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recommendations => "recommendations",
            Self::State => "state",
            Self::Degraded => "degraded",
            Self::Interrupted => "interrupted",
        }
    }
}

/// Something that a stream tells. All who read the stream share it.
#[derive(Debug)]
pub struct Event {
    /// Its name.
    pub id: EventId,
    /// What it is about.
    pub kind: EventKind,
    /// What it says: a JSON object on one line.
    pub data: Box<str>,
    /// The queue in which the upstream says the conversation is, if it says so with this content.
    pub queue_id: Option<Box<str>>,
}

impl Event {
    /// What it costs to keep, in bytes.
    pub(super) fn size(&self) -> usize {
        size_of::<Self>() + self.data.len() + self.queue_id.as_ref().map_or(0, |id| id.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_it_was_written_and_nothing_else_is_one() {
        let id = EventId {
            hub: "0197-a".into(),
            position: 12,
        };
        assert_eq!(EventId::parse(&id.to_string()), Some(id));
        let long = format!("{}.1", "x".repeat(200));
        for text in [
            "",
            "12",
            "a.",
            "a.-1",
            "a.+1",
            "a.1x",
            "a.99999999999999999999",
            &long,
        ] {
            assert_eq!(EventId::parse(text), None, "{text}");
        }
    }
}
