//! The main use case: recommendations for a conversation, safe to show, remembered and recorded.
//!
//! The service awaits ports in a fixed order and calls the domain's pure functions in between:
//! validate, see what is switched off, look up, fetch, screen, append the audit record, record
//! exposure, remember, answer. The answer leaves after its audit record is durable; if that cannot
//! be written, it does not leave. No exposure is on record, and nothing remembered, without an audit
//! record before it.
//!
//! The way of one request is in `walk`; what becomes of it when the upstream fails in `degrade`;
//! what happens while nobody waits in `refresh`; what it leaves behind in `record`, of content in
//! `tell`; the last look at what leaves in `release`.

mod degrade;
mod outcome;
mod record;
mod refresh;
mod release;
mod screen;
mod tell;
mod walk;
mod watch;

pub use outcome::{FetchError, FetchOutcome};
pub use watch::Watch;

use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use agent_assist_domain::access::Limits;
use agent_assist_domain::audit::{AuditFact, RefusalFacts, Subject};
use agent_assist_domain::batch::Batch;
use agent_assist_domain::breaker::{BreakerPolicy, BreakerState, Evidence};
use agent_assist_domain::cache::{AnswerRules, CacheScope, SubjectKey};
use agent_assist_domain::freshness::FreshnessPolicy;
use agent_assist_domain::payload::{RawRequest, Violations};
use agent_assist_domain::ports::{
    AnalyticsSink, AssistSwitch, AuditLog, Clock, EngagementLedger, RecommendationCache,
    RecommendationSource, SourceError, SourceQuery,
};
use agent_assist_domain::screening::{Screening, ScreeningPolicy};
use agent_assist_domain::session_health::{PausePolicy, SessionHealth, counts_against_session};
use agent_assist_domain::time::Deadline;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::refresh::Renewals;
use self::walk::deadline;
use crate::answers::Answers;
use crate::assist::AssistService;
use crate::carried::carried;
use crate::circuit_breaker::CircuitBreaker;
use crate::conversation_keys::ConversationKeyring;
use crate::egress::EgressCheck;
use crate::fallbacks::{Fallback, Fallbacks};
use crate::ids::Ids;
use crate::pseudonyms::Pseudonyms;
use crate::questions::Questions;
use crate::recorder::Recorder;
use crate::session_pauses::SessionPauses;
use crate::shared_upstream::{Listener, SharedUpstream};
use crate::switchboard::Switchboard;
use crate::told::Told;
use crate::whole::done_to_its_end;

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
    /// Whom to ask when that fails, one after the other.
    pub fallbacks: Vec<Fallback>,
    /// Where answers are remembered.
    pub cache: Arc<dyn RecommendationCache>,
    /// Where every outcome is written.
    pub audit: Arc<dyn AuditLog>,
    /// Where exposures are kept.
    pub ledger: Arc<dyn EngagementLedger>,
    /// What is switched off.
    pub switch: Arc<dyn AssistSwitch>,
    /// Who is called back.
    pub sinks: Vec<Arc<dyn AnalyticsSink>>,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// Identifiers of requests.
    pub ids: Ids,
    /// What may be shown.
    pub policy: ScreeningPolicy,
    /// What finds personal data.
    pub screening: Screening,
    /// The keys under which values are hashed.
    pub keys: ConversationKeyring,
    /// What stands for people in records.
    pub pseudonyms: Pseudonyms,
    /// Whether records hold what was shown, sealed under the conversation's key.
    pub keep_text: bool,
    /// The second look at what leaves.
    pub egress: EgressCheck,
    /// The secret under which subject terms enter cache keys.
    pub subject_key: SubjectKey,
    /// How the service bears with a failing upstream.
    pub resilience: Resilience,
    /// Whether an upstream call is recorded before it is made, too.
    pub strict_audit: bool,
}

