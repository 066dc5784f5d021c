//! What an entry says of what became of recommendations.

use crate::adoption::EngagementKind;
use crate::canonical::Value;
use crate::time::Timestamp;

/// One thing that was told of a recommendation, as it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngagementFacts {
    /// The recommendation.
    pub recommendation_id: String,
    /// What happened to it.
    pub kind: EngagementKind,
    /// The event that said so.
    pub event_id: String,
    /// When, by the clock of whoever told it, if that was said.
    pub client_at: Option<Timestamp>,
    /// Whether the event had been recorded before; then it counted nothing.
    pub replay: bool,
}

impl EngagementFacts {
    pub(super) fn to_value(&self) -> Value<'_> {
        let mut members = vec![
            ("event_id", Value::text(&self.event_id)),
            ("kind", Value::text(self.kind.as_str())),
            ("recommendation_id", Value::text(&self.recommendation_id)),
            ("replay", Value::Bool(self.replay)),
        ];
        if let Some(at) = self.client_at {
            members.push(("client_at_us", Value::int(at.as_micros())));
        }
        Value::object(members)
    }
}
