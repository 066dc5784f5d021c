//! Whether the daemon lives, and whether it should be asked.

use std::borrow::Cow;
use std::time::Duration;

use agent_assist_domain::audit::{AuditFilter, AuditOrder, AuditQuery};
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use futures_util::future::join_all;
use serde::Serialize;
use tokio::time::timeout;
use utoipa::ToSchema;

use crate::state::Shared;
use crate::tenants::{StoreOf, Stores};

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
    /// Whose it is, where the daemon serves several tenants and it is one's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    tenant: Option<String>,
    /// Whether it is well.
    ok: bool,
    /// What there is to say of it.
    #[schema(value_type = String)]
    says: Cow<'static, str>,
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
/// Neither do settings that were read anew and refused, since those before them hold.
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
pub(crate) async fn ready(
    State(shared): State<Shared>,
    Extension(Stores(stores)): Extension<Stores>,
    RawQuery(query): RawQuery,
) -> Response {
    let stores = stores.iter().map(|one| store(&shared, one));
    let mut checks = vec![serving(&shared)];
    checks.extend(join_all(stores).await);
    let ready = checks.iter().all(|check| check.ok);
    // Does not count: those that hold are fine.
    checks.push(settings(&shared));
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
        tenant: None,
        ok: !ending,
        says: Cow::Borrowed(if ending {
            "it is being drained"
        } else {
            "it takes requests"
        }),
    }
}

fn settings(shared: &Shared) -> Check {
    let last = shared.reloads().last();
    let since = last.loaded_at.to_rfc3339();
    Check {
        name: "settings",
        tenant: None,
        ok: last.refusal.is_none(),
        says: Cow::Owned(match last.refusal {
            None => format!("read at {since}"),
            Some(refusal) => {
                format!("those read at {since} hold, since newer ones are refused: {refusal}")
            }
        }),
    }
}

async fn store(shared: &Shared, store: &StoreOf) -> Check {
    let says = |ok, says| Check {
        name: "store",
        tenant: store.tenant.clone(),
        ok,
        says: Cow::Borrowed(says),
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
    match timeout(STORE_PATIENCE, store.trail.page(&newest)).await {
        Ok(Ok(_)) => says(true, "it can be read"),
        Ok(Err(_)) => says(false, "it cannot be read"),
        Err(_) => says(false, "it takes too long to be read"),
    }
}
