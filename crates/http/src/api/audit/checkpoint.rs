//! The newest signed head of the log.

use agent_assist_domain::access::Target;
use axum::Extension;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};

use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::{Asking, Shared};

/// Read the newest checkpoint of the audit log
///
/// A signed note (c2sp.org/tlog-checkpoint): keep it elsewhere, and the log can be held to it.
#[utoipa::path(
    get,
    path = "/v1/audit/checkpoint",
    tag = "records",
    responses(
        (status = 200, description = "The note", body = String, content_type = "text/plain"),
        (status = 404, description = "No checkpoint has been signed", body = ProblemBody, content_type = "application/problem+json"),
    ),
    extensions(("x-roles" = json!(["auditor", "admin"]))),
)]
pub(crate) async fn newest(
    State(shared): State<Shared>,
    Extension(asking): Extension<Asking>,
) -> Result<Response, Problem> {
    shared.permit(&asking, Target::default()).await?;
    let newest = shared.services().trail.newest_checkpoint(u64::MAX).await;
    let newest = newest.map_err(|error| shared.store_failed(&error))?;
    let newest = newest.ok_or_else(|| {
        let detail = "no checkpoint has been signed; set audit.key_file";
        Problem::new(Kind::NotFound, detail)
    })?;
    Ok(([(CONTENT_TYPE, "text/plain; charset=utf-8")], newest.note).into_response())
}
