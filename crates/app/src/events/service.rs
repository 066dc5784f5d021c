//! How the sinks stand, what was given up, and trying it again.

use std::sync::Arc;

use agent_assist_domain::outbox::DeadItem;
use agent_assist_domain::ports::{AuditTrail, Clock, Outbox, StoreError};
use serde::Serialize;

use super::hand_over::end;
use super::{SWITCHED_OFF, UPSTREAM, destination};

/// Dead events read at once.
const PAGE: u32 = 500;

/// How a sink stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SinkStatus {
    /// The sink.
    pub sink: String,
    /// Events that wait to be delivered.
    pub waiting: u64,
    /// Records in the log that nobody has looked at for this sink.
    pub unread: u64,
    /// Events that were given up.
    pub dead: u64,
    /// When the oldest event that waits happened; milliseconds since 1970-01-01T00:00:00Z.
    pub oldest_ms: Option<i64>,
    /// Since when no attempt has succeeded, likewise.
    pub failing_since_ms: Option<i64>,
    /// When it is tried again, likewise; `None` if nothing waits.
    pub next_attempt_ms: Option<i64>,
    /// Why nothing is sent any more, if nothing is.
    pub held: Option<String>,
    /// Since when, likewise.
    pub held_since_ms: Option<i64>,
}

/// An event that was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeadEvent {
    /// To which sink it was to go.
    pub sink: String,
    /// Its identifier.
    pub id: String,
    /// Position of its record, or of the first and the last that are missing.
    pub record: String,
    /// When it happened; milliseconds since 1970-01-01T00:00:00Z.
    pub at_ms: i64,
    /// How many attempts failed.
    pub attempts: u32,
    /// Why the last one did.
    pub why: String,
    /// When it was given up, likewise.
    pub died_at_ms: i64,
}

/// Looks after the sinks of one tenant.
#[derive(Clone, Debug)]
pub struct EventService {
    tenant: String,
    trail: Arc<dyn AuditTrail>,
    outbox: Arc<dyn Outbox>,
    clock: Arc<dyn Clock>,
    sinks: Vec<String>,
    told: bool,
}

impl EventService {
    /// Looks after `sinks`, and after the [`UPSTREAM`], whether it is `told` of engagements or is not any
    /// more.
    pub fn new(
        tenant: String,
        trail: Arc<dyn AuditTrail>,
        outbox: Arc<dyn Outbox>,
        clock: Arc<dyn Clock>,
        mut sinks: Vec<String>,
        told: bool,
    ) -> Self {
        sinks.push(UPSTREAM.to_owned());
        Self {
            tenant,
            trail,
            outbox,
            clock,
            sinks,
            told,
        }
    }

    /// The names of the sinks.
    pub fn sinks(&self) -> &[String] {
        &self.sinks
    }

    /// How each sink stands; the upstream, where it is not told, only as long as something is kept for it.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn status(&self) -> Result<Vec<SinkStatus>, StoreError> {
        let end = end(&*self.trail).await?;
        let mut all = Vec::with_capacity(self.sinks.len());
        for sink in &self.sinks {
            let standing = self
                .outbox
                .standing(&destination(&self.tenant, sink))
                .await?;
            if sink == UPSTREAM && !self.told && standing.waiting + standing.dead == 0 {
                continue;
            }
            let (held, held_since) = standing.held.map(|held| (held.why, held.since)).unzip();
            all.push(SinkStatus {
                sink: sink.clone(),
                waiting: standing.waiting,
                unread: match &held {
                    Some(why) if why == SWITCHED_OFF => 0,
                    _ => end.saturating_sub(standing.cursor.unwrap_or(end)),
                },
                dead: standing.dead,
                oldest_ms: standing.oldest.map(|at| at.as_millis()),
                failing_since_ms: standing.failing_since.map(|at| at.as_millis()),
                next_attempt_ms: standing.next_due.map(|at| at.as_millis()),
                held,
                held_since_ms: held_since.map(|at| at.as_millis()),
            });
        }
        Ok(all)
    }

    /// Up to `limit` events that were given up, sink by sink, the oldest first.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn dead(&self, sinks: &[String], limit: u32) -> Result<Vec<DeadEvent>, StoreError> {
        let mut all = Vec::new();
        for sink in sinks {
            let destination = destination(&self.tenant, sink);
            let mut after = 0;
            loop {
                let left = limit.saturating_sub(all.len() as u32).min(PAGE);
                let page = self.outbox.dead(&destination, after, left).await?;
                let Some(last) = page.last() else { break };
                after = last.position;
                all.extend(page.into_iter().map(|dead| DeadEvent::of(sink, dead)));
            }
        }
        Ok(all)
    }

    /// Has the events with these identifiers, or all that were given up, tried again, and whoever is
    /// left alone asked again, unless the settings switch it off. How many events, and how many sinks.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn redrive(
        &self,
        sinks: &[String],
        ids: &[String],
    ) -> Result<(u64, u64), StoreError> {
        let (mut events, mut resumed) = (0, 0);
        for sink in sinks {
            let destination = destination(&self.tenant, sink);
            events += self
                .outbox
                .redrive(&destination, ids, self.clock.now())
                .await?;
            if sink != UPSTREAM || self.told {
                resumed += u64::from(self.outbox.resume(&destination).await?);
            }
        }
        Ok((events, resumed))
    }
}

impl DeadEvent {
    fn of(sink: &str, dead: DeadItem) -> Self {
        Self {
            sink: sink.to_owned(),
            id: dead.item.id,
            record: dead.item.body,
            at_ms: dead.item.at.as_millis(),
            attempts: dead.attempts,
            why: dead.why,
            died_at_ms: dead.died_at.as_millis(),
        }
    }
}
