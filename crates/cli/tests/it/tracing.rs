//! Traces: a request's own goes on upstream and stands in the log, and a collector that is set hears of it,
//! without a word on whom it was about.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;
use serde_json::{Value, json};

use super::collector::{Listener, sent_to};
use super::harness::{Home, Upstream};
use super::serve::{Daemon, try_request};

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

/// Asks as part of the trace.
fn ask(daemon: &Daemon, key: &str, payload: &Value) -> u16 {
    let body = payload.to_string();
    let head = format!(
        "authorization: Bearer {key}\r\ncontent-type: application/json\r\n\
         traceparent: 00-{TRACE}-{PARENT}-01\r\ntracestate: vendor=value\r\n\
         content-length: {}\r\n",
        body.len()
    );
    let answer = try_request(daemon.url(), "POST /v1/recommendations", &head, &body);
    answer.expect("an answer").status
}

#[test]
fn a_trace_goes_on_upstream_and_stands_in_the_log() {
    let home = Home::new();
    let upstream = Listener::answering("401 Unauthorized");
    let words = format!(
        "--api-base {} --dialect recommendations --log-format json \
         serve --listen 127.0.0.1:0 --admin-listen 127.0.0.1:0",
        upstream.url
    );
    let call = home.call(&words).env("GENESYSCLOUD_ACCESS_TOKEN", "t");
    let daemon = Daemon::spawn(call.into_command());
    let payload = json!({
        "conversation_id": "c-1",
        "session_id": "s-1",
        "knowledge_source_ids": ["kb-1"],
    });
    assert_eq!(ask(&daemon, &daemon.first_key(), &payload), 502);
    let asked = upstream.take();
    let head = &asked.first().expect("it was asked").head;
    assert!(
        head.contains(&format!("traceparent: 00-{TRACE}-")),
        "{head}"
    );
    assert!(head.contains("tracestate: vendor=value\r\n"), "{head}");
    daemon.terminate();
    let (_, said) = daemon.end();
    let lines = said
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let failed = lines
        .filter(|line: &Value| line["level"] == "ERROR")
        .collect::<Vec<_>>();
    assert_eq!(failed.len(), 1, "{said}");
    assert_eq!(failed[0]["span"]["trace_id"], TRACE, "{said}");
    assert!(failed[0]["span"]["request.id"].is_string(), "{said}");
}

#[test]
fn a_collector_hears_of_requests_and_calls_and_of_nobody() {
    let (home, upstream) = (Home::new(), Upstream::start());
    let collector = Listener::answering("200 OK");
    let made = home.ok("key create --name desk --role agent").json();
    let key = made["key"].as_str().expect("a key");
    let words = "serve --dialect recommendations --listen 127.0.0.1:0 --admin-listen 127.0.0.1:0";
    let call = upstream
        .call(&home, words)
        .env("AGENT_ASSIST_SERVE__OTLP_ENDPOINT", &collector.url);
    let daemon = Daemon::spawn(call.into_command());
    let payload = json!({
        "conversation_id": upstream.conversation(0),
        "session_id": "session-of-the-day",
        "agent_id": "agent-of-the-day",
        "customer_id": "customer-of-the-day",
        "queue_id": "queue-of-the-day",
        "query": "what does jo@example.com want",
        "knowledge_source_ids": upstream.sources(),
    });
    assert_eq!(ask(&daemon, key, &payload), 200);
    daemon.terminate();
    let (code, said) = daemon.end();
    assert_eq!((code, &*said), (Some(0), ""));

    let exports = collector.take();
    let secrets = [
        upstream.conversation(0),
        upstream.sources()[0].as_str(),
        "of-the-day",
        "jo@example.com",
        &key[4..20],
    ];
    for export in &exports {
        let text = String::from_utf8_lossy(&export.body);
        for secret in secrets {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
    let spans: Vec<Span> = sent_to(&exports, "/v1/traces")
        .flat_map(|export| spans(&export.body))
        .collect();
    let named = |name: &str| -> &Span {
        let found = spans.iter().find(|span| span.name == name);
        found.unwrap_or_else(|| panic!("no {name} in {spans:?}"))
    };
    let request = named("POST /v1/recommendations");
    assert_eq!(hex(&request.trace_id), TRACE);
    assert_eq!(hex(&request.parent_span_id), PARENT);
    let call = named("GET");
    assert_eq!(call.trace_id, request.trace_id);
    assert_eq!(call.parent_span_id, request.span_id);
    for (span, attributes) in [
        (
            request,
            &[
                "http.request.method",
                "http.response.status_code",
                "http.route",
            ][..],
        ),
        (
            call,
            &[
                "http.request.method",
                "http.response.status_code",
                "server.address",
            ],
        ),
    ] {
        let mut told: Vec<&str> = span.attributes.iter().map(|told| &*told.key).collect();
        told.sort_unstable();
        assert_eq!(told, attributes);
    }
}

fn spans(export: &[u8]) -> Vec<Span> {
    let export = ExportTraceServiceRequest::decode(export).expect("an export");
    let resources = export.resource_spans.into_iter();
    let scopes = resources.flat_map(|resource| resource.scope_spans);
    scopes.flat_map(|scope| scope.spans).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
