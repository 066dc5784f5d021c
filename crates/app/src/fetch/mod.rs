//! The main use case: recommendations for a conversation, safe to show, remembered and recorded.
//!
//! The service awaits ports in a fixed order and calls the domain's pure functions in between:
//! validate, look up, fetch, screen, record exposure, remember, append the audit record, answer.
//! The answer leaves after its audit record is durable; if that cannot be written, it does not
//! leave.

mod outcome;
mod record;

pub use outcome::{FetchError, FetchOutcome};

use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::answer::{Answer, AnswerFacts, CacheInfo, CacheStatus, Degraded};
use agent_assist_domain::audit::{AuditFact, FetchFacts, FetchScope, RefusalFacts, Subject};
use agent_assist_domain::batch::UpstreamFacts;
use agent_assist_domain::cache::{AnswerKey, CacheScope, SubjectKey};
use agent_assist_domain::payload::{FetchRequest, RawRequest, Violations};
use agent_assist_domain::ports::{
    AnalyticsSink, AuditLog, Clock, EngagementLedger, RecommendationCache, RecommendationSource,
    SourceError, SourceErrorKind, SourceQuery,
};
use agent_assist_domain::screening::{Screened, Screening, ScreeningPolicy, ScreeningReport};
use agent_assist_domain::time::Deadline;
use tokio::time::Instant;

use crate::answers::{Answers, Owner};
use crate::error::Chain;
use crate::ids::Ids;
use crate::recorder::Recorder;
use crate::shared_upstream::{Brought, SharedUpstream};
use outcome::degradation;

/// The ports and rules of a [`FetchService`].
#[derive(Clone, Debug)]
pub struct FetchParts {
    /// Whose requests these are; caches and records of tenants never mix.
    pub tenant: String,
    /// What to call the source in cache keys, where its API origin does not serve: one that moves
    /// but stays the same.
    pub upstream_name: Option<String>,
    /// Where recommendations come from.
    pub source: Arc<dyn RecommendationSource>,
    /// Where answers are remembered.
    pub cache: Arc<dyn RecommendationCache>,
    /// Where every outcome is written.
    pub audit: Arc<dyn AuditLog>,
    /// Where exposures are kept.
    pub ledger: Arc<dyn EngagementLedger>,
    /// Who is called back.
    pub sinks: Vec<Arc<dyn AnalyticsSink>>,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// Identifiers of requests.
    pub ids: Ids,
    /// What may be shown.
    pub policy: ScreeningPolicy,
    /// The secret under which subject terms enter cache keys.
    pub subject_key: SubjectKey,
    /// How long an answer counts as fresh.
    pub ttl: Duration,
    /// Whether an upstream call is recorded before it is made, too.
    pub strict_audit: bool,
}

/// How one fetch is to be made.
#[derive(Clone, Copy, Debug)]
pub struct FetchOptions {
    /// The longest a caller waits, from the call on.
    pub timeout: Duration,
    /// Whether the cache may answer and be filled.
    pub use_cache: bool,
}

/// Fetches recommendations.
#[derive(Debug)]
pub struct FetchService {
    tenant: Arc<str>,
    upstream: SharedUpstream,
    answers: Answers,
    recorder: Recorder,
    ledger: Arc<dyn EngagementLedger>,
    clock: Arc<dyn Clock>,
    ids: Ids,
    screening: Screening,
    policy: ScreeningPolicy,
    subject_key: SubjectKey,
    strict_audit: bool,
}

/// One request on its way.
struct Walk {
    request: FetchRequest,
    request_id: String,
    policy: ScreeningPolicy,
    scope: FetchScope,
    owner: Owner,
    use_cache: bool,
    arrived: Instant,
    deadline: Deadline,
}

