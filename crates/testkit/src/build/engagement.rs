//! Events of the engagement ledger.

use agent_assist_domain::adoption::{EngagementEvent, EngagementKind, ItemKey};
use agent_assist_domain::time::Timestamp;

use super::{SESSION, TENANT};

/// A recommendation in a conversation.
pub fn item(conversation_id: &str, recommendation_id: &str) -> ItemKey {
    ItemKey {
        tenant: TENANT.to_owned(),
        conversation_id: conversation_id.to_owned(),
        recommendation_id: recommendation_id.to_owned(),
    }
}

/// The exposure of `item` at `at`.
pub fn emitted(item: &ItemKey, at: Timestamp) -> EngagementEvent {
    EngagementEvent::emitted(item.clone(), SESSION, Some("agent-1".to_owned()), at)
}

/// The use of `item` at `at`, told by the event `event_id`.
pub fn used(event_id: &str, item: &ItemKey, at: Timestamp) -> EngagementEvent {
    EngagementEvent {
        event_id: event_id.to_owned(),
        item: item.clone(),
        kind: EngagementKind::Used,
        session_id: SESSION.to_owned(),
        agent_id: Some("agent-1".to_owned()),
        at,
    }
}
