//! One upstream call per question: identical concurrent requests share a call, and what it brought
//! is remembered for seconds, unscreened, in memory only.
//!
//! The call runs in a task of its own, so a caller that goes away does not take the others with
//! it, and one that panics leaves them an error instead of a wait without end.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use agent_assist_domain::batch::{Batch, UpstreamFacts};
use agent_assist_domain::breaker::Evidence;
use agent_assist_domain::cache::{AnswerKey, UpstreamKey};
use agent_assist_domain::freshness::{Freshness, FreshnessPolicy, Remembrance};
use agent_assist_domain::ports::{
    Clock, Priority, RecommendationSource, SourceError, SourceErrorKind, SourceProfile, SourceQuery,
};
use agent_assist_domain::time::{Deadline, Timestamp};
use futures_util::FutureExt as _;
use futures_util::future::{BoxFuture, Shared};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tokio::time::{Instant, timeout_at};

use crate::carried::carried;
use crate::hot_answers::Exposure;

/// Batches expected at a time.
const BATCHES: usize = 1_000;
/// Bytes held at most, over all batches; the least used give way. They are there for those who ask
/// within seconds, and screened answers have room of their own.
const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// What an upstream call brought, and when.
#[derive(Clone, Debug)]
pub(crate) struct Brought {
    /// The batch.
    pub(crate) batch: Arc<Batch>,
    /// When it was asked for; content is at least as new as that.
    pub(crate) fetched_at: Timestamp,
    /// How this caller came by it.
    pub(crate) way: Way,
    /// What became of it, by answer: shared by all who came by it.
    exposures: Arc<Mutex<HashMap<AnswerKey, Exposure>>>,
}

impl Brought {
    /// Whether what the answer of `key` shows of it is in the ledger.
    pub(crate) fn exposure(&self, key: AnswerKey) -> Exposure {
        lock(&self.exposures).entry(key).or_default().clone()
    }

    /// How the upstream answered this caller. The requests count where the call was made, so that a
    /// sum over the log is the true traffic.
    pub(crate) fn upstream(&self) -> UpstreamFacts {
        match self.way {
            Way::Asked => self.batch.upstream.clone(),
            Way::Shared => UpstreamFacts {
                requests: 0,
                token_us: 0,
                ..self.batch.upstream.clone()
            },
            Way::Remembered => UpstreamFacts::default(),
        }
    }
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

/// Whether what the last calls brought may be used and kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Memory {
    /// It answers where it is fresh.
    Use,
    /// It is renewed by a call, fresh or not.
    Renew,
    /// It is left alone.
    Ignore,
}

/// Hears how each call ended, and what that says of the upstream: once a call, however many share
/// it.
pub(crate) type Listener =
    Arc<dyn Fn(&SourceQuery, &Result<Batch, SourceError>, Evidence) + Send + Sync>;

/// The upstream fails.
#[derive(Clone, Debug)]
pub(crate) struct Failing {
    /// Since when, without a success in between.
    pub(crate) since: Timestamp,
    /// The last failure.
    pub(crate) error: SourceError,
}

type Outcome = Result<Brought, SourceError>;

/// A call under way.
#[derive(Clone)]
struct Flight {
    /// Tells it from an earlier or later one for the same question.
    number: u64,
    priority: Priority,
    deadline: Deadline,
    landing: Shared<BoxFuture<'static, Outcome>>,
}

/// A source shared by everyone who asks.
pub(crate) struct SharedUpstream {
    tenant: String,
    source: Arc<dyn RecommendationSource>,
    profile: SourceProfile,
    clock: Arc<dyn Clock>,
    freshness: FreshnessPolicy,
    listener: Listener,
    state: Arc<State>,
}

struct State {
    batches: Cache<UpstreamKey, Brought, Bytes>,
    flights: Mutex<HashMap<UpstreamKey, Flight>>,
    /// Flights so far.
    launched: AtomicU64,
    failing: Mutex<Option<Failing>>,
}

/// Weighs a batch by what it holds.
#[derive(Clone)]
struct Bytes;

impl Weighter<UpstreamKey, Brought> for Bytes {
    fn weight(&self, _: &UpstreamKey, brought: &Brought) -> u64 {
        brought.batch.memory() as u64 + 1
    }
}

impl SharedUpstream {
    /// Shares `source`, known as `profile` says, among the requests of `tenant`; what it brings is
    /// remembered while it is fresh.
    pub(crate) fn new(
        tenant: impl Into<String>,
        source: Arc<dyn RecommendationSource>,
        profile: SourceProfile,
        clock: Arc<dyn Clock>,
        freshness: FreshnessPolicy,
        listener: Listener,
    ) -> Self {
        Self {
            tenant: tenant.into(),
            source,
            profile,
            clock,
            freshness,
            listener,
            state: Arc::new(State {
                batches: Cache::with_weighter(BATCHES, MAX_BYTES, Bytes),
                flights: Mutex::new(HashMap::new()),
                launched: AtomicU64::new(0),
                failing: Mutex::new(None),
            }),
        }
    }

    /// What the upstream is.
    pub(crate) fn profile(&self) -> &SourceProfile {
        &self.profile
    }

