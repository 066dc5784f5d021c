//! The assist switch in memory.

use std::sync::Mutex;

use agent_assist_domain::assist::{Off, SwitchChange, SwitchState};
use agent_assist_domain::ports::{AssistSwitch, StoreError};
use agent_assist_domain::time::Timestamp;
use async_trait::async_trait;

use crate::lock;

/// Keeps what is off, for every tenant.
#[derive(Debug, Default)]
pub struct MemoryAssistSwitch {
    /// Tenant and entry.
    entries: Mutex<Vec<(String, Off)>>,
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl AssistSwitch for MemoryAssistSwitch {
    async fn off(&self, tenant: &str) -> Result<Vec<Off>, StoreError> {
        let entries = lock(&self.entries);
        let ours = entries.iter().filter(|(owner, _)| owner == tenant);
        let mut ours: Vec<Off> = ours.map(|(_, off)| off.clone()).collect();
        ours.sort_by(|a, b| (&a.scope, a.cause).cmp(&(&b.scope, b.cause)));
        Ok(ours)
    }

    async fn set(&self, tenant: &str, change: &SwitchChange) -> Result<bool, StoreError> {
        let mut entries = lock(&self.entries);
        entries.retain(|(owner, off)| owner != tenant || !off.is_over(change.at));
        Ok(match change.to {
            SwitchState::On => {
                let before = entries.len();
                entries.retain(|(owner, off)| owner != tenant || off.scope != change.scope);
                entries.len() < before
            }
            SwitchState::Off { until } => switch_off(&mut entries, tenant, change, until),
        })
    }
}

fn switch_off(
    entries: &mut Vec<(String, Off)>,
    tenant: &str,
    change: &SwitchChange,
    until: Option<Timestamp>,
) -> bool {
    let standing = entries.iter_mut().find(|(owner, off)| {
        owner == tenant && off.scope == change.scope && off.cause == change.cause
    });
    let off = Off {
        scope: change.scope.clone(),
        since: standing.as_ref().map_or(change.at, |(_, off)| off.since),
        until,
        cause: change.cause,
        by: change.by.clone(),
    };
    match standing {
        Some((_, standing)) => std::mem::replace(standing, off.clone()) != off,
        None => {
            entries.push((tenant.to_owned(), off));
            true
        }
    }
}
