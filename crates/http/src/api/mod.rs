//! What callers ask: `/v1` and the document that describes it.

mod audit;
mod common_problems;
pub(crate) mod engagements;
mod moment;
pub(crate) mod openapi;
mod parameters;
mod recommendations;
mod report;
mod schema;
mod stream;
mod tokens;

use agent_assist_domain::access::Role;
use axum::Router;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) use self::recommendations::problem as fetch_problem;
use crate::router::Door;
use crate::state::Shared;

/// Who asks for recommendations, and mints tokens for those who do.
pub(crate) const ASKING: &[Role] = &[Role::Agent, Role::Admin];

/// Who reads reports, and who the audit log.
const REPORTED_TO: &[Role] = &[Role::Supervisor, Role::Auditor, Role::Admin];
const AUDITING: &[Role] = &[Role::Auditor, Role::Admin];

/// Routes for those with a key.
pub(crate) fn routes(door: &Door) -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .merge(door.only(ASKING, asking()))
        .merge(door.only(REPORTED_TO, reports()))
        .merge(door.only(AUDITING, audits()))
}

/// The same without a door, for those who have passed one.
pub(crate) fn bare_routes() -> Router<Shared> {
    undoored().into()
}

/// The same routes without a door, for the document.
pub(crate) fn undoored() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .merge(asking())
        .merge(reports())
        .merge(audits())
}

fn asking() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(recommendations::ask))
        .routes(routes!(recommendations::ask_by_query))
        .routes(routes!(stream::listen))
        .routes(routes!(engagements::engage))
        .routes(routes!(engagements::engage_several))
        .routes(routes!(tokens::mint))
}

fn reports() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(report::read))
}

fn audits() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(audit::read))
        .routes(routes!(audit::read_csv))
        .routes(routes!(audit::read_ndjson))
        .routes(routes!(audit::newest))
}

/// Routes for everybody: they tell what the daemon is, and nothing of what it holds.
pub(crate) fn open_routes() -> Router<Shared> {
    Router::new()
        .route("/openapi.json", get(openapi::serve))
        .route("/docs", get(openapi::page))
        .route("/docs/page.js", get(openapi::script))
        .route("/docs/page.css", get(openapi::style))
}
