//! Whether recommendations are used: the events of the ledger, and the arithmetic over them.
//!
//! The rate is taken over what was shown, never over fetches: a desktop that polls twice as often
//! must not look half as good.

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum EngagementKind {
    /// It was given out in an answer.
    Emitted,
    /// An agent used it.
    Used,
}

impl EngagementKind {
    /// The name used in stores and output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Emitted => "emitted",
            Self::Used => "used",
        }
    }

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Emitted, Self::Used]
            .into_iter()
            .find(|kind| kind.as_str() == name)
    }
}

/// One entry of the engagement ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngagementEvent {
    /// Unique within the tenant; sending it again changes nothing.
    pub event_id: String,
    /// To what it happened.
    pub item: ItemKey,
    /// What happened.
    pub kind: EngagementKind,
    /// In which session.
    pub session_id: String,
    /// To or by which agent, if known.
    pub agent_id: Option<String>,
    /// When, by our clock.
    pub at: Timestamp,
}

impl EngagementEvent {
    /// The first exposure of `item`. Its identifier follows from the item, so that an answer
    /// served again, from the cache or upstream, is not a second exposure.
    pub fn emitted(
        item: ItemKey,
        session_id: impl Into<String>,
        agent_id: Option<String>,
        at: Timestamp,
    ) -> Self {
        Self {
            // Either identifier may hold any separator; with a length before it none is ambiguous.
            event_id: format!(
                "{EMISSION_PREFIX}{}:{}/{}",
                item.conversation_id.len(),
                item.conversation_id,
                item.recommendation_id
            ),
            item,
            kind: EngagementKind::Emitted,
            session_id: session_id.into(),
            agent_id,
            at,
        }
    }
}

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

/// Counts over a stretch of the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LedgerSummary {
    /// Distinct recommendations emitted.
    pub emitted: u64,
    /// Distinct recommendations among those that were used, whenever that was.
    pub used: u64,
    /// Distinct conversations with something emitted.
    pub conversations: u64,
}

impl LedgerSummary {
    /// Distinct used over distinct emitted, 0..=1; `None` where nothing was emitted.
    pub fn adoption_rate(&self) -> Option<f64> {
        (self.emitted > 0).then(|| self.used as f64 / self.emitted as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_items_share_the_name_of_their_exposure() {
        let name = |conversation_id: &str, recommendation_id: &str| {
            let item = ItemKey {
                tenant: "default".into(),
                conversation_id: conversation_id.into(),
                recommendation_id: recommendation_id.into(),
            };
            EngagementEvent::emitted(item, "s", None, Timestamp::default()).event_id
        };
        assert_ne!(name("a/b", "c"), name("a", "b/c"));
    }
}
