//! `POST /api/v2/conversations/{id}/suggestions/{suggestionId}/engagement`.
//!
//! An engagement changes the suggestion's state, and later reads and filters see it. Repeating one
//! is harmless; the last one counts.

use std::sync::Arc;

use agent_assist_genesys_wire::{EngagementRequest, EngagementType, SuggestionState};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};

use super::answer::ApiError;
use crate::world::World;

pub(super) async fn engage(
    State(world): State<Arc<World>>,
    Path((conversation, suggestion)): Path<(String, String)>,
    body: Bytes,
) -> Result<Json<EngagementRequest>, ApiError> {
    let session = world
        .session(&conversation)
        .ok_or_else(ApiError::not_found)?;
    let mut suggestions = session.suggestions();
    let found = suggestions
        .iter_mut()
        .find(|known| known.id.as_deref() == Some(&suggestion));
    let found = found.ok_or_else(ApiError::not_found)?;
    let engagement: EngagementRequest = serde_json::from_slice(&body).map_err(|_| {
        ApiError::bad_request(
            "engagementType",
            "The body must be JSON with an engagementType.",
        )
    })?;
    found.state = Some(state_after(&engagement)?);
    session.usage().engaged(&suggestion, engagement.clone());
    Ok(Json(engagement))
}

/// The state a suggestion is in after the engagement.
fn state_after(engagement: &EngagementRequest) -> Result<SuggestionState, ApiError> {
    match engagement.engagement_type {
        EngagementType::Copied | EngagementType::Opened => Ok(SuggestionState::Accepted),
        EngagementType::Dismissed => Ok(SuggestionState::Dismissed),
        EngagementType::Feedback => match &engagement.feedback {
            Some(feedback) if feedback.rating.is_known() => Ok(SuggestionState::Rated),
            Some(_) => {
                let message = "rating must be Negative or Positive.";
                Err(ApiError::bad_value("feedback.rating", message))
            }
            None => Err(ApiError::bad_request(
                "feedback",
                "Feedback needs a rating.",
            )),
        },
        EngagementType::Other(_) => {
            let message = "engagementType must be Dismissed, Copied, Opened or Feedback.";
            Err(ApiError::bad_value("engagementType", message))
        }
    }
}
