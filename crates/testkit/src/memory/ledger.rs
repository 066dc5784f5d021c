//! The engagement ledger in memory.

use std::collections::HashSet;
use std::sync::Mutex;

use agent_assist_domain::adoption::{
    EngagementEvent, EngagementKind, ItemKey, LedgerSummary, Recorded,
};
use agent_assist_domain::ports::{EngagementLedger, LedgerScope, StoreError};
use async_trait::async_trait;

use crate::lock;

/// Keeps every event that is new.
#[derive(Debug, Default)]
pub struct MemoryLedger {
    events: Mutex<Vec<EngagementEvent>>,
}

impl MemoryLedger {
    /// The events kept so far, in the order of recording.
    pub fn events(&self) -> Vec<EngagementEvent> {
        lock(&self.events).clone()
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl EngagementLedger for MemoryLedger {
    async fn record(&self, events: &[EngagementEvent]) -> Result<Vec<Recorded>, StoreError> {
        let mut kept = lock(&self.events);
        let mut answers = Vec::with_capacity(events.len());
        for event in events {
            let known = kept.iter().find(|other| {
                other.item.tenant == event.item.tenant && other.event_id == event.event_id
            });
            let answer = match known {
                None => Recorded::New,
                Some(first) if first.kind == event.kind && first.item == event.item => {
                    Recorded::Replay
                }
                Some(_) => Recorded::Conflict,
            };
            if answer == Recorded::New {
                kept.push(event.clone());
            }
            answers.push(answer);
        }
        Ok(answers)
    }

    async fn emission(&self, item: &ItemKey) -> Result<Option<EngagementEvent>, StoreError> {
        Ok(first_emission(&lock(&self.events), item).cloned())
    }

    async fn summarise(&self, scope: &LedgerScope) -> Result<LedgerSummary, StoreError> {
        let events = lock(&self.events);
        let items = |kind: EngagementKind| {
            events
                .iter()
                .filter(move |event| event.kind == kind && event.item.tenant == scope.tenant)
                .map(|event| &event.item)
        };
        let emitted: HashSet<&ItemKey> = items(EngagementKind::Emitted)
            .filter(|item| {
                first_emission(&events, item).is_some_and(|first| {
                    scope.since.is_none_or(|since| first.at >= since)
                        && scope.until.is_none_or(|until| first.at < until)
                })
            })
            .collect();
        let used: HashSet<&ItemKey> = items(EngagementKind::Used)
            .filter(|item| emitted.contains(item))
            .collect();
        let conversations: HashSet<&str> = emitted
            .iter()
            .map(|item| item.conversation_id.as_str())
            .collect();
        Ok(LedgerSummary {
            emitted: emitted.len() as u64,
            used: used.len() as u64,
            conversations: conversations.len() as u64,
        })
    }
}

/// The earliest exposure; of equally early ones the one recorded first.
fn first_emission<'a>(
    events: &'a [EngagementEvent],
    item: &ItemKey,
) -> Option<&'a EngagementEvent> {
    events
        .iter()
        .filter(|event| event.kind == EngagementKind::Emitted && event.item == *item)
        .min_by_key(|event| event.at)
}
