//! The outbox in memory.

use std::collections::BTreeMap;
use std::sync::Mutex;

use agent_assist_domain::outbox::{
    DeadItem, Enqueued, Held, LeaseTerms, Leased, OutboxItem, Outcome, Standing, Taken, Ticket,
};
use agent_assist_domain::ports::{Outbox, StoreError};
use agent_assist_domain::time::Timestamp;
use async_trait::async_trait;

use crate::lock;

/// Keeps what waits, for every destination.
#[derive(Debug, Default)]
pub struct MemoryOutbox {
    destinations: Mutex<BTreeMap<String, Destination>>,
}

#[derive(Debug, Default)]
struct Destination {
    rows: Vec<Row>,
    last_position: u64,
    cursor: Option<u64>,
    failing_since: Option<Timestamp>,
    held: Option<Held>,
}

#[derive(Debug)]
struct Row {
    position: u64,
    item: OutboxItem,
    attempts: u32,
    /// When it is due, or its lease runs out.
    due: Timestamp,
    lease: u64,
    leased: bool,
    why: String,
    died_at: Option<Timestamp>,
}

impl MemoryOutbox {
    fn with<T>(&self, destination: &str, work: impl FnOnce(&mut Destination) -> T) -> T {
        let mut destinations = lock(&self.destinations);
        work(destinations.entry(destination.to_owned()).or_default())
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl Outbox for MemoryOutbox {
    async fn enqueue(
        &self,
        destination: &str,
        items: &[OutboxItem],
        taken: Option<Taken>,
    ) -> Result<Enqueued, StoreError> {
        Ok(self.with(destination, |destination| destination.enqueue(items, taken)))
    }

    async fn lease(&self, destination: &str, terms: LeaseTerms) -> Result<Vec<Leased>, StoreError> {
        Ok(self.with(destination, |destination| destination.lease(terms)))
    }

    async fn settle(
        &self,
        destination: &str,
        now: Timestamp,
        outcomes: &[(Ticket, Outcome)],
    ) -> Result<Vec<bool>, StoreError> {
        Ok(self.with(destination, |destination| {
            let settle = |(ticket, outcome)| destination.settle(now, ticket, outcome);
            outcomes
                .iter()
                .map(|(ticket, outcome)| (*ticket, outcome))
                .map(settle)
                .collect()
        }))
    }

    async fn hold(&self, destination: &str, now: Timestamp, why: &str) -> Result<bool, StoreError> {
        Ok(self.with(destination, |destination| {
            let is_new = destination.held.is_none();
            destination.held.get_or_insert_with(|| Held {
                since: now,
                why: why.to_owned(),
            });
            is_new
        }))
    }

    async fn resume(&self, destination: &str) -> Result<bool, StoreError> {
        Ok(self.with(destination, |destination| {
            let held = destination.held.take();
            if held.is_some() {
                destination.failing_since = None;
            }
            held.is_some()
        }))
    }

    async fn dead(
        &self,
        destination: &str,
        after: u64,
        limit: u32,
    ) -> Result<Vec<DeadItem>, StoreError> {
        Ok(self.with(destination, |destination| {
            let behind = destination.rows.iter().filter(|row| row.position > after);
            behind.filter_map(Row::dead).take(limit as usize).collect()
        }))
    }

    async fn redrive(
        &self,
        destination: &str,
        ids: &[String],
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        Ok(self.with(destination, |destination| {
            let dead = destination.rows.iter_mut().filter(|row| {
                row.died_at.is_some() && (ids.is_empty() || ids.contains(&row.item.id))
            });
            dead.map(|row| {
                row.died_at = None;
                row.attempts = 0;
                row.due = now;
            })
            .count() as u64
        }))
    }

    async fn standing(&self, destination: &str) -> Result<Standing, StoreError> {
        Ok(self.with(destination, |destination| destination.standing()))
    }
}

impl Destination {
    fn enqueue(&mut self, items: &[OutboxItem], taken: Option<Taken>) -> Enqueued {
        if let Some(taken) = taken {
            if taken.after != self.cursor {
                return Enqueued::Overtaken(self.cursor);
            }
            self.cursor = Some(taken.upto);
        }
        let mut kept = 0;
        for item in items {
            if self.rows.iter().any(|row| row.item.id == item.id) {
                continue;
            }
            self.last_position += 1;
            kept += 1;
            self.rows.push(Row {
                position: self.last_position,
                item: item.clone(),
                attempts: 0,
                due: Timestamp::default(),
                lease: 0,
                leased: false,
                why: String::new(),
                died_at: None,
            });
        }
        Enqueued::Kept(kept)
    }

    fn lease(&mut self, terms: LeaseTerms) -> Vec<Leased> {
        if self.held.is_some() {
            return Vec::new();
        }
        let mut blocked = Vec::new();
        let mut leased = Vec::new();
        for row in self.rows.iter_mut().filter(|row| row.died_at.is_none()) {
            if leased.len() == terms.limit as usize {
                break;
            }
            if row.due > terms.now || blocked.contains(&row.item.lane) {
                blocked.push(row.item.lane.clone());
                continue;
            }
            let unsettled = row.leased;
            row.leased = true;
            row.lease += 1;
            row.due = terms.until;
            leased.push(Leased {
                ticket: Ticket {
                    position: row.position,
                    lease: row.lease,
                },
                item: row.item.clone(),
                attempts: row.attempts,
                unsettled,
            });
        }
        leased
    }

    fn settle(&mut self, now: Timestamp, ticket: Ticket, outcome: &Outcome) -> bool {
        let counts =
            |row: &Row| row.position == ticket.position && row.lease == ticket.lease && row.leased;
        let Some(at) = self.rows.iter().position(counts) else {
            return false;
        };
        let row = &mut self.rows[at];
        row.leased = false;
        match outcome {
            Outcome::Delivered => {
                self.rows.remove(at);
                self.failing_since = None;
            }
            Outcome::Retry { at, why } => {
                row.attempts += 1;
                row.due = *at;
                row.why.clone_from(why);
                self.failing_since.get_or_insert(now);
            }
            Outcome::Dead { why } => {
                row.attempts += 1;
                row.died_at = Some(now);
                row.why.clone_from(why);
            }
            Outcome::Returned => row.due = now,
        }
        true
    }

    fn standing(&self) -> Standing {
        let waiting = || self.rows.iter().filter(|row| row.died_at.is_none());
        let mut heads = BTreeMap::new();
        for row in waiting() {
            heads.entry(&row.item.lane).or_insert(row.due);
        }
        Standing {
            waiting: waiting().count() as u64,
            dead: (self.rows.len() - waiting().count()) as u64,
            oldest: waiting().map(|row| row.item.at).min(),
            next_due: heads.into_values().min(),
            cursor: self.cursor,
            failing_since: self.failing_since,
            held: self.held.clone(),
        }
    }
}

impl Row {
    fn dead(&self) -> Option<DeadItem> {
        Some(DeadItem {
            position: self.position,
            item: self.item.clone(),
            attempts: self.attempts,
            why: self.why.clone(),
            died_at: self.died_at?,
        })
    }
}
