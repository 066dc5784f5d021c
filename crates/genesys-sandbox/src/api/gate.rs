//! What happens to every request before and after its handler.
//!
//! Order: write it down, draw its faults, wait if a fault says so, look at its token, serve it or
//! answer for the fault, add the platform's headers, spoil the body if a fault says so, complete
//! the journal. A faulty answer counts against the token's allowance like any other.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;

use super::answer::{ApiError, finish};
use super::{oauth, tamper};
use crate::fault::{Drawn, Route, StatusFault};
use crate::token::Quota;
use crate::world::World;

pub(super) async fn gate(
    State((world, route)): State<(Arc<World>, Route)>,
    request: Request,
    next: Next,
) -> Response {
    let correlation_id = world.next_correlation_id();
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str());
    let seq = world
        .journal()
        .open(request.method().as_str(), path, &correlation_id);
    let Drawn { effects, rules } = world.faults().draw(route);
    world.journal().amend(seq, |entry| entry.faults = rules);
    if effects.expire_tokens {
        world.tokens().expire_all();
    }
    if let Some(delay) = effects.delay {
        tokio::time::sleep(delay).await;
    }

    let admission = admit(&world, route, &request);
    let served = match (effects.status, admission.refusal) {
        (Some(fault), _) => faulty(route, fault),
        (None, Some(refusal)) => refusal.into_response(),
        (None, None) => next.run(request).await,
    };
    let granted = route == Route::Token && served.status().is_success();
    let mut response = finish(served, &correlation_id, admission.quota);
    if let Some(fault) = effects.body {
        response = tamper::spoil(response, fault).await;
    }
    world.journal().amend(seq, |entry| {
        entry.status = Some(response.status().as_u16());
        entry.authenticated = granted || admission.quota.is_some();
    });
    response
}

/// Whether a request may be served.
struct Admission {
    /// What its token may still do; `None` without a valid token.
    quota: Option<Quota>,
    refusal: Option<ApiError>,
}

fn admit(world: &World, route: Route, request: &Request) -> Admission {
    if matches!(route, Route::Token | Route::Unserved) {
        return Admission {
            quota: None,
            refusal: None,
        };
    }
    let Some(token) = bearer(request) else {
        return Admission {
            quota: None,
            refusal: Some(ApiError::unauthenticated()),
        };
    };
    let Some(quota) = world.tokens().spend(token, Instant::now()) else {
        return Admission {
            quota: None,
            refusal: Some(ApiError::bad_credentials()),
        };
    };
    let refusal = quota
        .is_exceeded()
        .then(|| ApiError::too_many_requests(quota.reset_seconds));
    Admission {
        quota: Some(quota),
        refusal,
    }
}

fn bearer(request: &Request) -> Option<&str> {
    let authorization = request
        .headers()
        .get(header::AUTHORIZATION)?
        .to_str()
        .ok()?;
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn faulty(route: Route, fault: StatusFault) -> Response {
    let StatusFault {
        status,
        code,
        retry_after,
    } = fault;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    match route {
        Route::Token => oauth::injected(status, code, retry_after),
        _ => ApiError::injected(status, code, retry_after).into_response(),
    }
}
