//! The settings that hold, and who said them.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::state::Shared;

/// The settings.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConfigBody {
    settings: Vec<Setting>,
}

/// One setting.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Setting {
    /// Dotted name.
    #[schema(example = "cache.ttl")]
    name: String,
    /// Its value, hidden where it is a secret; null where nothing is set.
    #[schema(required)]
    value: Option<String>,
    /// Who said it.
    #[schema(example = "default")]
    origin: String,
}

/// Read the settings
///
/// As `agent-assist config show` prints them; secrets are hidden.
#[utoipa::path(
    get,
    path = "/admin/config",
    tag = "operating",
    responses((status = 200, description = "Every setting", body = ConfigBody)),
    extensions(("x-roles" = json!(["admin"]))),
)]
pub(crate) async fn show(State(shared): State<Shared>) -> Json<ConfigBody> {
    let settings = shared.services().shown.iter().map(|line| Setting {
        name: line.name.clone(),
        value: line.value.clone(),
        origin: line.origin.clone(),
    });
    Json(ConfigBody {
        settings: settings.collect(),
    })
}
