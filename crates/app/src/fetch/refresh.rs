//! Renews remembered answers while nobody waits: behind an answer that was given out stale, after a
//! failure that may have passed, and ahead of expiry for conversations that are watched.
//!
//! One renewal of an answer at a time. Each leaves a record, and like any other content it is
//! remembered only once that is durable.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use agent_assist_domain::answer::{CacheInfo, CacheStatus};
use agent_assist_domain::audit::{AuditFact, FetchFacts, Stages, Subject};
use agent_assist_domain::breaker::BreakerState;
use agent_assist_domain::cache::AnswerKey;
use agent_assist_domain::ports::{Priority, SourceError, SourceErrorKind, SourceQuery};
use quick_cache::sync::Cache;
use tokio::time::{Instant, timeout};

use super::outcome::degradation;
use super::tell::Occasion;
use super::walk::{Walk, deadline, micros_since};
use super::{FetchError, Service};
use crate::error::Chain;
use crate::hot_answers::Exposure;
use crate::shared_upstream::{Brought, Failing, Memory};

/// Longest time that a renewal takes.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// Failed renewals remembered at most.
const FAILURES: usize = 10_000;
/// Answers of which it is remembered when they came, likewise.
const GIVEN: usize = 10_000;

/// The answers being renewed, and those whose last renewal failed.
#[derive(Clone)]
pub(super) struct Renewals(Arc<State>);

struct State {
    under_way: Mutex<HashSet<AnswerKey>>,
    failed: Cache<AnswerKey, Failing>,
    /// When the upstream last gave it.
    given: Cache<AnswerKey, Instant>,
}

/// The right to renew an answer; the next one may when it is dropped.
struct Turn {
    renewals: Renewals,
    key: AnswerKey,
}

impl Renewals {
    /// Nothing has been renewed yet.
    pub(super) fn new() -> Self {
        Self(Arc::new(State {
            under_way: Mutex::default(),
            failed: Cache::new(FAILURES),
            given: Cache::new(GIVEN),
        }))
    }

    /// What the last renewal of this answer failed of, if it failed.
    pub(super) fn failure(&self, key: &AnswerKey) -> Option<Failing> {
        self.0.failed.get(key)
    }

    /// The upstream has given this answer anew.
    pub(super) fn succeeded(&self, key: &AnswerKey) {
        self.0.failed.remove(key);
        self.0.given.insert(*key, Instant::now());
    }

    /// Whether the upstream has given this answer no longer ago than that.
    fn is_recent(&self, key: &AnswerKey, span: Duration) -> bool {
        let given = self.0.given.get(key);
        given.is_some_and(|given| given.elapsed() < span)
    }

    fn failed(&self, key: AnswerKey, failing: Failing) {
        self.0.failed.insert(key, failing);
    }

    fn begin(&self, key: AnswerKey) -> Option<Turn> {
        self.keys().insert(key).then(|| Turn {
            renewals: self.clone(),
            key,
        })
    }

    fn keys(&self) -> MutexGuard<'_, HashSet<AnswerKey>> {
        let keys = self.0.under_way.lock();
        keys.unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Renewals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Renewals({})", self.keys().len())
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.renewals.keys().remove(&self.key);
    }
}

impl Service {
    /// Renews the answer of `walk` in the background after `pause`, unless somebody is at it.
    pub(super) fn refresh_behind(self: &Arc<Self>, walk: Walk, pause: Duration) {
        let Some(turn) = self.renewals.begin(walk.owner.key) else {
            return;
        };
        let service = Arc::clone(self);
        self.background.spawn(async move {
            let _turn = turn;
            let ended = service.ending.cancelled();
            if !pause.is_zero() && timeout(pause, ended).await.is_ok() {
                return;
            }
            // A call that others have made meanwhile serves as well.
            service.renew(walk, Memory::Use).await;
        });
    }

