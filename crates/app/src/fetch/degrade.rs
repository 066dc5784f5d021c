//! What becomes of a request when the upstream fails: what is remembered, else a fallback, else an
//! explicit nothing with its reason. An error only where somebody must change something.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::answer::{
    Answer, CacheInfo, CacheStatus, Degraded, DegradedReason, EmptyReason,
};
use agent_assist_domain::audit::{AuditFact, FetchFacts, Subject};
use agent_assist_domain::batch::UpstreamFacts;
use agent_assist_domain::cache::CacheScope;
use agent_assist_domain::ports::{SourceError, SourceErrorKind, SourceQuery};
use agent_assist_domain::screening::Screened;
use tokio::time::{Instant, timeout_at};

use super::outcome::degradation;
use super::walk::{Content, Walk, micros_since};
use super::{FetchError, FetchOutcome, Service};
use crate::answers::Remembered;
use crate::error::Chain;
use crate::fallbacks::{Question, Screenable};
use crate::shared_upstream::Failing;

/// After how long an upstream that failed with a 500 is asked once more. Nobody waits for it.
const SECOND_TRY: Duration = Duration::from_secs(5);

impl Service {
    /// Answers a request whose upstream call ended in `error`.
    pub(super) async fn fail(
        self: &Arc<Self>,
        mut walk: Walk,
        error: SourceError,
        stand_in: Option<Remembered>,
    ) -> Result<FetchOutcome, FetchError> {
        // Not a warning: the caller is told, and the audit log holds it.
        tracing::info!(error = %Chain(&error), request.id = walk.request_id, "the upstream failed");
        self.look_at_switches(&mut walk).await;
        let Some(reason) = degradation(error.kind()) else {
            self.record_failure(&walk, &error, None).await?;
            return Err(FetchError::Source(error));
        };
        if error.upstream().status == Some(500) && walk.use_cache {
            self.refresh_behind(walk.clone(), SECOND_TRY);
        }
        if !self.freshness.outlives_failure() && error.kind() == SourceErrorKind::ServerError {
            self.forget(&walk).await;
        }
        let mut stand_in = stand_in.filter(|_| self.freshness.outlives_failure());
        let mut spent = error.upstream().clone();
        // That there was nothing to show is worth less than what a fallback may have.
        if !stand_in.as_ref().is_some_and(Remembered::shows_something)
            && let Some(content) = self.fall_back(&mut walk, &error, &mut spent).await
        {
            return self.give(&walk, content).await;
        }
        stand_in = stand_in.and_then(|found| self.as_it_is_now(&walk, found));
        if let Some(remembered) = stand_in {
            let mut content = remembered.content(Some(self.failing(error)));
            content.upstream = spent;
            return self.give(&walk, content).await;
        }
        let error = error.with_upstream(spent);
        self.give_nothing(&walk, error, reason).await
    }

    /// What a fallback has to offer, screened.
    async fn fall_back(
        &self,
        walk: &mut Walk,
        error: &SourceError,
        spent: &mut UpstreamFacts,
    ) -> Option<Content> {
        let question = Question {
            request: &walk.request,
            words: self.questions.last(walk.request.conversation_id()),
            key: walk.owner.key,
            deadline: walk.deadline,
            memory: walk.memory(),
        };
        let screen = |brought: &Screenable| self.screen_at_once(walk, brought);
        let (asked, waited_us) = (Instant::now(), spent.token_us);
        let instead = self.fallbacks.ask(question, screen, spent).await;
        let waited_us = spent.token_us.saturating_sub(waited_us);
        walk.stages.asked(micros_since(asked), waited_us);
        let instead = instead?;
        let began = Instant::now();
        let screened = self
            .screened_with_key(walk, instead.screened, &instead.screenable)
            .await;
        walk.stages.screened(micros_since(began));
        self.look_at_switches(walk).await;
        let now = self.clock.now();
        let age = instead.remembered_from.and_then(|then| now.since(then));
        Some(Content {
            screened: Arc::new(screened),
            cache: CacheInfo {
                status: CacheStatus::Fallback,
                age_ms: age.unwrap_or_default().as_millis() as u64,
            },
            upstream: spent.clone(),
            exposure: instead.exposure,
            ready: None,
            failing: Some(self.failing(error.clone())),
        })
    }

    async fn give_nothing(
        &self,
        walk: &Walk,
        error: SourceError,
        reason: DegradedReason,
    ) -> Result<FetchOutcome, FetchError> {
        let latency_us = self.record_failure(walk, &error, Some(reason)).await?;
        let failing = self.failing(error);
        let facts = walk.answer_facts(latency_us, CacheInfo::NONE);
        Ok(FetchOutcome {
            answer: Answer::degraded(facts, Degraded::new(reason, failing.since)),
            key: walk.owner.key,
            screened: Arc::new(Screened::nothing()),
            cause: Some(failing.error),
            shown_json: None,
        })
    }

    /// Records that nothing could be given; says after how many microseconds.
    async fn record_failure(
        &self,
        walk: &Walk,
        error: &SourceError,
        reason: Option<DegradedReason>,
    ) -> Result<u64, FetchError> {
        let latency_us = walk.latency_us();
        let nothing = FetchFacts::of_nothing(latency_us, CacheInfo::NONE, error.upstream().clone());
        let facts = FetchFacts {
            empty: reason.map(|_| EmptyReason::Degraded),
            stages: self.stages(walk),
            ..nothing.after(error, reason)
        };
        let fact = AuditFact::FetchFailed(walk.scope.clone(), facts);
        let subject = Subject::of(&walk.request, None);
        self.record(&walk.request_id, subject, fact, walk.deadline)
            .await?;
        Ok(latency_us)
    }

    /// A failure with the time since when there has been nothing else.
    pub(super) fn failing(&self, error: SourceError) -> Failing {
        let since = self.upstream.failing().map(|failing| failing.since);
        Failing {
            since: since.unwrap_or_else(|| self.clock.now()),
            error,
        }
    }

    /// A server that fails may have given nonsense before; ask afresh next time.
    pub(super) async fn forget(&self, walk: &Walk) {
        self.upstream.forget(&SourceQuery::from(&walk.request));
        let scope = CacheScope::Key(walk.owner.key);
        let until = walk.deadline.instant().into();
        match timeout_at(until, self.answers.invalidate(&scope)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => {
                tracing::warn!(error = %Chain(&error), "a cached answer stays on disk");
            }
            Err(_) => tracing::warn!("a cached answer stays on disk: the store is busy"),
        }
    }
}