/// How a [`FetchService`] bears with a failing upstream.
#[derive(Clone, Debug, Default)]
pub struct Resilience {
    /// How long answers may be given out.
    pub freshness: FreshnessPolicy,
    /// When a failing source is left alone.
    pub breaker: BreakerPolicy,
    /// When a failing session is left alone.
    pub pause: PausePolicy,
    /// How many requests a minute the upstream allows.
    pub allowance: Allowance,
}

/// Says how many requests a minute the upstream allows, as far as is known by now.
#[derive(Clone)]
pub struct Allowance(Arc<dyn Fn() -> u32 + Send + Sync>);

impl Allowance {
    /// What `per_minute` says whenever it is asked.
    pub fn new(per_minute: impl Fn() -> u32 + Send + Sync + 'static) -> Self {
        Self(Arc::new(per_minute))
    }

    fn per_minute(&self) -> u32 {
        (self.0)()
    }
}

/// What the platform allows one token.
impl Default for Allowance {
    fn default() -> Self {
        Self::new(|| 300)
    }
}

impl fmt::Debug for Allowance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Allowance({})", self.per_minute())
    }
}

/// How one fetch is to be made.
#[derive(Clone, Copy, Debug)]
pub struct FetchOptions {
    /// The longest a caller waits, from the call on.
    pub timeout: Duration,
    /// Whether the cache may answer and be filled.
    pub use_cache: bool,
}

/// Fetches recommendations. Cheap to clone; all clones are one service.
#[derive(Clone, Debug)]
pub struct FetchService(Arc<Service>);

#[derive(Debug)]
struct Service {
    tenant: Arc<str>,
    circuit: Arc<CircuitBreaker>,
    upstream: SharedUpstream,
    fallbacks: Fallbacks,
    questions: Arc<Questions>,
    answers: Answers,
    switchboard: Arc<Switchboard>,
    recorder: Recorder,
    ledger: Arc<dyn EngagementLedger>,
    clock: Arc<dyn Clock>,
    ids: Ids,
    screening: Screening,
    keys: ConversationKeyring,
    keep_text: bool,
    egress: EgressCheck,
    policy: Arc<ScreeningPolicy>,
    /// Those of `policy`, for requests that want no other.
    answer_rules: AnswerRules,
    subject_key: SubjectKey,
    freshness: FreshnessPolicy,
    allowance: Allowance,
    strict_audit: bool,
    /// Microseconds that the last record took; 0 before the first.
    recording_us: AtomicU64,
    renewals: Renewals,
    told: Told,
    /// Conversations being watched.
    watched: Arc<AtomicUsize>,
    /// What goes on while nobody waits.
    background: TaskTracker,
    /// Whether that is to come to its end.
    ending: CancellationToken,
}

