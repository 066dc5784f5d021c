//! Legal holds in memory.

use std::collections::BTreeMap;
use std::sync::Mutex;

use agent_assist_domain::audit::Seq;
use agent_assist_domain::ports::{LegalHolds, StoreError, StoreErrorKind};
use agent_assist_domain::retention::{Hold, HoldQuestion, HoldScope, Release};
use async_trait::async_trait;

use crate::lock;

/// Keeps holds by tenant and name. It knows no log: which agents a conversation had it cannot tell.
#[derive(Debug, Default)]
pub struct MemoryHolds {
    holds: Mutex<BTreeMap<(String, Seq), Hold>>,
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl LegalHolds for MemoryHolds {
    async fn place(&self, tenant: &str, hold: &Hold) -> Result<(), StoreError> {
        let mut holds = lock(&self.holds);
        if holds.keys().any(|(_, id)| *id == hold.id) {
            return Err(StoreError::new(StoreErrorKind::Other, "place a hold"));
        }
        let hold = Hold {
            released: None,
            ..hold.clone()
        };
        holds.insert((tenant.to_owned(), hold.id), hold);
        Ok(())
    }

    async fn release(&self, tenant: &str, id: Seq, release: &Release) -> Result<bool, StoreError> {
        let mut holds = lock(&self.holds);
        let hold = holds.get_mut(&(tenant.to_owned(), id));
        Ok(match hold {
            Some(hold) if hold.released.is_none() => {
                hold.released = Some(release.clone());
                true
            }
            _ => false,
        })
    }

    async fn list(&self, tenant: &str) -> Result<Vec<Hold>, StoreError> {
        let holds = lock(&self.holds);
        let theirs = holds.iter().filter(|((whose, _), _)| whose == tenant);
        Ok(theirs.map(|(_, hold)| hold.clone()).collect())
    }

    async fn is_held<'a>(
        &'a self,
        tenant: &'a str,
        question: HoldQuestion<'a>,
    ) -> Result<bool, StoreError> {
        let holds = self.list(tenant).await?;
        let mut standing = holds.iter().filter(|hold| hold.released.is_none());
        Ok(standing.any(|hold| match (&hold.scope, question) {
            (HoldScope::Everything, _) => true,
            (HoldScope::Conversation(held), HoldQuestion::Conversation(asked)) => held == asked,
            // It may be.
            (HoldScope::Conversation(_), _) => true,
        }))
    }
}
