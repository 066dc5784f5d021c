//! Remembered answers: the in-memory tier, the persistent cache behind it, and how the two work
//! together. A cache fault costs an upstream call, never an answer.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::cache::{AnswerKey, CacheEntry, CacheScope, Freshness};
use agent_assist_domain::ports::{RecommendationCache, StoreError, StoreErrorKind};
use agent_assist_domain::screening::Screened;
use agent_assist_domain::time::Timestamp;

use crate::error::Chain;
use crate::hot_answers::{HotAnswer, HotAnswers};

/// A remembered answer that is still fresh.
#[derive(Clone, Debug)]
pub(crate) struct Remembered {
    /// The content.
    pub(crate) screened: Arc<Screened>,
    /// Time since the upstream gave it.
    pub(crate) age: Duration,
}

/// Both tiers.
#[derive(Debug)]
pub(crate) struct Answers {
    hot: HotAnswers,
    cache: Arc<dyn RecommendationCache>,
    ttl: Duration,
}

impl Answers {
    /// Answers that stay fresh for `ttl`, kept in memory and in `cache`.
    pub(crate) fn new(cache: Arc<dyn RecommendationCache>, ttl: Duration) -> Self {
        Self {
            hot: HotAnswers::new(),
            cache,
            ttl,
        }
    }

    /// The answer of `owner`'s key, if it is fresh at `now`.
    pub(crate) async fn fresh(&self, owner: &Owner, now: Timestamp) -> Option<Remembered> {
        if let Some(hot) = self.hot.get(&owner.key)
            && let Freshness::Fresh { age } = Freshness::of(hot.fetched_at, now, self.ttl)
        {
            return Some(Remembered {
                screened: hot.screened,
                age,
            });
        }
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
        let Freshness::Fresh { age } = Freshness::of(row.fetched_at, now, self.ttl) else {
            return None;
        };
        match row.stored.restore() {
            Ok(screened) => {
                let screened = Arc::new(screened);
                self.keep_hot(owner, row.fetched_at, &screened);
                Some(Remembered { screened, age })
            }
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "a cached answer is refused; fetching");
                self.forget_row(&owner.key).await;
                None
            }
        }
    }

    /// Keeps an answer in both tiers, and lets go of what has expired.
    pub(crate) async fn remember(
        &self,
        owner: &Owner,
        fetched_at: Timestamp,
        screened: &Arc<Screened>,
    ) {
        self.keep_hot(owner, fetched_at, screened);
        let entry = CacheEntry {
            key: owner.key,
            tenant: owner.tenant.to_string(),
            conversation_id: owner.conversation_id.to_string(),
            session_id: owner.session_id.to_string(),
            fetched_at,
            screened: Arc::clone(screened),
        };
        if let Err(error) = self.cache.put(&entry).await {
            tracing::warn!(error = %Chain(&error), "the answer is not cached on disk");
            return;
        }
        // Expired answers are masked, but whoever deletes a conversation expects it gone soon.
        if let Err(error) = self.cache.evict(fetched_at.minus(self.ttl)).await {
            tracing::warn!(error = %Chain(&error), "expired answers stay on disk for now");
        }
    }

    /// Forgets what `scope` names in both tiers; gives the number of rows on disk.
    ///
    /// # Errors
    /// If the persistent cache fails; the in-memory tier has forgotten by then.
    pub(crate) async fn invalidate(&self, scope: &CacheScope) -> Result<u64, StoreError> {
        self.hot.invalidate(scope);
        self.cache.invalidate(scope).await
    }

    fn keep_hot(&self, owner: &Owner, fetched_at: Timestamp, screened: &Arc<Screened>) {
        let answer = HotAnswer {
            tenant: Arc::clone(&owner.tenant),
            conversation_id: Arc::clone(&owner.conversation_id),
            session_id: Arc::clone(&owner.session_id),
            fetched_at,
            screened: Arc::clone(screened),
        };
        self.hot.put(owner.key, answer);
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