impl FetchService {
    /// The service over `parts`.
    pub fn new(parts: FetchParts) -> Self {
        let mut profile = parts.source.profile();
        if let Some(name) = parts.upstream_name {
            profile.origin = name.into();
        }
        Self {
            upstream: SharedUpstream::new(
                parts.tenant.clone(),
                parts.source,
                profile,
                Arc::clone(&parts.clock),
                parts.ttl,
            ),
            tenant: parts.tenant.into(),
            answers: Answers::new(parts.cache, parts.ttl),
            recorder: Recorder::new(parts.audit, parts.sinks, parts.ids.clone()),
            ledger: parts.ledger,
            clock: parts.clock,
            ids: parts.ids,
            screening: Screening::new(),
            policy: parts.policy,
            subject_key: parts.subject_key,
            strict_audit: parts.strict_audit,
        }
    }

    /// Answers `raw`.
    ///
    /// A failing upstream gives a degraded answer, not an error.
    ///
    /// # Errors
    /// If the request breaks the payload rules, the upstream does not accept the credentials or
    /// has no such endpoint, or no record could be written.
    pub async fn fetch(
        &self,
        raw: RawRequest,
        options: FetchOptions,
    ) -> Result<FetchOutcome, FetchError> {
        let arrived = Instant::now();
        let request_id = self.ids.next();
        let request = match raw.validate(self.upstream.profile().dialect) {
            Ok(request) => request,
            Err(violations) => return Err(self.refuse(request_id, violations).await),
        };
        let walk = self.plan(request, request_id, options, arrived);
        if walk.use_cache
            && let Some(remembered) = self.answers.fresh(&walk.owner, self.clock.now()).await
        {
            return self.hit(walk, &remembered.screened, remembered.age).await;
        }
        if self.strict_audit {
            self.record_initiated(&walk).await?;
        }
        let query = SourceQuery::from(&walk.request);
        match self
            .upstream
            .fetch(&query, walk.deadline, walk.use_cache)
            .await
        {
            Ok(brought) => self.screen(walk, brought).await,
            Err(error) => self.fail(walk, &query, error).await,
        }
    }

    /// Forgets remembered answers in memory and on disk; gives the number of rows on disk.
    ///
    /// # Errors
    /// If the persistent cache fails.
    pub async fn invalidate(&self, scope: &CacheScope) -> Result<u64, FetchError> {
        self.answers
            .invalidate(scope)
            .await
            .map_err(FetchError::Record)
    }

    fn plan(
        &self,
        request: FetchRequest,
        request_id: String,
        options: FetchOptions,
        arrived: Instant,
    ) -> Walk {
        let profile = self.upstream.profile();
        let policy = self.policy.clone().with_request(request.min_relevance());
        let key = AnswerKey::of(&self.tenant, profile, &request, &policy, &self.subject_key);
        Walk {
            scope: FetchScope::of(&request, profile.dialect, &policy),
            owner: Owner {
                key,
                tenant: Arc::clone(&self.tenant),
                conversation_id: request.conversation_id().into(),
                session_id: request.session_id().into(),
            },
            request,
            request_id,
            policy,
            use_cache: options.use_cache,
            arrived,
            deadline: Deadline::at((arrived + options.timeout).into_std()),
        }
    }

    async fn hit(
        &self,
        walk: Walk,
        screened: &Arc<Screened>,
        age: Duration,
    ) -> Result<FetchOutcome, FetchError> {
        let cache = CacheInfo {
            status: CacheStatus::Hit,
            age_ms: age.as_millis() as u64,
        };
        self.give(&walk, screened, cache, UpstreamFacts::default())
            .await
    }

    async fn screen(&self, walk: Walk, brought: Brought) -> Result<FetchOutcome, FetchError> {
        let dialect = self.upstream.profile().dialect;
        let screened =
            Arc::new(
                self.screening
                    .screen(&brought.batch, &walk.request, dialect, &walk.policy),
            );
        if brought.batch.unknown_fields > 0 || brought.batch.refused_links > 0 {
            tracing::debug!(
                unknown_fields = brought.batch.unknown_fields,
                refused_links = brought.batch.refused_links,
                "the upstream sent what this version does not know"
            );
        }
        // Before the answer is remembered: a hit relies on its exposure being on record.
        self.record_exposure(&walk, &screened).await?;
        if walk.use_cache {
            self.answers
                .remember(&walk.owner, brought.fetched_at, &screened)
                .await;
        }
        if brought.from_memory {
            let age = self
                .clock
                .now()
                .since(brought.fetched_at)
                .unwrap_or_default();
            return self.hit(walk, &screened, age).await;
        }
        let status = if walk.use_cache {
            CacheStatus::Miss
        } else {
            CacheStatus::Bypass
        };
        let cache = CacheInfo { status, age_ms: 0 };
        self.give(&walk, &screened, cache, brought.batch.upstream.clone())
            .await
    }

