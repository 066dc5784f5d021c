//! One batch of a sink: attempts in order, up to the first that has to be made again.

use std::time::Duration;

use agent_assist_domain::analytics::AnalyticsEvent;
use agent_assist_domain::audit::{
    AuditEntry, AuditFact, AuditRecord, Egress, EgressFacts, Subject,
};
use agent_assist_domain::delivery::{FailedAttempt, NextStep, next_step};
use agent_assist_domain::outbox::{Leased, Outcome, Ticket};
use agent_assist_domain::ports::{SinkError, SinkErrorKind, StoreError};
use agent_assist_domain::time::Timestamp;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use super::line::Line;
use super::{Deliverer, EventSink, message};
use crate::error::Chain;

/// Longest attempt, whatever the sink itself allows. A batch ends so much before its lease.
pub(super) const ATTEMPT: Duration = Duration::from_secs(20);

/// When to stop in the middle of a batch.
#[derive(Clone, Copy)]
pub(super) struct Stop<'a> {
    pub(super) deadline: Instant,
    pub(super) ending: Option<&'a CancellationToken>,
}

impl Stop<'_> {
    pub(super) fn is_now(&self) -> bool {
        Instant::now() >= self.deadline || self.ending.is_some_and(CancellationToken::is_cancelled)
    }
}

/// What came of a batch.
#[derive(Default)]
pub(super) struct Done {
    pub(super) outcomes: Vec<(Ticket, Outcome)>,
    /// Whether something of it has to be tried again, so that what is behind it has to wait.
    pub(super) stopped: bool,
    /// Why the sink is to be left alone.
    pub(super) hold: Option<String>,
    /// The store failed, and nobody knows what was to be sent.
    pub(super) error: Option<StoreError>,
}

impl Done {
    /// Gives back what was not tried. Of what the upstream may have been told before the doubt would be
    /// given back with it; that stays leased until it is looked at.
    fn leave(&mut self, line: Line<'_>, leased: &Leased) {
        let in_doubt = matches!(line, Line::Upstream(_)) && leased.unsettled;
        if !in_doubt {
            self.outcomes.push((leased.ticket, Outcome::Returned));
        }
    }

    fn fails(&mut self, error: StoreError) {
        self.stopped = true;
        self.error = Some(error);
    }
}

/// What came of one attempt.
pub(super) enum Tried {
    /// It arrived.
    Arrived,
    /// It did not, as far as is known.
    Failed(SinkError),
    /// The store failed before anything was sent; it is due as before.
    Untried(StoreError),
    /// The store failed behind that. It stays leased: whoever gets it next looks what is on record.
    Unsettled(StoreError),
}

impl Deliverer {
    /// Tries each of `batch`, which is leased until `until`, in order, up to the first that has to be
    /// tried again.
    pub(super) async fn deliver(
        &self,
        line: Line<'_>,
        batch: Vec<Leased>,
        until: Timestamp,
        mut failing_since: Option<Timestamp>,
        stop: Stop<'_>,
    ) -> Done {
        let mut done = Done::default();
        for leased in batch {
            done.stopped |= stop.is_now();
            if done.stopped {
                done.leave(line, &leased);
                continue;
            }
            let tried = match line {
                Line::Sink(sink) => self.attempt(sink, &leased, stop.deadline).await,
                Line::Upstream(upstream) => upstream.attempt(&self.parts, &leased, until).await,
            };
            let outcome = match tried {
                Tried::Arrived => {
                    failing_since = None;
                    Outcome::Delivered
                }
                Tried::Failed(error) => {
                    self.after(line.name(), &error, &leased, failing_since, &mut done)
                }
                Tried::Untried(error) => {
                    done.fails(error);
                    done.leave(line, &leased);
                    continue;
                }
                Tried::Unsettled(error) => {
                    done.fails(error);
                    continue;
                }
            };
            done.outcomes.push((leased.ticket, outcome));
        }
        done
    }

    async fn attempt(&self, sink: &EventSink, leased: &Leased, deadline: Instant) -> Tried {
        match self.publish(sink, leased, deadline).await {
            Ok(Ok(())) => Tried::Arrived,
            Ok(Err(error)) => Tried::Failed(error),
            Err(error) => Tried::Untried(error),
        }
    }

    async fn publish(
        &self,
        sink: &EventSink,
        leased: &Leased,
        deadline: Instant,
    ) -> Result<Result<(), SinkError>, StoreError> {
        let unfit = |why| Ok(Err(SinkError::new(SinkErrorKind::Unfit, why)));
        let parts = &self.parts;
        let Some(event) = message::event(&leased.item, &parts.tenant, &*parts.trail).await? else {
            return unfit("no position of a record");
        };
        if let Some(facts) = parts.egress.look(Egress::Analytics, &event.to_json()) {
            self.record_stop(&event, facts).await?;
            return unfit("personal data");
        }
        let by = deadline.min(Instant::now() + ATTEMPT);
        let published = timeout_at(by, sink.sink.publish(&event)).await;
        Ok(published.unwrap_or_else(|_| Err(SinkError::new(SinkErrorKind::NotNow, "timed out"))))
    }

    async fn record_stop(
        &self,
        event: &AnalyticsEvent,
        facts: EgressFacts,
    ) -> Result<(), StoreError> {
        let parts = &self.parts;
        let record = match event.seq() {
            Some(seq) => parts.trail.get(seq).await?,
            None => None,
        };
        let Some(AuditRecord { columns, .. }) = record else {
            return Ok(());
        };
        let entry = AuditEntry {
            at: parts.clock.now(),
            tenant: columns.tenant,
            request_id: columns.request_id,
            subject: Subject {
                session_id: columns.session_id,
                conversation_id: columns.conversation_id,
                ..Subject::UNKNOWN
            },
            fact: AuditFact::EgressStopped(facts),
        };
        parts.audit.append(&entry).await.map(|_| ())
    }

    /// What becomes of an event that `error` kept from arriving.
    fn after(
        &self,
        sink: &str,
        error: &SinkError,
        leased: &Leased,
        failing_since: Option<Timestamp>,
        done: &mut Done,
    ) -> Outcome {
        let why = error.to_string();
        metrics::counter!("agent_assist_events_failed_total", "sink" => sink.to_owned())
            .increment(1);
        let failed = FailedAttempt {
            kind: error.kind(),
            retry_after: error.retry_after(),
            failed_before: leased.attempts,
            failing_since,
            now: self.parts.clock.now(),
        };
        match next_step(&failed, (self.chance)()) {
            NextStep::RetryAt(at) => {
                tracing::warn!(
                    sink,
                    event.id = leased.item.id,
                    attempts = leased.attempts + 1,
                    error = %Chain(error),
                    "an event did not arrive and is tried again"
                );
                done.stopped = true;
                Outcome::Retry { at, why }
            }
            NextStep::GiveUp => {
                tracing::error!(
                    sink,
                    event.id = leased.item.id,
                    error = %Chain(error),
                    "an event is given up; `agent-assist events redrive` tries it again"
                );
                metrics::counter!("agent_assist_events_dead_total", "sink" => sink.to_owned())
                    .increment(1);
                Outcome::Dead { why }
            }
            NextStep::Hold => {
                done.stopped = true;
                done.hold = Some(why);
                Outcome::Returned
            }
        }
    }
}
