//! The in-memory tier in front of the persistent cache: screened answers, ready to be given out.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use agent_assist_domain::cache::{AnswerKey, CacheScope};
use agent_assist_domain::freshness::Freshness;
use agent_assist_domain::screening::Screened;
use agent_assist_domain::time::Timestamp;
use quick_cache::sync::Cache;

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
#[derive(Clone, Debug)]
pub(crate) struct Exposure(Arc<AtomicBool>);

impl Exposure {
    /// Recorded or not.
    pub(crate) fn new(recorded: bool) -> Self {
        Self(Arc::new(AtomicBool::new(recorded)))
    }

    /// Whether they are recorded.
    pub(crate) fn is_recorded(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    /// They are recorded now.
    pub(crate) fn recorded(&self) {
        self.0.store(true, Ordering::Release);
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
