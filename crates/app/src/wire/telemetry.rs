//! Traces and metrics for a collector, over OTLP. Off unless an endpoint is set; that a request belongs
//! to its caller's trace, and the upstream hears of it, needs none.

mod recorder;

use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::time::Deadline;
use agent_assist_genesys::{HttpTransport, Transport as _, TransportBuildError};
use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, Response};
use metrics::Recorder;
use opentelemetry::global;
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_http::{HttpClient, HttpError, ResponseExt as _};
use opentelemetry_otlp::{
    ExporterBuildError, MetricExporter, SpanExporter, WithExportConfig as _, WithHttpConfig as _,
};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;
use tokio::time::Instant;
use url::Url;

use self::recorder::MeterRecorder;
use crate::error::Chain;
use crate::settings::Settings;

/// How long a collector may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// What the program is called there.
const SERVICE: &str = "agent-assist";

/// Nothing can be sent to the collector.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// There is no way to it.
    #[error("the collector of traces and metrics cannot be reached over HTTP")]
    Transport(#[source] TransportBuildError),
    /// The exporter does not take its settings.
    #[error("traces and metrics cannot be exported")]
    Exporter(#[source] ExporterBuildError),
}

/// What is collected, until [shut down](Self::shut_down).
#[derive(Debug)]
pub struct Telemetry {
    exported: Option<Exported>,
}

#[derive(Debug)]
struct Exported {
    traces: SdkTracerProvider,
    metrics: SdkMeterProvider,
}

/// Takes part in traces from now on, once in a process, and exports as `settings` say. Needs the runtime
/// that goes on until it is shut down.
///
/// # Errors
/// If there is no way to the collector.
pub fn telemetry(settings: &Settings) -> Result<Telemetry, TelemetryError> {
    global::set_text_map_propagator(TraceContextPropagator::new());
    let endpoint = settings.serve.otlp_endpoint.as_ref();
    let exported = endpoint.map(|at| exported(at, settings)).transpose()?;
    if let Some(exported) = &exported {
        global::set_tracer_provider(exported.traces.clone());
    }
    Ok(Telemetry { exported })
}

fn exported(endpoint: &Url, settings: &Settings) -> Result<Exported, TelemetryError> {
    let carrier = Carrier::new(settings)?;
    let spans = SpanExporter::builder()
        .with_http()
        .with_http_client(carrier.clone())
        .with_endpoint(below(endpoint, "v1/traces"))
        .with_timeout(PATIENCE)
        .build()
        .map_err(TelemetryError::Exporter)?;
    let measured = MetricExporter::builder()
        .with_http()
        .with_http_client(carrier)
        .with_endpoint(below(endpoint, "v1/metrics"))
        .with_timeout(PATIENCE)
        .build()
        .map_err(TelemetryError::Exporter)?;
    Ok(Exported {
        traces: SdkTracerProvider::builder()
            .with_batch_exporter(spans)
            .with_resource(resource())
            .build(),
        metrics: SdkMeterProvider::builder()
            .with_periodic_exporter(measured)
            .with_resource(resource())
            .build(),
    })
}

/// The program and its version; nothing of the machine or the process.
fn resource() -> Resource {
    Resource::builder_empty()
        .with_service_name(SERVICE)
        .with_attribute(opentelemetry::KeyValue::new(
            "service.version",
            env!("CARGO_PKG_VERSION"),
        ))
        .build()
}

fn below(endpoint: &Url, path: &str) -> String {
    format!("{}/{path}", endpoint.as_str().trim_end_matches('/'))
}

impl Telemetry {
    /// What tells the collector of everything measured, once a minute (`OTEL_METRIC_EXPORT_INTERVAL`, in
    /// milliseconds), with histograms in classes of these upper `bounds`. `None` where nothing is exported.
    #[must_use]
    pub fn recorder(&self, bounds: &[f64]) -> Option<Box<dyn Recorder + Send + Sync>> {
        let meter = self.exported.as_ref()?.metrics.meter(SERVICE);
        Some(Box::new(MeterRecorder::new(meter, bounds)))
    }

    /// Sends what is left.
    pub async fn shut_down(self) {
        let Some(Exported { traces, metrics }) = self.exported else {
            return;
        };
        tokio::join!(
            finish("spans", move || traces.shutdown_with_timeout(PATIENCE)),
            finish("metrics", move || metrics.shutdown_with_timeout(PATIENCE)),
        );
    }
}

/// Waits for an exporter's own thread, which waits for this runtime.
async fn finish(what: &str, shutdown: impl FnOnce() -> OTelSdkResult + Send + 'static) {
    if let Ok(Err(error)) = tokio::task::spawn_blocking(shutdown).await {
        tracing::warn!(error = %Chain(&error), "the last {what} were not sent");
    }
}

/// Carries exports as everything else is carried: same authorities, same proxy, no redirects.
#[derive(Clone, Debug)]
struct Carrier {
    transport: Arc<HttpTransport>,
    /// Exporters have threads of their own, without one.
    runtime: Handle,
}

impl Carrier {
    fn new(settings: &Settings) -> Result<Self, TelemetryError> {
        let transport =
            HttpTransport::new(&settings.upstream.http).map_err(TelemetryError::Transport)?;
        Ok(Self {
            transport: Arc::new(transport),
            runtime: Handle::current(),
        })
    }
}

#[async_trait]
impl HttpClient for Carrier {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let transport = Arc::clone(&self.transport);
        let sent = self.runtime.spawn(async move {
            let deadline = Deadline::at((Instant::now() + PATIENCE).into_std());
            transport.call(request, deadline).await
        });
        sent.await??.error_for_status()
    }
}
