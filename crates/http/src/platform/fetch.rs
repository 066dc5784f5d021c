//! Suggestions of a conversation, from the same use case as everything that is given out.

use std::collections::HashSet;
use std::time::Duration;

use agent_assist_app::fetch::FetchOutcome;
use agent_assist_domain::access::Target;
use agent_assist_domain::answer::{Degraded, DegradedReason, EmptyReason};
use agent_assist_domain::payload::{MAX_LIMIT, RawField, RawRequest};
use agent_assist_domain::recommendation::Recommendation;
use axum::http::{HeaderName, HeaderValue};

use crate::problem::{Kind, Problem};
use crate::state::{Asking, Shared};

/// Says why an answer is less than it should be; the platform's shapes have no place for it.
pub(super) const DEGRADED: HeaderName = HeaderName::from_static("agent-assist-degraded");

/// What may be shown of a conversation's suggestions.
pub(super) struct Given {
    outcome: FetchOutcome,
}

/// The best of what there is for `conversation_id`, as many as an answer holds. All of it is on record as
/// given out, whichever part of it is a page.
///
/// # Errors
/// The problem, if the caller may not, the upstream knows nothing of the conversation, or there is
/// nothing because something failed: an empty list would say that there is nothing to suggest.
pub(super) async fn suggestions(
    shared: &Shared,
    asking: &Asking,
    conversation_id: &str,
) -> Result<Given, Problem> {
    let limits = &asking.caller.limits;
    let target = Target {
        conversation_id: Some(conversation_id),
        // The platform's calls name no queue: which one it is, the upstream says below.
        queue_id: limits.queues.first().map(String::as_str),
        ..Target::default()
    };
    shared.permit(asking, target).await?;
    let services = shared.services();
    let sources = services.platform_sources.iter();
    let raw = RawRequest {
        conversation_id: RawField::Text(conversation_id.to_owned()),
        session_id: RawField::Text(conversation_id.to_owned()),
        knowledge_source_ids: sources.cloned().map(RawField::Text).collect(),
        limit: RawField::Number(f64::from(MAX_LIMIT)),
        ..RawRequest::default()
    };
    let request_id = asking.request_id.as_str().to_owned();
    let outcome = services.fetch.fetch_within(
        limits.clone(),
        request_id,
        asking.request_id.clone(),
        raw,
        services.options,
    );
    match outcome.await {
        Ok(outcome) => Given { outcome }.or_nothing(),
        Err(error) => {
            let conversation_id = Some(conversation_id);
            Err(crate::api::fetch_problem(shared, asking, &error, conversation_id).await)
        }
    }
}

impl Given {
    fn or_nothing(self) -> Result<Self, Problem> {
        let answer = &self.outcome.answer;
        match (answer.empty_reason(), answer.degradation()) {
            (Some(EmptyReason::NoCopilotData), _) => {
                let detail = "no assistant has suggested anything in this conversation";
                Err(Problem::new(Kind::NotFound, detail))
            }
            // Nothing is what somebody wants shown.
            (Some(EmptyReason::Degraded), Some(label))
                if label.reason() != DegradedReason::AssistOff =>
            {
                Err(self.nothing(label))
            }
            _ => Ok(self),
        }
    }

    fn nothing(&self, label: &Degraded) -> Problem {
        let problem = Problem::new(Kind::NothingToGive, label.message());
        let problem = match self.wait() {
            Some(wait) => problem.retry_after(wait),
            None => problem,
        };
        problem.with_header(DEGRADED, HeaderValue::from_static(label.reason().as_str()))
    }

    fn wait(&self) -> Option<Duration> {
        self.outcome.cause.as_ref()?.retry_after()
    }

    /// What it is, best first: that of the screening which the answer shows, all texts masked.
    pub(super) fn recommendations(&self) -> impl Iterator<Item = &Recommendation> {
        let shown = self.outcome.answer.recommendations().iter();
        let shown: HashSet<&str> = shown.map(|item| item.id()).collect();
        let kept = self.outcome.screened.kept().iter();
        kept.map(|safe| &*safe.recommendation)
            .filter(move |item| shown.contains(item.id.as_str()))
    }

    /// Why it is less than it should be, if it is.
    pub(super) fn degraded(&self) -> Option<(HeaderName, HeaderValue)> {
        let label = self.outcome.answer.degradation()?;
        Some((DEGRADED, HeaderValue::from_static(label.reason().as_str())))
    }

    /// That one of them is not among the others.
    pub(super) fn missing(&self) -> Problem {
        match self.outcome.answer.degradation() {
            // It may be among those that could not be had.
            Some(label) => self.nothing(label),
            None => Problem::new(Kind::NotFound, "no such suggestion is shown"),
        }
    }
}
