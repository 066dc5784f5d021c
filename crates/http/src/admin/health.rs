//! Whether the daemon lives, and whether it should be asked.

use std::time::Duration;

use agent_assist_domain::audit::{AuditFilter, AuditOrder, AuditQuery};
use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::state::Shared;

/// How long the store may take to answer a look at it.
const STORE_PATIENCE: Duration = Duration::from_secs(1);

/// Whether the daemon should be asked, and why not.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Readiness {
    /// Whether everything below is well.
    ready: bool,
    /// What was looked at; only where it was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checks: Vec<Check>,
}

/// One thing that was looked at.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Check {
    /// What.
    #[schema(example = "store")]
    name: &'static str,
    /// Whether it is well.
    ok: bool,
    /// What there is to say of it.
    says: &'static str,
}

/// Whether the process lives
#[utoipa::path(
    get,
    path = "/livez",
    tag = "operating",
    responses((status = 200, description = "It does", body = String, content_type = "text/plain")),
    security(()),
    extensions(("x-roles" = json!([]))),
)]
pub(crate) async fn live() -> &'static str {
    "ok\n"
}

/// Whether the daemon should be asked
///
/// An upstream that fails does not count: then there are degraded answers, and they are better than none.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "operating",
    params(("verbose" = Option<String>, Query, description = "Say what was looked at; any value, or none", allow_reserved)),
    responses(
        (status = 200, description = "It should", body = Readiness),
        (status = 503, description = "It should not, for now", body = Readiness),
    ),
    security(()),
    extensions(("x-roles" = json!([]))),
)]
pub(crate) async fn ready(State(shared): State<Shared>, RawQuery(query): RawQuery) -> Response {
    let checks = vec![serving(&shared), store(&shared).await];
    let ready = checks.iter().all(|check| check.ok);
    let verbose = query.is_some_and(|query| query.split(['&', '=']).any(|word| word == "verbose"));
    let status = match ready {
        true => StatusCode::OK,
        false => StatusCode::SERVICE_UNAVAILABLE,
    };
    let checks = if verbose { checks } else { Vec::new() };
    (status, Json(Readiness { ready, checks })).into_response()
}

fn serving(shared: &Shared) -> Check {
    let ending = shared.is_draining();
    Check {
        name: "serving",
        ok: !ending,
        says: if ending {
            "it is being drained"
        } else {
            "it takes requests"
        },
    }
}

async fn store(shared: &Shared) -> Check {
    let says = |ok, says| Check {
        name: "store",
        ok,
        says,
    };
    if shared.broken().is_cancelled() {
        return says(false, "a write failed, and it takes nothing any more");
    }
    let newest = AuditQuery {
        filter: AuditFilter::default(),
        order: AuditOrder::NewestFirst,
        after: None,
        limit: 1,
    };
    match timeout(STORE_PATIENCE, shared.services().trail.page(&newest)).await {
        Ok(Ok(_)) => says(true, "it can be read"),
        Ok(Err(_)) => says(false, "it cannot be read"),
        Err(_) => says(false, "it takes too long to be read"),
    }
}
