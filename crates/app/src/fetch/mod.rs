//! The main use case: recommendations for a conversation, safe to show, remembered and recorded.
//!
//! The service awaits ports in a fixed order and calls the domain's pure functions in between:
//! validate, look up, fetch, screen, append the audit record, record exposure, remember, answer.
//! The answer leaves after its audit record is durable; if that cannot be written, it does not
//! leave. No exposure is on record, and nothing remembered, without an audit record before it.

mod outcome;
mod record;

pub use outcome::{FetchError, FetchOutcome};

use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::answer::{
    Answer, AnswerFacts, CacheInfo, CacheStatus, Degraded, EmptyReason,
};
use agent_assist_domain::audit::{AuditFact, FetchFacts, FetchScope, RefusalFacts, Subject};
use agent_assist_domain::batch::{Oddities, UpstreamFacts};
use agent_assist_domain::cache::{AnswerKey, CacheScope, SubjectKey};
use agent_assist_domain::payload::{FetchRequest, RawRequest, Violations};
use agent_assist_domain::ports::{
    AnalyticsSink, AuditLog, Clock, EngagementLedger, RecommendationCache, RecommendationSource,
    SourceError, SourceErrorKind, SourceQuery,
};
use agent_assist_domain::screening::{Screened, Screening, ScreeningPolicy, ScreeningReport};
use agent_assist_domain::time::Deadline;
use tokio::time::{Instant, timeout_at};

use crate::answers::{Answers, Owner, Remembered};
use crate::error::Chain;
use crate::ids::Ids;
use crate::recorder::Recorder;
use crate::shared_upstream::{Brought, SharedUpstream, Way};
use outcome::degradation;

/// How long past its deadline a request waits for its record: an answer that came in the last
/// moment, or the word that there is none, is worth it; a store that takes longer is broken.
const RECORD_GRACE: Duration = Duration::from_secs(1);
/// A timeout beyond what the clock can add counts as this.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

/// The ports and rules of a [`FetchService`].
#[derive(Clone, Debug)]
pub struct FetchParts {
    /// Whose requests these are; caches and records of tenants never mix.
    pub tenant: String,
    /// What to call the source in cache keys, where its API origin does not serve: one that moves
    /// but stays the same, or settings of it that change its answers.
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
            Err(violations) => {
                let deadline = Deadline::at(after(arrived, options.timeout).into_std());
                return Err(self.refuse(request_id, violations, deadline).await);
            }
        };
        let walk = self.plan(request, request_id, options, arrived);
        if walk.use_cache
            && let Some(remembered) = self.look_up(&walk).await
        {
            let cache = CacheInfo {
                status: CacheStatus::Hit,
                age_ms: remembered.age.as_millis() as u64,
            };
            let screened = remembered.screened;
            return self
                .give(&walk, &screened, cache, UpstreamFacts::default())
                .await;
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

    /// Forgets remembered answers in memory and on disk; gives the number of rows on disk. What
    /// the upstream brought is forgotten whole: it is shared by answers in and out of `scope`.
    ///
    /// # Errors
    /// If the persistent cache fails.
    pub async fn invalidate(&self, scope: &CacheScope) -> Result<u64, FetchError> {
        self.upstream.forget_all();
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
            deadline: Deadline::at(after(arrived, options.timeout).into_std()),
        }
    }

    /// The remembered answer, if it is fresh and found in time.
    async fn look_up(&self, walk: &Walk) -> Option<Remembered> {
        let found = self.answers.fresh(&walk.owner, self.clock.now());
        timeout_at(walk.deadline.instant().into(), found)
            .await
            .ok()?
    }

    async fn screen(&self, walk: Walk, brought: Brought) -> Result<FetchOutcome, FetchError> {
        let dialect = self.upstream.profile().dialect;
        let screened = self
            .screening
            .screen(&brought.batch, &walk.request, dialect, &walk.policy);
        let screened = Arc::new(screened);
        let (cache, upstream) = self.how_brought(&walk, &brought);
        let outcome = self.give(&walk, &screened, cache, upstream).await?;
        self.record_exposure(&walk, &screened).await?;
        if walk.use_cache {
            // An answer in hand does not wait for a busy disk.
            let kept = self
                .answers
                .remember(&walk.owner, brought.fetched_at, &screened);
            if timeout_at(walk.deadline.instant().into(), kept)
                .await
                .is_err()
            {
                tracing::warn!("no time was left to cache the answer on disk");
            }
        }
        Ok(outcome)
    }

    fn how_brought(&self, walk: &Walk, brought: &Brought) -> (CacheInfo, UpstreamFacts) {
        let upstream = match brought.way {
            Way::Asked => brought.batch.upstream.clone(),
            // Counted where the call was made, so that a sum over the log is the true traffic.
            Way::Shared => UpstreamFacts {
                requests: 0,
                ..brought.batch.upstream.clone()
            },
            Way::Remembered => UpstreamFacts::default(),
        };
        let (status, age) = match brought.way {
            Way::Remembered => (CacheStatus::Hit, self.clock.now().since(brought.fetched_at)),
            _ if walk.use_cache => (CacheStatus::Miss, None),
            _ => (CacheStatus::Bypass, None),
        };
        let age_ms = age.unwrap_or_default().as_millis() as u64;
        (CacheInfo { status, age_ms }, upstream)
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
        self.record(&walk.request_id, subject, fact, walk.deadline)
            .await?;
        Ok(FetchOutcome {
            answer: Answer::of(walk.answer_facts(latency_us, cache), screened),
            key: walk.owner.key,
            rejected: screened.rejected().to_vec(),
            oddities: screened.oddities().clone(),
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
            match timeout_at(record_by(walk.deadline), self.answers.invalidate(&scope)).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => {
                    tracing::warn!(error = %Chain(&error), "a cached answer stays on disk");
                }
                Err(_) => tracing::warn!("a cached answer stays on disk: the store is busy"),
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
            empty: degraded.map(|_| EmptyReason::Degraded),
            oddities: Oddities::default(),
            shown: Vec::new(),
            rejected: Vec::new(),
        };
        let fact = AuditFact::FetchFailed(walk.scope.clone(), facts);
        let subject = Subject::of(&walk.request, None);
        self.record(&walk.request_id, subject, fact, walk.deadline)
            .await?;
        let Some(reason) = degraded else {
            return Err(FetchError::Source(error));
        };
        let since = self
            .upstream
            .failing_since()
            .unwrap_or_else(|| self.clock.now());
        let label = Degraded::new(reason, since);
        Ok(FetchOutcome {
            answer: Answer::degraded(walk.answer_facts(latency_us, cache), label),
            key: walk.owner.key,
            rejected: Vec::new(),
            oddities: Oddities::default(),
            cause: Some(error),
        })
    }

    async fn refuse(
        &self,
        request_id: String,
        violations: Violations,
        deadline: Deadline,
    ) -> FetchError {
        let fact = AuditFact::FetchRefused(RefusalFacts::of(&violations));
        let subject = Subject::of_refused(&violations);
        match self.record(&request_id, subject, fact, deadline).await {
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

fn after(arrived: Instant, timeout: Duration) -> Instant {
    arrived
        .checked_add(timeout)
        .unwrap_or_else(|| arrived + LONGEST_TIMEOUT)
}

/// Until when a request with this deadline waits for its record.
fn record_by(deadline: Deadline) -> Instant {
    after(deadline.instant().into(), RECORD_GRACE)
}
