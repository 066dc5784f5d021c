//! Conversations that are being watched: asked about again and again, and renewed ahead of expiry,
//! so that whoever else asks finds a fresh answer.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use agent_assist_domain::answer::{Degraded, DegradedReason};
use agent_assist_domain::assist::off_for;
use agent_assist_domain::payload::{RawField, RawRequest};
use agent_assist_domain::refresh_cycle;
use tokio::time::{Instant, sleep, sleep_until};

use super::walk::deadline;
use super::{FetchError, FetchOptions, FetchOutcome, FetchService, Service};

/// A conversation that is being watched, until this is dropped.
#[derive(Debug)]
pub struct Watch {
    service: FetchService,
    raw: RawRequest,
    options: FetchOptions,
    /// When the next answer is due.
    due: Instant,
    /// Whom the last one was for; `None` before the first.
    last: Option<Concerned>,
    _seat: Seat,
}

/// Whom switches concern, and how they stood.
#[derive(Debug)]
struct Concerned {
    session_id: String,
    /// As the request says, or else as the upstream said last.
    queue_id: Option<String>,
    off: bool,
}

/// How often it is looked whether assist was switched off or on.
const LOOK: Duration = Duration::from_secs(1);

/// Counts for one among the watched.
#[derive(Debug)]
struct Seat(Arc<AtomicUsize>);

impl Seat {
    fn take(watched: &Arc<AtomicUsize>) -> Self {
        watched.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(watched))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl FetchService {
    /// Watches the conversation of `raw`.
    pub fn watch(&self, raw: RawRequest, options: FetchOptions) -> Watch {
        Watch {
            service: self.clone(),
            raw,
            options,
            due: Instant::now(),
            last: None,
            _seat: Seat::take(&self.0.watched),
        }
    }
}

impl Watch {
    /// The same, where `outcome` was the first answer, given just now: the next one comes when its time
    /// has come.
    #[must_use]
    pub fn behind(mut self, outcome: &FetchOutcome) -> Self {
        self.due = Instant::now() + self.interval();
        let off = outcome.answer.degradation().is_some_and(is_off);
        self.note(outcome, off);
        self
    }

    /// The next answer: the first at once, each further one when its time has come, or within a second of
    /// assist being switched off or on. The more conversations are watched, the longer that takes; see
    /// [`Watch::interval`].
    ///
    /// Dropping the future loses no answer.
    ///
    /// # Errors
    /// As [`FetchService::fetch`]. The watch goes on.
    pub async fn next(&mut self) -> Result<FetchOutcome, FetchError> {
        let service = self.service.clone();
        let turned = tokio::select! {
            biased;
            () = sleep_until(self.due) => false,
            () = self.turned() => true,
        };
        let began = Instant::now();
        let off = match &self.last {
            Some(last) => service.0.is_off_for(last).await,
            None => false,
        };
        // Nothing is renewed ahead that would not last until it is asked for.
        let lasts = self.options.use_cache && !service.0.freshness.ttl.is_zero();
        if lasts && self.last.is_some() && !turned {
            service.refresh_ahead(self.raw.clone(), self.options).await;
        }
        // Whatever comes of it, this turn of the switch was seen.
        if let Some(last) = &mut self.last {
            last.off = off;
        }
        let outcome = service.fetch(self.raw.clone(), self.options).await;
        if let Ok(outcome) = &outcome {
            self.note(outcome, off);
        }
        self.due = began + self.interval();
        outcome
    }

    /// Makes the next answer due now: somebody knows of a newer one.
    pub fn hurry(&mut self) {
        self.due = Instant::now();
    }

    /// Time between two answers, as things stand.
    pub fn interval(&self) -> Duration {
        let service = &self.service.0;
        refresh_cycle::interval(
            service.watched.load(Ordering::Relaxed),
            service.allowance.per_minute(),
            service.freshness.ttl,
        )
    }

    /// Returns once assist has been switched off or on for whom this is, since the last answer.
    async fn turned(&self) {
        let Some(last) = &self.last else {
            return pending().await;
        };
        loop {
            sleep(LOOK).await;
            if self.service.0.is_off_for(last).await != last.off {
                return;
            }
        }
    }

    fn note(&mut self, outcome: &FetchOutcome, off: bool) {
        let told = outcome.screened.context().queue_id.as_ref();
        let known = self.last.take().and_then(|last| last.queue_id);
        let said = match &self.raw.queue_id {
            RawField::Text(queue) => Some(queue.clone()),
            _ => told.map(|queue| queue.as_str().to_owned()).or(known),
        };
        self.last = Some(Concerned {
            session_id: outcome.answer.session_id().to_owned(),
            queue_id: said,
            off,
        });
    }
}

impl Service {
    async fn is_off_for(&self, whom: &Concerned) -> bool {
        let off = self.switchboard.off(deadline(Instant::now(), LOOK)).await;
        let (session, queue) = (&whom.session_id, whom.queue_id.as_deref());
        off_for(&off, session, queue, self.clock.now()).is_some()
    }
}

fn is_off(label: &Degraded) -> bool {
    matches!(
        label.reason(),
        DegradedReason::AssistOff | DegradedReason::SessionPaused
    )
}
