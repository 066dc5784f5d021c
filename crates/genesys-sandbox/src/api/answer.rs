//! Answers as the platform gives them: error bodies and headers.
//!
//! A handler that fails returns an [`ApiError`]; its body needs the correlation id, which only the
//! gate knows, so the error travels in the response's extensions and [`finish`] writes it out.

use agent_assist_genesys_wire::{ErrorBody, ErrorDetail};
use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::token::Quota;

const CORRELATION_ID: HeaderName = HeaderName::from_static("inin-correlation-id");
const QUOTA_USED: HeaderName = HeaderName::from_static("inin-ratelimit-count");
const QUOTA_ALLOWED: HeaderName = HeaderName::from_static("inin-ratelimit-allowed");
const QUOTA_RESET: HeaderName = HeaderName::from_static("inin-ratelimit-reset");

/// A refusal in the platform's shape.
#[derive(Clone, Debug)]
pub(super) struct ApiError {
    pub(super) status: StatusCode,
    pub(super) code: String,
    pub(super) message: String,
    /// The parameter or property at fault.
    pub(super) field: Option<String>,
    /// Seconds.
    pub(super) retry_after: Option<u64>,
}

impl ApiError {
    fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            status,
            code: code.to_owned(),
            message,
            field: None,
            retry_after: None,
        }
    }

    /// A required parameter or property is missing or the body cannot be read.
    pub(super) fn bad_request(field: &str, message: impl Into<String>) -> Self {
        let error = Self::new(StatusCode::BAD_REQUEST, "bad.request", message);
        Self {
            field: Some(field.to_owned()),
            ..error
        }
    }

    /// A query parameter has a value the platform does not take.
    pub(super) fn bad_parameter(field: &str, message: impl Into<String>) -> Self {
        let error = Self::new(
            StatusCode::BAD_REQUEST,
            "invalid.query.param.value",
            message,
        );
        Self {
            field: Some(field.to_owned()),
            ..error
        }
    }

    /// A property of the body has a value the platform does not take.
    pub(super) fn bad_value(field: &str, message: impl Into<String>) -> Self {
        let error = Self::new(StatusCode::BAD_REQUEST, "invalid.value", message);
        Self {
            field: Some(field.to_owned()),
            ..error
        }
    }

    pub(super) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not.found",
            "The requested resource was not found.",
        )
    }

    pub(super) fn method_not_allowed() -> Self {
        let message = "The method is not allowed for this resource.";
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method.not.allowed",
            message,
        )
    }

    /// There is no bearer token.
    pub(super) fn unauthenticated() -> Self {
        let message = "No authentication bearer token specified in authorization header.";
        Self::new(StatusCode::UNAUTHORIZED, "authentication.required", message)
    }

    /// The bearer token is unknown or has expired.
    pub(super) fn bad_credentials() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "bad.credentials",
            "Invalid login credentials.",
        )
    }

    /// The token has used its allowance up, or the application its own.
    pub(super) fn too_many_requests(retry_after: u64) -> Self {
        let message = format!(
            "Rate limit exceeded the maximum. Retry the request in [{retry_after}] seconds"
        );
        let code = "too.many.requests.retry.after";
        let error = Self::new(StatusCode::TOO_MANY_REQUESTS, code, message);
        Self {
            retry_after: Some(retry_after),
            ..error
        }
    }

    /// An error a fault rule asked for, with the platform's usual code unless the rule has one.
    pub(super) fn injected(
        status: StatusCode,
        code: Option<String>,
        retry_after: Option<u64>,
    ) -> Self {
        let code = code.unwrap_or_else(|| usual_code(status, retry_after).to_owned());
        let message = format!("A fault rule of the sandbox answered {}.", status.as_u16());
        Self {
            status,
            code,
            message,
            field: None,
            retry_after,
        }
    }

    fn body(&self, correlation_id: &str) -> ErrorBody {
        let detail = |field: &String| ErrorDetail {
            error_code: Some(self.code.clone()),
            field_name: Some(field.clone()),
            ..ErrorDetail::default()
        };
        ErrorBody {
            message: Some(self.message.clone()),
            code: Some(self.code.clone()),
            status: Some(i32::from(self.status.as_u16())),
            context_id: Some(correlation_id.to_owned()),
            details: Some(self.field.iter().map(detail).collect()),
            errors: Some(Vec::new()),
            ..ErrorBody::default()
        }
    }
}

/// The code the platform declares for a status on the suggestions endpoints.
fn usual_code(status: StatusCode, retry_after: Option<u64>) -> &'static str {
    match status.as_u16() {
        400 => "bad.request",
        401 => "bad.credentials",
        403 => "missing.permissions",
        404 => "not.found",
        408 => "client.timeout",
        409 => "request.conflict",
        413 => "request.entity.too.large",
        415 => "unsupported.media.type",
        429 if retry_after.is_some() => "too.many.requests.retry.after",
        429 => "too.many.requests",
        503 => "service.unavailable",
        504 => "request.timeout",
        500..=599 => "internal.server.error",
        _ => "client.failed.request",
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes out an error's body and adds the platform's headers.
pub(super) fn finish(
    mut response: Response,
    correlation_id: &str,
    quota: Option<Quota>,
) -> Response {
    if let Some(error) = response.extensions_mut().remove::<ApiError>() {
        response = (error.status, Json(error.body(correlation_id))).into_response();
        if let Some(seconds) = error.retry_after {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, seconds.into());
        }
    }
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(correlation_id) {
        headers.insert(CORRELATION_ID, id);
    }
    if let Some(Quota {
        used,
        allowed,
        reset_seconds,
        ..
    }) = quota
    {
        headers.insert(QUOTA_USED, used.into());
        headers.insert(QUOTA_ALLOWED, allowed.into());
        headers.insert(QUOTA_RESET, reset_seconds.into());
    }
    response
}
