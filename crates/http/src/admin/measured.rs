//! Metrics for Prometheus.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};

use crate::problem::{Kind, Problem};
use crate::state::Shared;

/// Read metrics
///
/// Labels are routes, methods, statuses and words of the program: no conversation, no agent, no key.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "operating",
    responses((status = 200, description = "Metrics, in Prometheus's text format", body = String, content_type = "text/plain")),
    security(()),
    extensions(("x-roles" = json!([]))),
)]
pub(crate) async fn metrics(State(shared): State<Shared>) -> Result<Response, Problem> {
    let text = shared.metrics();
    let text = text.ok_or_else(|| Problem::new(Kind::NotFound, "nothing is measured here"))?;
    Ok(([(CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}
