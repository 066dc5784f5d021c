//! What a fetch leaves behind: exposures in the ledger, entries in the audit log, callbacks.

use agent_assist_domain::adoption::{EngagementEvent, ItemKey};
use agent_assist_domain::audit::{Attribution, AuditEntry, AuditFact, Subject};
use agent_assist_domain::screening::Screened;

use super::{FetchError, FetchService, Walk};

impl FetchService {
    pub(super) async fn record_initiated(&self, walk: &Walk) -> Result<(), FetchError> {
        let subject = Subject::of(&walk.request, None);
        self.record(
            &walk.request_id,
            subject,
            AuditFact::FetchInitiated(walk.scope.clone()),
        )
        .await
    }

    pub(super) async fn record_exposure(
        &self,
        walk: &Walk,
        screened: &Screened,
    ) -> Result<(), FetchError> {
        let now = self.clock.now();
        let agent = Attribution::of(
            walk.request.agent_id(),
            screened.context().agent_id.as_ref(),
        );
        let events: Vec<EngagementEvent> = screened
            .kept()
            .iter()
            .map(|safe| {
                let item = ItemKey {
                    tenant: self.tenant.to_string(),
                    conversation_id: walk.request.conversation_id().to_owned(),
                    recommendation_id: safe.recommendation.id.as_str().to_owned(),
                };
                EngagementEvent::emitted(item, walk.request.session_id(), agent.id.clone(), now)
            })
            .collect();
        if events.is_empty() {
            return Ok(());
        }
        self.ledger
            .record(&events)
            .await
            .map(drop)
            .map_err(FetchError::Record)
    }

    /// Appends the entry, durably, then tells the sinks.
    pub(super) async fn record(
        &self,
        request_id: &str,
        subject: Subject,
        fact: AuditFact,
    ) -> Result<(), FetchError> {
        let entry = AuditEntry {
            at: self.clock.now(),
            tenant: self.tenant.to_string(),
            request_id: request_id.to_owned(),
            subject,
            fact,
        };
        self.recorder
            .record(entry)
            .await
            .map(drop)
            .map_err(FetchError::Record)
    }
}