    /// Renews the answer of `walk` now, though it may be fresh, unless somebody is at it or has been of
    /// late: one who watches the same does it for all.
    pub(super) async fn refresh_ahead(self: &Arc<Self>, walk: Walk) {
        if let Some(_turn) = self.renewals.begin(walk.owner.key)
            && !self
                .renewals
                .is_recent(&walk.owner.key, self.freshness.ttl / 2)
        {
            self.renew(walk, Memory::Renew).await;
        }
    }

    async fn renew(&self, mut walk: Walk, memory: Memory) {
        walk.arrived = Instant::now();
        walk.stages = Stages::default();
        walk.deadline = deadline(walk.arrived, PATIENCE);
        self.look_at_switches(&mut walk).await;
        let left_alone = self.circuit.state() != BreakerState::Closed;
        if left_alone || self.off(&walk, None).is_some() {
            return;
        }
        if let Err(error) = self.renew_planned(&mut walk, memory).await {
            tracing::warn!(error = %Chain(&error), "a renewal has no record and is dropped");
        }
    }

    async fn renew_planned(&self, walk: &mut Walk, memory: Memory) -> Result<(), FetchError> {
        self.record_intent(walk, AuditFact::RefreshInitiated)
            .await?;
        let query = SourceQuery {
            priority: Priority::Background,
            ..SourceQuery::from(&walk.request)
        };
        let asked = Instant::now();
        let answer = self.upstream.fetch(&query, walk.deadline, memory).await;
        let took_us = micros_since(asked);
        match answer {
            Ok(brought) => {
                walk.stages.asked(took_us, brought.upstream().token_us);
                self.keep(walk, brought).await
            }
            Err(error) => {
                walk.stages.asked(took_us, error.upstream().token_us);
                self.note_failure(walk, &error).await
            }
        }
    }

    async fn keep(&self, walk: &mut Walk, brought: Brought) -> Result<(), FetchError> {
        let began = Instant::now();
        let screened = self.screened_brought(walk, &brought).await;
        walk.stages.screened(micros_since(began));
        let cache = CacheInfo {
            status: CacheStatus::Miss,
            age_ms: 0,
        };
        let at = self.clock.now();
        let (upstream, latency_us) = (brought.upstream(), walk.latency_us());
        let telling = self.tell(
            walk,
            Occasion::Refresh,
            &screened,
            cache,
            upstream,
            latency_us,
        );
        let (facts, digest) = telling.into_parts();
        let facts = FetchFacts {
            stages: self.stages(walk),
            ..facts
        };
        let subject = Subject::of(&walk.request, Some(&screened));
        let fact = AuditFact::RefreshCompleted(walk.scope.clone(), facts);
        let seq = self
            .record(&walk.request_id, subject, fact, walk.deadline)
            .await?;
        self.note_told(walk, digest, &screened, seq, at);
        self.remember(walk, brought.fetched_at, &screened, &Exposure::default())
            .await;
        Ok(())
    }

    async fn note_failure(&self, walk: &Walk, error: &SourceError) -> Result<(), FetchError> {
        tracing::info!(error = %Chain(error), request.id = walk.request_id, "a renewal failed");
        if degradation(error.kind()).is_some() {
            let failing = self.failing(error.clone());
            self.renewals.failed(walk.owner.key, failing);
        }
        if !self.freshness.outlives_failure() && error.kind() == SourceErrorKind::ServerError {
            self.forget(walk).await;
        }
        let upstream = error.upstream().clone();
        let facts = FetchFacts::of_nothing(walk.latency_us(), CacheInfo::NONE, upstream)
            .after(error, degradation(error.kind()));
        let facts = FetchFacts {
            stages: self.stages(walk),
            ..facts
        };
        let subject = Subject::of(&walk.request, None);
        let fact = AuditFact::RefreshFailed(walk.scope.clone(), facts);
        self.record(&walk.request_id, subject, fact, walk.deadline)
            .await
            .map(drop)
    }
}
