//! Whom to ask instead when the upstream fails: sources in an order, each behind a circuit breaker
//! of its own, each shared by everyone who asks.
//!
//! What a fallback brings says where it came from. It is screened like any other content, and it is
//! not remembered as the upstream's answer: that would hide the upstream's return.

use std::sync::Arc;

use agent_assist_domain::batch::{Batch, UpstreamFacts};
use agent_assist_domain::breaker::BreakerPolicy;
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::freshness::FreshnessPolicy;
use agent_assist_domain::payload::FetchRequest;
use agent_assist_domain::ports::{
    Clock, RecommendationSource, SourceError, SourceProfile, SourceQuery,
};
use agent_assist_domain::recommendation::Origin;
use agent_assist_domain::time::Deadline;
use async_trait::async_trait;
use tokio::time::Instant;

use crate::circuit_breaker::CircuitBreaker;
use crate::error::Chain;
use crate::shared_upstream::{Brought, Memory, SharedUpstream, Way};

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

/// What a fallback brought.
#[derive(Debug)]
pub(crate) struct Instead {
    /// The content.
    pub(crate) brought: Brought,
    /// The request as it was put to the fallback, for selection.
    pub(crate) request: FetchRequest,
    /// How the content is to be selected and screened.
    pub(crate) dialect: Dialect,
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
                Arc::new(|_, _| {}),
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

    /// Asks one after the other until one brings something. `words` are what to search for, where
    /// a fallback searches. The requests sent on the way, also in vain, are added to `spent`.
    pub(crate) async fn ask(
        &self,
        request: &FetchRequest,
        words: Option<String>,
        deadline: Deadline,
        spent: &mut UpstreamFacts,
    ) -> Option<Instead> {
        for fallback in &self.0 {
            let upstream = &fallback.upstream;
            if deadline.remaining(Instant::now().into_std()).is_zero() {
                return None;
            }
            if same_sources(
                request.knowledge_source_ids(),
                &fallback.knowledge_source_ids,
            ) {
                continue;
            }
            let request = request.for_knowledge_sources(fallback.knowledge_source_ids.clone());
            let mut query = SourceQuery::from(&request);
            query.query = query.query.or_else(|| words.clone());
            if upstream.profile().sends_query && query.query.is_none() {
                continue;
            }
            match upstream.fetch(&query, deadline, Memory::Use).await {
                Ok(brought) => {
                    if brought.way == Way::Asked {
                        spent.requests += brought.batch.upstream.requests;
                    }
                    if !brought.batch.items.is_empty() {
                        let dialect = upstream.profile().dialect;
                        return Some(Instead {
                            brought,
                            request,
                            dialect,
                        });
                    }
                }
                Err(error) => {
                    spent.requests += error.upstream().requests;
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
            item.source.origin = self.0.origin;
        }
        Ok(batch)
    }
}
