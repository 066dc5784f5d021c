//! Exposures and events of the engagement ledger.

use agent_assist_domain::adoption::{EngagementEvent, EngagementKind, Exposure, ItemKey};
use agent_assist_domain::recommendation::{Kind, Origin};
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
pub fn exposed(item: &ItemKey, at: Timestamp) -> Exposure {
    Exposure {
        item: item.clone(),
        session_id: SESSION.to_owned(),
        agent_id: Some("agent-1".to_owned()),
        queue_id: Some("queue-1".to_owned()),
        trigger_id: format!("trigger of {}", item.recommendation_id),
        kind: Kind::KnowledgeSearch,
        origin: Origin::Upstream,
        stale: false,
        document_id: Some("document-1".to_owned()),
        at,
    }
}

/// That `kind` happened to `item` at `at`, told by the event `event_id`.
pub fn engaged(
    event_id: &str,
    kind: EngagementKind,
    item: &ItemKey,
    at: Timestamp,
) -> EngagementEvent {
    EngagementEvent {
        event_id: event_id.to_owned(),
        item: item.clone(),
        kind,
        session_id: SESSION.to_owned(),
        agent_id: Some("agent-1".to_owned()),
        at,
        client_at: None,
    }
}

/// The use of `item` at `at`, told by the event `event_id`.
pub fn used(event_id: &str, item: &ItemKey, at: Timestamp) -> EngagementEvent {
    engaged(event_id, EngagementKind::Used, item, at)
}
