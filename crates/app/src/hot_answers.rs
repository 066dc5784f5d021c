//! The in-memory tier in front of the persistent cache: screened answers, ready to be given out.

use std::fmt;
use std::sync::{Arc, OnceLock};

use agent_assist_domain::answer::AnswerItems;
use agent_assist_domain::cache::{AnswerKey, CacheScope};
use agent_assist_domain::freshness::Freshness;
use agent_assist_domain::screening::Screened;
use agent_assist_domain::time::Timestamp;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tokio::sync::OnceCell;

use crate::answers::Remembered;
use crate::shown_json::ShownJson;

/// Answers expected at a time.
const ANSWERS: usize = 10_000;
/// Bytes held at most, over all answers; the least used give way. They are on disk, too.
const MAX_BYTES: u64 = 256 * 1024 * 1024;
/// What a recommendation takes as it is given out, as value and as JSON, beside its text; in bytes.
const AS_GIVEN_OUT: usize = 512;
/// What one that was rejected takes, and an answer beside all of them.
const BESIDE: usize = 512;

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
    /// What it shows, as it is given out.
    pub(crate) ready: Ready,
}

impl HotAnswer {
    /// The answer as remembered, as fresh as `freshness` says.
    pub(crate) fn remembered(self, freshness: Freshness) -> Remembered {
        Remembered {
            screened: self.screened,
            fetched_at: self.fetched_at,
            freshness,
            exposure: self.exposure,
            ready: self.ready,
        }
    }
}

/// Whether an answer's exposures are in the ledger. One that was fetched behind everybody's back is
/// exposed when it is first given out; all who give it out share this.
#[derive(Clone, Debug, Default)]
pub(crate) struct Exposure(Arc<OnceCell<()>>);

impl Exposure {
    /// Whether that has been done.
    pub(crate) fn is_recorded(&self) -> bool {
        self.0.initialized()
    }

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

/// What an answer shows, as it is given out: made when it is first given from memory, and shared by all
/// who give it out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ready(Arc<OnceLock<Shown>>);

/// What an answer shows, in both forms.
#[derive(Debug)]
pub(crate) struct Shown {
    /// As values.
    pub(crate) items: AnswerItems,
    /// As JSON; `None` if it has none.
    pub(crate) json: Option<ShownJson>,
}

impl Ready {
    /// What `screened`, of which this is, shows.
    pub(crate) fn shown(&self, screened: &Screened) -> &Shown {
        self.0.get_or_init(|| {
            let items = AnswerItems::of(screened);
            let json = ShownJson::of(&items);
            Shown { items, json }
        })
    }
}

/// Weighs an answer by the memory that it takes, once it has been given out: its texts are there twice
/// then, as they came and as JSON.
#[derive(Clone)]
struct Bytes;

impl Weighter<AnswerKey, HotAnswer> for Bytes {
    fn weight(&self, _: &AnswerKey, answer: &HotAnswer) -> u64 {
        let kept = answer.screened.kept().iter();
        let bytes = kept.map(|safe| {
            let parts = safe.recommendation.parts.iter();
            let text: usize = parts.map(|part| part.text.len()).sum();
            safe.recommendation.memory() + text + AS_GIVEN_OUT
        });
        let rejected = BESIDE * answer.screened.rejected().len();
        (bytes.sum::<usize>() + rejected + BESIDE) as u64
    }
}

/// The tier. What is fresh is the caller's judgement, as with the persistent cache.
pub(crate) struct HotAnswers(Cache<AnswerKey, HotAnswer, Bytes>);

impl HotAnswers {
    /// An empty tier.
    pub(crate) fn new() -> Self {
        Self(Cache::with_weighter(ANSWERS, MAX_BYTES, Bytes))
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
