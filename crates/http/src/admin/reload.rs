//! The settings read anew.

use std::collections::BTreeSet;

use axum::extract::State;
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;

use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::{Asking, Shared};

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReloadBody {
    /// The settings that have changed, or in whose file something has.
    #[schema(example = json!(["cache.ttl"]))]
    changed: BTreeSet<String>,
}

/// Read the settings anew
///
/// They are read, checked and put into effect as a whole, or nothing changes. Requests under way end as they
/// began. It is in the audit log, under the key's id. The same happens on SIGHUP, and with `serve --watch` whenever a file of the settings changes.
#[utoipa::path(
    post,
    path = "/admin/reload",
    tag = "operating",
    responses(
        (status = 200, description = "They hold now", body = ReloadBody),
        (status = 422, description = "They do not, and `errors` says which setting breaks which rule or needs a restart", body = ProblemBody, content_type = "application/problem+json"),
    ),
    extensions(("x-roles" = json!(["admin"]))),
)]
pub(crate) async fn read_anew(
    State(shared): State<Shared>,
    Extension(asking): Extension<Asking>,
) -> Result<Json<ReloadBody>, Problem> {
    let request_id = asking.request_id.as_str().to_owned();
    let reloaded = shared.reloads().order(asking.caller.key_id, request_id);
    let reloaded = reloaded.await;
    let reloaded = reloaded.ok_or_else(|| {
        let detail = "nobody reads settings here, or the daemon is about to end";
        Problem::new(Kind::NotFound, detail)
    })?;
    let changed = reloaded?;
    Ok(Json(ReloadBody { changed }))
}
