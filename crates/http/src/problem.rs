//! What is answered instead of what was asked for, as RFC 9457 has it.
//!
//! A handler returns a [`Problem`]; [`request_id`](crate::request_id) renders it, since only there the
//! request's identifier is known. So every problem has the same shape, whoever finds it.

use std::time::Duration;

use agent_assist_domain::payload::{Violation, Violations};
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderName, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// What type URIs begin with. Names are stable: a contract with callers.
const TYPE_PREFIX: &str = "urn:agent-assist:problem:";
const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");

/// A kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// The request breaks rules; `errors` says which.
    InvalidPayload,
    /// The body is no JSON object.
    MalformedJson,
    /// A cursor is none of ours, or for another question.
    InvalidCursor,
    /// No credentials were shown, or they are not valid.
    Unauthenticated,
    /// The credentials do not allow this.
    Denied,
    /// A web page asks that may not.
    ForeignOrigin,
    /// No such route, or nothing there.
    NotFound,
    /// It was given out too long ago.
    TooLate,
    /// An event of this name says something else.
    EventIdTaken,
    /// The route takes other methods.
    MethodNotAllowed,
    /// The body took too long.
    BodyTimeout,
    /// The body is too large.
    BodyTooLarge,
    /// The body is not declared as JSON.
    UnsupportedMediaType,
    /// The request is for another host.
    MisdirectedRequest,
    /// Too many requests of this key.
    RateLimited,
    /// Too many streams of this key.
    TooManyStreams,
    /// The upstream does not accept the gateway.
    UpstreamRefused,
    /// There is nothing to give because something failed, and the surface has no label for that.
    NothingToGive,
    /// No record could be written, so nothing is given.
    StoreUnavailable,
    /// It is not clear which tenant's request it is.
    TenantUnclear,
    /// Settings that were read anew are not taken on.
    SettingsRefused,
    /// There is no room for another stream.
    StreamsFull,
    /// A bug.
    Internal,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 23] = [
        Self::InvalidPayload,
        Self::MalformedJson,
        Self::InvalidCursor,
        Self::Unauthenticated,
        Self::Denied,
        Self::ForeignOrigin,
        Self::NotFound,
        Self::TooLate,
        Self::EventIdTaken,
        Self::MethodNotAllowed,
        Self::BodyTimeout,
        Self::BodyTooLarge,
        Self::UnsupportedMediaType,
        Self::MisdirectedRequest,
        Self::RateLimited,
        Self::TooManyStreams,
        Self::UpstreamRefused,
        Self::NothingToGive,
        Self::StoreUnavailable,
        Self::TenantUnclear,
        Self::SettingsRefused,
        Self::StreamsFull,
        Self::Internal,
    ];

    /// The last part of its type.
    pub const fn name(self) -> &'static str {
        self.row().0
    }

    /// Its status.
    pub const fn status(self) -> StatusCode {
        self.row().1
    }

    /// What it is called, the same for every occurrence.
    pub const fn title(self) -> &'static str {
        self.row().2
    }

    const fn row(self) -> (&'static str, StatusCode, &'static str) {
        use StatusCode as S;
        match self {
            Self::InvalidPayload => (
                "invalid-payload",
                S::UNPROCESSABLE_ENTITY,
                "The request breaks the payload rules",
            ),
            Self::MalformedJson => (
                "malformed-json",
                S::BAD_REQUEST,
                "The body is no JSON object",
            ),
            Self::InvalidCursor => (
                "invalid-cursor",
                S::BAD_REQUEST,
                "The cursor does not belong to this question",
            ),
            Self::Unauthenticated => (
                "unauthenticated",
                S::UNAUTHORIZED,
                "A valid key or token is needed",
            ),
            Self::Denied => (
                "denied",
                S::FORBIDDEN,
                "The key or token does not allow this",
            ),
            Self::ForeignOrigin => (
                "foreign-origin",
                S::FORBIDDEN,
                "This web page may not ask the gateway",
            ),
            Self::NotFound => ("not-found", S::NOT_FOUND, "There is nothing here"),
            Self::TooLate => ("too-late", S::GONE, "It was given out too long ago"),
            Self::EventIdTaken => ("event-id-taken", S::CONFLICT, "Another event has this name"),
            Self::MethodNotAllowed => (
                "method-not-allowed",
                S::METHOD_NOT_ALLOWED,
                "The route takes other methods",
            ),
            Self::BodyTimeout => (
                "body-timeout",
                S::REQUEST_TIMEOUT,
                "The body did not arrive in time",
            ),
            Self::BodyTooLarge => (
                "body-too-large",
                S::PAYLOAD_TOO_LARGE,
                "The body is too large",
            ),
            Self::UnsupportedMediaType => (
                "unsupported-media-type",
                S::UNSUPPORTED_MEDIA_TYPE,
                "The body must be JSON",
            ),
            Self::MisdirectedRequest => (
                "misdirected-request",
                S::MISDIRECTED_REQUEST,
                "The request is for another host",
            ),
            Self::RateLimited => (
                "rate-limited",
                S::TOO_MANY_REQUESTS,
                "This key asks too often",
            ),
            Self::TooManyStreams => (
                "too-many-streams",
                S::TOO_MANY_REQUESTS,
                "This key has as many streams as it may",
            ),
            Self::UpstreamRefused => (
                "upstream-refused",
                S::BAD_GATEWAY,
                "The upstream does not accept the gateway",
            ),
            Self::NothingToGive => (
                "nothing-to-give",
                S::SERVICE_UNAVAILABLE,
                "Nothing can be given at the moment",
            ),
            Self::StoreUnavailable => (
                "store-unavailable",
                S::SERVICE_UNAVAILABLE,
                "No record could be written, so nothing is given out",
            ),
            Self::TenantUnclear => (
                "tenant-unclear",
                S::BAD_REQUEST,
                "It is not clear whose request it is",
            ),
            Self::SettingsRefused => (
                "settings-refused",
                S::UNPROCESSABLE_ENTITY,
                "The settings are not taken on",
            ),
            Self::StreamsFull => (
                "streams-full",
                S::SERVICE_UNAVAILABLE,
                "There is no room for another stream",
            ),
            Self::Internal => (
                "internal",
                S::INTERNAL_SERVER_ERROR,
                "The gateway made a mistake",
            ),
        }
    }
}