    /// The answer to `query`: remembered, if `memory` says so and it is fresh; else of the call under
    /// way; else of a call made now.
    ///
    /// # Errors
    /// What the source says, or `DeadlineExceeded` once `deadline` has passed.
    pub(crate) async fn fetch(
        &self,
        query: &SourceQuery,
        deadline: Deadline,
        memory: Memory,
    ) -> Outcome {
        let key = UpstreamKey::of(&self.tenant, &self.profile, query);
        loop {
            let (flight, way) = match self.board(key, query, deadline, memory) {
                Boarded::Remembered(brought) => return Ok(brought),
                Boarded::Flight(flight, way) => (flight, way),
            };
            // A call with this deadline ends by it and says what it took: no need to race it.
            let landed = match flight.deadline <= deadline {
                true => Ok(flight.landing.await),
                false => timeout_at(deadline.instant().into(), flight.landing).await,
            };
            match landed {
                Ok(Err(error))
                    if error.kind() == SourceErrorKind::DeadlineExceeded
                        && flight.deadline < deadline
                        && !deadline.remaining(Instant::now().into_std()).is_zero() =>
                {
                    // The call died of its first caller's impatience; there is time for another.
                }
                Ok(Ok(brought)) => return Ok(Brought { way, ..brought }),
                Ok(Err(error)) if way == Way::Shared => {
                    let upstream = UpstreamFacts {
                        requests: 0,
                        token_us: 0,
                        ..error.upstream().clone()
                    };
                    return Err(error.with_upstream(upstream));
                }
                Ok(Err(error)) => return Err(error),
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

    /// Whether and since when the upstream fails.
    pub(crate) fn failing(&self) -> Option<Failing> {
        lock(&self.state.failing).clone()
    }

    /// Memory, the flight under way, or a new one: decided under one lock, so that a flight that
    /// lands in between is not missed.
    fn board(
        &self,
        key: UpstreamKey,
        query: &SourceQuery,
        deadline: Deadline,
        memory: Memory,
    ) -> Boarded {
        let mut flights = lock(&self.state.flights);
        if memory == Memory::Use
            && let Some(brought) = self.remembered(&key)
        {
            return Boarded::Remembered(brought);
        }
        // A call that nobody waits for may be held back where requests are rationed; a person does
        // not wait behind it.
        let boardable = |flight: &&Flight| flight.priority >= query.priority;
        if let Some(flight) = flights.get(&key).filter(boardable) {
            return Boarded::Flight(flight.clone(), Way::Shared);
        }
        let flight = self.launch(key, query, deadline, memory != Memory::Ignore);
        flights.insert(key, flight.clone());
        Boarded::Flight(flight, Way::Asked)
    }

    fn remembered(&self, key: &UpstreamKey) -> Option<Brought> {
        let brought = self.state.batches.get(key)?;
        let what = Remembrance {
            fetched_at: brought.fetched_at,
            negative: brought.batch.total_received() == 0,
            // No answer made of it turns stale later than it does: a refresh behind a stale answer must
            // not find the very batch that the answer was made of.
            spread: 1.0,
        };
        match self.freshness.judge(what, self.clock.now()) {
            Freshness::Fresh { .. } => Some(Brought {
                way: Way::Remembered,
                ..brought
            }),
            // Unscreened content does not outlive its freshness.
            _ => {
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
        let priority = query.priority;
        let (source, query) = (Arc::clone(&self.source), query.clone());
        let (state, ttl) = (Arc::clone(&self.state), self.freshness.ttl);
        let listener = Arc::clone(&self.listener);
        let fetched_at = self.clock.now();
        let patience = deadline.remaining(Instant::now().into_std());
        let number = self.state.launched.fetch_add(1, Ordering::Relaxed);
        let call = async move {
            // Also clears the way when the source panics.
            let _landed = LandingGuard {
                state: Arc::clone(&state),
                key,
                number,
            };
            let fetch = source.fetch(&query, deadline);
            let outcome = timeout_at(deadline.instant().into(), fetch)
                .await
                .unwrap_or_else(|_| Err(SourceError::new(SourceErrorKind::DeadlineExceeded)));
            let evidence = Evidence::of(&outcome, patience);
            state.note(&outcome, evidence, fetched_at);
            listener(&query, &outcome, evidence);
            let brought = Brought {
                batch: Arc::new(outcome?),
                fetched_at,
                way: Way::Asked,
                exposures: Arc::default(),
            };
            if remember {
                state.remember(key, &brought, ttl);
            }
            Ok(brought)
        };
        // In the name of whoever asked first, however many share it.
        let task = tokio::spawn(carried(call));
        let landing = async move {
            match task.await {
                Ok(outcome) => outcome,
                // What it said may hold anything.
                Err(_) => {
                    Err(SourceError::new(SourceErrorKind::Internal).because("the source broke"))
                }
            }
        };
        Flight {
            number,
            priority,
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

    fn note(&self, outcome: &Result<Batch, SourceError>, evidence: Evidence, at: Timestamp) {
        let mut failing = lock(&self.failing);
        match (outcome, evidence) {
            (Err(error), Evidence::Failing) => {
                let since = failing.as_ref().map_or(at, |failing| failing.since);
                let error = error.clone();
                *failing = Some(Failing { since, error });
            }
            (_, Evidence::Working) => *failing = None,
            _ => {}
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
    number: u64,
}

impl Drop for LandingGuard {
    fn drop(&mut self) {
        let mut flights = lock(&self.state.flights);
        if flights
            .get(&self.key)
            .is_some_and(|flight| flight.number == self.number)
        {
            flights.remove(&self.key);
        }
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
