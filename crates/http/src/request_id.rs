//! Every request has an identifier: in the answer, in its records, in the log, in problems.
//!
//! A caller may choose it (`X-Request-Id`) if it can stand in a record for years: an identifier of at
//! most 128 characters in which the scanner sees no personal data. While a request is under way no other
//! has the same, since what is announced on record is ended by it. Else one is made, and the answer's
//! header says which.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use agent_assist_app::ids::Ids;
use agent_assist_domain::payload::is_identifier;
use agent_assist_domain::pii::{Scanner, SubjectTerms};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use tracing::Instrument as _;
use tracing::field::{Empty, display};
use uuid::Uuid;

use crate::platform::Surface;
use crate::problem::Problem;
use crate::trace;

/// The header, in and out.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The identifier of the request at hand, as an extension. Nobody else has it until every clone is
/// dropped.
#[derive(Clone, Debug)]
pub struct RequestId(Arc<Taken>);

impl RequestId {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0.id
    }
}

/// Hands out identifiers.
#[derive(Clone, Debug)]
pub(crate) struct RequestIds {
    ids: Ids,
    scanner: Scanner,
    under_way: UnderWay,
}

/// Identifiers of requests under way.
pub(crate) type UnderWay = Arc<Mutex<HashSet<Arc<str>>>>;

/// An identifier that is taken until this is dropped.
struct Taken {
    id: Arc<str>,
    under_way: UnderWay,
}

impl fmt::Debug for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.id)
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut under_way = self
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        under_way.remove(&self.id);
    }
}

impl RequestIds {
    /// Identifiers from `ids` where callers bring none that `scanner` finds clean, and none of those that
    /// are `under_way`.
    pub(crate) fn new(ids: Ids, scanner: Scanner, under_way: UnderWay) -> Self {
        Self {
            ids,
            scanner,
            under_way,
        }
    }

    /// Gives the request its identifier, and the answer; renders the answer if it is a problem.
    pub(crate) async fn identify(
        &self,
        mut request: Request,
        next: impl AsyncFnOnce(Request) -> Response,
    ) -> Response {
        let id = RequestId(Arc::new(self.take(request.headers())));
        let surface = Surface::of(request.uri().path());
        request.extensions_mut().insert(id.clone());
        // Whatever is logged of it, errors as well, says which request it was.
        let span = tracing::error_span!("request", request.id = id.as_str(), trace_id = Empty);
        if let Some(trace) = trace::current() {
            span.record("trace_id", display(trace));
        }
        let mut response = next(request).instrument(span).await;
        if let Some(problem) = response.extensions_mut().remove::<Problem>() {
            let headers = std::mem::take(response.headers_mut());
            response = surface.render(problem, id.as_str());
            // What layers inside have said of the answer holds for the rendered one; its length does not.
            for (name, value) in headers {
                if let Some(name) = name
                    && name != axum::http::header::CONTENT_LENGTH
                    && !response.headers().contains_key(&name)
                {
                    response.headers_mut().insert(name, value);
                }
            }
        }
        if let Ok(value) = HeaderValue::from_str(id.as_str()) {
            surface.name_request(response.headers_mut(), &value);
            response.headers_mut().insert(X_REQUEST_ID, value);
        }
        response
    }

    fn take(&self, headers: &HeaderMap) -> Taken {
        let theirs = headers
            .get(X_REQUEST_ID)
            .and_then(|value| value.to_str().ok());
        let theirs = theirs.filter(|id| self.is_fit(id)).map(Arc::from);
        theirs.and_then(|id| self.reserve(id)).unwrap_or_else(|| {
            loop {
                if let Some(taken) = self.reserve(self.ids.next().into()) {
                    break taken;
                }
            }
        })
    }

    /// The platform's own form is, whatever its digits look like.
    fn is_fit(&self, id: &str) -> bool {
        Uuid::parse_str(id).is_ok()
            || is_identifier(id) && self.scanner.scan(id, &SubjectTerms::none()).is_empty()
    }

    fn reserve(&self, id: Arc<str>) -> Option<Taken> {
        let mut under_way = self
            .under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        under_way.insert(Arc::clone(&id)).then(|| Taken {
            id,
            under_way: Arc::clone(&self.under_way),
        })
    }
}
