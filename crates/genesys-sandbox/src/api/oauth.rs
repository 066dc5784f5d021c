//! The token endpoint: client credentials, in the header or in the form.
//!
//! Refusals have the token endpoint's own shape, not the API's. An unknown client is a 400, a wrong
//! secret a 401, as on the platform.

use std::sync::Arc;

use agent_assist_genesys_wire::{TokenError, TokenResponse};
use axum::extract::State;
use axum::extract::rejection::FormRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Form, Json};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use tokio::time::Instant;

use crate::world::World;

#[derive(Deserialize)]
pub(super) struct TokenRequest {
    grant_type: Option<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
}

struct Credentials {
    id: String,
    secret: String,
}

pub(super) async fn issue_token(
    State(world): State<Arc<World>>,
    headers: HeaderMap,
    form: Result<Form<TokenRequest>, FormRejection>,
) -> Response {
    let Ok(Form(request)) = form else {
        return refusal(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "the body is not a form",
        );
    };
    match request.grant_type.as_deref() {
        Some("client_credentials") => {}
        Some(_) => {
            let description = "grant_type must be client_credentials";
            return refusal(StatusCode::BAD_REQUEST, "invalid_request", description);
        }
        None => {
            return refusal(
                StatusCode::BAD_REQUEST,
                "invalid_request",
                "grant_type is missing",
            );
        }
    }
    let Some(credentials) = basic(&headers).or_else(|| posted(request)) else {
        return refusal(
            StatusCode::BAD_REQUEST,
            "invalid_client",
            "client credentials missing",
        );
    };
    if credentials.id != world.client.id {
        return refusal(
            StatusCode::BAD_REQUEST,
            "invalid_client",
            "client not found",
        );
    }
    if credentials.secret != world.client.secret {
        return refusal(
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            "authentication failed",
        );
    }
    let Some((access_token, seconds)) = world.tokens().issue(Instant::now()) else {
        return refusal(
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            "authentication failed",
        );
    };
    let token = TokenResponse {
        access_token,
        token_type: Some("bearer".to_owned()),
        expires_in: Some(seconds),
    };
    ([(header::CACHE_CONTROL, "no-store")], Json(token)).into_response()
}

fn basic(headers: &HeaderMap) -> Option<Credentials> {
    let authorization = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = authorization.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    Some(Credentials {
        id: id.to_owned(),
        secret: secret.to_owned(),
    })
}

fn posted(request: TokenRequest) -> Option<Credentials> {
    Some(Credentials {
        id: request.client_id?,
        secret: request.client_secret?,
    })
}

fn refusal(status: StatusCode, error: &str, description: &str) -> Response {
    let body = TokenError {
        error: Some(error.to_owned()),
        description: Some(description.to_owned()),
        error_description: Some(description.to_owned()),
    };
    (status, Json(body)).into_response()
}

/// A refusal a fault rule asked for. Without a code, a 400 means too many requests, as it does on
/// the platform.
pub(super) fn injected(
    status: StatusCode,
    code: Option<String>,
    retry_after: Option<u64>,
) -> Response {
    let usual = match status.as_u16() {
        400 => "invalid_request",
        401 => "invalid_client",
        503 => "temporarily_unavailable",
        500..=599 => "server_error",
        _ => "invalid_request",
    };
    let error = code.unwrap_or_else(|| usual.to_owned());
    let description = match error.as_str() {
        "invalid_request" => "rate limit exceeded; try later",
        "invalid_client" => "authentication failed",
        _ => "a fault rule of the sandbox refused",
    };
    let mut response = refusal(status, &error, description);
    if let Some(seconds) = retry_after {
        response
            .headers_mut()
            .insert(header::RETRY_AFTER, seconds.into());
    }
    response
}
