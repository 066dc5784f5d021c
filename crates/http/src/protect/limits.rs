//! Bodies: how large, how slow, of which kind.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse as _, Response};
use tokio::time::timeout;

use crate::problem::{Kind, Problem};

/// The largest body, in bytes.
pub(crate) const MAX_BODY_BYTES: usize = 64 * 1024;
/// Scripts of web pages can send only other types than JSON without asking first.
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
/// How long a body may take.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Refuses a body that says itself that it is too large, before any of it is read.
pub(crate) async fn refuse_large(
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let declared = request.headers().get(CONTENT_LENGTH);
    let declared = declared.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    match declared {
        Some(bytes) if bytes > MAX_BODY_BYTES as u64 => too_large().into_response(),
        _ => next(request).await,
    }
}

/// The JSON text in the body.
///
/// # Errors
/// The problem, if it is not declared as JSON, too large or too slow.
pub(crate) async fn json_body(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Problem> {
    if !is_of(headers, JSON) {
        let detail = format!("send the header Content-Type: {JSON}");
        return Err(Problem::new(Kind::UnsupportedMediaType, detail));
    }
    whole(body).await
}

/// The form in the body.
///
/// # Errors
/// The problem, if it is not declared as one, too large or too slow.
pub(crate) async fn form_body(headers: &HeaderMap, body: Body) -> Result<Vec<u8>, Problem> {
    if !is_of(headers, FORM) {
        let detail = format!("send the header Content-Type: {FORM}");
        return Err(Problem::new(Kind::UnsupportedMediaType, detail));
    }
    whole(body).await
}

async fn whole(body: Body) -> Result<Vec<u8>, Problem> {
    let read = timeout(BODY_TIMEOUT, to_bytes(body, MAX_BODY_BYTES)).await;
    match read {
        Ok(Ok(bytes)) => Ok(bytes.into()),
        Ok(Err(error)) if is_too_large(&error) => Err(too_large()),
        // The caller has gone, or what it sends is no body.
        Ok(Err(_)) => Err(Problem::new(Kind::MalformedJson, "the body broke off")),
        Err(_) => {
            let detail = format!("it must be whole within {} s", BODY_TIMEOUT.as_secs());
            Err(Problem::new(Kind::BodyTimeout, detail).with_header(CONNECTION, CLOSE))
        }
    }
}

/// The rest of the body is not waited for.
const CLOSE: HeaderValue = HeaderValue::from_static("close");

fn too_large() -> Problem {
    let detail = format!("it must be at most {MAX_BODY_BYTES} bytes");
    Problem::new(Kind::BodyTooLarge, detail).with_header(CONNECTION, CLOSE)
}

fn is_too_large(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        if error.is::<http_body_util::LengthLimitError>() {
            return true;
        }
        cause = error.source();
    }
    false
}

fn is_of(headers: &HeaderMap, media_type: &str) -> bool {
    let said = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let essence = said.and_then(|said| said.split(';').next());
    essence.is_some_and(|essence| essence.trim().eq_ignore_ascii_case(media_type))
}
