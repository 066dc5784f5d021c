//! The second use case: an agent used a recommendation.

use std::sync::Arc;

use agent_assist_domain::adoption::{EngagementEvent, EngagementKind, ItemKey, Recorded};
use agent_assist_domain::audit::{AdoptionFacts, Attribution, AuditEntry, AuditFact, Subject};
use agent_assist_domain::payload::{RawAdoption, Violations};
use agent_assist_domain::person::PersonKind;
use agent_assist_domain::ports::{Clock, EngagementLedger, StoreError};
use serde::Serialize;

use crate::ids::Ids;
use crate::recorder::Recorder;

/// Records uses.
#[derive(Debug)]
pub struct AdoptService {
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
        Self {
            tenant: tenant.into(),
            ledger,
            recorder,
            clock,
            ids,
        }
    }

    /// Records the use that `raw` names, once per event, however often it is sent.
    ///
    /// # Errors
    /// If it breaks the rules, names something never emitted there, or cannot be written.
    pub async fn adopt(&self, raw: RawAdoption) -> Result<Adoption, AdoptError> {
        let request = raw.validate().map_err(AdoptError::Invalid)?;
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
            Some(Recorded::Conflict) => return Err(AdoptError::EventIdTaken),
            recorded => recorded == Some(&Recorded::Replay),
        };
        self.audit(&event, replay).await?;
        Ok(Adoption {
            conversation_id: event.item.conversation_id,
            session_id: event.session_id,
            recommendation_id: event.item.recommendation_id,
            event_id: event.event_id,
            replay,
        })
    }

    async fn audit(&self, event: &EngagementEvent, replay: bool) -> Result<(), AdoptError> {
        let entry = AuditEntry {
            at: event.at,
            tenant: self.tenant.clone(),
            request_id: self.ids.next(),
            subject: Subject {
                session_id: Some(event.session_id.clone()),
                conversation_id: Some(event.item.conversation_id.clone()),
                agent: Attribution::of(event.agent_id.as_deref(), None),
                ..Subject::UNKNOWN
            },
            fact: AuditFact::RecommendationAdopted(AdoptionFacts {
                recommendation_id: event.item.recommendation_id.clone(),
                event_id: event.event_id.clone(),
                replay,
            }),
        };
        self.recorder
            .record(entry)
            .await
            .map(drop)
            .map_err(AdoptError::Record)
    }
}
