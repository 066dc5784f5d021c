//! Remembered answers: the in-memory tier, the persistent cache behind it, and how the two work
//! together. A cache fault costs an upstream call, never an answer.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use agent_assist_domain::cache::{AnswerKey, CacheEntry, CacheScope};
use agent_assist_domain::freshness::{Freshness, FreshnessPolicy, Remembrance};
use agent_assist_domain::ports::{RecommendationCache, StoreError, StoreErrorKind};
use agent_assist_domain::screening::{PolicyVersion, Screened};
use agent_assist_domain::time::Timestamp;

use tokio::time::Instant;

use crate::error::Chain;
use crate::hot_answers::{Exposure, HotAnswer, HotAnswers, Ready};

/// Time between two evictions from disk.
const EVICTION: Duration = Duration::from_secs(1);

/// A remembered answer that has not expired.
#[derive(Clone, Debug)]
pub(crate) struct Remembered {
    /// The content.
    pub(crate) screened: Arc<Screened>,
    /// When the upstream gave it.
    pub(crate) fetched_at: Timestamp,
    /// Whether it may be given out, and how old it is.
    pub(crate) freshness: Freshness,
    /// Whether it has been given out before.
    pub(crate) exposure: Exposure,
    /// What it shows, as it is given out.
    pub(crate) ready: Ready,
}

/// Both tiers.
#[derive(Debug)]
pub(crate) struct Answers {
    hot: HotAnswers,
    cache: Arc<dyn RecommendationCache>,
    policy: FreshnessPolicy,
    /// The rules under which something kept must have been screened.
    version: PolicyVersion,
    evicted_at: Mutex<Option<Instant>>,
}

impl Answers {
    /// Answers kept in memory and in `cache` for as long as `policy` has a use for them, if they were
    /// screened under the rules of `version`.
    pub(crate) fn new(
        cache: Arc<dyn RecommendationCache>,
        policy: FreshnessPolicy,
        version: PolicyVersion,
    ) -> Self {
        Self {
            hot: HotAnswers::new(),
            cache,
            policy,
            version,
            evicted_at: Mutex::default(),
        }
    }

    /// The answer of `owner`'s key, unless it has expired at `now`. One in memory that is no longer
    /// fresh gives way to a younger one on disk, which another process may have fetched.
    pub(crate) async fn find(&self, owner: &Owner, now: Timestamp) -> Option<Remembered> {
        let hot = self.hot.get(&owner.key).and_then(|hot| {
            let freshness = self.judge(&owner.key, hot.fetched_at, &hot.screened, now)?;
            Some((hot, freshness))
        });
        match hot {
            Some((hot, freshness @ Freshness::Fresh { .. })) => Some(hot.remembered(freshness)),
            Some((hot, freshness)) => {
                let younger = Box::pin(self.read(owner, Some(hot.fetched_at), now)).await;
                Some(younger.unwrap_or_else(|| hot.remembered(freshness)))
            }
            None => Box::pin(self.read(owner, None, now)).await,
        }
    }

    /// What was `found` under `key`, as fresh as it is at `now`; `None` if it has expired by then.
    pub(crate) fn as_of(
        &self,
        now: Timestamp,
        key: &AnswerKey,
        found: Remembered,
    ) -> Option<Remembered> {
        let freshness = self.judge(key, found.fetched_at, &found.screened, now)?;
        Some(Remembered { freshness, ..found })
    }

