//! Which web pages may ask. Browsers say from which page a script asks; programs say nothing of the
//! kind. A page that is not listed is refused before anything happens, not merely kept from reading the
//! answer.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::Request;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, HOST,
    ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};

use crate::problem::{Kind, Problem};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What a listed page may send beside what every page may; the vendor's SDK says its version.
const ALLOWED_HEADERS: HeaderValue = HeaderValue::from_static(
    "authorization, content-type, if-none-match, idempotency-key, last-event-id, purecloud-sdk, \
     x-request-id",
);
const ALLOWED_METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST");
/// What its scripts may read beside the body.
const EXPOSED_HEADERS: HeaderValue = HeaderValue::from_static(
    "age, agent-assist-degraded, cache-status, etag, inin-correlation-id, link, retry-after, \
     server-timing, x-request-id",
);
/// How long a browser may remember that, in seconds.
const PREFLIGHT_AGE: HeaderValue = HeaderValue::from_static("600");

/// The origins of pages that may ask.
#[derive(Clone, Debug)]
pub(crate) struct Origins(Arc<BTreeSet<String>>);

/// Where a request comes from.
#[derive(Debug, PartialEq, Eq)]
enum From {
    /// No page of somebody else's, as far as is known.
    Here,
    /// A listed page.
    Listed(HeaderValue),
    /// Any other.
    Elsewhere,
}

impl Origins {
    /// Those, as browsers write them.
    pub(crate) fn new(allowed: &[String]) -> Self {
        Self(Arc::new(allowed.iter().cloned().collect()))
    }

    /// Lets through what comes from no page or a listed one.
    pub(crate) async fn check(
        &self,
        request: Request,
        next: impl AsyncFnOnce(Request) -> Response,
    ) -> Response {
        match self.judge(request.headers()) {
            From::Here => next(request).await,
            From::Elsewhere => {
                let detail = "the page's origin is not in serve.allowed_origins";
                Problem::new(Kind::ForeignOrigin, detail).into_response()
            }
            From::Listed(origin) => {
                let preflight = *request.method() == Method::OPTIONS
                    && request
                        .headers()
                        .contains_key(ACCESS_CONTROL_REQUEST_METHOD);
                let mut response = match preflight {
                    true => allowance(),
                    false => next(request).await,
                };
                let headers = response.headers_mut();
                headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
                headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED_HEADERS);
                headers.append(VARY, HeaderValue::from_static("origin"));
                response
            }
        }
    }

    fn judge(&self, headers: &HeaderMap) -> From {
        let mut said = headers.get_all(ORIGIN).iter();
        match (said.next(), said.next()) {
            (None, _) => match headers.get(SEC_FETCH_SITE).map(HeaderValue::as_bytes) {
                // `none`: somebody typed the address.
                None | Some(b"same-origin" | b"none") => From::Here,
                Some(_) => From::Elsewhere,
            },
            (Some(origin), None) => match origin.to_str() {
                Ok(text) if self.0.contains(text) => From::Listed(origin.clone()),
                Ok(text) if is_own(text, headers) => From::Here,
                _ => From::Elsewhere,
            },
            _ => From::Elsewhere,
        }
    }
}

/// Whether a page of this origin came from us. The host is one of ours by now.
fn is_own(origin: &str, headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    host.is_some() && authority == host
}

/// What is said to a browser that asks whether its page may ask.
fn allowance() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, ALLOWED_METHODS);
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS);
    headers.insert(ACCESS_CONTROL_MAX_AGE, PREFLIGHT_AGE);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(pairs: &[(&str, &str)]) -> From {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static("localhost:8470"));
        for (name, value) in pairs {
            let name: HeaderName = name.parse().expect("a name");
            headers.append(name, value.parse().expect("a value"));
        }
        Origins::new(&["https://desk.example.com".to_owned()]).judge(&headers)
    }

    #[test]
    fn programs_and_our_own_pages_may_ask() {
        for headers in [
            &[][..],
            &[("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "none")],
            &[("origin", "http://localhost:8470")],
        ] {
            assert_eq!(judge(headers), From::Here, "{headers:?}");
        }
    }

    #[test]
    fn a_listed_page_may_ask() {
        let origin = HeaderValue::from_static("https://desk.example.com");
        let said = [
            ("origin", "https://desk.example.com"),
            ("sec-fetch-site", "cross-site"),
        ];
        assert_eq!(judge(&said), From::Listed(origin));
    }

    #[test]
    fn any_other_page_may_not() {
        for headers in [
            &[("origin", "https://evil.example")][..],
            &[("origin", "null")],
            &[("origin", "http://localhost:9999")],
            &[("origin", "http://desk.example.com")],
            &[("origin", "https://desk.example.com.evil.example")],
            &[
                ("origin", "https://desk.example.com"),
                ("origin", "https://evil.example"),
            ],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "anything")],
        ] {
            assert_eq!(judge(headers), From::Elsewhere, "{headers:?}");
        }
    }
}
