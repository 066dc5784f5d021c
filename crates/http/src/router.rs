//! Routes, and what a request passes on its way to them.

use agent_assist_domain::access::Role;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::{
    CACHE_CONTROL, CONNECTION, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use futures_util::FutureExt as _;
use utoipa_axum::router::OpenApiRouter;

use crate::admin;
use crate::api;
use crate::auth::{Guard, Rates, Reach, admit};
use crate::metrics::measure;
use crate::platform;
use crate::problem::{Kind, Problem};
use crate::protect::host::Hosts;
use crate::protect::limits::refuse_large;
use crate::protect::origin::Origins;
use crate::request_id::RequestIds;
use crate::state::Shared;
use crate::tenants::{Everybody, Tenants};
use crate::trace;

/// What operators may ask a minute with one key.
pub(crate) const ADMIN_REQUESTS_PER_MINUTE: u32 = 600;

/// Which hosts and pages a listener answers.
#[derive(Clone, Debug)]
pub(crate) struct Protection {
    pub(crate) hosts: Hosts,
    pub(crate) origins: Origins,
}

/// What callers ask.
pub(crate) fn api(everybody: &Everybody, protection: Protection, rates: &Rates) -> Router {
    let tenants = everybody.apart(|| api::bare_routes().merge(platform::bare_routes()));
    let shared = &everybody.first;
    let door = Door::new(shared, rates, tenants);
    let (router, _) = api::routes(&door).split_for_parts();
    let router = router.merge(api::open_routes());
    let router = router.merge(platform::routes(&door));
    protected(router.with_state(shared.clone()), shared, protection)
}

/// What operators see.
pub(crate) fn admin(everybody: &Everybody, protection: Protection, rates: &Rates) -> Router {
    let shared = &everybody.first;
    let door = Door::new(shared, rates, everybody.apart(admin::bare_routes));
    let (router, _) = admin::routes(&door).split_for_parts();
    let router = router.merge(admin::open_routes(everybody.stores()));
    protected(router.with_state(shared.clone()), shared, protection)
}

/// Guards routes.
#[derive(Clone, Debug)]
pub(crate) struct Door {
    shared: Shared,
    rates: Rates,
    tenants: Tenants,
}

impl Door {
    pub(crate) fn new(shared: &Shared, rates: &Rates, tenants: Tenants) -> Self {
        Self {
            shared: shared.clone(),
            rates: rates.clone(),
            tenants,
        }
    }

    /// What one key may ask a minute.
    pub(crate) fn requests_per_minute(&self) -> u32 {
        self.rates.allowed()
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
        let guard = self.guard(roles, Reach::Tenant);
        routes.route_layer(from_fn_with_state(guard, admit))
    }

    /// The same for routes that concern all tenants alike.
    pub(crate) fn only_for_all(
        &self,
        roles: &'static [Role],
        routes: OpenApiRouter<Shared>,
    ) -> OpenApiRouter<Shared> {
        let guard = self.guard(roles, Reach::Daemon);
        routes.route_layer(from_fn_with_state(guard, admit))
    }

    fn guard(&self, roles: &'static [Role], reach: Reach) -> Guard {
        Guard {
            shared: self.shared.clone(),
            rates: self.rates.clone(),
            tenants: self.tenants.clone(),
            reach,
            roles,
        }
    }
}

fn protected(router: Router, shared: &Shared, protection: Protection) -> Router {
    let gate = Gate {
        ids: shared.request_ids(),
        shared: shared.clone(),
        protection,
    };
    router
        .fallback(nothing_here)
        .method_not_allowed_fallback(not_that_way)
        .layer(from_fn_with_state(gate, pass))
}

/// What every request passes.
#[derive(Clone, Debug)]
struct Gate {
    ids: RequestIds,
    shared: Shared,
    protection: Protection,
}

/// One layer for all that it passes: a router clones its layers for each request, and each layer those
/// inside of it.
async fn pass(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let Protection { hosts, origins } = &gate.protection;
    let answer = async |request| next.run(request).await;
    let answer = async |request| refuse_large(request, answer).await;
    let answer = async |request| origins.check(request, answer).await;
    let answer = async |request| hosts.check(request, answer).await;
    let answer = async |request| part(&gate.shared, request, answer).await;
    let answer = async |request| harden(request, answer).await;
    let answer = async |request| catch(request, answer).await;
    let answer = async |request| measure(request, answer).await;
    let answer = async |request| gate.ids.identify(request, answer).await;
    trace::follow(request, answer).await
}

async fn nothing_here() -> Problem {
    Problem::new(Kind::NotFound, "the routes are in /openapi.json")
}

async fn not_that_way() -> Problem {
    Problem::new(Kind::MethodNotAllowed, "the header Allow lists them")
}

/// A handler that panics costs its caller an answer, not everybody else the daemon.
async fn catch(request: Request, next: impl AsyncFnOnce(Request) -> Response) -> Response {
    let answered = std::panic::AssertUnwindSafe(next(request)).catch_unwind();
    answered.await.unwrap_or_else(|_| {
        tracing::error!("a handler panicked");
        Problem::internal().into_response()
    })
}

/// Once the daemon is to end, each answer is the last of its connection and says so: whoever has read it
/// knows that the next request goes elsewhere.
async fn part(
    shared: &Shared,
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let mut response = next(request).await;
    if shared.ending().is_cancelled() {
        let headers = response.headers_mut();
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// What browsers are told of every answer, unless it says something else: guess no type, keep nothing,
/// show nowhere, tell nobody.
async fn harden(request: Request, next: impl AsyncFnOnce(Request) -> Response) -> Response {
    let mut response = next(request).await;
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
