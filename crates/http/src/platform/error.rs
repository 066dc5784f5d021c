//! A problem as the platform would say it. Clients compare `code`, so codes are those that the platform
//! declares; messages say what is wrong and what to do, like the problem's own.

use agent_assist_genesys_wire::{ErrorBody, ErrorDetail, TokenError};
use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use crate::problem::{Kind, Problem};

/// What whoever shows no credentials, or such as are not ours, can do about it.
const HOW_TO_LOG_IN: &str = "This is agent-assist, not the platform: log in at its own /oauth/token with \
     grant_type client_credentials, the id of one of its keys as client id and the key as client secret \
     (agent-assist key create). Tokens that the platform issued, those of agents (PKCE, authorization \
     code) among them, are not accepted here.";

/// The answer to request `request_id` of the API.
pub(super) fn render(problem: Problem, request_id: &str) -> Response {
    let (status, code) = said(&problem);
    let detail = |error: &crate::FieldError| ErrorDetail {
        error_code: Some(code.to_owned()),
        field_name: Some(error.field.clone()),
        ..ErrorDetail::default()
    };
    let body = ErrorBody {
        message: Some(message(&problem)),
        code: Some(code.to_owned()),
        status: Some(i32::from(status.as_u16())),
        context_id: Some(request_id.to_owned()),
        details: Some(problem.errors().iter().map(detail).collect()),
        errors: Some(Vec::new()),
        ..ErrorBody::default()
    };
    answer(problem, status, &body)
}

/// The answer of the token endpoint, which has a shape of its own.
pub(super) fn render_login(problem: Problem) -> Response {
    let status = problem.kind().status();
    let (status, error) = match problem.kind() {
        Kind::Unauthenticated => (status, "invalid_client"),
        Kind::StoreUnavailable => (status, "temporarily_unavailable"),
        Kind::InvalidPayload => (StatusCode::BAD_REQUEST, "invalid_request"),
        // The platform says so with 400, and its clients look at how the description begins.
        Kind::RateLimited => (StatusCode::BAD_REQUEST, "invalid_request"),
        _ if status.is_server_error() => (status, "server_error"),
        _ => (status, "invalid_request"),
    };
    let description = match problem.kind() {
        Kind::RateLimited => format!("rate limit exceeded; retry in {} seconds", wait(&problem)),
        Kind::Unauthenticated => problem.detail().to_owned(),
        _ => message(&problem),
    };
    let body = TokenError {
        error: Some(error.to_owned()),
        description: Some(description.clone()),
        error_description: Some(description),
    };
    answer(problem, status, &body)
}

fn answer(problem: Problem, status: StatusCode, body: &impl Serialize) -> Response {
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().extend(problem.into_headers());
    response
}

/// Status and code.
fn said(problem: &Problem) -> (StatusCode, &'static str) {
    let status = problem.kind().status();
    match problem.kind() {
        Kind::InvalidPayload | Kind::SettingsRefused => (StatusCode::BAD_REQUEST, "bad.request"),
        Kind::MalformedJson | Kind::TenantUnclear => (status, "bad.request"),
        Kind::InvalidCursor => (status, "invalid.query.param.value"),
        Kind::Unauthenticated if is_judged(problem) => (status, "bad.credentials"),
        Kind::Unauthenticated => (status, "authentication.required"),
        Kind::Denied | Kind::ForeignOrigin => (status, "not.authorized"),
        Kind::NotFound | Kind::TooLate => (StatusCode::NOT_FOUND, "not.found"),
        Kind::MethodNotAllowed => (status, "method.not.allowed"),
        Kind::BodyTimeout => (status, "client.timeout"),
        Kind::EventIdTaken => (status, "request.conflict"),
        Kind::BodyTooLarge => (status, "request.entity.too.large"),
        Kind::UnsupportedMediaType => (status, "unsupported.media.type"),
        Kind::MisdirectedRequest => (status, "client.failed.request"),
        Kind::RateLimited | Kind::TooManyStreams => (status, "too.many.requests.retry.after"),
        Kind::UpstreamRefused => (status, "bad.gateway"),
        Kind::StoreUnavailable | Kind::NothingToGive | Kind::StreamsFull => {
            (status, "service.unavailable")
        }
        Kind::Internal => (status, "internal.server.error"),
    }
}

/// Whether there were credentials, and they were not good enough.
fn is_judged(problem: &Problem) -> bool {
    let asking = problem.headers().get(WWW_AUTHENTICATE);
    asking.is_some_and(|asking| asking.as_bytes().ends_with(b"error=\"invalid_token\""))
}

fn message(problem: &Problem) -> String {
    match problem.kind() {
        Kind::Unauthenticated => {
            let what = match is_judged(problem) {
                true => {
                    "Invalid login credentials: the token has ended, was revoked or is none of ours."
                }
                false => "No authentication bearer token specified in authorization header.",
            };
            format!("{what} {HOW_TO_LOG_IN}")
        }
        Kind::RateLimited => format!(
            "Rate limit exceeded the maximum. Retry the request in [{}] seconds",
            wait(problem)
        ),
        kind => {
            let errors = problem.errors().iter();
            let fields: Vec<String> = errors
                .map(|error| format!("{} {}", error.field, error.message))
                .collect();
            match fields.is_empty() {
                true => format!("{}: {}.", kind.title(), problem.detail()),
                false => format!("{}.", fields.join("; ")),
            }
        }
    }
}

/// Seconds until it is worth asking again.
fn wait(problem: &Problem) -> &str {
    let wait = problem.headers().get(RETRY_AFTER);
    wait.and_then(|wait| wait.to_str().ok()).unwrap_or("1")
}
