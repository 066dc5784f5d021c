//! Who wants to hear of events, and of which.

use std::collections::BTreeSet;
use std::sync::Arc;

use agent_assist_domain::analytics::EVENTS_MISSING;
use agent_assist_domain::audit::AuditEvent;
use agent_assist_domain::ports::AnalyticsSink;

/// Which events are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Types(Option<BTreeSet<AuditEvent>>);

impl Types {
    /// Every event, those of later versions among them.
    pub const ALL: Self = Self(None);

    /// Only these; all if there are none.
    pub fn only(events: impl IntoIterator<Item = AuditEvent>) -> Self {
        let events: BTreeSet<AuditEvent> = events.into_iter().collect();
        Self((!events.is_empty()).then_some(events))
    }

    /// Reads names separated by commas; `None` if one is no event.
    pub fn parse(text: &str) -> Option<Self> {
        let names = text.split(',').map(str::trim);
        let events: Option<Vec<AuditEvent>> = names.map(AuditEvent::from_name).collect();
        events.map(Self::only)
    }

    /// Whether events of this name are wanted. That some are missing is told to everybody.
    pub fn wants(&self, event: &str) -> bool {
        event == EVENTS_MISSING
            || self
                .0
                .as_ref()
                .is_none_or(|events| events.iter().any(|wanted| wanted.as_str() == event))
    }
}

/// A sink that events are delivered to.
#[derive(Clone, Debug)]
pub struct EventSink {
    /// Its name, the same after a restart: its cursor is kept under it.
    pub name: String,
    /// What it wants to hear of.
    pub types: Types,
    /// What takes the events.
    pub sink: Arc<dyn AnalyticsSink>,
}