    /// Records that `screened` answers the request, then answers.
    async fn give(
        &self,
        walk: &Walk,
        screened: &Arc<Screened>,
        cache: CacheInfo,
        upstream: UpstreamFacts,
    ) -> Result<FetchOutcome, FetchError> {
        let latency_us = walk.latency_us();
        let facts = FetchFacts::of(screened, latency_us, cache, upstream);
        let fact = if cache.status == CacheStatus::Hit {
            AuditFact::FetchHit(walk.scope.clone(), facts)
        } else {
            AuditFact::FetchCompleted(walk.scope.clone(), facts)
        };
        let subject = Subject::of(&walk.request, Some(screened));
        self.record(&walk.request_id, subject, fact).await?;
        Ok(FetchOutcome {
            answer: Answer::of(walk.answer_facts(latency_us, cache), screened),
            rejected: screened.rejected().to_vec(),
            cause: None,
        })
    }

    async fn fail(
        &self,
        walk: Walk,
        query: &SourceQuery,
        error: SourceError,
    ) -> Result<FetchOutcome, FetchError> {
        // Not a warning: the caller is told, and the audit log holds it.
        tracing::info!(error = %Chain(&error), request.id = walk.request_id, "the upstream failed");
        if error.kind() == SourceErrorKind::ServerError {
            // A server that fails may have given nonsense before; ask afresh next time.
            self.upstream.forget(query);
            let scope = CacheScope::Key(walk.owner.key);
            if let Err(error) = self.answers.invalidate(&scope).await {
                tracing::warn!(error = %Chain(&error), "a cached answer stays on disk");
            }
        }
        let latency_us = walk.latency_us();
        let cache = CacheInfo {
            status: CacheStatus::None,
            age_ms: 0,
        };
        let degraded = degradation(error.kind());
        let facts = FetchFacts {
            report: ScreeningReport::default(),
            latency_us,
            cache,
            upstream: error.upstream().clone(),
            upstream_code: error.code().map(str::to_owned),
            error: Some(error.kind()),
            degraded,
            empty: None,
            shown: Vec::new(),
            rejected: Vec::new(),
        };
        let fact = AuditFact::FetchFailed(walk.scope.clone(), facts);
        self.record(&walk.request_id, Subject::of(&walk.request, None), fact)
            .await?;
        let Some(reason) = degraded else {
            return Err(FetchError::Source(error));
        };
        let label = Degraded::new(reason, self.clock.now());
        Ok(FetchOutcome {
            answer: Answer::degraded(walk.answer_facts(latency_us, cache), label),
            rejected: Vec::new(),
            cause: Some(error),
        })
    }

    async fn refuse(&self, request_id: String, violations: Violations) -> FetchError {
        let fact = AuditFact::FetchRefused(RefusalFacts::of(violations.iter()));
        match self.record(&request_id, Subject::UNKNOWN, fact).await {
            Ok(()) => FetchError::Invalid(violations),
            Err(error) => error,
        }
    }
}

impl Walk {
    fn latency_us(&self) -> u64 {
        (Instant::now() - self.arrived).as_micros() as u64
    }

    fn answer_facts(&self, latency_us: u64, cache: CacheInfo) -> AnswerFacts {
        AnswerFacts {
            session_id: self.request.session_id().to_owned(),
            conversation_id: self.request.conversation_id().to_owned(),
            request_id: self.request_id.clone(),
            latency_us,
            cache,
        }
    }
}
