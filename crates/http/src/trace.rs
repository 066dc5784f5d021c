//! A request as part of its caller's trace (W3C trace context): a span of its own where somebody collects
//! spans, and the trace for everything that is done in the request's name.
//!
//! A span tells method, route and status: no path, no query, no key, nobody.

use axum::extract::{MatchedPath, Request};
use axum::response::Response;
use opentelemetry::trace::{
    FutureExt as _, SpanKind, Status, TraceContextExt as _, TraceId, Tracer as _,
};
use opentelemetry::{Context, KeyValue, global};
use opentelemetry_http::HeaderExtractor;

use crate::metrics::method_of;

/// What the spans' collector calls this part of the program.
const SCOPE: &str = "agent-assist-http";

/// Goes on with the trace that the request names, or with a new one where spans are collected.
pub(crate) async fn follow(
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let parent = global::get_text_map_propagator(|propagator| {
        propagator.extract_with_context(&Context::new(), &HeaderExtractor(request.headers()))
    });
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("none", MatchedPath::as_str).to_owned();
    let method = method_of(request.method());
    let tracer = global::tracer(SCOPE);
    let span = tracer
        .span_builder(format!("{method} {route}"))
        .with_kind(SpanKind::Server)
        .with_attributes([
            KeyValue::new("http.request.method", method),
            KeyValue::new("http.route", route),
        ])
        .start_with_context(&tracer, &parent);
    let trace = parent.with_span(span);
    let response = next(request).with_context(trace.clone()).await;
    let span = trace.span();
    let status = response.status();
    let code = i64::from(status.as_u16());
    span.set_attribute(KeyValue::new("http.response.status_code", code));
    if status.is_server_error() {
        span.set_status(Status::error(""));
    }
    span.end();
    response
}

/// The trace that the request at hand belongs to, if there is one: for the log.
pub(crate) fn current() -> Option<TraceId> {
    let context = Context::current();
    let span = context.span();
    let named = span.span_context();
    named.is_valid().then(|| named.trace_id())
}
