//! Routes, and what a request passes on its way to them. The outermost layer comes last here.

use agent_assist_domain::access::Role;
use axum::Router;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use utoipa_axum::router::OpenApiRouter;

use crate::admin;
use crate::api;
use crate::auth::{Guard, Rates, admit};
use crate::metrics::measure;
use crate::platform;
use crate::problem::{Kind, Problem};
use crate::protect::host::{self, Hosts};
use crate::protect::limits::refuse_large;
use crate::protect::origin::{self, Origins};
use crate::request_id::{RequestIds, identify};
use crate::state::Shared;
use crate::trace;

/// What operators may ask a minute with one key.
const ADMIN_REQUESTS_PER_MINUTE: u32 = 600;

/// Which hosts and pages a listener answers.
#[derive(Clone, Debug)]
pub(crate) struct Protection {
    pub(crate) hosts: Hosts,
    pub(crate) origins: Origins,
}

/// What callers ask.
pub(crate) fn api(shared: &Shared, protection: Protection, requests_per_minute: u32) -> Router {
    let door = Door::new(shared, requests_per_minute);
    let (router, _) = api::routes(&door).split_for_parts();
    let router = router.merge(api::open_routes());
    let router = router.merge(platform::routes(&door));
    protected(router.with_state(shared.clone()), shared, protection)
}

/// What operators see.
pub(crate) fn admin(shared: &Shared, protection: Protection) -> Router {
    let door = Door::new(shared, ADMIN_REQUESTS_PER_MINUTE);
    let (router, _) = admin::routes(&door).split_for_parts();
    let router = router.merge(admin::open_routes());
    protected(router.with_state(shared.clone()), shared, protection)
}

/// Guards routes.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    shared: Shared,
    rates: Rates,
    requests_per_minute: u32,
}

impl Door {
    pub(crate) fn new(shared: &Shared, requests_per_minute: u32) -> Self {
        Self {
            shared: shared.clone(),
            rates: Rates::per_minute(requests_per_minute),
            requests_per_minute,
        }
    }

    /// What one key may ask a minute.
    pub(crate) fn requests_per_minute(&self) -> u32 {
        self.requests_per_minute
    }

    /// What counts that, for routes that find out by themselves whose key it is.
    pub(crate) fn rates(&self) -> Rates {
        self.rates.clone()
    }

    /// `routes`, for these roles only.
    pub(crate) fn only(
        &self,
        roles: &'static [Role],
        routes: OpenApiRouter<Shared>,
    ) -> OpenApiRouter<Shared> {
        routes.route_layer(from_fn_with_state(self.guard(roles), admit))
    }

    /// The same for routes that the document does not describe.
    pub(crate) fn only_undescribed(
        &self,
        roles: &'static [Role],
        routes: Router<Shared>,
    ) -> Router<Shared> {
        routes.route_layer(from_fn_with_state(self.guard(roles), admit))
    }

    fn guard(&self, roles: &'static [Role]) -> Guard {
        Guard {
            shared: self.shared.clone(),
            rates: self.rates.clone(),
            roles,
        }
    }
}

fn protected(router: Router, shared: &Shared, protection: Protection) -> Router {
    let services = shared.services();
    let ids = RequestIds::new(services.ids.clone(), services.scanner.clone());
    router
        .fallback(nothing_here)
        .method_not_allowed_fallback(not_that_way)
        .layer(from_fn(refuse_large))
        .layer(from_fn_with_state(protection.origins, origin::check))
        .layer(from_fn_with_state(protection.hosts, host::check))
        .layer(from_fn(harden))
        .layer(from_fn(catch))
        .layer(from_fn(measure))
        .layer(from_fn_with_state(ids, identify))
        .layer(from_fn(trace::follow))
}

async fn nothing_here() -> Problem {
    Problem::new(Kind::NotFound, "the routes are in /openapi.json")
}

async fn not_that_way() -> Problem {
    Problem::new(Kind::MethodNotAllowed, "the header Allow lists them")
}

/// A handler that panics costs its caller an answer, not everybody else the daemon.
async fn catch(request: Request, next: Next) -> Response {
    let answered = std::panic::AssertUnwindSafe(next.run(request)).catch_unwind();
    answered.await.unwrap_or_else(|_| {
        tracing::error!("a handler panicked");
        Problem::internal().into_response()
    })
}

/// What browsers are told of every answer, unless it says something else: guess no type, keep nothing,
/// show nowhere, tell nobody.
async fn harden(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let policies = [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CACHE_CONTROL, "no-store"),
        (REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("content-security-policy"),
            "default-src 'none'; frame-ancestors 'none'",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in policies {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}
