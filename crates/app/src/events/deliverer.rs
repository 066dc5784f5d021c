//! Delivers what is due, sink by sink, each in its own order.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::audit::Seq;
use agent_assist_domain::outbox::{LeaseTerms, Outcome, Standing, Ticket};
use agent_assist_domain::ports::{StoreError, StoreErrorKind};
use agent_assist_domain::time::Timestamp;
use futures_util::future::join_all;
use serde::Serialize;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::batch::{ATTEMPT, Stop};
use super::hand_over::{HandOver, end};
use super::line::Line;
use super::{EventParts, destination};
use crate::error::Chain;

/// Events leased at once, and delivered again if the process dies among them.
const BATCH: u32 = 64;

/// How long a batch is ours. Whoever takes over from a process that died waits for so long.
const LEASE: Duration = Duration::from_secs(120);

/// Between two rounds for a sink that has no backlog, so that the store is written to a few times a
/// second at most.
const PAUSE: Duration = Duration::from_millis(250);

/// Longest wait for a ring: other processes write to the log without one.
const POLL: Duration = Duration::from_secs(2);

/// After a failed attempt. What is in another lane would fail likewise.
const FAILED_PAUSE: Duration = Duration::from_secs(5);

/// After a failure of the store.
const STORE_PAUSE: Duration = Duration::from_secs(5);

/// What came of delivering to one sink.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Delivered {
    /// The sink.
    pub sink: String,
    /// Events that arrived.
    pub delivered: u64,
    /// Attempts that failed.
    pub failed: u64,
    /// Events that were given up.
    pub dead: u64,
    /// Events that wait, in the outbox and in the log.
    pub waiting: u64,
    /// Why nothing is sent to it any more, if nothing is.
    pub held: Option<String>,
}

/// Delivers events. Cheap to clone.
#[derive(Clone)]
pub struct Deliverer {
    pub(super) parts: Arc<EventParts>,
    /// Gives a number in `0.0..1.0`.
    pub(super) chance: Arc<dyn Fn() -> f64 + Send + Sync>,
}

impl fmt::Debug for Deliverer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Deliverer")
            .field("parts", &self.parts)
            .finish_non_exhaustive()
    }
}

/// What is left to be done for a sink.
enum Left {
    /// Something may be due right now.
    More,
    /// Nothing before this time, or before the bell rings.
    Until(Option<Timestamp>),
}

impl Deliverer {
    /// Delivers with `parts`; `chance` gives numbers in `0.0..1.0`.
    pub fn new(parts: EventParts, chance: impl Fn() -> f64 + Send + Sync + 'static) -> Self {
        Self {
            parts: Arc::new(parts),
            chance: Arc::new(chance),
        }
    }

    /// Delivers until `ending` is cancelled. The attempt under way is brought to its end, and what was
    /// delivered is settled.
    pub async fn run(&self, ending: &CancellationToken) {
        join_all(Line::all(&self.parts).map(|line| self.serve(line, ending))).await;
    }