impl FetchService {
    /// The service over `parts`.
    pub fn new(parts: FetchParts) -> Self {
        let Resilience {
            freshness,
            breaker,
            pause,
            allowance,
        } = parts.resilience;
        let tenant: Arc<str> = parts.tenant.into();
        let mut profile = parts.source.profile();
        if let Some(name) = parts.upstream_name {
            profile.origin = name.into();
        }
        let recorder = Recorder::new(parts.audit, parts.sinks)
            .guarded_by(parts.egress.clone())
            .naming(parts.pseudonyms);
        let assist = AssistService::new(
            &*tenant,
            Arc::clone(&parts.switch),
            recorder.clone(),
            Arc::clone(&parts.clock),
            parts.ids.clone(),
        );
        let switchboard = Arc::new(Switchboard::new(Arc::clone(&tenant), parts.switch));
        let circuit = Arc::new(CircuitBreaker::new(parts.source, "upstream", breaker));
        let questions = Arc::new(Questions::new());
        let background = TaskTracker::new();
        let listening = Listening {
            circuit: Arc::clone(&circuit),
            questions: Arc::clone(&questions),
            wants_words: searches(&parts.fallbacks),
            pauses: Arc::new(SessionPauses {
                policy: pause,
                health: Mutex::new(SessionHealth::new(pause)),
                assist,
                switchboard: Arc::clone(&switchboard),
                clock: Arc::clone(&parts.clock),
            }),
            background: background.clone(),
        };
        let upstream = SharedUpstream::new(
            &*tenant,
            circuit.clone(),
            profile,
            Arc::clone(&parts.clock),
            freshness,
            listening.listener(),
        );
        let version = parts.screening.version();
        let answer_rules = AnswerRules::of(&tenant, upstream.profile(), &parts.policy, version);
        let fallbacks = Fallbacks::new(&tenant, parts.fallbacks, &parts.clock, freshness, breaker);
        Self(Arc::new(Service {
            tenant,
            circuit,
            upstream,
            fallbacks,
            questions,
            answers: Answers::new(parts.cache, freshness, version),
            screening: parts.screening,
            switchboard,
            recorder,
            ledger: parts.ledger,
            clock: parts.clock,
            ids: parts.ids,
            keys: parts.keys,
            keep_text: parts.keep_text,
            egress: parts.egress,
            policy: Arc::new(parts.policy),
            answer_rules,
            subject_key: parts.subject_key,
            freshness,
            allowance,
            strict_audit: parts.strict_audit,
            recording_us: AtomicU64::new(0),
            renewals: Renewals::new(),
            told: Told::new(),
            watched: Arc::default(),
            background,
            ending: CancellationToken::new(),
        }))
    }

    /// Answers `raw`.
    ///
    /// A failing upstream gives a degraded answer, not an error: what is remembered, else what a
    /// fallback brings, else an explicit nothing with its reason.
    ///
    /// Dropping the future does not end the request: it goes on to its end, so that its record says
    /// what became of it.
    ///
    /// # Errors
    /// If the request breaks the payload rules, the upstream does not accept the credentials or
    /// has no such endpoint, or no record could be written.
    pub async fn fetch(
        &self,
        raw: RawRequest,
        options: FetchOptions,
    ) -> Result<FetchOutcome, FetchError> {
        self.fetch_as(self.0.ids.next(), (), raw, options).await
    }

    /// The same under a request identifier of the caller's, which must not be that of another request
    /// under way. `held` is dropped when the request has come to its end, also where its caller has left
    /// before.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch).
    pub async fn fetch_as(
        &self,
        request_id: String,
        held: impl Send + 'static,
        raw: RawRequest,
        options: FetchOptions,
    ) -> Result<FetchOutcome, FetchError> {
        self.fetch_within(Limits::default(), request_id, held, raw, options)
            .await
    }

    /// The same for a caller with `limits`. That they allow the conversation has been seen to; where the
    /// queue is none of theirs, by what the upstream says or else the request, or is not known, nothing is
    /// given.
    ///
    /// # Errors
    /// As [`fetch`](Self::fetch), and [`Denied`](FetchError::Denied) for the queue.
    pub async fn fetch_within(
        &self,
        limits: Limits,
        request_id: String,
        held: impl Send + 'static,
        raw: RawRequest,
        options: FetchOptions,
    ) -> Result<FetchOutcome, FetchError> {
        let service = Arc::clone(&self.0);
        let arrived = Instant::now();
        // On the heap from the start: what is wrapped around it moves it along.
        let answering = Box::pin(async move {
            let _held = held;
            service
                .answer(raw, request_id, limits, options, arrived)
                .await
        });
        let done = done_to_its_end(&self.0.background, carried(answering));
        done.await.map_err(FetchError::Record)?
    }

    /// Forgets remembered answers in memory and on disk; gives the number of rows on disk. What
    /// the upstream brought is forgotten whole: it is shared by answers in and out of `scope`.
    ///
    /// # Errors
    /// If the persistent cache fails.
    pub async fn invalidate(&self, scope: &CacheScope) -> Result<u64, FetchError> {
        self.0.upstream.forget_all();
        self.0.fallbacks.forget_all();
        self.0
            .answers
            .invalidate(scope)
            .await
            .map_err(FetchError::Record)
    }

