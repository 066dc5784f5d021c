//! At the door of every route: credentials, role, rate. What a caller is limited to beside that is
//! judged where it is known what they ask for.

use agent_assist_app::access::AccessError;
use agent_assist_app::error::Chain;
use agent_assist_domain::access::{Denial, Role};
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::Rates;
use crate::problem::{Kind, Problem};
use crate::request_id::RequestId;
use crate::state::{Asking, Shared};
use crate::tenants::{self, Tenant, Tenants};

/// The door of a route.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    pub(crate) shared: Shared,
    pub(crate) rates: Rates,
    /// Roles that may pass.
    pub(crate) roles: &'static [Role],
    /// Whose it may be what is behind.
    pub(crate) tenants: Tenants,
    /// Whose it is.
    pub(crate) reach: Reach,
}

/// Whom a route concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// The tenant that the request is of.
    Tenant,
    /// All of them.
    Daemon,
}

/// Lets the right callers through, and tells the handler who it is.
pub(crate) async fn admit(
    State(guard): State<Guard>,
    mut request: Request,
    next: Next,
) -> Response {
    let extensions = request.extensions();
    // Every request has one by now.
    let Some(request_id) = extensions.get::<RequestId>().cloned() else {
        return Problem::internal().into_response();
    };
    let route = extensions.get::<MatchedPath>();
    let route = route.map(|route| route.as_str().to_owned());
    // Owned, since a body is nothing that could be waited with.
    let credentials = bearer(request.headers()).map(str::to_owned);
    let named = tenants::named(request.headers());
    let asking = match guard.identify(credentials, request_id, route).await {
        Ok(asking) => asking,
        Err(problem) => return problem.into_response(),
    };
    match guard.admit(&asking, named).await {
        Ok(Some(tenant)) => tenant.answer(request, asking).await,
        Ok(None) => {
            request.extensions_mut().insert(asking);
            next.run(request).await
        }
        Err(problem) => problem.into_response(),
    }
}

impl Guard {
    async fn identify(
        &self,
        credentials: Result<String, Problem>,
        request_id: RequestId,
        route: Option<String>,
    ) -> Result<Asking, Problem> {
        let access = &self.shared.services().access;
        let caller = access
            .identify(&credentials?)
            .await
            .map_err(|error| match error {
                AccessError::Unknown => not_valid(),
                AccessError::Store(cause) => {
                    tracing::error!(error = %Chain(&cause), "credentials cannot be looked up");
                    self.shared.note(&cause);
                    let detail = "credentials cannot be looked up";
                    Problem::new(Kind::StoreUnavailable, detail)
                }
            })?;
        self.rates.count(&caller.key_id).map_err(|wait| {
            Problem::new(Kind::RateLimited, "wait before the next request").retry_after(wait)
        })?;
        Ok(Asking {
            caller,
            request_id,
            route,
        })
    }

    /// The tenant whose handler is to answer; `None` for the one behind this door.
    async fn admit(
        &self,
        asking: &Asking,
        named: Result<Option<String>, Problem>,
    ) -> Result<Option<&Tenant>, Problem> {
        let tenant = match self.reach {
            Reach::Tenant => self.tenants.of(asking, named?.as_deref()).await?,
            Reach::Daemon => {
                self.tenants.permit_all(asking).await?;
                None
            }
        };
        match self.roles.contains(&asking.caller.role) {
            true => Ok(tenant),
            false => {
                let shared = tenant.map_or(&self.shared, Tenant::shared);
                Err(shared.deny(asking, Denial::Role, None).await)
            }
        }
    }
}

/// The credentials in `Authorization: Bearer ...`.
fn bearer(headers: &HeaderMap) -> Result<&str, Problem> {
    let mut said = headers.get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (said.next(), said.next()) else {
        let detail = "send one header Authorization: Bearer, a space, and a key or a token";
        let asking = HeaderValue::from_static("Bearer realm=\"agent-assist\"");
        return Err(
            Problem::new(Kind::Unauthenticated, detail).with_header(WWW_AUTHENTICATE, asking)
        );
    };
    let value = value.to_str().ok().and_then(|value| value.split_once(' '));
    match value {
        Some((scheme, credentials)) if scheme.eq_ignore_ascii_case("bearer") => {
            Ok(credentials.trim())
        }
        _ => Err(not_valid()),
    }
}

/// Does not say whether there is such a key: that is nobody's to know who does not hold it.
fn not_valid() -> Problem {
    let detail = "the key or token is not known, has ended or was revoked";
    let asking = HeaderValue::from_static("Bearer realm=\"agent-assist\", error=\"invalid_token\"");
    Problem::new(Kind::Unauthenticated, detail).with_header(WWW_AUTHENTICATE, asking)
}
