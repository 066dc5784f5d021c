//! One request on its way: from what was asked to what is given.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::access::Limits;
use agent_assist_domain::answer::{
    Answer, AnswerFacts, CacheInfo, CacheStatus, Degraded, DegradedReason, EmptyReason,
};
use agent_assist_domain::assist::{Off, off_for};
use agent_assist_domain::audit::{AuditFact, FetchFacts, FetchScope, Stages, Subject};
use agent_assist_domain::batch::UpstreamFacts;
use agent_assist_domain::breaker::BreakerState;
use agent_assist_domain::cache::{AnswerKey, AnswerRules};
use agent_assist_domain::freshness::Freshness;
use agent_assist_domain::payload::FetchRequest;
use agent_assist_domain::person::PersonKind;
use agent_assist_domain::ports::{SourceError, SourceQuery};
use agent_assist_domain::screening::{Screened, ScreeningPolicy};
use agent_assist_domain::time::{Deadline, Timestamp};
use tokio::time::{Instant, timeout_at};

use super::outcome::degradation;
use super::tell::Occasion;
use super::{FetchError, FetchOptions, FetchOutcome, Service};
use crate::answers::{Owner, Remembered};
use crate::error::Chain;
use crate::fallbacks::Screenable;
use crate::hot_answers::{Exposure, Ready, Shown};
use crate::shared_upstream::{Brought, Failing, Memory, Way};

/// A timeout beyond what the clock can add counts as this.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

/// Where something remembered can stand in, this much of the time is kept for giving it.
const TIME_TO_GIVE: Duration = Duration::from_millis(100);

/// A valid request, and everything that is settled when it arrives.
#[derive(Clone)]
pub(super) struct Walk {
    pub(super) request: FetchRequest,
    pub(super) request_id: String,
    pub(super) policy: Arc<ScreeningPolicy>,
    pub(super) scope: FetchScope,
    pub(super) owner: Owner,
    pub(super) use_cache: bool,
    /// What the caller is limited to.
    pub(super) limits: Limits,
    pub(super) arrived: Instant,
    pub(super) deadline: Deadline,
    /// What is switched off, as of the last wait.
    pub(super) off: Arc<[Off]>,
    /// What its parts have taken so far.
    pub(super) stages: Stages,
}

/// Screened content, and how it was come by.
pub(super) struct Content {
    pub(super) screened: Arc<Screened>,
    pub(super) cache: CacheInfo,
    pub(super) upstream: UpstreamFacts,
    pub(super) exposure: Exposure,
    /// What it shows, as it is given out; `None` for content that is given out once, or first.
    pub(super) ready: Option<Ready>,
    /// What failed, if the content stands in for something better.
    pub(super) failing: Option<Failing>,
}

impl Walk {
    pub(super) fn latency_us(&self) -> u64 {
        self.arrived.elapsed().as_micros() as u64
    }

    pub(super) fn answer_facts(&self, latency_us: u64, cache: CacheInfo) -> AnswerFacts {
        AnswerFacts {
            session_id: self.request.session_id().to_owned(),
            conversation_id: self.request.conversation_id().to_owned(),
            request_id: self.request_id.clone(),
            latency_us,
            cache,
        }
    }

    /// Whether what the last calls brought may answer.
    pub(super) fn memory(&self) -> Memory {
        match self.use_cache {
            true => Memory::Use,
            false => Memory::Ignore,
        }
    }

    /// The queue that counts for what the caller may: that of the upstream, where it names one.
    fn queue<'a>(&'a self, screened: &'a Screened) -> Option<&'a str> {
        let told = screened.context().queue_id.as_ref();
        told.map(|id| id.as_str()).or(self.request.queue_id())
    }

    /// Until when the upstream may take, if so much of the time is kept for what comes after it.
    fn patience(&self, kept: Duration) -> Deadline {
        let deadline = self.deadline.instant();
        Deadline::at(deadline.checked_sub(kept).unwrap_or(deadline))
    }
}

impl Service {
    pub(super) async fn plan(
        &self,
        request: FetchRequest,
        request_id: String,
        limits: Limits,
        options: FetchOptions,
        arrived: Instant,
    ) -> Walk {
        let profile = self.upstream.profile();
        let version = self.screening.version();
        let (policy, rules) = match request.min_relevance() {
            None => (Arc::clone(&self.policy), self.answer_rules),
            least => {
                let policy = ScreeningPolicy::clone(&self.policy).with_request(least);
                let rules = AnswerRules::of(&self.tenant, profile, &policy, version);
                (Arc::new(policy), rules)
            }
        };
        let key = AnswerKey::of(&rules, &request, &self.subject_key);
        let deadline = deadline(arrived, options.timeout);
        Walk {
            scope: FetchScope::of(&request, profile.dialect, &policy, version),
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
            limits,
            arrived,
            deadline,
            off: self.switchboard.off(deadline).await,
            stages: Stages::default(),
        }
    }

