//! What became of recommendations on an agent's screen, told over HTTP: one event, or many at once.

use agent_assist_app::engage::{Answers, EngageError, Engaged};
use agent_assist_app::engagement_json::{self, Known};
use agent_assist_domain::access::Target;
use agent_assist_domain::payload::{RawEngagements, RawField};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::schema::{EngagementPayload, EngagementsPayload};
use crate::problem::{Kind, Problem, ProblemBody};
use crate::protect::limits::json_body;
use crate::state::{Asking, Shared};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// An event on record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Engagement {
    /// The conversation.
    conversation_id: String,
    /// The session.
    session_id: String,
    /// The recommendation.
    recommendation_id: String,
    /// What happened to it.
    kind: &'static str,
    /// Names this event.
    event_id: String,
    /// Whether it had been recorded before; it counts once all the same.
    replay: bool,
}

/// What came of events, in the order in which they were told.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EngagementResults {
    results: Vec<EngagementResult>,
}

/// What came of one event: it is on record, or there is a problem.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EngagementResult {
    /// The status that it would have had by itself.
    #[schema(example = 201)]
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    engagement: Option<Engagement>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<ProblemBody>,
}

/// Tell what became of a recommendation
///
/// The header `Idempotency-Key` names the event: sent again, it counts once. Of a recommendation that was
/// never given out in the conversation, or more than 24 hours ago, nothing can be told any more.
#[utoipa::path(
    post,
    path = "/v1/conversations/{conversation_id}/recommendations/{recommendation_id}/engagements",
    tag = "recommendations",
    params(
        ("conversation_id" = String, Path, description = "The conversation", min_length = 1, max_length = 128),
        ("recommendation_id" = String, Path, description = "The recommendation", min_length = 1, max_length = 128),
        ("Idempotency-Key" = Option<String>, Header, description = "Names the event, in quotes or without", min_length = 1, max_length = 130),
    ),
    request_body = EngagementPayload,
    responses(
        (status = 201, description = "It is on record", body = Engagement),
        (status = 200, description = "It was on record already", body = Engagement),
        (status = 404, description = "It was never given out in this conversation", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "Another event has this name", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "It was given out too long ago", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "Fields break rules", body = ProblemBody, content_type = "application/problem+json"),
    ),
    extensions(("x-roles" = json!(["agent", "admin"]))),
)]
pub(crate) async fn engage(
    State(shared): State<Shared>,
    Extension(asking): Extension<Asking>,
    Path((conversation_id, recommendation_id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Engagement>), Problem> {
    let body = json_body(&headers, body).await?;
    let known = Known {
        conversation_id,
        recommendation_id,
        event_id: idempotency_key(&headers)?,
    };
    let raw = engagement_json::parse_one(&body, known)
        .map_err(|error| Problem::new(Kind::MalformedJson, error.to_string()))?;
    let engaged = record_one(&shared, &asking, raw).await?;
    Ok((status(&engaged), Json(engaged.into())))
}

/// Tell what became of several recommendations
///
/// Of one conversation, at most 200 events at once. Each has an answer of its own, and a bad one costs the
/// others nothing. `event_id` names an event: sent again, it counts once.
#[utoipa::path(
    post,
    path = "/v1/conversations/{conversation_id}/engagements",
    tag = "recommendations",
    params(
        ("conversation_id" = String, Path, description = "The conversation", min_length = 1, max_length = 128),
    ),
    request_body = EngagementsPayload,
    responses(
        (status = 200, description = "What came of each", body = EngagementResults),
        (status = 422, description = "Something is wrong with the whole, and nothing is on record", body = ProblemBody, content_type = "application/problem+json"),
    ),
    extensions(("x-roles" = json!(["agent", "admin"]))),
)]
pub(crate) async fn engage_several(
    State(shared): State<Shared>,
    Extension(asking): Extension<Asking>,
    Path(conversation_id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<EngagementResults>, Problem> {
    let body = json_body(&headers, body).await?;
    if headers.contains_key(IDEMPOTENCY_KEY) {
        let rule = "names one event; name each of several by its event_id";
        return Err(Problem::field(
            IDEMPOTENCY_KEY.as_str(),
            "unknown_field",
            rule,
        ));
    }
    let raw = engagement_json::parse_several(&body, conversation_id)
        .map_err(|error| Problem::new(Kind::MalformedJson, error.to_string()))?;
    let answers = record(&shared, &asking, raw).await?;
    let result = |answer: Result<Engaged, EngageError>| match answer {
        Ok(engaged) => EngagementResult {
            status: status(&engaged).as_u16(),
            engagement: Some(engaged.into()),
            problem: None,
        },
        Err(error) => {
            let problem = problem(&shared, &error);
            EngagementResult {
                status: problem.kind().status().as_u16(),
                engagement: None,
                problem: Some(problem.body(asking.request_id.as_str())),
            }
        }
    };
    let results = answers.into_iter().map(result).collect();
    Ok(Json(EngagementResults { results }))
}

/// Records the one event of `raw`.
pub(crate) async fn record_one(
    shared: &Shared,
    asking: &Asking,
    raw: RawEngagements,
) -> Result<Engaged, Problem> {
    let answer = record(shared, asking, raw).await?.into_iter().next();
    let answer = answer.ok_or_else(Problem::internal)?;
    answer.map_err(|error| problem(shared, &error))
}

async fn record(shared: &Shared, asking: &Asking, raw: RawEngagements) -> Result<Answers, Problem> {
    permit(shared, asking, &raw).await?;
    let answers = shared.services().engage.engage(raw).await;
    answers.map_err(|error| problem(shared, &error))
}

/// Whether the caller may tell of these. Nobody is asked for the queue: which one something was given out in
/// is on record. What never was is for the use case to refuse.
async fn permit(shared: &Shared, asking: &Asking, raw: &RawEngagements) -> Result<(), Problem> {
    let limits = &asking.caller.limits;
    let RawField::Text(conversation_id) = &raw.conversation_id else {
        return Err(Problem::internal());
    };
    let target = Target {
        conversation_id: Some(conversation_id),
        queue_id: limits.queues.first().map(String::as_str),
        ..Target::default()
    };
    shared.permit(asking, target).await?;
    if limits.queues.is_empty() {
        return Ok(());
    }
    let ids = raw.events.iter().map(|event| &event.recommendation_id);
    for id in ids {
        let RawField::Text(id) = id else { continue };
        let item = shared.services().engage.item(conversation_id, id).await;
        let item = item.map_err(|error| shared.store_failed(&error))?;
        let Some(item) = item else { continue };
        if let Err(denial) = limits.allow_queue(item.exposure.queue_id.as_deref()) {
            return Err(shared.deny(asking, denial, Some(conversation_id)).await);
        }
    }
    Ok(())
}

/// The event's name, as text or in quotes as structured headers have it.
fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut said = headers.get_all(IDEMPOTENCY_KEY).iter();
    let (value, None) = (said.next(), said.next()) else {
        let rule = "is given more than once";
        return Err(Problem::field(IDEMPOTENCY_KEY.as_str(), "repeated", rule));
    };
    let Some(value) = value else {
        return Ok(None);
    };
    let text = value.to_str().map_err(|_| {
        let rule = "must be visible ASCII characters";
        Problem::field(IDEMPOTENCY_KEY.as_str(), "character", rule)
    })?;
    let bare = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    Ok(Some(bare.unwrap_or(text).to_owned()))
}

fn status(engaged: &Engaged) -> StatusCode {
    match engaged.replay {
        true => StatusCode::OK,
        false => StatusCode::CREATED,
    }
}

fn problem(shared: &Shared, error: &EngageError) -> Problem {
    match error {
        EngageError::Invalid(violations) => violations.into(),
        EngageError::NeverEmitted => Problem::new(Kind::NotFound, error.to_string()),
        EngageError::TooLate => Problem::new(Kind::TooLate, error.to_string()),
        EngageError::EventIdTaken => Problem::new(Kind::EventIdTaken, error.to_string()),
        EngageError::Record(cause) => shared.store_failed(cause),
    }
}

impl From<Engaged> for Engagement {
    fn from(engaged: Engaged) -> Self {
        Self {
            conversation_id: engaged.conversation_id,
            session_id: engaged.session_id,
            recommendation_id: engaged.recommendation_id,
            kind: engaged.kind,
            event_id: engaged.event_id,
            replay: engaged.replay,
        }
    }
}
