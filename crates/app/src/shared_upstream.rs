//! One upstream call per question: identical concurrent requests share a call, and what it brought
//! is remembered for seconds, unscreened, in memory only.
//!
//! The call runs in a task of its own, so a caller that goes away does not take the others with
//! it, and one that panics leaves them an error instead of a wait without end.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use agent_assist_domain::batch::Batch;
use agent_assist_domain::cache::{Freshness, UpstreamKey};
use agent_assist_domain::ports::{
    Clock, RecommendationSource, SourceError, SourceErrorKind, SourceProfile, SourceQuery,
};
use agent_assist_domain::time::{Deadline, Timestamp};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use quick_cache::sync::Cache;
use tokio::time::Instant;

/// Batches held at most. A batch of 100 entities takes about 100 KB.
const BATCHES: usize = 1_000;

/// What an upstream call brought, and when.
#[derive(Clone, Debug)]
pub(crate) struct Brought {
    /// The batch.
    pub(crate) batch: Arc<Batch>,
    /// When it was asked for; content is at least as new as that.
    pub(crate) fetched_at: Timestamp,
    /// Whether it was remembered from an earlier question.
    pub(crate) from_memory: bool,
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
    batches: Cache<UpstreamKey, Brought>,
    flights: Mutex<HashMap<UpstreamKey, Flight>>,
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
                batches: Cache::new(BATCHES),
                flights: Mutex::new(HashMap::new()),
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
        if use_memory && let Some(brought) = self.remembered(&key) {
            return Ok(brought);
        }
        loop {
            let flight = self
                .state
                .join_or_start(key, || self.launch(key, query, deadline, use_memory));
            let landed = tokio::time::timeout_at(deadline.instant().into(), flight.landing).await;
            match landed {
                Ok(Err(error))
                    if error.kind() == SourceErrorKind::DeadlineExceeded
                        && flight.deadline < deadline
                        && !deadline.remaining(Instant::now().into_std()).is_zero() =>
                {
                    // The call died of its first caller's impatience; there is time for another.
                }
                Ok(outcome) => return outcome,
                Err(_) => return Err(SourceError::new(SourceErrorKind::DeadlineExceeded)),
            }
        }
    }

    /// Forgets what `query` brought.
    pub(crate) fn forget(&self, query: &SourceQuery) {
        self.state
            .batches
            .remove(&UpstreamKey::of(&self.tenant, &self.profile, query));
    }

    fn remembered(&self, key: &UpstreamKey) -> Option<Brought> {
        let brought = self.state.batches.get(key)?;
        match Freshness::of(brought.fetched_at, self.clock.now(), self.ttl) {
            Freshness::Fresh { .. } => Some(Brought {
                from_memory: true,
                ..brought
            }),
            Freshness::Expired => None,
        }
    }

    fn launch(
        &self,
        key: UpstreamKey,
        query: &SourceQuery,
        deadline: Deadline,
        remember: bool,
    ) -> Flight {
        let (source, query, state) = (
            Arc::clone(&self.source),
            query.clone(),
            Arc::clone(&self.state),
        );
        let fetched_at = self.clock.now();
        let task = tokio::spawn(async move {
            // Also clears the way when the source panics.
            let _landed = LandingGuard {
                state: Arc::clone(&state),
                key,
            };
            let fetch = source.fetch(&query, deadline);
            let batch = match tokio::time::timeout_at(deadline.instant().into(), fetch).await {
                Ok(outcome) => Arc::new(outcome?),
                Err(_) => return Err(SourceError::new(SourceErrorKind::DeadlineExceeded)),
            };
            let brought = Brought {
                batch,
                fetched_at,
                from_memory: false,
            };
            if remember {
                state.batches.insert(key, brought.clone());
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

impl State {
    fn join_or_start(&self, key: UpstreamKey, start: impl FnOnce() -> Flight) -> Flight {
        // The map is whole between any two statements, so a poisoned lock is no reason to stop.
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        flights.entry(key).or_insert_with(start).clone()
    }
}

/// Takes a flight off the board when its task ends, however it ends.
struct LandingGuard {
    state: Arc<State>,
    key: UpstreamKey,
}

impl Drop for LandingGuard {
    fn drop(&mut self) {
        self.state
            .flights
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.key);
    }
}

impl fmt::Debug for SharedUpstream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedUpstream")
            .field("tenant", &self.tenant)
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}
