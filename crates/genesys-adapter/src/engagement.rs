//! Tells the platform what an agent did with one of its suggestions.
//!
//! The platform documents no idempotency key, so nothing is sent again that may have arrived: what
//! counts is not whether there was an answer but whether there was work. An answer whose body broke is
//! an answer; a throttled request and one that found no connection were never looked at.

use std::sync::Arc;

use agent_assist_domain::adoption::ToldAct;
use agent_assist_domain::batch::UpstreamFacts;
use agent_assist_domain::ports::{
    EngagementReporter, ReportError, ReportErrorKind, SourceError, ToldEngagement,
};
use agent_assist_domain::time::Deadline;
use agent_assist_genesys_wire::{EngagementRequest, EngagementType, Feedback, Rating};
use async_trait::async_trait;
use bytes::Bytes;
use http::{Response, StatusCode};

use crate::ask::Ask;
use crate::client::ApiClient;
use crate::error;
use crate::request;
use crate::retry::Outcome;
use crate::retry_after::retry_after;
use crate::spent::Spent;
use crate::transport::{TransportError, TransportErrorKind};

/// What the role of the OAuth client needs for it.
pub const ENGAGEMENT_PERMISSION: &str = "conversation:suggestionEngagement:add";

/// Genesys Cloud, told what agents do with suggestions.
#[derive(Clone, Debug)]
pub struct GenesysReporter {
    client: Arc<ApiClient>,
}

impl GenesysReporter {
    pub(crate) fn new(client: Arc<ApiClient>) -> Self {
        Self { client }
    }
}

#[async_trait]
impl EngagementReporter for GenesysReporter {
    async fn report(
        &self,
        engagement: &ToldEngagement,
        deadline: Deadline,
    ) -> Result<UpstreamFacts, ReportError> {
        let ToldEngagement {
            conversation_id,
            recommendation_id,
            act,
        } = engagement;
        let base = &self.client.config.api_base;
        let ask = request::engagement(base, conversation_id, recommendation_id)
            .and_then(|url| Ask::tell(&url, body(*act), conversation_id))
            .map_err(|error| {
                ReportError::new(ReportErrorKind::Refused, "not expressible").because(error)
            })?;
        let mut spent = Spent::default();
        match self.client.outcome(ask, deadline, &mut spent).await {
            Ok(outcome) => self.heard(outcome, spent),
            Err(error) => Err(unsent(error)),
        }
    }
}

impl GenesysReporter {
    /// What the outcome of the last attempt says of the engagement.
    fn heard(&self, outcome: Outcome, spent: Spent) -> Result<UpstreamFacts, ReportError> {
        let error = match outcome {
            Ok(response) => {
                let code = error::code(&response);
                return self.answered(&response, code.as_deref(), spent);
            }
            Err(error) => error,
        };
        match error.head() {
            // All that matters has been said.
            Some(head) => self.answered(head, None, spent),
            None => Err(unanswered(error, spent)),
        }
    }

    fn answered<B>(
        &self,
        response: &Response<B>,
        code: Option<&str>,
        spent: Spent,
    ) -> Result<UpstreamFacts, ReportError> {
        let facts = error::facts(response, spent);
        let status = response.status();
        if status.is_success() {
            return Ok(facts);
        }
        let mut why = format!("status {}", status.as_u16());
        if let Some(code) = code {
            why += &format!(", code {code}");
        }
        if status == StatusCode::FORBIDDEN {
            why += &format!(", needs {ENGAGEMENT_PERMISSION}");
        }
        let wait = retry_after(response.headers(), self.client.exchange.now());
        Err(ReportError::new(kind_of(status), why)
            .with_upstream(facts)
            .with_retry_after(wait))
    }
}

/// What an answer outside 2xx says of the engagement.
fn kind_of(status: StatusCode) -> ReportErrorKind {
    match status.as_u16() {
        // Refused before any work was done; it has nothing to do with this engagement.
        401 | 429 | 503 => ReportErrorKind::NotDelivered,
        408 | 500..=599 => ReportErrorKind::Unknown,
        _ => ReportErrorKind::Refused,
    }
}

/// Nothing came back.
fn unanswered(error: TransportError, spent: Spent) -> ReportError {
    let kind = match error.kind() {
        TransportErrorKind::Connect => ReportErrorKind::NotDelivered,
        TransportErrorKind::Request => ReportErrorKind::Refused,
        // The time was up before it was sent at all.
        TransportErrorKind::Timeout if spent.requests == 0 => ReportErrorKind::NotDelivered,
        _ => ReportErrorKind::Unknown,
    };
    ReportError::new(kind, error.to_string())
        .with_upstream(spent.in_vain())
        .because(error)
}

/// There was no room, no token or no time for it.
fn unsent(error: SourceError) -> ReportError {
    ReportError::new(ReportErrorKind::NotDelivered, error.to_string())
        .with_upstream(error.upstream().clone())
        .with_retry_after(error.retry_after())
        .because(error)
}

fn body(act: ToldAct) -> Bytes {
    let rated = |rating| (EngagementType::Feedback, Some(Feedback { rating }));
    let (engagement_type, feedback) = match act {
        ToldAct::Opened => (EngagementType::Opened, None),
        ToldAct::Copied => (EngagementType::Copied, None),
        ToldAct::Dismissed => (EngagementType::Dismissed, None),
        ToldAct::RatedPositive => rated(Rating::Positive),
        ToldAct::RatedNegative => rated(Rating::Negative),
    };
    let request = EngagementRequest {
        engagement_type,
        feedback,
    };
    // Two words of the platform's always have a JSON form.
    Bytes::from(serde_json::to_vec(&request).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_act_has_the_platforms_words() {
        let told: Vec<String> = ToldAct::ALL
            .into_iter()
            .map(|act| String::from_utf8(body(act).to_vec()).unwrap())
            .collect();
        assert_eq!(
            told,
            [
                r#"{"engagementType":"Opened"}"#,
                r#"{"engagementType":"Copied"}"#,
                r#"{"engagementType":"Dismissed"}"#,
                r#"{"engagementType":"Feedback","feedback":{"rating":"Positive"}}"#,
                r#"{"engagementType":"Feedback","feedback":{"rating":"Negative"}}"#,
            ]
        );
    }
}
