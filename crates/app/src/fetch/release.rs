//! The last look at a finished answer. It is on record as given by then; that it was stopped after
//! all is recorded behind it.

use std::sync::Arc;

use agent_assist_domain::answer::{Answer, AnswerFacts, CacheInfo, Degraded, DegradedReason};
use agent_assist_domain::audit::{AuditFact, Egress, Subject};
use agent_assist_domain::screening::Screened;
use agent_assist_domain::time::Deadline;

use super::{FetchError, FetchOutcome, Service};

impl Service {
    /// `outcome`, unless there is personal data in its answer: then one that says that there is none.
    pub(super) async fn release(
        &self,
        outcome: FetchOutcome,
        deadline: Deadline,
    ) -> Result<FetchOutcome, FetchError> {
        let answer = &outcome.answer;
        let Some(stopped) = self.look_at(&outcome) else {
            return Ok(outcome);
        };
        let subject = Subject {
            session_id: Some(answer.session_id().to_owned()),
            conversation_id: Some(answer.conversation_id().to_owned()),
            ..Subject::UNKNOWN
        };
        let request_id = answer.request_id().to_owned();
        Box::pin(self.record(&request_id, subject, stopped, deadline)).await?;
        let facts = AnswerFacts {
            session_id: answer.session_id().to_owned(),
            conversation_id: answer.conversation_id().to_owned(),
            request_id,
            latency_us: (answer.metrics().latency_ms() * 1e3) as u64,
            cache: CacheInfo::NONE,
        };
        let label = Degraded::new(DegradedReason::PersonalData, self.clock.now());
        Ok(FetchOutcome {
            answer: Answer::degraded(facts, label),
            key: outcome.key,
            screened: Arc::new(Screened::nothing()),
            cause: None,
            shown_json: None,
        })
    }

    fn look_at(&self, outcome: &FetchOutcome) -> Option<AuditFact> {
        if !self.egress.is_due() {
            return None;
        }
        // Finished bytes: what a client gets is this document, or a rendering of it.
        let json = outcome.uninspected().unwrap_or_default();
        match self.egress.inspect(Egress::Answer, &json) {
            Some(stopped) => Some(AuditFact::EgressStopped(stopped)),
            None => {
                outcome.mark_inspected();
                None
            }
        }
    }
}
