//! What operators see, on a listener of its own: health and metrics for the machines that look after the
//! daemon, and what an admin may ask.

mod assist;
mod config;
mod drain;
mod health;
mod log_level;
mod measured;
mod order;
mod reload;

use agent_assist_domain::access::Role;
use axum::{Extension, Router};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::router::Door;
use crate::state::Shared;
use crate::tenants::Stores;

/// Who operates.
const OPERATING: &[Role] = &[Role::Admin];

/// Routes for admins.
pub(crate) fn routes(door: &Door) -> OpenApiRouter<Shared> {
    door.only(OPERATING, of_tenant())
        .merge(door.only_for_all(OPERATING, of_daemon()))
}

/// Those of a tenant without a door, for those who have passed one.
pub(crate) fn bare_routes() -> Router<Shared> {
    of_tenant().into()
}

/// Routes for everybody who reaches the listener.
pub(crate) fn open_routes(stores: Stores) -> Router<Shared> {
    Router::from(open()).layer(Extension(stores))
}

/// All routes without a door, for the document.
pub(crate) fn undoored() -> OpenApiRouter<Shared> {
    open().merge(of_tenant()).merge(of_daemon())
}

fn open() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(measured::metrics))
}

fn of_tenant() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(assist::status, assist::turn))
}

fn of_daemon() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(config::show))
        .routes(routes!(log_level::set))
        .routes(routes!(drain::turn))
        .routes(routes!(reload::read_anew))
}
