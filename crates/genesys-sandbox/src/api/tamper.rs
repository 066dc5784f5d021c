//! Spoils the body of an answer on its way out.
//!
//! Status and headers stay as they were, except the content type of an HTML page: the point is an
//! answer that looks right until it is read.

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;

use crate::fault::BodyFault;

const NOT_JSON: &[u8] = br#"{"entities": [{"id": nope, "#;

const HTML: &[u8] =
    b"<!doctype html><html><head><title>Bad gateway</title></head><body>Bad gateway</body></html>";

pub(super) async fn spoil(response: Response, fault: BodyFault) -> Response {
    let (mut parts, body) = response.into_parts();
    // The sandbox's bodies are in memory already; reading one back cannot fail.
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let spoilt = match fault {
        BodyFault::Truncated => body.slice(..body.len() / 2),
        BodyFault::Malformed => Bytes::from_static(NOT_JSON),
        BodyFault::Empty => Bytes::new(),
        BodyFault::Html => {
            parts
                .headers
                .insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html"));
            Bytes::from_static(HTML)
        }
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::from(spoilt))
}