    /// Answers a valid request. Ways that only some requests go have futures of their own on the heap:
    /// one that is given from memory is not to carry them along.
    pub(super) async fn walk(self: &Arc<Self>, mut walk: Walk) -> Result<FetchOutcome, FetchError> {
        if let Some(off) = self.off(&walk, None) {
            return Box::pin(self.withhold(&walk, &off, UpstreamFacts::default())).await;
        }
        let remembered = match walk.use_cache {
            true => self.look_up(&mut walk).await,
            false => None,
        };
        let stand_in = match remembered {
            Some(found) if matches!(found.freshness, Freshness::Fresh { .. }) => {
                return self.give(&walk, found.content(None)).await;
            }
            Some(found) if matches!(found.freshness, Freshness::Stale { .. }) => {
                let content = found.content(self.outage(&walk.owner.key));
                let outcome = Box::pin(self.give(&walk, content)).await;
                self.refresh_behind(walk, Duration::ZERO);
                return outcome;
            }
            stand_in => stand_in,
        };
        Box::pin(self.walk_on(walk, stand_in)).await
    }

    /// Answers a request that nothing fresh enough is remembered for.
    async fn walk_on(
        self: &Arc<Self>,
        mut walk: Walk,
        stand_in: Option<Remembered>,
    ) -> Result<FetchOutcome, FetchError> {
        if self.strict_audit {
            self.record_intent(&walk, AuditFact::FetchInitiated).await?;
            self.look_at_switches(&mut walk).await;
        }
        let shows_something = stand_in.as_ref().is_some_and(Remembered::shows_something);
        let asked = Instant::now();
        let answer = self.ask(&walk, shows_something).await;
        let waited_us = match &answer {
            Ok(brought) => brought.upstream().token_us,
            Err(error) => error.upstream().token_us,
        };
        walk.stages.asked(micros_since(asked), waited_us);
        match answer {
            Ok(brought) => self.screen(walk, brought).await,
            Err(error) => self.fail(walk, error, stand_in).await,
        }
    }

    /// Why a stale answer of this key is more than merely due for renewal: its last renewal failed, or
    /// the upstream is left alone. A failure of another conversation says nothing about it.
    fn outage(&self, key: &AnswerKey) -> Option<Failing> {
        let open = self.circuit.state() != BreakerState::Closed;
        let failure = self.renewals.failure(key);
        failure.or_else(|| open.then(|| self.upstream.failing()).flatten())
    }

    /// The remembered answer, if it has not expired and is found in time.
    async fn look_up(&self, walk: &mut Walk) -> Option<Remembered> {
        let began = Instant::now();
        let found = self.answers.find(&walk.owner, self.clock.now());
        let found = timeout_at(walk.deadline.instant().into(), found).await;
        walk.stages.cache_us = Some(micros_since(began));
        self.look_at_switches(walk).await;
        self.as_it_is_now(walk, found.ok()??)
    }

    /// Takes in what is switched off by now: after every wait, and before the age of what is to be
    /// given is settled.
    pub(super) async fn look_at_switches(&self, walk: &mut Walk) {
        walk.off = self.switchboard.off(walk.deadline).await;
    }

    /// What was found some time ago, as fresh as it is now; `None` if it has expired meanwhile.
    pub(super) fn as_it_is_now(&self, walk: &Walk, found: Remembered) -> Option<Remembered> {
        self.answers.as_of(self.clock.now(), &walk.owner.key, found)
    }

    async fn ask(&self, walk: &Walk, has_stand_in: bool) -> Result<Brought, SourceError> {
        let rest = walk.deadline.remaining(Instant::now().into_std());
        let kept = if has_stand_in {
            (rest / 10).min(TIME_TO_GIVE)
        } else if self.fallbacks.is_empty() {
            Duration::ZERO
        } else {
            rest / 4
        };
        let query = SourceQuery::from(&walk.request);
        self.upstream
            .fetch(&query, walk.patience(kept), walk.memory())
            .await
    }

