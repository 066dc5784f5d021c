//! What operators see, on a listener of its own: health and metrics for the machines that look after the
//! daemon, and what an admin may ask.

mod assist;
mod config;
mod drain;
mod health;
mod log_level;
mod measured;
mod order;

use agent_assist_domain::access::Role;
use axum::Router;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::router::Door;
use crate::state::Shared;

/// Who operates.
const OPERATING: &[Role] = &[Role::Admin];

/// Routes for admins.
pub(crate) fn routes(door: &Door) -> OpenApiRouter<Shared> {
    door.only(OPERATING, guarded())
}

/// Routes for everybody who reaches the listener.
pub(crate) fn open_routes() -> Router<Shared> {
    open().into()
}

/// All routes without a door, for the document.
pub(crate) fn undoored() -> OpenApiRouter<Shared> {
    open().merge(guarded())
}

fn open() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(measured::metrics))
}

fn guarded() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(config::show))
        .routes(routes!(log_level::set))
        .routes(routes!(drain::turn))
        .routes(routes!(assist::status, assist::turn))
}