    /// Delivers what is due now and ends by `deadline`, or before, when nothing more is due. The
    /// attempt that the deadline cuts off counts as failed.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn drain(&self, deadline: Instant) -> Result<Vec<Delivered>, StoreError> {
        let drained = Line::all(&self.parts).map(|line| async move {
            let mut hand_over = HandOver::default();
            let mut total = Delivered::to(line.name());
            let stop = Stop {
                deadline,
                ending: None,
            };
            loop {
                let left = self.round(line, &mut hand_over, stop, &mut total).await?;
                if stop.is_now() || matches!(left, Left::Until(_)) {
                    return Ok(total);
                }
            }
        });
        join_all(drained).await.into_iter().collect()
    }

    async fn serve(&self, line: Line<'_>, ending: &CancellationToken) {
        let mut bell = self.parts.bell.listen();
        let mut hand_over = HandOver::default();
        while !ending.is_cancelled() {
            bell.mark_unchanged();
            let stop = Stop {
                deadline: Instant::now() + LEASE,
                ending: Some(ending),
            };
            let mut counts = Delivered::to(line.name());
            let wait = match self.round(line, &mut hand_over, stop, &mut counts).await {
                Ok(Left::More) => continue,
                Ok(Left::Until(due)) => due
                    .map(|due| due.since(self.parts.clock.now()).unwrap_or_default())
                    .map_or(POLL, |wait| wait.min(POLL)),
                Err(error) => {
                    tracing::warn!(sink = line.name(), error = %Chain(&error), "events have to wait");
                    if error.kind() == StoreErrorKind::Poisoned {
                        return;
                    }
                    STORE_PAUSE
                }
            };
            let pause = match counts.failed {
                0 => PAUSE,
                _ => FAILED_PAUSE,
            };
            let waiting = async {
                sleep(pause).await;
                tokio::select! {
                    () = sleep(wait.saturating_sub(pause)) => {}
                    _ = bell.changed() => {}
                }
            };
            tokio::select! {
                () = ending.cancelled() => return,
                () = waiting => {}
            }
        }
    }

    /// Hands over and delivers one batch.
    async fn round(
        &self,
        line: Line<'_>,
        hand_over: &mut HandOver,
        stop: Stop<'_>,
        counts: &mut Delivered,
    ) -> Result<Left, StoreError> {
        let destination = destination(&self.parts.tenant, line.name());
        let outbox = &self.parts.outbox;
        let standing = outbox.standing(&destination).await?;
        let more = hand_over.run(&self.parts, line, &standing).await?;
        let now = self.parts.clock.now();
        let terms = LeaseTerms {
            now,
            until: now.plus(LEASE),
            limit: BATCH,
        };
        let batch = outbox.lease(&destination, terms).await?;
        let goes_on = batch.len() == BATCH as usize || more && !batch.is_empty();
        let mut stopped = false;
        if !batch.is_empty() {
            let stop = Stop {
                deadline: stop.deadline.min(Instant::now() + LEASE - ATTEMPT),
                ..stop
            };
            let done = self
                .deliver(line, batch, terms.until, standing.failing_since, stop)
                .await;
            stopped = done.stopped;
            counts.add(&done.outcomes);
            outbox
                .settle(&destination, self.parts.clock.now(), &done.outcomes)
                .await?;
            if let Some(why) = done.hold {
                self.hold(line.name(), &destination, &why).await?;
            }
            if let Some(error) = done.error {
                return Err(error);
            }
        }
        if let Line::Upstream(_) = line {
            // What has been recorded of telling it is nothing that waits.
            let standing = outbox.standing(&destination).await?;
            hand_over.run(&self.parts, line, &standing).await?;
        }
        let standing = outbox.standing(&destination).await?;
        let upto = match line {
            Line::Sink(_) => standing.cursor,
            Line::Upstream(_) => hand_over.upto(standing.cursor),
        };
        counts.waiting = self.backlog(line.name(), &standing, upto).await?;
        counts.held = standing.held.map(|held| held.why);
        Ok(if counts.held.is_some() {
            Left::Until(None)
        } else if goes_on && !stopped {
            Left::More
        } else {
            Left::Until(standing.next_due)
        })
    }

    async fn hold(&self, sink: &str, destination: &str, why: &str) -> Result<(), StoreError> {
        let now = self.parts.clock.now();
        if self.parts.outbox.hold(destination, now, why).await? {
            tracing::error!(
                sink,
                why,
                "nothing is sent to this sink any more until `agent-assist events redrive` is run"
            );
        }
        Ok(())
    }

    /// How many events wait, at most: of those in the log behind `upto` nobody has looked yet which are
    /// wanted.
    async fn backlog(
        &self,
        sink: &str,
        standing: &Standing,
        upto: Option<Seq>,
    ) -> Result<u64, StoreError> {
        let unread = end(&*self.parts.trail).await?;
        let unread = unread.saturating_sub(upto.unwrap_or(unread));
        let backlog = standing.waiting + unread;
        let now = self.parts.clock.now();
        let age = standing.oldest.and_then(|oldest| now.since(oldest));
        let gauge = |name: &'static str| metrics::gauge!(name, "sink" => sink.to_owned());
        gauge("agent_assist_events_backlog").set(backlog as f64);
        gauge("agent_assist_events_backlog_age_seconds").set(age.unwrap_or_default().as_secs_f64());
        gauge("agent_assist_events_held").set(f64::from(u8::from(standing.held.is_some())));
        Ok(backlog)
    }
}

impl Delivered {
    fn to(sink: &str) -> Self {
        Self {
            sink: sink.to_owned(),
            ..Self::default()
        }
    }

    fn add(&mut self, outcomes: &[(Ticket, Outcome)]) {
        let count = |counts: fn(&Outcome) -> bool| {
            outcomes
                .iter()
                .filter(|(_, outcome)| counts(outcome))
                .count() as u64
        };
        let delivered = count(|outcome| *outcome == Outcome::Delivered);
        self.delivered += delivered;
        self.failed += count(|outcome| matches!(outcome, Outcome::Retry { .. }));
        self.dead += count(|outcome| matches!(outcome, Outcome::Dead { .. }));
        metrics::counter!("agent_assist_events_delivered_total", "sink" => self.sink.clone())
            .increment(delivered);
    }
}