    /// Ends what goes on in the background: a second try that waits for its time is dropped, what is
    /// under way is awaited, for `patience` at most. Nothing is lost by it: renewals are made again
    /// when they are needed.
    pub async fn shut_down(&self, patience: Duration) {
        let service = &self.0;
        service.ending.cancel();
        service.background.close();
        if timeout(patience, service.background.wait()).await.is_err() {
            tracing::debug!("a renewal was not waited for");
        }
    }

    /// Renews the answer to `raw`, fresh or not, while nobody waits; an invalid request is left to
    /// [`fetch`](Self::fetch). Returns when that is done or `options.timeout` has passed.
    async fn refresh_ahead(&self, raw: RawRequest, options: FetchOptions) {
        let service = Arc::clone(&self.0);
        let Ok(request) = raw.validate(service.upstream.profile().dialect) else {
            return;
        };
        let refresh = self.0.background.spawn(async move {
            let request_id = service.ids.next();
            let walk = service
                .plan(
                    request,
                    request_id,
                    Limits::default(),
                    options,
                    Instant::now(),
                )
                .await;
            service.refresh_ahead(walk).await;
        });
        // Left alone after that, not cancelled: it keeps what it brings.
        let _ = timeout(options.timeout, refresh).await;
    }
}

impl Service {
    async fn answer(
        self: &Arc<Self>,
        raw: RawRequest,
        request_id: String,
        limits: Limits,
        options: FetchOptions,
        arrived: Instant,
    ) -> Result<FetchOutcome, FetchError> {
        match raw.validate(self.upstream.profile().dialect) {
            Ok(request) => {
                let walk = self
                    .plan(request, request_id, limits, options, arrived)
                    .await;
                let deadline = walk.deadline;
                let outcome = self.walk(walk).await?;
                self.release(outcome, deadline).await
            }
            Err(violations) => {
                let deadline = deadline(arrived, options.timeout);
                Err(Box::pin(self.refuse(request_id, violations, deadline)).await)
            }
        }
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
            Ok(_) => FetchError::Invalid(violations),
            Err(error) => error,
        }
    }
}

fn searches(fallbacks: &[Fallback]) -> bool {
    let mut profiles = fallbacks.iter().map(|fallback| fallback.source.profile());
    profiles.any(|profile| profile.sends_query)
}

/// What is learnt from each upstream call, however many share it.
struct Listening {
    circuit: Arc<CircuitBreaker>,
    questions: Arc<Questions>,
    /// Whether anybody would search for what customers ask.
    wants_words: bool,
    pauses: Arc<SessionPauses>,
    background: TaskTracker,
}

impl Listening {
    fn listener(self) -> Listener {
        Arc::new(move |query, outcome, evidence| self.hear(query, outcome, evidence))
    }

    fn hear(&self, query: &SourceQuery, outcome: &Result<Batch, SourceError>, evidence: Evidence) {
        match outcome {
            Ok(batch) => {
                self.pauses.succeeded(&query.session_id);
                if self.wants_words
                    && let Some(statement) = &batch.query_statement
                {
                    self.questions.note(&query.conversation_id, statement);
                }
            }
            Err(_) if self.circuit.state() != BreakerState::Closed => self.pauses.absolve(),
            // Of a call without a fair chance nothing is known.
            Err(error) if evidence != Evidence::None && counts_against_session(error.kind()) => {
                if self.pauses.failed(&query.session_id, evidence) {
                    let pauses = Arc::clone(&self.pauses);
                    let session = query.session_id.clone();
                    self.background
                        .spawn(async move { pauses.pause(&session).await });
                }
            }
            Err(_) => {}
        }
    }
}
