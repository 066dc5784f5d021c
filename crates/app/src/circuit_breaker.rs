//! A circuit breaker around a source: one that has been failing is left alone for a while.
//!
//! One call through the breaker is one logical question, whatever retries it takes inside. What
//! opens and closes the circuit is the domain's decision ([`Breaker`]); here it is asked and told,
//! and changes are logged.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use agent_assist_domain::batch::Batch;
use agent_assist_domain::breaker::{
    Admission, Breaker, BreakerPolicy, BreakerState, Evidence, Ticket,
};
use agent_assist_domain::ports::{
    RecommendationSource, SourceError, SourceErrorKind, SourceProfile, SourceQuery,
};
use agent_assist_domain::time::Deadline;
use async_trait::async_trait;
use tokio::time::{Instant, timeout_at};

/// A source behind a circuit breaker.
pub struct CircuitBreaker {
    source: Arc<dyn RecommendationSource>,
    /// What it is called in logs and metrics.
    name: &'static str,
    breaker: Mutex<Breaker>,
}

impl CircuitBreaker {
    /// `source` behind a closed circuit, called `name` in logs and metrics.
    pub fn new(
        source: Arc<dyn RecommendationSource>,
        name: &'static str,
        policy: BreakerPolicy,
    ) -> Self {
        Self {
            source,
            name,
            breaker: Mutex::new(Breaker::new(policy)),
        }
    }

    /// What the circuit looks like now.
    pub fn state(&self) -> BreakerState {
        self.lock().state(Instant::now().into_std())
    }

    fn lock(&self) -> MutexGuard<'_, Breaker> {
        // The breaker is whole between any two calls of its methods, which do not panic.
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn settle(&self, ticket: Ticket, evidence: Evidence) {
        let now = Instant::now().into_std();
        let mut breaker = self.lock();
        let before = breaker.state(now);
        breaker.settle(ticket, evidence, now);
        let after = breaker.state(now);
        drop(breaker);
        if before != after {
            self.tell(before, after);
        }
    }

    fn tell(&self, before: BreakerState, state: BreakerState) {
        let open = if state == BreakerState::Closed {
            0.0
        } else {
            1.0
        };
        metrics::gauge!("agent_assist_circuit_open", "source" => self.name).set(open);
        match state {
            BreakerState::Closed => {
                tracing::info!(source = self.name, "the upstream works again");
            }
            BreakerState::Open if before == BreakerState::Closed => {
                metrics::counter!("agent_assist_circuit_opened_total", "source" => self.name)
                    .increment(1);
                tracing::warn!(source = self.name, "the upstream fails and is left alone");
            }
            // A probe is under way, or was in vain.
            BreakerState::Open | BreakerState::HalfOpen => {}
        }
    }
}

/// A call under way. One that is dropped says nothing about the upstream, and must not keep others
/// waiting for its outcome.
struct Call<'a> {
    circuit: &'a CircuitBreaker,
    ticket: Option<Ticket>,
}

impl Call<'_> {
    fn settle(&mut self, evidence: Evidence) {
        if let Some(ticket) = self.ticket.take() {
            self.circuit.settle(ticket, evidence);
        }
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        self.settle(Evidence::None);
    }
}

#[async_trait]
impl RecommendationSource for CircuitBreaker {
    fn profile(&self) -> SourceProfile {
        self.source.profile()
    }

    async fn fetch(&self, query: &SourceQuery, deadline: Deadline) -> Result<Batch, SourceError> {
        let began = Instant::now().into_std();
        let admission = self.lock().admit(query.priority, began);
        let ticket = match admission {
            Admission::Granted(ticket) => ticket,
            Admission::Refused(wait) => {
                let wait = Some(wait).filter(|wait| !wait.is_zero());
                return Err(SourceError::new(SourceErrorKind::CircuitOpen).with_retry_after(wait));
            }
        };
        let mut call = Call {
            circuit: self,
            ticket: Some(ticket),
        };
        // Here and not only around it: a source that hangs is evidence, too.
        let outcome = timeout_at(
            deadline.instant().into(),
            self.source.fetch(query, deadline),
        )
        .await
        .unwrap_or_else(|_| Err(SourceError::new(SourceErrorKind::DeadlineExceeded)));
        call.settle(Evidence::of(&outcome, deadline.remaining(began)));
        outcome
    }
}

impl fmt::Debug for CircuitBreaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CircuitBreaker")
            .field("source", &self.source)
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}
