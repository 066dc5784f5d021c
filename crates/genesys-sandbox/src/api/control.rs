//! The sandbox's own controls, outside `/api`: read the journal, set faults, expire tokens.
//!
//! They need no token, are not gated and do not show in the journal.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::json;
use tokio::time::Instant;

use crate::fault::FaultRule;
use crate::journal::JournalEntry;
use crate::world::World;

pub(super) fn router() -> Router<Arc<World>> {
    Router::new()
        .route("/sandbox/journal", get(journal))
        .route(
            "/sandbox/faults",
            get(list_faults).post(add_faults).delete(clear_faults),
        )
        .route("/sandbox/tokens/expire", post(expire_tokens))
}

async fn journal(State(world): State<Arc<World>>) -> Json<Vec<JournalEntry>> {
    Json(world.journal().entries())
}

async fn list_faults(State(world): State<Arc<World>>) -> Response {
    Json(world.faults().report()).into_response()
}

/// Takes rules as text, one a line; all of them or none.
async fn add_faults(State(world): State<Arc<World>>, body: String) -> Response {
    let lines = body.lines().map(str::trim).filter(|line| !line.is_empty());
    let rules: Result<Vec<FaultRule>, _> = lines.map(str::parse).collect();
    match rules {
        Ok(rules) => {
            let mut book = world.faults();
            let now = Instant::now();
            rules.into_iter().for_each(|rule| book.add(rule, now));
            (StatusCode::CREATED, Json(book.report())).into_response()
        }
        Err(error) => (
            StatusCode::BAD_REQUEST,
            Json(json!({"error": error.to_string()})),
        )
            .into_response(),
    }
}

async fn clear_faults(State(world): State<Arc<World>>) -> StatusCode {
    world.faults().clear();
    StatusCode::NO_CONTENT
}

async fn expire_tokens(State(world): State<Arc<World>>) -> StatusCode {
    world.tokens().expire_all();
    StatusCode::NO_CONTENT
}
