//! The second use case: what became of recommendations on an agent's screen.
//!
//! Told in batches of one conversation, for a desktop tells at once of all that it displays. Each event
//! has an answer of its own; a bad one costs the others nothing. What was told is in the ledger before it
//! is on record, so that whoever is told of a failure may send everything again: what was kept then is a
//! replay.

use std::sync::Arc;

use agent_assist_domain::adoption::{EngagementEvent, Item, ItemKey, Recorded};
use agent_assist_domain::audit::{
    AdoptionRefusal, Attribution, AuditEntry, AuditFact, EngagementFacts, RefusalFacts, Subject,
};
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::payload::{Engagement, EngagementRequest, RawEngagements, Violations};
use agent_assist_domain::person::PersonKind;
use agent_assist_domain::ports::{Clock, EngagementLedger, StoreError};
use agent_assist_domain::time::Timestamp;
use serde::Serialize;

use crate::carried::carried;
use crate::ids::Ids;
use crate::recorder::Recorder;
use crate::whole::to_its_end;

/// The ports and rules of an [`EngageService`].
#[derive(Clone, Debug)]
pub struct EngageParts {
    /// Whose conversations these are.
    pub tenant: String,
    /// Which identifiers a conversation has.
    pub dialect: Dialect,
    /// Where events are kept.
    pub ledger: Arc<dyn EngagementLedger>,
    /// Writes down what was told.
    pub recorder: Recorder,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// Identifiers of records, and of events that come without.
    pub ids: Ids,
}

/// Records what became of recommendations. Cheap to clone.
#[derive(Clone, Debug)]
pub struct EngageService(Arc<EngageParts>);

/// An event on record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Engaged {
    /// The conversation.
    pub conversation_id: String,
    /// The session.
    pub session_id: String,
    /// The recommendation.
    pub recommendation_id: String,
    /// What happened to it.
    pub kind: &'static str,
    /// Names this event.
    pub event_id: String,
    /// Whether it had been recorded before; then it counts once all the same.
    pub replay: bool,
}

/// Something was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum EngageError {
    /// It breaks the payload rules.
    #[error(transparent)]
    Invalid(Violations),
    /// Nothing of that name was given out in that conversation.
    #[error("this recommendation was never given out in this conversation")]
    NeverEmitted,
    /// It was given out too long ago.
    #[error("this recommendation was given out more than 24 hours ago")]
    TooLate,
    /// The event's name was used before for something else.
    #[error("this event id already names another event")]
    EventIdTaken,
    /// It could not be recorded.
    #[error("no record could be written")]
    Record(#[source] StoreError),
}

/// What came of each event, in the order in which they were told; never [`EngageError::Record`].
pub type Answers = Vec<Result<Engaged, EngageError>>;

impl EngageService {
    /// The service over its ports.
    pub fn new(parts: EngageParts) -> Self {
        Self(Arc::new(parts))
    }

    /// Records what `raw` tells, each event once, however often it is sent. What is refused is on record
    /// as well. Dropping the future does not end it.
    ///
    /// # Errors
    /// If the whole breaks the rules, or it cannot be written; then it may be sent again, and counts once.
    pub async fn engage(&self, raw: RawEngagements) -> Result<Answers, EngageError> {
        let service = Arc::clone(&self.0);
        let task = tokio::spawn(carried(async move { service.engage(raw).await }));
        to_its_end(task).await.map_err(EngageError::Record)?
    }

    /// What is known of a recommendation, or `None` if it was never given out in that conversation.
    ///
    /// # Errors
    /// If it cannot be looked up.
    pub async fn item(
        &self,
        conversation_id: &str,
        recommendation_id: &str,
    ) -> Result<Option<Item>, StoreError> {
        let key = self.0.key(conversation_id, recommendation_id);
        self.0.ledger.item(&key).await
    }
}

/// Of one request: whom it concerns, and where its items are.
struct Call {
    subject: Subject,
    conversation_id: String,
    session_id: String,
    agent: Option<String>,
    now: Timestamp,
}

impl EngageParts {
    async fn engage(&self, raw: RawEngagements) -> Result<Answers, EngageError> {
        let request = match raw.validate(self.dialect) {
            Ok(request) => request,
            Err(violations) => {
                let subject = Subject::of_refused(&violations);
                let refusal = AdoptionRefusal::Invalid(RefusalFacts::of(&violations));
                self.audit(subject, AuditFact::AdoptionRefused(refusal))
                    .await?;
                return Err(EngageError::Invalid(violations));
            }
        };
        let call = self.call(&request).await?;
        let judged = self.judge(&call, request.events).await?;
        let recorded = self.keep(judged).await?;
        self.record(&call, &recorded).await?;
        let answer = |of: Result<EngagementFacts, EngageError>| {
            of.map(|facts| Engaged {
                conversation_id: call.conversation_id.clone(),
                session_id: call.session_id.clone(),
                recommendation_id: facts.recommendation_id,
                kind: facts.kind.as_str(),
                event_id: facts.event_id,
                replay: facts.replay,
            })
        };
        Ok(recorded.into_iter().map(answer).collect())
    }

