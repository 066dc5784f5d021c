//! `POST /api/v2/conversations/{id}/suggestions/{suggestionId}/engagement`: into our ledger, under the
//! kinds that everybody tells of.

use agent_assist_domain::adoption::EngagementKind;
use agent_assist_domain::payload::{RawEngagement, RawEngagements, RawField};
use agent_assist_genesys_wire::{EngagementRequest, EngagementType, Rating};
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::{Extension, Json};

use super::schema::{PlatformEngagement, PlatformError};
use crate::api::engagements;
use crate::problem::{Kind, Problem};
use crate::protect::limits::json_body;
use crate::state::{Asking, Shared};

/// Tell what an agent did with a suggestion
///
/// Of one that was given out in the conversation within the last 24 hours. It is said back.
#[utoipa::path(
    post,
    path = "/api/v2/conversations/{conversation_id}/suggestions/{suggestion_id}/engagement",
    operation_id = "engage_suggestion",
    tag = "platform",
    params(
        ("conversation_id" = String, Path, description = "The conversation; a UUID in the suggestions dialect", min_length = 1, max_length = 128),
        ("suggestion_id" = String, Path, description = "The suggestion"),
    ),
    request_body = PlatformEngagement,
    responses(
        (status = 200, description = "It is on record", body = PlatformEngagement),
        (status = 400, description = "The body is no JSON of the right shape, or breaks a rule", body = PlatformError),
        (status = 404, description = "It was not given out there, or too long ago", body = PlatformError),
    ),
    security(("key" = []), ("platform" = [])),
    extensions(("x-roles" = json!(["agent", "admin"]))),
)]
pub(super) async fn engage(
    State(shared): State<Shared>,
    Extension(asking): Extension<Asking>,
    Path((conversation_id, suggestion_id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<EngagementRequest>, Problem> {
    let body = json_body(&headers, body).await?;
    let mut told: EngagementRequest = serde_json::from_slice(&body).map_err(|_| {
        let detail = "it must be an object with an engagementType";
        Problem::new(Kind::MalformedJson, detail)
    })?;
    let kind = kind(&told)?;
    if told.engagement_type != EngagementType::Feedback {
        // It means nothing, and is not on record.
        told.feedback = None;
    }
    let event = RawEngagement {
        recommendation_id: RawField::Text(suggestion_id),
        kind: RawField::Text(kind.as_str().to_owned()),
        ..RawEngagement::default()
    };
    let raw = RawEngagements {
        session_id: RawField::Text(conversation_id.clone()),
        conversation_id: RawField::Text(conversation_id),
        events: vec![event],
        ..RawEngagements::default()
    };
    engagements::record_one(&shared, &asking, raw).await?;
    Ok(Json(told))
}

fn kind(told: &EngagementRequest) -> Result<EngagementKind, Problem> {
    let choice = |field: &str, names: &str| {
        let rule = format!("must be one of {names}");
        Err(Problem::field(field, "choice", rule))
    };
    let rating = told.feedback.as_ref().map(|feedback| &feedback.rating);
    match (&told.engagement_type, rating) {
        (EngagementType::Dismissed, _) => Ok(EngagementKind::Dismissed),
        (EngagementType::Copied, _) => Ok(EngagementKind::Copied),
        (EngagementType::Opened, _) => Ok(EngagementKind::Opened),
        (EngagementType::Feedback, Some(Rating::Positive)) => Ok(EngagementKind::RatedPositive),
        (EngagementType::Feedback, Some(Rating::Negative)) => Ok(EngagementKind::RatedNegative),
        (EngagementType::Feedback, _) => choice("feedback.rating", "Negative, Positive"),
        (EngagementType::Other(_), _) => {
            choice("engagementType", "Dismissed, Copied, Opened, Feedback")
        }
    }
}
