//! Renews remembered answers while nobody waits: behind an answer that was given out stale, after a
//! failure that may have passed, and ahead of expiry for conversations that are watched.
//!
//! One renewal of an answer at a time. Each leaves a record, and like any other content it is
//! remembered only once that is durable.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use agent_assist_domain::answer::{CacheInfo, CacheStatus};
use agent_assist_domain::audit::{AuditFact, FetchFacts, Subject};
use agent_assist_domain::cache::AnswerKey;
use agent_assist_domain::ports::{Priority, SourceError, SourceErrorKind, SourceQuery};
use tokio::time::{Instant, timeout};

use super::outcome::degradation;
use super::walk::{Walk, deadline};
use super::{FetchError, Service};
use crate::error::Chain;
use crate::hot_answers::Exposure;
use crate::shared_upstream::{Brought, Memory};

/// Longest time that a renewal takes.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// The answers being renewed.
#[derive(Clone, Debug, Default)]
pub(super) struct Renewals(Arc<Mutex<HashSet<AnswerKey>>>);

/// The right to renew an answer; the next one may when it is dropped.
struct Turn {
    renewals: Renewals,
    key: AnswerKey,
}

impl Renewals {
    fn begin(&self, key: AnswerKey) -> Option<Turn> {
        self.keys().insert(key).then(|| Turn {
            renewals: self.clone(),
            key,
        })
    }

    fn keys(&self) -> MutexGuard<'_, HashSet<AnswerKey>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// Renews the answer of `walk` now, though it may be fresh, unless somebody is at it.
    pub(super) async fn refresh_ahead(self: &Arc<Self>, walk: Walk) {
        if let Some(_turn) = self.renewals.begin(walk.owner.key) {
            self.renew(walk, Memory::Renew).await;
        }
    }

    async fn renew(&self, mut walk: Walk, memory: Memory) {
        walk.arrived = Instant::now();
        walk.deadline = deadline(walk.arrived, PATIENCE);
        let query = SourceQuery {
            priority: Priority::Background,
            ..SourceQuery::from(&walk.request)
        };
        let renewed = match self.upstream.fetch(&query, walk.deadline, memory).await {
            Ok(brought) => self.keep(&walk, brought).await,
            Err(error) => self.note_failure(&walk, &error).await,
        };
        if let Err(error) = renewed {
            tracing::warn!(error = %Chain(&error), "a renewal has no record and is dropped");
        }
    }

    async fn keep(&self, walk: &Walk, brought: Brought) -> Result<(), FetchError> {
        let dialect = self.upstream.profile().dialect;
        let screened = self
            .screening
            .screen(&brought.batch, &walk.request, dialect, &walk.policy);
        let screened = Arc::new(screened);
        let cache = CacheInfo {
            status: CacheStatus::Miss,
            age_ms: 0,
        };
        let facts = FetchFacts::of(&screened, walk.latency_us(), cache, brought.upstream());
        let subject = Subject::of(&walk.request, Some(&screened));
        let fact = AuditFact::RefreshCompleted(walk.scope.clone(), facts);
        self.record(&walk.request_id, subject, fact, walk.deadline)
            .await?;
        self.remember(walk, brought.fetched_at, &screened, &Exposure::default())
            .await;
        Ok(())
    }

    async fn note_failure(&self, walk: &Walk, error: &SourceError) -> Result<(), FetchError> {
        tracing::info!(error = %Chain(error), request.id = walk.request_id, "a renewal failed");
        if !self.freshness.outlives_failure() && error.kind() == SourceErrorKind::ServerError {
            self.forget(walk).await;
        }
        let upstream = error.upstream().clone();
        let facts = FetchFacts::of_nothing(walk.latency_us(), CacheInfo::NONE, upstream)
            .after(error, degradation(error.kind()));
        let subject = Subject::of(&walk.request, None);
        let fact = AuditFact::RefreshFailed(walk.scope.clone(), facts);
        self.record(&walk.request_id, subject, fact, walk.deadline)
            .await
    }
}
