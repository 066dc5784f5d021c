//! How much is logged, while the daemon runs.

use agent_assist_domain::audit::AdminAct;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::order;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::{Asking, Level, Shared};

/// How much is logged.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogLevelBody {
    /// `error`, `warn`, `info`, `debug` or `trace`.
    #[schema(example = "info")]
    level: String,
}

/// Set how much is logged
///
/// Until it is set anew or the daemon starts again. Other crates than the program's own stay at warnings.
/// The order is in the audit log, under the key's id.
#[utoipa::path(
    post,
    path = "/admin/log-level",
    tag = "operating",
    request_body = LogLevelBody,
    responses(
        (status = 200, description = "How much is logged now", body = LogLevelBody),
        (status = 404, description = "The log's filter was set by AGENT_ASSIST_LOG, and stays as it is", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "There is no such level", body = ProblemBody, content_type = "application/problem+json"),
    ),
    extensions(("x-roles" = json!(["admin"]))),
)]
pub(crate) async fn set(
    State(shared): State<Shared>,
    Extension(asking): Extension<Asking>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<LogLevelBody>, Problem> {
    let asked: LogLevelBody = order::read(&headers, body, "an object with level").await?;
    let level = Level::ALL
        .into_iter()
        .find(|level| level.as_str() == asked.level);
    let level = level.ok_or_else(|| {
        let names = Level::ALL.map(Level::as_str).join(", ");
        Problem::field("level", "type", format!("must be one of {names}"))
    })?;
    let set = shared.services().log_level.as_ref();
    let set = set.ok_or_else(|| {
        let detail = "the log's filter was set by AGENT_ASSIST_LOG, and stays as it is";
        Problem::new(Kind::NotFound, detail)
    })?;
    let act = AdminAct::SetLogLevel(level.as_str());
    shared.administer(&asking, act).await?;
    set.set(level);
    Ok(Json(asked))
}
