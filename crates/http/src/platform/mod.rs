//! The drop-in surface: what programs written with the vendor's SDKs ask the platform itself, at the same
//! paths, in the same shapes. Such a program changes the host that it asks and gains all that the
//! gateway does.
//!
//! A program [logs in](mod@login) with a key of ours as its client's id and secret, lists and reads
//! [suggestions], and tells what an agent [did](engagement) with one. Everything comes from the same use
//! cases as `/v1`: this is another rendering, no other way, and nothing is passed through. What stops a
//! request is a [`Problem`] like everywhere; [`error`] says it as the platform would,
//! whoever found it, so that a client understands it at every path of [`Surface`].

mod engagement;
mod error;
mod fetch;
mod login;
mod page;
mod schema;
mod shape;
mod suggestions;

use axum::extract::{Request, State};
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::{Extension, Router};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::ASKING;
use crate::problem::Problem;
use crate::router::Door;
use crate::state::Shared;

/// The platform's name for a request, for its support; here the request's identifier.
const CORRELATION_ID: HeaderName = HeaderName::from_static("inin-correlation-id");
const QUOTA_USED: HeaderName = HeaderName::from_static("inin-ratelimit-count");
const QUOTA_ALLOWED: HeaderName = HeaderName::from_static("inin-ratelimit-allowed");
const QUOTA_RESET: HeaderName = HeaderName::from_static("inin-ratelimit-reset");

/// Routes of the platform's that we have.
pub(crate) fn routes(door: &Door) -> Router<Shared> {
    let login = login().layer(Extension(door.rates()));
    let (router, _) = door.only(ASKING, asking()).merge(login).split_for_parts();
    router.layer(from_fn_with_state(door.requests_per_minute(), tell_quota))
}

/// Those of them that need a door, without it, for those who have passed one.
pub(crate) fn bare_routes() -> Router<Shared> {
    asking().into()
}

/// All of them without a door, for the document.
pub(crate) fn undoored() -> OpenApiRouter<Shared> {
    login().merge(asking())
}

fn login() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(login::issue))
}

fn asking() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(suggestions::list))
        .routes(routes!(suggestions::read))
        .routes(routes!(engagement::engage))
}

/// Says of a request too many what the platform says of its quota: all of it is used, until then.
async fn tell_quota(State(allowed): State<u32>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let problem = response.extensions().get::<Problem>();
    let reset = problem.and_then(|problem| problem.headers().get(RETRY_AFTER).cloned());
    if let (StatusCode::TOO_MANY_REQUESTS, Some(reset)) = (response.status(), reset) {
        let headers = response.headers_mut();
        headers.insert(QUOTA_USED, allowed.into());
        headers.insert(QUOTA_ALLOWED, allowed.into());
        headers.insert(QUOTA_RESET, reset);
    }
    response
}

/// In whose words a path answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Surface {
    /// Ours.
    Own,
    /// The platform's.
    Platform,
    /// Those of the platform's token endpoint.
    Login,
}

impl Surface {
    /// The one of `path`. Whether there is anything at the path is another question.
    pub(crate) fn of(path: &str) -> Self {
        let below = |root: &str| {
            path.strip_prefix(root)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        match path {
            "/oauth/token" => Self::Login,
            _ if below("/api/v2") || below("/oauth") => Self::Platform,
            _ => Self::Own,
        }
    }

    /// The answer to request `request_id` that says `problem`.
    pub(crate) fn render(self, problem: Problem, request_id: &str) -> Response {
        match self {
            Self::Own => problem.render(request_id),
            Self::Platform => error::render(problem, request_id),
            Self::Login => error::render_login(problem),
        }
    }

    /// Says which request this answers, in the platform's way where that is the way.
    pub(crate) fn name_request(self, headers: &mut HeaderMap, request_id: &HeaderValue) {
        if self != Self::Own {
            headers.insert(CORRELATION_ID, request_id.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_of_the_platform_answer_in_its_words_even_where_there_is_nothing() {
        for (path, surface) in [
            ("/oauth/token", Surface::Login),
            ("/oauth", Surface::Platform),
            ("/oauth/authorize", Surface::Platform),
            ("/oauth/token/", Surface::Platform),
            ("/api/v2", Surface::Platform),
            ("/api/v2/users/me", Surface::Platform),
            ("/api/v20", Surface::Own),
            ("/api/v1/x", Surface::Own),
            ("/oauthx", Surface::Own),
            ("/v1/recommendations", Surface::Own),
            ("/", Surface::Own),
        ] {
            assert_eq!(Surface::of(path), surface, "{path}");
        }
    }
}
