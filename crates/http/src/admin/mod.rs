//! What operators see, on a listener of its own: health and metrics for the machines that look after the
//! daemon, and what an admin may ask.

mod health;
mod measured;

use axum::Router;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::router::Door;
use crate::state::Shared;

/// Routes for admins.
pub(crate) fn routes(_door: &Door) -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
}

/// All routes without a door, for the document.
pub(crate) fn undoored() -> OpenApiRouter<Shared> {
    open()
}

/// Routes for everybody who reaches the listener.
pub(crate) fn open_routes() -> Router<Shared> {
    open().into()
}

fn open() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .routes(routes!(measured::metrics))
}
