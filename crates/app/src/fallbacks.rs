//! Whom to ask instead when the upstream fails: sources in an order, each behind a circuit breaker
//! of its own, each shared by everyone who asks.
//!
//! What a fallback brings says where it came from. It is screened like any other content, and it is
//! not remembered as the upstream's answer: that would hide the upstream's return.

use std::sync::Arc;

use agent_assist_domain::batch::{Batch, UpstreamFacts};
use agent_assist_domain::breaker::BreakerPolicy;
use agent_assist_domain::cache::AnswerKey;
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::freshness::FreshnessPolicy;
use agent_assist_domain::payload::FetchRequest;
use agent_assist_domain::ports::{
    Clock, RecommendationSource, SourceError, SourceProfile, SourceQuery,
};
use agent_assist_domain::recommendation::Origin;
use agent_assist_domain::screening::Screened;
use agent_assist_domain::time::{Deadline, Timestamp};
use async_trait::async_trait;
use tokio::time::Instant;

use crate::circuit_breaker::CircuitBreaker;
use crate::error::Chain;
use crate::hot_answers::Exposure;
use crate::shared_upstream::{Memory, SharedUpstream, Way};

/// A source to ask when the upstream fails.
#[derive(Clone, Debug)]
pub struct Fallback {
    /// Whom to ask.
    pub source: Arc<dyn RecommendationSource>,
    /// The knowledge sources to ask it for, instead of those wanted. Empty for a source that has
    /// its own.
    pub knowledge_source_ids: Vec<String>,
    /// How what it brings is marked.
    pub origin: Origin,
}

/// What is asked.
#[derive(Debug)]
pub(crate) struct Question<'a> {
    /// The request as it came.
    pub(crate) request: &'a FetchRequest,
    /// What to search for, where the request does not say.
    pub(crate) words: Option<String>,
    /// The answer that is wanted.
    pub(crate) key: AnswerKey,
    /// Until when.
    pub(crate) deadline: Deadline,
    /// Whether what was asked before may answer.
    pub(crate) memory: Memory,
}

/// What a source brought, to be screened.
#[derive(Clone, Debug)]
pub(crate) struct Screenable {
    /// All of it.
    pub(crate) batch: Arc<Batch>,
    /// The request as it was put to the source.
    pub(crate) request: FetchRequest,
    /// The dialect it speaks.
    pub(crate) dialect: Dialect,
}

/// What a fallback has to offer.
#[derive(Debug)]
pub(crate) struct Instead {
    /// The content; never empty.
    pub(crate) screened: Screened,
    /// What it was made of.
    pub(crate) screenable: Screenable,
    /// Whether it is in the ledger.
    pub(crate) exposure: Exposure,
    /// When it was fetched, if that was not for this question.
    pub(crate) remembered_from: Option<Timestamp>,
}

/// Adds what a call took.
fn add(spent: &mut UpstreamFacts, of: &UpstreamFacts) {
    spent.requests += of.requests;
    spent.token_us += of.token_us;
}

/// The fallbacks in their order.
#[derive(Debug)]
pub(crate) struct Fallbacks(Vec<Shared>);

#[derive(Debug)]
struct Shared {
    knowledge_source_ids: Vec<String>,
    upstream: SharedUpstream,
}

impl Fallbacks {
    /// Shares `fallbacks` among the requests of `tenant`.
    pub(crate) fn new(
        tenant: &str,
        fallbacks: Vec<Fallback>,
        clock: &Arc<dyn Clock>,
        freshness: FreshnessPolicy,
        breaker: BreakerPolicy,
    ) -> Self {
        let share = |fallback: Fallback| {
            let knowledge_source_ids = fallback.knowledge_source_ids.clone();
            let name = fallback.origin.as_str();
            let marked = Arc::new(Marked(fallback));
            let guarded = Arc::new(CircuitBreaker::new(marked, name, breaker));
            let profile = guarded.profile();
            let upstream = SharedUpstream::new(
                tenant,
                guarded,
                profile,
                Arc::clone(clock),
                freshness,
                Arc::new(|_, _, _| {}),
            );
            Shared {
                knowledge_source_ids,
                upstream,
            }
        };
        Self(fallbacks.into_iter().map(share).collect())
    }

    /// Whether there is nobody to ask.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Asks one after the other until `screen` lets through something of what one brought. The
    /// requests sent on the way, also in vain, are added to `spent`.
    pub(crate) async fn ask(
        &self,
        question: Question<'_>,
        screen: impl Fn(&Screenable) -> Screened,
        spent: &mut UpstreamFacts,
    ) -> Option<Instead> {
        for (left, fallback) in (1..=self.0.len() as u32).rev().zip(&self.0) {
            let now = Instant::now().into_std();
            let rest = question.deadline.remaining(now);
            if rest.is_zero() {
                return None;
            }
            // One that hangs must not take the time of those behind it.
            let deadline = Deadline::at(now + rest / left);
            let Some((request, query)) = fallback.put(&question) else {
                continue;
            };
            let upstream = &fallback.upstream;
            match upstream.fetch(&query, deadline, question.memory).await {
                Ok(brought) => {
                    add(spent, &brought.upstream());
                    let screenable = Screenable {
                        batch: Arc::clone(&brought.batch),
                        request,
                        dialect: upstream.profile().dialect,
                    };
                    let screened = screen(&screenable);
                    if !screened.kept().is_empty() {
                        let remembered = brought.way == Way::Remembered;
                        return Some(Instead {
                            screened,
                            screenable,
                            exposure: brought.exposure(question.key),
                            remembered_from: remembered.then_some(brought.fetched_at),
                        });
                    }
                }
                Err(error) => {
                    add(spent, error.upstream());
                    tracing::info!(error = %Chain(&error), "a fallback failed as well");
                }
            }
        }
        None
    }

    /// Forgets what they brought.
    pub(crate) fn forget_all(&self) {
        for fallback in &self.0 {
            fallback.upstream.forget_all();
        }
    }
}

impl Shared {
    /// The question as it is put to this fallback; `None` if it makes no sense there.
    fn put(&self, question: &Question<'_>) -> Option<(FetchRequest, SourceQuery)> {
        let request = question.request;
        if same_sources(request.knowledge_source_ids(), &self.knowledge_source_ids) {
            return None;
        }
        let request = request.for_knowledge_sources(self.knowledge_source_ids.clone());
        let mut query = SourceQuery::from(&request);
        query.query = query.query.or_else(|| question.words.clone());
        let speechless = self.upstream.profile().sends_query && query.query.is_none();
        (!speechless).then_some((request, query))
    }
}

/// Whether a fallback would put the very question that has just failed.
fn same_sources(wanted: &[String], instead: &[String]) -> bool {
    let same = |a: &[String], b: &[String]| a.iter().all(|id| b.contains(id));
    !instead.is_empty() && same(wanted, instead) && same(instead, wanted)
}

/// A fallback's source, whose content says that it is one.
#[derive(Debug)]
struct Marked(Fallback);

#[async_trait]
impl RecommendationSource for Marked {
    fn profile(&self) -> SourceProfile {
        self.0.source.profile()
    }

    async fn fetch(&self, query: &SourceQuery, deadline: Deadline) -> Result<Batch, SourceError> {
        let mut batch = self.0.source.fetch(query, deadline).await?;
        for item in &mut batch.items {
            Arc::make_mut(item).source.origin = self.0.origin;
        }
        Ok(batch)
    }
}
