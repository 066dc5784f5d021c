//! Conversations that are being watched: asked about again and again, and renewed ahead of expiry,
//! so that whoever else asks finds a fresh answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use agent_assist_domain::payload::RawRequest;
use agent_assist_domain::refresh_cycle;
use tokio::time::{Instant, sleep_until};

use super::{FetchError, FetchOptions, FetchOutcome, FetchService};

/// A conversation that is being watched, until this is dropped.
#[derive(Debug)]
pub struct Watch {
    service: FetchService,
    raw: RawRequest,
    options: FetchOptions,
    /// When the next answer is due.
    due: Instant,
    /// Whether there has been one.
    answered: bool,
    _seat: Seat,
}

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
            answered: false,
            _seat: Seat::take(&self.0.watched),
        }
    }
}

impl Watch {
    /// The next answer: the first at once, each further one when its time has come. The more
    /// conversations are watched, the longer that takes; see [`Watch::interval`].
    ///
    /// Dropping the future loses no answer.
    ///
    /// # Errors
    /// As [`FetchService::fetch`]. The watch goes on.
    pub async fn next(&mut self) -> Result<FetchOutcome, FetchError> {
        sleep_until(self.due).await;
        let began = Instant::now();
        // Nothing is renewed ahead that would not last until it is asked for.
        let service = &self.service;
        let lasts = self.options.use_cache && !service.0.freshness.ttl.is_zero();
        if lasts && self.answered {
            service.refresh_ahead(self.raw.clone(), self.options).await;
        }
        let outcome = self.service.fetch(self.raw.clone(), self.options).await;
        self.answered = true;
        self.due = began + self.interval();
        outcome
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
}
