//! What happens to every request before and after its handler.
//!
//! Order: draw its faults, write it down, wait if a fault says so, look at its token, serve it or
//! answer for the fault, add the platform's headers, spoil the answer and cut the connection if a
//! fault says so, complete the journal. A faulty answer counts against the token's allowance like
//! any other.

use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::Instant;

use super::answer::{ApiError, finish};
use super::{oauth, tamper};
use crate::connection::Fuse;
use crate::fault::{Drawn, Route, StatusFault};
use crate::journal::Arrival;
use crate::token::Quota;
use crate::world::World;

pub(super) async fn gate(
    State((world, route)): State<(Arc<World>, Route)>,
    request: Request,
    next: Next,
) -> Response {
    let correlation_id = world.next_correlation_id();
    let fuse = fuse(&request);
    let Drawn { effects, rules } = world.faults().draw(route, Instant::now());
    let seq = world.journal().open(Arrival {
        route,
        method: request.method().as_str(),
        path: request
            .uri()
            .path_and_query()
            .map_or("/", |path| path.as_str()),
        correlation_id: &correlation_id,
        bearer: bearer(&request).is_some(),
        at_ms: world.age_ms(),
        faults: rules,
    });
    if effects.expire_tokens {
        world.tokens().expire_all();
    }
    if effects.revoke {
        world.tokens().revoke();
    }
    if let Some(delay) = effects.delay {
        tokio::time::sleep(delay).await;
    }

    let admission = admit(&world, route, &request);
    let handled = effects.status.is_none();
    let served = match (&effects.status, admission.refusal) {
        (Some(fault), _) => faulty(route, fault.clone()),
        (None, Some(refusal)) => refusal.into_response(),
        (None, None) => next.run(request).await,
    };
    let granted = route == Route::Token && handled && served.status().is_success();
    let authenticated = granted || admission.quota.is_some();
    let response = finish(served, &correlation_id, admission.quota);
    let response = tamper::spoil(response, &effects).await;
    fuse.set(effects.reset);
    let status = response.status().as_u16();
    let now = world.age_ms();
    world.journal().close(seq, status, now, authenticated);
    response
}

/// The fuse of the request's connection.
fn fuse(request: &Request) -> Fuse {
    let extensions = request.extensions();
    let info = extensions.get::<ConnectInfo<Fuse>>();
    // Every connection has one: it is served through `Connections`.
    info.map(|ConnectInfo(fuse)| fuse.clone())
        .unwrap_or_default()
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
    let refusal = quota.retry_after().map(ApiError::too_many_requests);
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
        _ if !status.is_client_error() && !status.is_server_error() => status.into_response(),
        Route::Token => oauth::injected(status, code, retry_after),
        _ => ApiError::injected(status, code, retry_after).into_response(),
    }
}
