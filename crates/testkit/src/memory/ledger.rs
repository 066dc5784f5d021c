//! The engagement ledger in memory.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Mutex;

use agent_assist_domain::adoption::{
    By, EngagementEvent, EngagementKind, Exposure, Group, GroupTally, Item, ItemKey, LedgerScope,
    Progress, Recorded, Tally,
};
use agent_assist_domain::ports::{EngagementLedger, StoreError};
use async_trait::async_trait;

use crate::lock;

/// Keeps every event that is new.
#[derive(Debug, Default)]
pub struct MemoryLedger {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    exposures: BTreeMap<ItemKey, Exposure>,
    events: Vec<EngagementEvent>,
}

impl MemoryLedger {
    /// The events kept so far, in the order of recording.
    pub fn events(&self) -> Vec<EngagementEvent> {
        lock(&self.kept).events.clone()
    }

    /// The first exposures kept so far, in the order of their items.
    pub fn exposures(&self) -> Vec<Exposure> {
        lock(&self.kept).exposures.values().cloned().collect()
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl EngagementLedger for MemoryLedger {
    async fn expose(&self, exposures: Vec<Exposure>) -> Result<(), StoreError> {
        let mut kept = lock(&self.kept);
        for exposure in exposures {
            match kept.exposures.entry(exposure.item.clone()) {
                Entry::Vacant(none) => {
                    none.insert(exposure);
                }
                Entry::Occupied(mut first) if exposure.at < first.get().at => {
                    first.insert(exposure);
                }
                Entry::Occupied(_) => {}
            }
        }
        Ok(())
    }

    async fn record(&self, events: &[EngagementEvent]) -> Result<Vec<Recorded>, StoreError> {
        let kept = &mut lock(&self.kept).events;
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

    async fn item(&self, item: &ItemKey) -> Result<Option<Item>, StoreError> {
        let kept = lock(&self.kept);
        let exposure = kept.exposures.get(item);
        Ok(exposure.map(|exposure| kept.item(exposure)))
    }

    async fn tallies(
        &self,
        scope: &LedgerScope,
        by: Option<By>,
    ) -> Result<Vec<GroupTally>, StoreError> {
        let kept = lock(&self.kept);
        let mut groups: BTreeMap<(Group, &str), Vec<Item>> = BTreeMap::new();
        for exposure in kept.exposures.values().filter(|one| is_within(one, scope)) {
            let item = kept.item(exposure);
            let conversation_id = exposure.item.conversation_id.as_str();
            let key = (Group::of(by, &item), conversation_id);
            groups.entry(key).or_default().push(item);
        }
        let tallies = groups.into_iter().map(|((group, conversation_id), items)| {
            let items = items
                .iter()
                .map(|item| (item.exposure.trigger_id.as_str(), &item.progress));
            GroupTally {
                group,
                conversation_id: conversation_id.to_owned(),
                tally: Tally::of(items, scope.now),
            }
        });
        Ok(tallies.collect())
    }
}

impl Kept {
    fn item(&self, exposure: &Exposure) -> Item {
        let events = || {
            let events = self.events.iter();
            events.filter(|event| event.item == exposure.item)
        };
        let shown_to = events()
            .filter(|event| event.kind == EngagementKind::Displayed && event.agent_id.is_some());
        let told = events().map(|event| (event.kind, event.at));
        Item {
            exposure: exposure.clone(),
            displayed_to: shown_to
                .min_by_key(|event| (event.at, &event.agent_id))
                .and_then(|event| event.agent_id.clone()),
            progress: Progress::of(told.chain([(EngagementKind::Emitted, exposure.at)])),
        }
    }
}

fn is_within(exposure: &Exposure, scope: &LedgerScope) -> bool {
    exposure.item.tenant == scope.tenant
        && scope.since.is_none_or(|since| exposure.at >= since)
        && scope.until.is_none_or(|until| exposure.at < until)
        && scope
            .conversation_id
            .as_ref()
            .is_none_or(|id| *id == exposure.item.conversation_id)
}