    /// The answer on disk, if it is younger than `than` and has not expired.
    async fn read(
        &self,
        owner: &Owner,
        than: Option<Timestamp>,
        now: Timestamp,
    ) -> Option<Remembered> {
        let row = match self.cache.get(&owner.key).await {
            Ok(row) => row?,
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "a cached answer cannot be read; fetching");
                // A store that is only busy keeps its rows.
                if error.kind() == StoreErrorKind::Corrupt {
                    self.forget_row(&owner.key).await;
                }
                return None;
            }
        };
        let fetched_at = row.fetched_at;
        if than.is_some_and(|than| fetched_at <= than) {
            return None;
        }
        match row.stored.restore(self.version) {
            Ok(screened) => {
                let screened = Arc::new(screened);
                let freshness = self.judge(&owner.key, fetched_at, &screened, now)?;
                // Which process gave it out, if any did, is not on disk.
                let exposure = Exposure::default();
                let ready = self.keep_hot(owner, fetched_at, &screened, &exposure);
                Some(Remembered {
                    screened,
                    fetched_at,
                    freshness,
                    exposure,
                    ready,
                })
            }
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "a cached answer is refused; fetching");
                self.forget_row(&owner.key).await;
                None
            }
        }
    }

    /// How fresh an answer is; `None` if it has expired.
    fn judge(
        &self,
        key: &AnswerKey,
        fetched_at: Timestamp,
        screened: &Screened,
        now: Timestamp,
    ) -> Option<Freshness> {
        let what = Remembrance {
            fetched_at,
            negative: screened.report().total_received == 0,
            spread: key.spread(fetched_at),
        };
        let freshness = self.policy.judge(what, now);
        (freshness != Freshness::Expired).then_some(freshness)
    }

    /// Keeps an answer in both tiers, and lets go of what has expired. Of those who share a call,
    /// the first does it for all. The disk keeps the answer as it is `on_disk`, if at all.
    pub(crate) async fn remember(
        &self,
        owner: &Owner,
        fetched_at: Timestamp,
        screened: &Arc<Screened>,
        on_disk: Option<Arc<Screened>>,
        exposure: &Exposure,
    ) {
        // Of those who shared a call, one keeps what it brought; a straggler keeps nothing older.
        if let Some(kept) = self.hot.get(&owner.key)
            && kept.fetched_at >= fetched_at
        {
            return;
        }
        self.keep_hot(owner, fetched_at, screened, exposure);
        let Some(on_disk) = on_disk else { return };
        let entry = CacheEntry {
            key: owner.key,
            tenant: owner.tenant.to_string(),
            conversation_id: owner.conversation_id.to_string(),
            session_id: owner.session_id.to_string(),
            fetched_at,
            screened: on_disk,
        };
        if let Err(error) = self.cache.put(&entry).await {
            tracing::warn!(error = %Chain(&error), "the answer is not cached on disk");
            return;
        }
        if !self.is_time_to_evict() {
            return;
        }
        // Expired answers are masked, but whoever deletes a conversation expects it gone soon.
        if let Err(error) = self
            .cache
            .evict(fetched_at.minus(self.policy.retention()))
            .await
        {
            tracing::warn!(error = %Chain(&error), "expired answers stay on disk for now");
        }
    }

    /// Whether the last eviction was a while ago.
    fn is_time_to_evict(&self) -> bool {
        let now = Instant::now();
        let mut evicted_at = self
            .evicted_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let due = evicted_at.is_none_or(|evicted_at| now - evicted_at >= EVICTION);
        if due {
            *evicted_at = Some(now);
        }
        due
    }

    /// Forgets what `scope` names in both tiers; gives the number of rows on disk.
    ///
    /// # Errors
    /// If the persistent cache fails; the in-memory tier has forgotten by then.
    pub(crate) async fn invalidate(&self, scope: &CacheScope) -> Result<u64, StoreError> {
        self.hot.invalidate(scope);
        self.cache.invalidate(scope).await
    }

    fn keep_hot(
        &self,
        owner: &Owner,
        fetched_at: Timestamp,
        screened: &Arc<Screened>,
        exposure: &Exposure,
    ) -> Ready {
        let ready = Ready::default();
        let answer = HotAnswer {
            tenant: Arc::clone(&owner.tenant),
            conversation_id: Arc::clone(&owner.conversation_id),
            session_id: Arc::clone(&owner.session_id),
            fetched_at,
            screened: Arc::clone(screened),
            exposure: exposure.clone(),
            ready: ready.clone(),
        };
        self.hot.put(owner.key, answer);
        ready
    }

    async fn forget_row(&self, key: &AnswerKey) {
        if let Err(error) = self.cache.invalidate(&CacheScope::Key(*key)).await {
            tracing::warn!(error = %Chain(&error), "an unusable cached answer stays on disk");
        }
    }
}

/// Whose answer, under which key.
#[derive(Clone, Debug)]
pub(crate) struct Owner {
    /// Everything that changes the answer.
    pub(crate) key: AnswerKey,
    /// Whose it is.
    pub(crate) tenant: Arc<str>,
    /// For invalidation.
    pub(crate) conversation_id: Arc<str>,
    /// For invalidation.
    pub(crate) session_id: Arc<str>,
}