    /// Screens what the upstream brought, gives it, and remembers it.
    async fn screen(&self, mut walk: Walk, brought: Brought) -> Result<FetchOutcome, FetchError> {
        // From memory it came without a wait.
        if brought.way != Way::Remembered {
            self.look_at_switches(&mut walk).await;
        }
        let began = Instant::now();
        let screened = self.screened_brought(&walk, &brought).await;
        walk.stages.screened(micros_since(began));
        let (cache, upstream) = self.how_brought(&walk, &brought);
        let exposure = brought.exposure(walk.owner.key);
        let content = Content {
            screened: Arc::clone(&screened),
            cache,
            upstream,
            exposure: exposure.clone(),
            ready: None,
            failing: None,
        };
        let outcome = self.give(&walk, content).await?;
        // No record tells of what was withheld after all.
        let withheld = outcome.answer.cache() == CacheInfo::NONE;
        if walk.use_cache && !withheld {
            self.remember(&walk, brought.fetched_at, &screened, &exposure)
                .await;
        }
        Ok(outcome)
    }

    /// What may be shown of what the upstream brought.
    pub(super) async fn screened_brought(&self, walk: &Walk, brought: &Brought) -> Arc<Screened> {
        let brought = Screenable {
            batch: Arc::clone(&brought.batch),
            request: walk.request.clone(),
            dialect: self.upstream.profile().dialect,
        };
        let screened = self.screen_at_once(walk, &brought);
        Arc::new(self.screened_with_key(walk, screened, &brought).await)
    }

    /// Remembers an answer. One in hand does not wait for a busy disk.
    pub(super) async fn remember(
        &self,
        walk: &Walk,
        fetched_at: Timestamp,
        screened: &Arc<Screened>,
        exposure: &Exposure,
    ) {
        self.renewals.succeeded(&walk.owner.key);
        let kept = async {
            let on_disk = self.for_disk(screened).await;
            self.answers
                .remember(&walk.owner, fetched_at, screened, on_disk, exposure)
                .await;
        };
        if timeout_at(walk.deadline.instant().into(), kept)
            .await
            .is_err()
        {
            tracing::warn!("no time was left to cache the answer on disk");
        }
    }

