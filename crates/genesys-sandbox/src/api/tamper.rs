//! Spoils an answer on its way out: links, body, headers and pace.
//!
//! Whatever no rule is about stays as it was: the point is an answer that looks right until it is
//! read.

use std::convert::Infallible;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::response::Response;
use futures_util::{StreamExt, stream};
use serde_json::Value;

use crate::fault::{Drip, Effects};
use crate::hostile::{Forged, Rope};

/// The answer after the effects that spoil one.
pub(super) async fn spoil(response: Response, effects: &Effects) -> Response {
    let Effects {
        next,
        body: hostile,
        headers,
        drip,
        ..
    } = effects;
    if next.is_none() && hostile.is_none() && headers.is_empty() && drip.is_none() {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    // The sandbox's bodies are in memory already; reading one back cannot fail.
    let mut body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    if let Some(next) = next {
        body = with_next(body, next);
    }
    let forged = match hostile {
        Some(hostile) => hostile.forge(&body),
        None => Forged::from(body),
    };
    // A body of a known length would have to have the length its headers tell.
    let length = HeaderValue::from(forged.rope.len());
    parts.headers.insert(header::CONTENT_LENGTH, length);
    for (name, value) in forged.headers {
        match value {
            Some(value) => drop(parts.headers.insert(name, HeaderValue::from_static(value))),
            None => drop(parts.headers.remove(name)),
        }
    }
    replace(&mut parts.headers, headers);
    Response::from_parts(parts, streamed(forged.rope, *drip))
}

/// The listing with another link to what follows; any other body as it is.
fn with_next(body: Bytes, next: &str) -> Bytes {
    match serde_json::from_slice::<Value>(&body) {
        Ok(Value::Object(mut listing)) if listing.contains_key("entities") => {
            listing.insert("nextUri".to_owned(), next.into());
            Value::Object(listing).to_string().into()
        }
        _ => body,
    }
}

/// Puts headers in the place of those that have their names. One that is given twice is sent twice.
fn replace(headers: &mut HeaderMap, with: &[(HeaderName, HeaderValue)]) {
    for (name, _) in with {
        headers.remove(name);
    }
    for (name, value) in with {
        headers.append(name, value.clone());
    }
}

/// The body piece by piece, each after a pause if it drips.
fn streamed(rope: Rope, drip: Option<Drip>) -> Body {
    let (most, interval) = match drip {
        Some(Drip { bytes, interval }) => (bytes.get(), Some(interval)),
        None => (usize::MAX, None),
    };
    let pieces = rope.into_chunks().flat_map(move |chunk| {
        let starts = (0..chunk.len()).step_by(most);
        starts.map(move |at| chunk.slice(at..at.saturating_add(most).min(chunk.len())))
    });
    let pieces = stream::unfold(pieces, move |mut pieces| async move {
        let next = pieces.next()?;
        if let Some(interval) = interval {
            tokio::time::sleep(interval).await;
        }
        Some((Ok::<_, Infallible>(next), pieces))
    });
    // The server sends what it has while it waits. Without this it would not, where a header
    // promised more and the end of the body is the end of the connection.
    let flush = stream::once(async {
        tokio::task::yield_now().await;
        Ok(Bytes::new())
    });
    Body::from_stream(pieces.chain(flush))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::*;

    async fn spoilt(rule: Effects, body: &'static str) -> (HeaderMap, Bytes) {
        let response = spoil(Response::new(Body::from(body)), &rule).await;
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("it ends");
        (parts.headers, body)
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_drips_as_slowly_as_told_and_arrives_whole() {
        let drip = Drip {
            bytes: std::num::NonZeroUsize::new(4).expect("not zero"),
            interval: Duration::from_secs(3),
        };
        let effects = Effects {
            drip: Some(drip),
            ..Effects::default()
        };
        let begun = Instant::now();
        let (headers, body) = spoilt(effects, "ten bytes.").await;
        assert_eq!(body, "ten bytes.");
        assert_eq!(headers[header::CONTENT_LENGTH], "10");
        assert_eq!(begun.elapsed(), Duration::from_secs(9));
    }

    #[tokio::test]
    async fn only_a_listing_gets_another_link() {
        let effects = || Effects {
            next: Some("//elsewhere.example/x".to_owned()),
            ..Effects::default()
        };
        let (_, listing) = spoilt(effects(), r#"{"entities":[],"nextUri":"/x"}"#).await;
        assert_eq!(
            listing,
            r#"{"entities":[],"nextUri":"//elsewhere.example/x"}"#
        );
        for other in [r#"{"message":"no"}"#, "[]", "entities"] {
            assert_eq!(spoilt(effects(), other).await.1, other);
        }
    }
}
