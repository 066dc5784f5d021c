//! What a fetch leaves behind: exposures in the ledger, entries in the audit log, callbacks.

use std::sync::atomic::Ordering;
use std::time::Duration;

use agent_assist_domain::adoption::{Exposure, ItemKey};
use agent_assist_domain::answer::CacheStatus;
use agent_assist_domain::audit::{
    Attribution, AuditEntry, AuditFact, FetchScope, Seq, Stages, Subject,
};
use agent_assist_domain::person::PersonKind;
use agent_assist_domain::ports::{StoreError, StoreErrorKind};
use agent_assist_domain::recommendation::{Recommendation, UpstreamId};
use agent_assist_domain::screening::{Masked, Safe, Screened};
use agent_assist_domain::time::Deadline;
use tokio::time::error::Elapsed;
use tokio::time::{Instant, timeout_at};

use super::walk::{Walk, after, micros_since};
use super::{FetchError, Service};
use crate::hot_answers;

/// How long past its deadline a request waits for its record: an answer that came in the last
/// moment, or the word that there is none, is worth it; a store that takes longer is broken.
const RECORD_GRACE: Duration = Duration::from_secs(1);

/// Until when a request with this deadline waits for its record.
fn record_by(deadline: Deadline) -> Instant {
    after(deadline.instant().into(), RECORD_GRACE)
}

impl Service {
    /// Records what is about to be done, where the settings say so.
    pub(super) async fn record_intent(
        &self,
        walk: &Walk,
        fact: impl FnOnce(FetchScope) -> AuditFact,
    ) -> Result<(), FetchError> {
        if !self.strict_audit {
            return Ok(());
        }
        let subject = Subject::of(&walk.request, None);
        let fact = fact(walk.scope.clone());
        self.record(&walk.request_id, subject, fact, walk.deadline)
            .await
            .map(drop)
    }

    /// Keeps the first exposure of what is in an answer of this `status`, unless that has been done. What
    /// the upstream does not say a recommendation is for, it is for the request that brought it.
    pub(super) async fn record_exposure(
        &self,
        walk: &Walk,
        screened: &Screened,
        status: CacheStatus,
        exposure: &hot_answers::Exposure,
    ) -> Result<(), FetchError> {
        if screened.kept().is_empty() || exposure.is_recorded() {
            return Ok(());
        }
        let now = self.clock.now();
        let agent = Attribution::of(
            walk.request.agent_id(),
            screened.context().agent_id.as_ref(),
        );
        let agent = self
            .recorder
            .pseudonym(PersonKind::Agent, agent.id.as_deref());
        let agent = timeout_at(record_by(walk.deadline), agent).await;
        let agent = in_time(agent, "record an exposure")?.map(|agent| agent.to_string());
        let queue = Attribution::of(
            walk.request.queue_id(),
            screened.context().queue_id.as_ref(),
        );
        let exposed = |safe: &Masked<Safe>| {
            let Recommendation {
                id, kind, source, ..
            } = &*safe.recommendation;
            let text = |id: &UpstreamId| id.as_str().to_owned();
            let trigger_id = source.trigger_id.as_ref().map(text);
            Exposure {
                item: ItemKey {
                    tenant: self.tenant.to_string(),
                    conversation_id: walk.request.conversation_id().to_owned(),
                    recommendation_id: text(id),
                },
                session_id: walk.request.session_id().to_owned(),
                agent_id: agent.clone(),
                queue_id: queue.id.clone(),
                trigger_id: trigger_id.unwrap_or_else(|| walk.request_id.clone()),
                kind: *kind,
                origin: source.origin,
                stale: status == CacheStatus::Stale,
                document_id: source.document_id.as_ref().map(text),
                at: now,
            }
        };
        let exposures: Vec<Exposure> = screened.kept().iter().map(exposed).collect();
        let recorded = exposure.record(self.ledger.expose(exposures));
        let recorded = timeout_at(record_by(walk.deadline), recorded).await;
        in_time(recorded, "record an exposure")
    }

    /// Appends the entry, durably, then tells the sinks; gives its position.
    pub(super) async fn record(
        &self,
        request_id: &str,
        subject: Subject,
        fact: AuditFact,
        deadline: Deadline,
    ) -> Result<Seq, FetchError> {
        let entry = AuditEntry {
            at: self.clock.now(),
            tenant: self.tenant.to_string(),
            request_id: request_id.to_owned(),
            subject,
            fact,
        };
        let began = Instant::now();
        let recorded = timeout_at(record_by(deadline), self.recorder.record(entry)).await;
        self.recording_us
            .store(micros_since(began).max(1), Ordering::Relaxed);
        in_time(recorded, "append to the audit log")
    }

    /// What the parts of `walk` took, and the last record of this service.
    pub(super) fn stages(&self, walk: &Walk) -> Stages {
        let recording_us = self.recording_us.load(Ordering::Relaxed);
        Stages {
            audit_before_us: (recording_us > 0).then_some(recording_us),
            ..walk.stages
        }
    }
}

/// What came of recording, or that it took too long: the record may be durable all the same, but
/// nobody has been told so, and nobody gets the answer.
fn in_time<T>(
    recorded: Result<Result<T, StoreError>, Elapsed>,
    operation: &'static str,
) -> Result<T, FetchError> {
    recorded
        .unwrap_or_else(|elapsed| {
            Err(StoreError::new(StoreErrorKind::Unavailable, operation).because(elapsed))
        })
        .map_err(FetchError::Record)
}
