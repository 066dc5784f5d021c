//! What the program measures, for Prometheus and whoever else is told of it.
//!
//! Labels are routes, methods, statuses and words of ours: never a conversation, an agent or a key.

use std::convert::Infallible;
use std::future::pending;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::extract::{MatchedPath, Request};
use axum::http::Method;
use axum::response::Response;
use metrics::{Label, Recorder, counter, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use metrics_util::layers::FanoutBuilder;
use tokio::time::Instant;

use crate::tenants::OfTenant;

/// Upper bounds of the classes that latencies are counted in, in seconds.
pub const LATENCY_BOUNDS: [f64; 12] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
];
/// How often what was measured is put in order, so that memory does not grow with what nobody reads.
const UPKEEP: Duration = Duration::from_secs(5);

static HANDLE: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Measures from now on, once in a process, and tells `beside` of it, too; the same handle every time.
/// `None` if somebody else measures already.
pub fn install(beside: Option<Box<dyn Recorder + Send + Sync>>) -> Option<PrometheusHandle> {
    HANDLE
        .get_or_init(|| {
            let builder = PrometheusBuilder::new()
                .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &LATENCY_BOUNDS)
                .ok()?;
            let recorder = builder.build_recorder();
            let handle = recorder.handle();
            match beside {
                None => metrics::set_global_recorder(recorder).ok()?,
                Some(beside) => {
                    let both = FanoutBuilder::default().add_recorder(recorder);
                    metrics::set_global_recorder(both.add_recorder(beside).build()).ok()?;
                }
            }
            Some(handle)
        })
        .clone()
}

/// Puts in order what is measured, for ever.
pub(crate) async fn keep_up(handle: Option<PrometheusHandle>) -> Infallible {
    let Some(handle) = handle else {
        return pending().await;
    };
    loop {
        tokio::time::sleep(UPKEEP).await;
        handle.run_upkeep();
    }
}

/// Counts requests and measures how long they take, by route.
pub(crate) async fn measure(
    request: Request,
    next: impl AsyncFnOnce(Request) -> Response,
) -> Response {
    let began = Instant::now();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "none".to_owned(), |route| route.as_str().to_owned());
    let method = method_of(request.method());
    let response = next(request).await;
    let status = response.status().as_u16().to_string();
    let mut labels = vec![Label::new("route", route)];
    // As many as there are in the settings.
    let tenant = response.extensions().get::<OfTenant>();
    labels.extend(tenant.map(|OfTenant(name)| Label::new("tenant", Arc::clone(name))));
    histogram!("agent_assist_http_request_seconds", labels.clone())
        .record(began.elapsed().as_secs_f64());
    labels.extend([Label::new("method", method), Label::new("status", status)]);
    counter!("agent_assist_http_requests_total", labels).increment(1);
    response
}

/// The name under which requests of this method are counted.
pub(crate) fn method_of(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        // Anybody can make up methods, and each would be a series.
        _ => "other",
    }
}