    /// What the disk may keep of `screened`: with a pseudonym for the agent whom the upstream names;
    /// `None` if there is none to be had.
    async fn for_disk(&self, screened: &Arc<Screened>) -> Option<Arc<Screened>> {
        let Some(agent) = &screened.context().agent_id else {
            return Some(Arc::clone(screened));
        };
        let agent = self
            .recorder
            .pseudonym(PersonKind::Agent, Some(agent.as_str()));
        match agent.await {
            Ok(agent) => agent.map(|agent| Arc::new(screened.with_agent(&agent))),
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "the answer is not cached on disk");
                None
            }
        }
    }

    fn how_brought(&self, walk: &Walk, brought: &Brought) -> (CacheInfo, UpstreamFacts) {
        let (status, age) = match brought.way {
            Way::Remembered => (CacheStatus::Hit, self.clock.now().since(brought.fetched_at)),
            _ if walk.use_cache => (CacheStatus::Miss, None),
            _ => (CacheStatus::Bypass, None),
        };
        let age_ms = age.unwrap_or_default().as_millis() as u64;
        (CacheInfo { status, age_ms }, brought.upstream())
    }

    /// Records that content answers the request, and that it was exposed, then answers.
    pub(super) async fn give(
        &self,
        walk: &Walk,
        content: Content,
    ) -> Result<FetchOutcome, FetchError> {
        let Content {
            screened,
            cache,
            upstream,
            exposure,
            ready,
            failing,
        } = content;
        if let Err(denial) = walk.limits.allow_queue(walk.queue(&screened)) {
            Box::pin(self.record_withheld(walk, None, upstream)).await?;
            return Err(FetchError::Denied(denial));
        }
        if let Some(off) = self.off(walk, Some(&screened)) {
            return Box::pin(self.withhold(walk, &off, upstream)).await;
        }
        let latency_us = walk.latency_us();
        let label = failing
            .as_ref()
            .and_then(|failing| Some((degradation(failing.error.kind())?, failing.since)));
        let at = self.clock.now();
        let telling = self.tell(
            walk,
            Occasion::Answer,
            &screened,
            cache,
            upstream,
            latency_us,
        );
        let (facts, digest) = telling.into_parts();
        let facts = self.with_texts(walk, facts, &screened).await;
        let facts = match &failing {
            Some(failing) => facts.after(&failing.error, label.map(|(reason, _)| reason)),
            None => facts,
        };
        let facts = FetchFacts {
            stages: self.stages(walk),
            ..facts
        };
        let scope = walk.scope.clone();
        let fact = match (cache.status, &failing) {
            (CacheStatus::Hit | CacheStatus::Stale, None) => AuditFact::FetchHit(scope, facts),
            (_, None) => AuditFact::FetchCompleted(scope, facts),
            (_, Some(_)) => AuditFact::FetchFailed(scope, facts),
        };
        let subject = Subject::of(&walk.request, Some(&screened));
        let seq = self
            .record(&walk.request_id, subject, fact, walk.deadline)
            .await?;
        self.note_told(walk, digest, &screened, seq, at);
        self.record_exposure(walk, &screened, cache.status, &exposure)
            .await?;
        let label = label.map(|(reason, since)| Degraded::new(reason, since));
        let answer_facts = walk.answer_facts(latency_us, cache);
        let (answer, shown_json) = match ready.as_ref().map(|ready| ready.shown(&screened)) {
            Some(Shown { items, json }) => (
                Answer::showing(answer_facts, &screened, items.clone()),
                json.clone(),
            ),
            None => (Answer::of(answer_facts, &screened), None),
        };
        Ok(FetchOutcome {
            answer: answer.labelled(label),
            key: walk.owner.key,
            screened,
            cause: failing.map(|failing| failing.error),
            shown_json,
        })
    }

    /// Answers that assist is off.
    async fn withhold(
        &self,
        walk: &Walk,
        off: &Off,
        upstream: UpstreamFacts,
    ) -> Result<FetchOutcome, FetchError> {
        let reason = off.cause.degraded_reason();
        let latency_us = self.record_withheld(walk, Some(reason), upstream).await?;
        let label = Degraded::new(reason, off.since);
        let facts = walk.answer_facts(latency_us, CacheInfo::NONE);
        Ok(FetchOutcome {
            answer: Answer::degraded(facts, label),
            key: walk.owner.key,
            screened: Arc::new(Screened::nothing()),
            cause: None,
            shown_json: None,
        })
    }

    /// Records that nothing is shown, though nothing failed; says after how many microseconds.
    async fn record_withheld(
        &self,
        walk: &Walk,
        reason: Option<DegradedReason>,
        upstream: UpstreamFacts,
    ) -> Result<u64, FetchError> {
        let latency_us = walk.latency_us();
        let facts = FetchFacts {
            degraded: reason,
            empty: reason.map(|_| EmptyReason::Degraded),
            stages: self.stages(walk),
            ..FetchFacts::of_nothing(latency_us, CacheInfo::NONE, upstream)
        };
        let fact = AuditFact::FetchWithheld(walk.scope.clone(), facts);
        let subject = Subject::of(&walk.request, None);
        self.record(&walk.request_id, subject, fact, walk.deadline)
            .await?;
        Ok(latency_us)
    }

    /// Why assist is off for the request, if it is. Which queue it belongs to may be known only
    /// from what the upstream says of it.
    pub(super) fn off(&self, walk: &Walk, screened: Option<&Screened>) -> Option<Off> {
        if walk.off.is_empty() {
            return None;
        }
        let told = screened.and_then(|screened| screened.context().queue_id.as_ref());
        let queue = walk.request.queue_id().or(told.map(|id| id.as_str()));
        off_for(
            &walk.off,
            walk.request.session_id(),
            queue,
            self.clock.now(),
        )
        .cloned()
    }
}

impl Remembered {
    /// Whether there is anything in it for an agent.
    pub(super) fn shows_something(&self) -> bool {
        !self.screened.kept().is_empty()
    }

    /// The answer as content to be given, under a label if the upstream is failing.
    pub(super) fn content(self, failing: Option<Failing>) -> Content {
        let (status, age) = match self.freshness {
            Freshness::Fresh { age } => (CacheStatus::Hit, age),
            Freshness::Stale { age } | Freshness::IfError { age } => (CacheStatus::Stale, age),
            Freshness::Expired => (CacheStatus::Stale, Duration::MAX),
        };
        let age_ms = u64::try_from(age.as_millis()).unwrap_or(u64::MAX);
        Content {
            screened: self.screened,
            cache: CacheInfo { status, age_ms },
            upstream: UpstreamFacts::default(),
            exposure: self.exposure,
            ready: Some(self.ready),
            failing,
        }
    }
}

/// Microseconds from `began` until now.
pub(super) fn micros_since(began: Instant) -> u64 {
    began.elapsed().as_micros() as u64
}

/// When a request that arrived then must have its answer.
pub(super) fn deadline(arrived: Instant, timeout: Duration) -> Deadline {
    Deadline::at(after(arrived, timeout).into_std())
}

pub(super) fn after(arrived: Instant, timeout: Duration) -> Instant {
    arrived
        .checked_add(timeout)
        .unwrap_or_else(|| arrived + LONGEST_TIMEOUT)
}
