//! Out of the rotation and back, without an end.

use agent_assist_domain::audit::AdminAct;
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::order;
use crate::problem::Problem;
use crate::state::{Asking, Shared};

/// Whether the daemon is to be left alone.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Drain {
    draining: bool,
}

/// Take the daemon out of rotation, or back
///
/// While it is drained `/readyz` says 503; requests that come all the same are answered. The order is in
/// the audit log, under the key's id.
#[utoipa::path(
    post,
    path = "/admin/drain",
    operation_id = "turn_draining",
    tag = "operating",
    request_body = Drain,
    responses((status = 200, description = "How it stands now", body = Drain)),
    extensions(("x-roles" = json!(["admin"]))),
)]
pub(crate) async fn turn(
    State(shared): State<Shared>,
    Extension(asking): Extension<Asking>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Drain>, Problem> {
    let drain: Drain =
        order::read(&headers, body, "an object with draining, true or false").await?;
    let act = AdminAct::Drain(drain.draining);
    shared.administer(&asking, act).await?;
    shared.drain(drain.draining);
    Ok(Json(drain))
}
