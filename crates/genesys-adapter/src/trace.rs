//! A call upstream as part of its caller's trace: a span of its own where somebody collects spans, and the
//! W3C headers by which the upstream goes on with the trace.
//!
//! A span tells method, status and the upstream's host. Paths name conversations, so none does.

use http::{HeaderMap, Method, StatusCode};
use opentelemetry::trace::{SpanKind, Status, TraceContextExt as _, Tracer as _};
use opentelemetry::{Context, KeyValue, global};
use opentelemetry_http::HeaderInjector;

/// What the spans' collector calls this part of the program.
const SCOPE: &str = "agent-assist-genesys";

/// One request that is on its way. The span ends when this is dropped, with whatever is known by then.
#[derive(Debug)]
pub(crate) struct Call(Context);

impl Call {
    /// About to send a request with this `method` to `host`.
    pub(crate) fn begin(method: &Method, host: Option<&str>) -> Self {
        let tracer = global::tracer(SCOPE);
        let mut told = vec![KeyValue::new(
            "http.request.method",
            method.as_str().to_owned(),
        )];
        told.extend(host.map(|host| KeyValue::new("server.address", host.to_owned())));
        let span = tracer
            .span_builder(method.as_str().to_owned())
            .with_kind(SpanKind::Client)
            .with_attributes(told)
            .start(&tracer);
        Self(Context::current_with_span(span))
    }

    /// Names the trace to whoever gets `headers`, if there is one.
    pub(crate) fn name_in(&self, headers: &mut HeaderMap) {
        global::get_text_map_propagator(|propagator| {
            propagator.inject_context(&self.0, &mut HeaderInjector(headers));
        });
    }

    /// It was answered with this status, or not at all.
    pub(crate) fn end(self, status: Option<StatusCode>) {
        let span = self.0.span();
        if let Some(status) = status {
            let code = i64::from(status.as_u16());
            span.set_attribute(KeyValue::new("http.response.status_code", code));
        }
        if status.is_none_or(|status| status.is_client_error() || status.is_server_error()) {
            span.set_status(Status::error(""));
        }
        span.end();
    }
}
