//! The emulated HTTP surface.
//!
//! One handler per route, one [`gate`] in front of them all. Handlers answer with data or with an
//! [`ApiError`]; the gate alone knows tokens, faults, the journal and the platform's headers.

mod aggregates;
mod answer;
mod control;
mod engagement;
mod gate;
mod oauth;
mod page;
mod platform;
mod recommendations;
mod search;
mod suggestions;
mod tamper;

use std::sync::Arc;

use axum::Router;
use axum::handler::Handler;
use axum::middleware;
use axum::routing::{MethodRouter, get, post};

use self::answer::ApiError;
use crate::fault::Route;
use crate::world::World;

/// Everything the sandbox serves.
pub(crate) fn router(world: &Arc<World>) -> Router {
    let gated = |route: Route, handlers: MethodRouter<Arc<World>>| {
        let gate = middleware::from_fn_with_state((Arc::clone(world), route), gate::gate);
        handlers.fallback(method_not_allowed).layer(gate)
    };
    let not_served = not_found.layer(middleware::from_fn_with_state(
        (Arc::clone(world), Route::Unserved),
        gate::gate,
    ));
    let suggestions = "/api/v2/conversations/{conversation}/suggestions";
    let suggestion = format!("{suggestions}/{{suggestion}}");
    let engagement = format!("{suggestion}/engagement");
    let recommendations = "/api/v2/agentassist/recommendations";
    let knowledge_base = "/api/v2/knowledge/knowledgebases/{knowledge_base}";
    let search = format!("{knowledge_base}/documents/search");
    let limits = "/api/v2/organizations/limits/namespaces/platform.api";
    let aggregates = "/api/v2/analytics/agentcopilots/aggregates/query";
    Router::new()
        .route(
            "/oauth/token",
            gated(Route::Token, post(oauth::issue_token)),
        )
        .route(
            recommendations,
            gated(Route::Recommendations, get(recommendations::list)),
        )
        .route(
            suggestions,
            gated(Route::Suggestions, get(suggestions::list)),
        )
        .route(
            &suggestion,
            gated(Route::Suggestion, get(suggestions::read)),
        )
        .route(
            &engagement,
            gated(Route::Engagement, post(engagement::engage)),
        )
        .route(
            "/api/v2/tokens/me",
            gated(Route::Me, get(platform::token_info)),
        )
        .route(
            knowledge_base,
            gated(Route::Knowledge, get(platform::knowledge_base)),
        )
        .route(&search, gated(Route::Search, post(search::search)))
        .route(limits, gated(Route::Limits, get(platform::limits)))
        .route(
            aggregates,
            gated(Route::Aggregates, post(aggregates::query)),
        )
        .merge(control::router())
        .fallback(not_served)
        .with_state(Arc::clone(world))
}

async fn not_found() -> ApiError {
    ApiError::not_found()
}

async fn method_not_allowed() -> ApiError {
    ApiError::method_not_allowed()
}
