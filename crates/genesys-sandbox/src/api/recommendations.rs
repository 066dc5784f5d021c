//! `GET /api/v2/agentassist/recommendations`.

use std::collections::BTreeMap;
use std::str::FromStr;
use std::sync::Arc;

use agent_assist_genesys_wire::{Listing, RecommendationEntity};
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use serde::Deserialize;

use super::answer::ApiError;
use crate::assist;
use crate::world::World;

const MAX_LIMIT: usize = 100;
const DEFAULT_LIMIT: usize = 20;

#[derive(Deserialize)]
pub(super) struct RecommendationsQuery {
    conversation_id: Option<String>,
    session_id: Option<String>,
    knowledge_source_ids: Option<String>,
    limit: Option<String>,
    offset: Option<String>,
    intent_confidence: Option<String>,
}

pub(super) async fn list(
    State(world): State<Arc<World>>,
    query: Result<Query<RecommendationsQuery>, QueryRejection>,
) -> Result<Json<Listing<RecommendationEntity>>, ApiError> {
    let Query(query) =
        query.map_err(|_| ApiError::bad_request("query", "The query string cannot be read."))?;
    let conversation_id = required("conversation_id", query.conversation_id)?;
    required("session_id", query.session_id)?;
    let sources = required("knowledge_source_ids", query.knowledge_source_ids)?;
    let sources: Vec<_> = sources.split(',').map(str::trim).collect();
    let limit = number("limit", query.limit)?.unwrap_or(DEFAULT_LIMIT);
    if !(1..=MAX_LIMIT).contains(&limit) {
        let message = format!("limit must lie in 1..={MAX_LIMIT}.");
        return Err(ApiError::bad_parameter("limit", message));
    }
    let offset = number("offset", query.offset)?.unwrap_or(0);
    let intents = intents(query.intent_confidence)?;

    let session = world
        .session(&conversation_id)
        .ok_or_else(ApiError::not_found)?;
    let answers = assist::answers(&world.library, &session.conversation, &intents);
    let entities = answers
        .iter()
        .filter(|answer| {
            sources
                .iter()
                .any(|source| *source == answer.base.id.to_string())
        })
        .skip(offset)
        .take(limit)
        .map(assist::recommendation)
        .collect();
    Ok(Json(Listing {
        entities,
        next_uri: None,
        self_uri: None,
        previous_uri: None,
    }))
}

fn required(name: &str, value: Option<String>) -> Result<String, ApiError> {
    value
        .filter(|value| !value.is_empty())
        .ok_or_else(|| ApiError::bad_request(name, format!("{name} is required.")))
}

fn number<N: FromStr>(name: &str, value: Option<String>) -> Result<Option<N>, ApiError> {
    let parse = |value: String| {
        let message = format!("{name} must be a whole number.");
        value
            .parse()
            .map_err(|_| ApiError::bad_parameter(name, message))
    };
    value.map(parse).transpose()
}

/// Intents as a JSON object of confidences.
fn intents(value: Option<String>) -> Result<BTreeMap<String, f64>, ApiError> {
    let Some(value) = value else {
        return Ok(BTreeMap::new());
    };
    let message = "intent_confidence must be a JSON object of numbers.";
    serde_json::from_str(&value).map_err(|_| ApiError::bad_parameter("intent_confidence", message))
}