/// One problem, on its way to be rendered.
#[derive(Clone, Debug)]
pub struct Problem {
    kind: Kind,
    detail: String,
    errors: Vec<FieldError>,
    untold: usize,
    // Most problems have none, and every handler's result would carry their room.
    headers: Box<HeaderMap>,
}

/// A field that breaks a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// The field; members of lists and maps by position.
    #[schema(example = "limit")]
    pub field: String,
    /// The rule, by name.
    #[schema(example = "range")]
    pub rule: &'static str,
    /// What is expected, and what was found where that cannot be personal data.
    #[schema(example = "must be between 1 and 100, found 500")]
    pub message: String,
}

/// A problem as it is answered (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemBody {
    /// Which kind: stable, made to be compared.
    #[serde(rename = "type")]
    #[schema(example = "urn:agent-assist:problem:invalid-payload")]
    pub type_uri: String,
    /// What the kind is called.
    pub title: &'static str,
    /// The HTTP status.
    #[schema(example = 422)]
    pub status: u16,
    /// What is wrong this time, and what to do.
    pub detail: String,
    /// Which fields break which rules; only where fields are at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// How many errors more there are than are listed.
    #[serde(skip_serializing_if = "is_zero")]
    pub errors_untold: usize,
    /// The request's identifier, the same as in the `X-Request-Id` header and in the audit log.
    pub request_id: String,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde asks with a reference"
)]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl Problem {
    /// A problem of this kind; `detail` says what is wrong this time and what to do, without anything
    /// that came from outside.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self {
            kind,
            detail: detail.into(),
            errors: Vec::new(),
            untold: 0,
            headers: Box::default(),
        }
    }

    /// Fields that break rules.
    pub fn fields(errors: Vec<FieldError>, untold: usize) -> Self {
        let count = errors.len() + untold;
        let plural = if count == 1 { "" } else { "s" };
        let detail = format!("{count} rule{plural} broken; see errors");
        Self {
            errors,
            untold,
            ..Self::new(Kind::InvalidPayload, detail)
        }
    }

    /// One field that breaks a rule.
    pub fn field(field: impl Into<String>, rule: &'static str, message: impl Into<String>) -> Self {
        let error = FieldError {
            field: field.into(),
            rule,
            message: message.into(),
        };
        Self::fields(vec![error], 0)
    }

    /// A bug, of which nothing is told but that it is one.
    pub fn internal() -> Self {
        Self::new(
            Kind::Internal,
            "this is a bug; the log of the gateway says more under the request's identifier",
        )
    }

    /// The same, saying which fields break which rules.
    #[must_use]
    pub fn with_errors(self, errors: Vec<FieldError>) -> Self {
        Self { errors, ..self }
    }

    /// The same, saying when to try again.
    #[must_use]
    pub fn retry_after(self, wait: Duration) -> Self {
        self.with_header(RETRY_AFTER, retry_after(wait))
    }

    /// The same with a header.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What is wrong this time, and what to do.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Which fields break which rules, as many as are told.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// What its answer says beside the body.
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The same.
    pub(crate) fn into_headers(self) -> HeaderMap {
        *self.headers
    }

    /// What the answer to request `request_id` says.
    pub(crate) fn body(self, request_id: &str) -> ProblemBody {
        ProblemBody {
            type_uri: format!("{TYPE_PREFIX}{}", self.kind.name()),
            title: self.kind.title(),
            status: self.kind.status().as_u16(),
            detail: self.detail,
            errors: self.errors,
            errors_untold: self.untold,
            request_id: request_id.to_owned(),
        }
    }

    /// The answer to request `request_id`.
    pub(crate) fn render(mut self, request_id: &str) -> Response {
        let (status, headers) = (self.kind.status(), std::mem::take(&mut self.headers));
        // Texts and numbers: there is nothing that JSON could not say.
        let json = serde_json::to_vec(&self.body(request_id)).unwrap_or_default();
        let mut response = Response::new(Body::from(json));
        *response.status_mut() = status;
        *response.headers_mut() = *headers;
        response.headers_mut().insert(CONTENT_TYPE, MEDIA_TYPE);
        response
    }
}

