//! The upstream goes on with its caller's trace.

use agent_assist_domain::dialect::Dialect::Recommendations;
use opentelemetry::trace::{
    FutureExt as _, SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState,
};
use opentelemetry::{Context, global};
use opentelemetry_sdk::propagation::TraceContextPropagator;

use crate::support::{ScriptedTransport, fetch, nothing, source};

#[tokio::test(start_paused = true)]
async fn the_upstream_is_told_of_the_trace_if_there_is_one() {
    global::set_text_map_propagator(TraceContextPropagator::new());
    let transport = ScriptedTransport::new([nothing(), nothing()]);
    let source = source(&transport, Recommendations);
    let trace = SpanContext::new(
        TraceId::from_hex("0af7651916cd43dd8448eb211c80319c").unwrap(),
        SpanId::from_hex("b7ad6b7169203331").unwrap(),
        TraceFlags::SAMPLED,
        true,
        TraceState::from_key_value([("vendor", "value")]).unwrap(),
    );
    let within = Context::new().with_remote_span_context(trace);
    fetch(&source).with_context(within).await.unwrap();
    fetch(&source).await.unwrap();
    let sent = transport.api_requests();
    let traced = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    assert_eq!(sent[0].trace, [traced, "vendor=value"]);
    assert_eq!(sent[1].trace, ["", ""]);
    let tokens = transport.token_requests();
    assert_eq!(tokens[0].trace, ["", ""], "it is for others as well");
}
