//! The in-memory tier in front of the persistent cache: screened answers, ready to be given out.

use std::fmt;
use std::sync::Arc;

use agent_assist_domain::cache::{AnswerKey, CacheScope};
use agent_assist_domain::freshness::Freshness;
use agent_assist_domain::screening::Screened;
use agent_assist_domain::time::Timestamp;
use quick_cache::sync::Cache;
use tokio::sync::OnceCell;

use crate::answers::Remembered;

/// Answers held at most; the least used give way.
const ANSWERS: usize = 10_000;

/// A screened answer in memory.
#[derive(Clone, Debug)]
pub(crate) struct HotAnswer {
    /// Whose it is.
    pub(crate) tenant: Arc<str>,
    /// For invalidation.
    pub(crate) conversation_id: Arc<str>,
    /// For invalidation.
    pub(crate) session_id: Arc<str>,
    /// When the upstream gave it.
    pub(crate) fetched_at: Timestamp,
    /// The content.
    pub(crate) screened: Arc<Screened>,
    /// Whether it has been given out.
    pub(crate) exposure: Exposure,
}

impl HotAnswer {
    /// The answer as remembered, as fresh as `freshness` says.
    pub(crate) fn remembered(self, freshness: Freshness) -> Remembered {
        Remembered {
            screened: self.screened,
            fetched_at: self.fetched_at,
            freshness,
            exposure: self.exposure,
        }
    }
}

/// Whether an answer's exposures are in the ledger. One that was fetched behind everybody's back is
/// exposed when it is first given out; all who give it out share this.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exposure(Arc<OnceCell<()>>);

impl Exposure {
    /// Records them by `record`, unless that has been done. Whoever comes while it is being done
    /// waits for it, and does it if it fails.
    pub(crate) async fn record<T, E>(
        &self,
        record: impl Future<Output = Result<T, E>>,
    ) -> Result<(), E> {
        let recorded = self.0.get_or_try_init(|| async { record.await.map(drop) });
        recorded.await.copied()
    }
}

/// The tier. What is fresh is the caller's judgement, as with the persistent cache.
pub(crate) struct HotAnswers(Cache<AnswerKey, HotAnswer>);

impl HotAnswers {
    /// An empty tier.
    pub(crate) fn new() -> Self {
        Self(Cache::new(ANSWERS))
    }

    /// The answer of `key`, however old.
    pub(crate) fn get(&self, key: &AnswerKey) -> Option<HotAnswer> {
        self.0.get(key)
    }

    /// Keeps `answer`.
    pub(crate) fn put(&self, key: AnswerKey, answer: HotAnswer) {
        self.0.insert(key, answer);
    }

    /// Forgets what `scope` names.
    pub(crate) fn invalidate(&self, scope: &CacheScope) {
        match scope {
            CacheScope::Key(key) => {
                self.0.remove(key);
            }
            CacheScope::Conversation {
                tenant,
                conversation_id,
            } => self.0.retain(|_, answer| {
                *answer.tenant != **tenant || *answer.conversation_id != **conversation_id
            }),
            CacheScope::Session { tenant, session_id } => self.0.retain(|_, answer| {
                *answer.tenant != **tenant || *answer.session_id != **session_id
            }),
            CacheScope::All => self.0.clear(),
        }
    }
}

impl Default for HotAnswers {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for HotAnswers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HotAnswers({})", self.0.len())
    }
}
