//! One upstream call per question: identical concurrent requests share a call, and what it brought
//! is remembered for seconds, unscreened, in memory only.
//!
//! The call runs in a task of its own, so a caller that goes away does not take the others with
//! it, and one that panics leaves them an error instead of a wait without end.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use agent_assist_domain::batch::Batch;
use agent_assist_domain::cache::{Freshness, UpstreamKey};
use agent_assist_domain::ports::{
    Clock, RecommendationSource, SourceError, SourceErrorKind, SourceProfile, SourceQuery,
};
use agent_assist_domain::time::{Deadline, Timestamp};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tokio::time::{Instant, timeout_at};

/// Batches expected at a time.
const BATCHES: usize = 1_000;
/// Bytes of text held at most, over all batches; the least used give way.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// What an upstream call brought, and when.
#[derive(Clone, Debug)]
pub(crate) struct Brought {
    /// The batch.
    pub(crate) batch: Arc<Batch>,
    /// When it was asked for; content is at least as new as that.
    pub(crate) fetched_at: Timestamp,
    /// How this caller came by it.
    pub(crate) way: Way,
}

/// How a caller came by a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// By the call it started.
    Asked,
    /// By a call that another had started.
    Shared,
    /// From memory.
    Remembered,
}

type Outcome = Result<Brought, SourceError>;

/// A call under way.
#[derive(Clone)]
struct Flight {
    deadline: Deadline,
    landing: Shared<BoxFuture<'static, Outcome>>,
}

/// A source shared by everyone who asks.
pub(crate) struct SharedUpstream {
    tenant: String,
    source: Arc<dyn RecommendationSource>,
    profile: SourceProfile,
    clock: Arc<dyn Clock>,
    ttl: Duration,
    state: Arc<State>,
}

struct State {
    batches: Cache<UpstreamKey, Brought, TextBytes>,
    flights: Mutex<HashMap<UpstreamKey, Flight>>,
    /// Since when every call has failed.
    failing_since: Mutex<Option<Timestamp>>,
}

/// Weighs a batch by what it holds.
#[derive(Clone)]
struct TextBytes;

impl Weighter<UpstreamKey, Brought> for TextBytes {
    fn weight(&self, _: &UpstreamKey, brought: &Brought) -> u64 {
        brought.batch.text_bytes() as u64 + 1
    }
}

impl SharedUpstream {
    /// Shares `source`, known as `profile` says, among the requests of `tenant`; what it brings is
    /// remembered for `ttl`.
    pub(crate) fn new(
        tenant: impl Into<String>,
        source: Arc<dyn RecommendationSource>,
        profile: SourceProfile,
        clock: Arc<dyn Clock>,
        ttl: Duration,
    ) -> Self {
        Self {
            tenant: tenant.into(),
            source,
            profile,
            clock,
            ttl,
            state: Arc::new(State {
                batches: Cache::with_weighter(BATCHES, MAX_BYTES, TextBytes),
                flights: Mutex::new(HashMap::new()),
                failing_since: Mutex::new(None),
            }),
        }
    }

    /// What the upstream is.
    pub(crate) fn profile(&self) -> &SourceProfile {
        &self.profile
    }

    /// The answer to `query`: remembered, if `use_memory` says so and it is fresh; else of the
    /// call under way; else of a call made now.
    ///
    /// # Errors
    /// What the source says, or `DeadlineExceeded` once `deadline` has passed.
    pub(crate) async fn fetch(
        &self,
        query: &SourceQuery,
        deadline: Deadline,
        use_memory: bool,
    ) -> Outcome {
        let key = UpstreamKey::of(&self.tenant, &self.profile, query);
        loop {
            let (flight, way) = match self.board(key, query, deadline, use_memory) {
                Boarded::Remembered(brought) => return Ok(brought),
                Boarded::Flight(flight, way) => (flight, way),
            };
            match timeout_at(deadline.instant().into(), flight.landing).await {
                Ok(Err(error))
                    if error.kind() == SourceErrorKind::DeadlineExceeded
                        && flight.deadline < deadline
                        && !deadline.remaining(Instant::now().into_std()).is_zero() =>
                {
                    // The call died of its first caller's impatience; there is time for another.
                }
                Ok(outcome) => return outcome.map(|brought| Brought { way, ..brought }),
                Err(_) => return Err(SourceError::new(SourceErrorKind::DeadlineExceeded)),
            }
        }
    }