/// Seconds, rounded up: who comes back earlier comes in vain.
pub(crate) fn retry_after(wait: Duration) -> HeaderValue {
    let seconds = wait.as_millis().div_ceil(1_000).max(1);
    HeaderValue::from(u64::try_from(seconds).unwrap_or(u64::MAX))
}

impl From<&Violations> for Problem {
    fn from(violations: &Violations) -> Self {
        let errors = violations.iter().map(FieldError::from).collect();
        Self::fields(errors, violations.untold())
    }
}

impl From<&Violation> for FieldError {
    fn from(violation: &Violation) -> Self {
        Self {
            field: violation.field.clone(),
            rule: violation.rule.as_str(),
            message: violation.message.clone(),
        }
    }
}

/// Not rendered yet: the problem travels beside an empty body.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_names_of_their_own_and_statuses_of_failure() {
        let mut names: Vec<&str> = Kind::ALL.into_iter().map(Kind::name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), Kind::ALL.len());
        for kind in Kind::ALL {
            let status = kind.status();
            assert!(
                status.is_client_error() || status.is_server_error(),
                "{kind:?}"
            );
        }
    }

    #[test]
    fn waits_are_rounded_up_to_a_whole_second() {
        for (millis, seconds) in [(0, "1"), (1, "1"), (1_000, "1"), (1_001, "2")] {
            assert_eq!(retry_after(Duration::from_millis(millis)), seconds);
        }
    }
}
