//! Turns what went wrong into a [`SourceError`]: from an answer's status and error body, or from
//! the transport.
//!
//! The platform's own code and correlation id are passed on when they are plain tokens without
//! personal data; its message never is, because it may quote the request. A body is not needed:
//! gateways answer with HTML or nothing.

use std::time::Duration;

use agent_assist_domain::batch::UpstreamFacts;
use agent_assist_domain::plain_token::PlainToken;
use agent_assist_domain::ports::{SourceError, SourceErrorKind};
use agent_assist_genesys_wire::ErrorBody;
use bytes::Bytes;
use http::{Response, StatusCode};

use crate::spent::Spent;
use crate::transport::{TransportError, TransportErrorKind};
use crate::verify;

/// Code of a 400 that asks for smaller pages.
pub(crate) const RESPONSE_TOO_LARGE: &str = "response.entity.too.large";

/// Code of a 404 on a conversation that the platform's assistant knows nothing of.
pub(crate) const NOT_FOUND: &str = "not.found";

pub(crate) const MAX_CODE_CHARS: usize = 80;
const MAX_CORRELATION_ID_CHARS: usize = 128;

/// How `response` came, after what is `spent`.
pub(crate) fn facts<B>(response: &Response<B>, spent: Spent) -> UpstreamFacts {
    let id = response.headers().get("inin-correlation-id");
    let id = id.and_then(|id| id.to_str().ok());
    UpstreamFacts {
        status: Some(response.status().as_u16()),
        correlation_id: id.and_then(|id| PlainToken::new(id, MAX_CORRELATION_ID_CHARS)),
        ..spent.in_vain()
    }
}

/// The platform's code in an error body, if it is a plain token.
pub(crate) fn code(response: &Response<Bytes>) -> Option<PlainToken> {
    let text = verify::json_text(response).ok()?;
    let body: ErrorBody = serde_json::from_str(text).ok()?;
    body.code
        .and_then(|code| PlainToken::new(&code, MAX_CODE_CHARS))
}

/// The error that an answer outside 2xx means.
pub(crate) fn from_response(
    response: &Response<Bytes>,
    spent: Spent,
    retry_after: Option<Duration>,
) -> SourceError {
    let code = code(response);
    let kind = kind_of(response.status(), code.as_deref());
    SourceError::new(kind)
        .with_upstream(facts(response, spent))
        .with_code(code)
        .with_retry_after(retry_after)
}

/// The error that the lack of a whole answer means.
pub(crate) fn from_transport(error: TransportError, spent: Spent) -> SourceError {
    let kind = match error.kind() {
        TransportErrorKind::Connect | TransportErrorKind::Interrupted => {
            SourceErrorKind::Unreachable
        }
        TransportErrorKind::Timeout => SourceErrorKind::DeadlineExceeded,
        TransportErrorKind::TooLarge | TransportErrorKind::Encoding => SourceErrorKind::BadFormat,
        TransportErrorKind::Request => SourceErrorKind::Internal,
    };
    let upstream = error
        .head()
        .map_or_else(|| spent.in_vain(), |head| facts(head, spent));
    SourceError::new(kind)
        .with_upstream(upstream)
        .because(error)
}

/// Whether `status` tells as much without the body that should have followed. Of a success, a 400
/// and a 404 the body is what matters.
pub(crate) fn speaks_for_itself(status: StatusCode) -> bool {
    !(status.is_success() || matches!(status.as_u16(), 400 | 404))
}

fn kind_of(status: StatusCode, code: Option<&str>) -> SourceErrorKind {
    match status.as_u16() {
        400 if code == Some(RESPONSE_TOO_LARGE) => SourceErrorKind::TooLarge,
        401 => SourceErrorKind::Unauthenticated,
        403 => SourceErrorKind::Forbidden,
        404 => SourceErrorKind::NotFound,
        408 | 504 => SourceErrorKind::UpstreamTimeout,
        413 => SourceErrorKind::TooLarge,
        429 => SourceErrorKind::RateLimited,
        400..=499 => SourceErrorKind::BadRequest,
        500..=599 => SourceErrorKind::ServerError,
        // A redirect, most often to a sign-in page, is no answer to the question.
        _ => SourceErrorKind::BadFormat,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(status: u16, correlation_id: &str, body: &str) -> Response<Bytes> {
        Response::builder()
            .status(status)
            .header("content-type", "application/json")
            .header("ININ-Correlation-Id", correlation_id)
            .body(Bytes::from(body.to_owned()))
            .unwrap()
    }

    #[test]
    fn each_status_has_its_own_kind() {
        use SourceErrorKind::*;
        for (status, kind) in [
            (302, BadFormat),
            (400, BadRequest),
            (401, Unauthenticated),
            (403, Forbidden),
            (404, NotFound),
            (408, UpstreamTimeout),
            (409, BadRequest),
            (413, TooLarge),
            (415, BadRequest),
            (429, RateLimited),
            (500, ServerError),
            (501, ServerError),
            (503, ServerError),
            (504, UpstreamTimeout),
        ] {
            let error = from_response(&response(status, "c-1", ""), Spent::of(1), None);
            assert_eq!(error.kind(), kind, "{status}");
            assert_eq!(error.upstream().status, Some(status));
            assert_eq!(error.upstream().correlation_id.as_deref(), Some("c-1"));
        }
        let large = response(400, "c", r#"{"code":"response.entity.too.large"}"#);
        assert_eq!(from_response(&large, Spent::of(1), None).kind(), TooLarge);
    }

    #[test]
    fn only_plain_codes_and_correlation_ids_are_passed_on() {
        let body = r#"{"code":"bad.credentials","message":"planted pat@example.com"}"#;
        let error = from_response(&response(401, "c0-1_2.3", body), Spent::of(2), None);
        assert_eq!(error.code(), Some("bad.credentials"));
        assert!(!format!("{error} {error:?}").contains("planted"));

        let long = "x".repeat(129);
        for (id, body) in [
            ("two words", r#"{"code":"pat@example.com"}"#),
            (&long, r#"{"code":""}"#),
            ("a\tb", r#"{"code":7}"#),
            ("<b>", "<html><h1>502</h1></html>"),
            ("", ""),
        ] {
            let error = from_response(&response(500, id, body), Spent::of(1), None);
            assert_eq!(error.code(), None, "{body}");
            assert_eq!(error.upstream().correlation_id, None, "{id}");
        }
    }

    #[test]
    fn a_token_that_is_somebody_s_number_is_dropped_unless_it_is_a_uuid() {
        for number in [
            "536-90-4399",
            "4111111111111111",
            "4111-1111-1111-1111",
            "202-555-0143",
        ] {
            let body = format!(r#"{{"code":"{number}"}}"#);
            let error = from_response(&response(400, number, &body), Spent::of(1), None);
            assert_eq!(error.code(), None, "{number}");
            assert_eq!(error.upstream().correlation_id, None, "{number}");
        }
        let uuid = "b1c3d5ea-0161-4960-8123-dfa0c1e2b3f4";
        for token in [uuid, "too.many.requests.retry.after", "1-65f0c3a2-9e1b"] {
            let error = from_response(&response(400, token, ""), Spent::of(1), None);
            assert_eq!(error.upstream().correlation_id.as_deref(), Some(token));
        }
    }
}