    /// Forgets what `query` brought.
    pub(crate) fn forget(&self, query: &SourceQuery) {
        let key = UpstreamKey::of(&self.tenant, &self.profile, query);
        self.state.batches.remove(&key);
    }

    /// Forgets everything.
    pub(crate) fn forget_all(&self) {
        self.state.batches.clear();
    }

    /// Since when every call has failed; `None` where the last one succeeded.
    pub(crate) fn failing_since(&self) -> Option<Timestamp> {
        *lock(&self.state.failing_since)
    }

    /// Memory, the flight under way, or a new one: decided under one lock, so that a flight that
    /// lands in between is not missed.
    fn board(
        &self,
        key: UpstreamKey,
        query: &SourceQuery,
        deadline: Deadline,
        use_memory: bool,
    ) -> Boarded {
        let mut flights = lock(&self.state.flights);
        if use_memory && let Some(brought) = self.remembered(&key) {
            return Boarded::Remembered(brought);
        }
        match flights.entry(key) {
            Entry::Occupied(flight) => Boarded::Flight(flight.get().clone(), Way::Shared),
            Entry::Vacant(free) => {
                let flight = self.launch(key, query, deadline, use_memory);
                Boarded::Flight(free.insert(flight).clone(), Way::Asked)
            }
        }
    }

    fn remembered(&self, key: &UpstreamKey) -> Option<Brought> {
        let brought = self.state.batches.get(key)?;
        match Freshness::of(brought.fetched_at, self.clock.now(), self.ttl) {
            Freshness::Fresh { .. } => Some(Brought {
                way: Way::Remembered,
                ..brought
            }),
            Freshness::Expired => {
                self.state.batches.remove(key);
                None
            }
        }
    }

    fn launch(
        &self,
        key: UpstreamKey,
        query: &SourceQuery,
        deadline: Deadline,
        remember: bool,
    ) -> Flight {
        let (source, query) = (Arc::clone(&self.source), query.clone());
        let (state, ttl) = (Arc::clone(&self.state), self.ttl);
        let fetched_at = self.clock.now();
        let task = tokio::spawn(async move {
            // Also clears the way when the source panics.
            let _landed = LandingGuard {
                state: Arc::clone(&state),
                key,
            };
            let fetch = source.fetch(&query, deadline);
            let outcome = timeout_at(deadline.instant().into(), fetch)
                .await
                .unwrap_or_else(|_| Err(SourceError::new(SourceErrorKind::DeadlineExceeded)));
            state.note(outcome.is_ok(), fetched_at);
            let brought = Brought {
                batch: Arc::new(outcome?),
                fetched_at,
                way: Way::Asked,
            };
            if remember {
                state.remember(key, &brought, ttl);
            }
            Ok(brought)
        });
        let landing = async move {
            match task.await {
                Ok(outcome) => outcome,
                Err(panic) => Err(SourceError::new(SourceErrorKind::Internal).because(panic)),
            }
        };
        Flight {
            deadline,
            landing: landing.boxed().shared(),
        }
    }
}

/// What a question found.
enum Boarded {
    Remembered(Brought),
    Flight(Flight, Way),
}

impl State {
    /// Keeps a batch for `ttl` and no longer: it is unscreened.
    fn remember(self: &Arc<Self>, key: UpstreamKey, brought: &Brought, ttl: Duration) {
        self.batches.insert(key, brought.clone());
        let (state, batch) = (Arc::downgrade(self), Arc::downgrade(&brought.batch));
        tokio::spawn(async move {
            tokio::time::sleep(ttl).await;
            let Some(state) = state.upgrade() else { return };
            // A newer batch under the same key stays.
            state
                .batches
                .remove_if(&key, |kept| Arc::as_ptr(&kept.batch) == batch.as_ptr());
        });
    }

    fn note(&self, succeeded: bool, at: Timestamp) {
        let mut failing_since = lock(&self.failing_since);
        if succeeded {
            *failing_since = None;
        } else {
            failing_since.get_or_insert(at);
        }
    }
}

/// What each lock guards is whole between any two statements, so a poisoned one is no reason to
/// stop.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes a flight off the board when its task ends, however it ends.
struct LandingGuard {
    state: Arc<State>,
    key: UpstreamKey,
}

impl Drop for LandingGuard {
    fn drop(&mut self) {
        lock(&self.state.flights).remove(&self.key);
    }
}

impl fmt::Debug for SharedUpstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedUpstream")
            .field("tenant", &self.tenant)
            .field("source", &self.source)
            .field("batches", &self.state.batches.len())
            .finish_non_exhaustive()
    }
}
