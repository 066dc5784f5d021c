//! One thing that happened to one recommendation.

use crate::recommendation::{Kind, Origin};
use crate::time::Timestamp;

/// What the identifiers of exposures begin with; those of callers must not.
pub const EMISSION_PREFIX: &str = "emitted/";

/// One recommendation in one conversation. Sessions come and go; the conversation stays.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemKey {
    /// Whose it is.
    pub tenant: String,
    /// The conversation it was recommended for.
    pub conversation_id: String,
    /// The upstream's identifier.
    pub recommendation_id: String,
}

/// What happened to a recommendation.
///
/// ```text
/// emitted -> displayed -> opened | copied | inserted -> used | dismissed | rated
/// ```
/// Who tells of a later one has seen the earlier ones happen, told or not:
/// [`Progress`](super::Progress) fills them in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EngagementKind {
    /// It was given out in an answer.
    Emitted,
    /// It was on an agent's screen.
    Displayed,
    /// An agent opened it to read more.
    Opened,
    /// An agent copied it.
    Copied,
    /// An agent put it into the conversation's text.
    Inserted,
    /// An agent used it, however.
    Used,
    /// The upstream counts it as accepted.
    Accepted,
    /// An agent sent it away.
    Dismissed,
    /// An agent found it helpful.
    RatedPositive,
    /// An agent found it unhelpful.
    RatedNegative,
}

impl EngagementKind {
    /// Every kind, in the order in which they come about.
    pub const ALL: [Self; 10] = [
        Self::Emitted,
        Self::Displayed,
        Self::Opened,
        Self::Copied,
        Self::Inserted,
        Self::Used,
        Self::Accepted,
        Self::Dismissed,
        Self::RatedPositive,
        Self::RatedNegative,
    ];

    /// Every kind that callers tell of. That something was given out is for us to say.
    pub const TOLD: [Self; 9] = [
        Self::Displayed,
        Self::Opened,
        Self::Copied,
        Self::Inserted,
        Self::Used,
        Self::Accepted,
        Self::Dismissed,
        Self::RatedPositive,
        Self::RatedNegative,
    ];

    /// The name used in stores and output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Emitted => "emitted",
            Self::Displayed => "displayed",
            Self::Opened => "opened",
            Self::Copied => "copied",
            Self::Inserted => "inserted",
            Self::Used => "used",
            Self::Accepted => "accepted",
            Self::Dismissed => "dismissed",
            Self::RatedPositive => "rated_positive",
            Self::RatedNegative => "rated_negative",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// Whether what was recommended went to work.
    pub const fn is_adoption(self) -> bool {
        matches!(
            self,
            Self::Copied | Self::Inserted | Self::Used | Self::Accepted
        )
    }
}

/// One thing that was told of an item behind its exposure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngagementEvent {
    /// Unique within the tenant; sending it again changes nothing.
    pub event_id: String,
    /// To what it happened.
    pub item: ItemKey,
    /// What happened; not [`EngagementKind::Emitted`], which is an [`Exposure`].
    pub kind: EngagementKind,
    /// In which session.
    pub session_id: String,
    /// To or by which agent, if known.
    pub agent_id: Option<String>,
    /// When, by our clock.
    pub at: Timestamp,
    /// When, by the clock of whoever tells it, if that was said.
    pub client_at: Option<Timestamp>,
}

/// The first time that an item was given out, and what it is counted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// What was given out.
    pub item: ItemKey,
    /// In which session.
    pub session_id: String,
    /// To which agent, if known.
    pub agent_id: Option<String>,
    /// In which queue, if known.
    pub queue_id: Option<String>,
    /// What it was recommended for: an utterance, a message, a search, or, where that is not known,
    /// the request that brought it.
    pub trigger_id: String,
    /// What it is.
    pub kind: Kind,
    /// Which path brought it.
    pub origin: Origin,
    /// Whether the answer that gave it out was past its time: renewed behind, or in place of an
    /// upstream that failed.
    pub stale: bool,
    /// Document, canned response or script it was made from.
    pub document_id: Option<String>,
    /// When.
    pub at: Timestamp,
}

impl Exposure {
    /// Names the exposure. It follows from the item, so that an answer served again, from the cache
    /// or upstream, is not a second exposure.
    pub fn event_id(&self) -> String {
        let ItemKey {
            conversation_id,
            recommendation_id,
            ..
        } = &self.item;
        // Either identifier may hold any separator; with a length before it none is ambiguous.
        let length = conversation_id.len().to_string();
        [
            EMISSION_PREFIX,
            &length,
            ":",
            conversation_id,
            "/",
            recommendation_id,
        ]
        .concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_items_share_the_name_of_their_exposure() {
        let name = |conversation_id: &str, recommendation_id: &str| {
            let exposure = Exposure {
                item: ItemKey {
                    tenant: "default".into(),
                    conversation_id: conversation_id.into(),
                    recommendation_id: recommendation_id.into(),
                },
                session_id: "s".into(),
                agent_id: None,
                queue_id: None,
                trigger_id: "t".into(),
                kind: Kind::Faq,
                origin: Origin::Upstream,
                stale: false,
                document_id: None,
                at: Timestamp::default(),
            };
            exposure.event_id()
        };
        assert_ne!(name("a/b", "c"), name("a", "b/c"));
    }
}
