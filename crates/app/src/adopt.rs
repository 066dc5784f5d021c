//! The second use case: an agent used a recommendation.

use std::sync::Arc;

use agent_assist_domain::adoption::{EngagementEvent, EngagementKind, ItemKey, Recorded};
use agent_assist_domain::audit::{
    AdoptionFacts, AdoptionRefusal, Attribution, AuditEntry, AuditFact, RefusalFacts, Subject,
};
use agent_assist_domain::payload::{RawAdoption, Violations};
use agent_assist_domain::person::PersonKind;
use agent_assist_domain::ports::{Clock, EngagementLedger, StoreError};
use serde::Serialize;

use crate::ids::Ids;
use crate::recorder::Recorder;
use crate::whole::to_its_end;

/// Records uses. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AdoptService(Arc<Service>);

#[derive(Debug)]
struct Service {
    tenant: String,
    ledger: Arc<dyn EngagementLedger>,
    recorder: Recorder,
    clock: Arc<dyn Clock>,
    ids: Ids,
}

/// A use on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Adoption {
    /// The conversation.
    pub conversation_id: String,
    /// The session.
    pub session_id: String,
    /// What was used.
    pub recommendation_id: String,
    /// Names this use.
    pub event_id: String,
    /// Whether it had been recorded before; then it counts once all the same.
    pub replay: bool,
}

/// A use could not be recorded.
#[derive(Debug, thiserror::Error)]
pub enum AdoptError {
    /// The request breaks the payload rules.
    #[error(transparent)]
    Invalid(Violations),
    /// Nothing of that name was given out in that conversation.
    #[error("this recommendation was never given out in this conversation")]
    NeverEmitted,
    /// The event's name was used before for something else.
    #[error("this event id already names another use")]
    EventIdTaken,
    /// The use could not be recorded.
    #[error("no record could be written")]
    Record(#[source] StoreError),
}

impl AdoptService {
    /// The service over its ports.
    pub fn new(
        tenant: impl Into<String>,
        ledger: Arc<dyn EngagementLedger>,
        recorder: Recorder,
        clock: Arc<dyn Clock>,
        ids: Ids,
    ) -> Self {
        Self(Arc::new(Service {
            tenant: tenant.into(),
            ledger,
            recorder,
            clock,
            ids,
        }))
    }

    /// Records the use that `raw` names, once per event, however often it is sent. That it was refused
    /// is recorded as well. Dropping the future does not end it: what counts is on record, too.
    ///
    /// # Errors
    /// If it breaks the rules, names something never emitted there, or cannot be written.
    pub async fn adopt(&self, raw: RawAdoption) -> Result<Adoption, AdoptError> {
        let service = Arc::clone(&self.0);
        let task = tokio::spawn(async move { service.adopt(raw).await });
        to_its_end(task).await.map_err(AdoptError::Record)?
    }
}

impl Service {
    async fn adopt(&self, raw: RawAdoption) -> Result<Adoption, AdoptError> {
        let request = match raw.validate() {
            Ok(request) => request,
            Err(violations) => {
                let refusal = AdoptionRefusal::Invalid(RefusalFacts::of(&violations));
                let subject = Subject::of_refused(&violations);
                self.audit(subject, AuditFact::AdoptionRefused(refusal))
                    .await?;
                return Err(AdoptError::Invalid(violations));
            }
        };
        let subject = Subject {
            session_id: Some(request.session_id.clone()),
            conversation_id: Some(request.conversation_id.clone()),
            agent: Attribution::of(request.agent_id.as_deref(), None),
            ..Subject::UNKNOWN
        };
        let item = ItemKey {
            tenant: self.tenant.clone(),
            conversation_id: request.conversation_id,
            recommendation_id: request.recommendation_id,
        };
        let emission = self
            .ledger
            .emission(&item)
            .await
            .map_err(AdoptError::Record)?;
        if emission.is_none() {
            let refusal = AuditFact::AdoptionRefused(AdoptionRefusal::NeverEmitted);
            self.audit(subject, refusal).await?;
            return Err(AdoptError::NeverEmitted);
        }
        let agent = self
            .recorder
            .pseudonym(PersonKind::Agent, request.agent_id.as_deref())
            .await
            .map_err(AdoptError::Record)?;
        let event = EngagementEvent {
            event_id: request.event_id.unwrap_or_else(|| self.ids.next()),
            item,
            kind: EngagementKind::Used,
            session_id: request.session_id,
            agent_id: agent.map(|agent| agent.to_string()),
            at: self.clock.now(),
        };
        let recorded = self
            .ledger
            .record(std::slice::from_ref(&event))
            .await
            .map_err(AdoptError::Record)?;
        let replay = match recorded.first() {
            Some(Recorded::Conflict) => {
                let refusal = AuditFact::AdoptionRefused(AdoptionRefusal::EventIdTaken);
                self.audit(subject, refusal).await?;
                return Err(AdoptError::EventIdTaken);
            }
            recorded => recorded == Some(&Recorded::Replay),
        };
        let facts = AdoptionFacts {
            recommendation_id: event.item.recommendation_id.clone(),
            event_id: event.event_id.clone(),
            replay,
        };
        self.audit(subject, AuditFact::RecommendationAdopted(facts))
            .await?;
        Ok(Adoption {
            conversation_id: event.item.conversation_id,
            session_id: event.session_id,
            recommendation_id: event.item.recommendation_id,
            event_id: event.event_id,
            replay,
        })
    }

    async fn audit(&self, subject: Subject, fact: AuditFact) -> Result<(), AdoptError> {
        let entry = AuditEntry {
            at: self.clock.now(),
            tenant: self.tenant.clone(),
            request_id: self.ids.next(),
            subject,
            fact,
        };
        self.recorder
            .record(entry)
            .await
            .map(drop)
            .map_err(AdoptError::Record)
    }
}