    fn key(&self, conversation_id: &str, recommendation_id: &str) -> ItemKey {
        ItemKey {
            tenant: self.tenant.clone(),
            conversation_id: conversation_id.to_owned(),
            recommendation_id: recommendation_id.to_owned(),
        }
    }

    async fn call(&self, request: &EngagementRequest) -> Result<Call, EngageError> {
        let agent = self
            .recorder
            .pseudonym(PersonKind::Agent, request.agent_id.as_deref())
            .await
            .map_err(EngageError::Record)?;
        Ok(Call {
            subject: Subject {
                session_id: Some(request.session_id.clone()),
                conversation_id: Some(request.conversation_id.clone()),
                agent: Attribution::of(request.agent_id.as_deref(), None),
                ..Subject::UNKNOWN
            },
            conversation_id: request.conversation_id.clone(),
            session_id: request.session_id.clone(),
            agent: agent.map(|agent| agent.to_string()),
            now: self.clock.now(),
        })
    }

    /// Which of the events may be kept.
    async fn judge(
        &self,
        call: &Call,
        events: Vec<Result<Engagement, Violations>>,
    ) -> Result<Vec<Result<EngagementEvent, EngageError>>, EngageError> {
        let mut judged = Vec::with_capacity(events.len());
        for event in events {
            judged.push(match event {
                Ok(event) => self.judge_one(call, event).await?,
                Err(violations) => Err(EngageError::Invalid(violations)),
            });
        }
        Ok(judged)
    }

    async fn judge_one(
        &self,
        call: &Call,
        told: Engagement,
    ) -> Result<Result<EngagementEvent, EngageError>, EngageError> {
        let key = self.key(&call.conversation_id, &told.recommendation_id);
        let item = self.ledger.item(&key).await.map_err(EngageError::Record)?;
        let Some(item) = item else {
            return Ok(Err(EngageError::NeverEmitted));
        };
        if !item.may_be_told_of(call.now) {
            return Ok(Err(EngageError::TooLate));
        }
        Ok(Ok(EngagementEvent {
            event_id: told.event_id.unwrap_or_else(|| self.ids.next()),
            item: key,
            kind: told.kind,
            session_id: call.session_id.clone(),
            agent_id: call.agent.clone(),
            at: call.now,
            client_at: told.client_at,
        }))
    }

    /// Keeps the events that may be, all at once, and says what each was.
    async fn keep(
        &self,
        judged: Vec<Result<EngagementEvent, EngageError>>,
    ) -> Result<Vec<Result<EngagementFacts, EngageError>>, EngageError> {
        let events: Vec<EngagementEvent> = judged.iter().flatten().cloned().collect();
        let recorded = match events.is_empty() {
            true => Vec::new(),
            false => self
                .ledger
                .record(&events)
                .await
                .map_err(EngageError::Record)?,
        };
        let mut recorded = recorded.into_iter();
        let mut facts = |event: EngagementEvent| match recorded.next() {
            Some(Recorded::Conflict) => Err(EngageError::EventIdTaken),
            recorded => Ok(EngagementFacts {
                recommendation_id: event.item.recommendation_id,
                kind: event.kind,
                event_id: event.event_id,
                client_at: event.client_at,
                replay: recorded == Some(Recorded::Replay),
            }),
        };
        Ok(judged
            .into_iter()
            .map(|event| event.and_then(&mut facts))
            .collect())
    }

    /// Writes down what came of every event: what was only seen or judged in one record, each adoption and
    /// each refusal in one of its own.
    async fn record(
        &self,
        call: &Call,
        recorded: &[Result<EngagementFacts, EngageError>],
    ) -> Result<(), EngageError> {
        let kept = || recorded.iter().flatten().cloned();
        let (adopted, engaged): (Vec<_>, Vec<_>) =
            kept().partition(|facts| facts.kind.is_adoption());
        let engaged = (!engaged.is_empty()).then_some(AuditFact::RecommendationEngaged(engaged));
        let adopted = adopted.into_iter().map(AuditFact::RecommendationAdopted);
        let refused = recorded.iter().filter_map(|of| refusal(of.as_ref().err()?));
        let refused = refused.map(AuditFact::AdoptionRefused);
        for fact in engaged.into_iter().chain(adopted).chain(refused) {
            self.audit(call.subject.clone(), fact).await?;
        }
        Ok(())
    }

    async fn audit(&self, subject: Subject, fact: AuditFact) -> Result<(), EngageError> {
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
            .map_err(EngageError::Record)
    }
}

fn refusal(error: &EngageError) -> Option<AdoptionRefusal> {
    match error {
        EngageError::Invalid(violations) => {
            Some(AdoptionRefusal::Invalid(RefusalFacts::of(violations)))
        }
        EngageError::NeverEmitted => Some(AdoptionRefusal::NeverEmitted),
        EngageError::TooLate => Some(AdoptionRefusal::TooLate),
        EngageError::EventIdTaken => Some(AdoptionRefusal::EventIdTaken),
        EngageError::Record(_) => None,
    }
}
