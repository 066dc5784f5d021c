//! What is measured: a collector that is set hears the same of it as Prometheus, and of nobody.

use std::collections::BTreeSet;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, HistogramDataPoint, Metric, metric, number_data_point,
};
use prost::Message as _;
use serde_json::json;

use super::collector::{Listener, Received, sent_to};
use super::harness::{Home, Upstream};
use super::serve::{Daemon, request};

/// What is asked while Prometheus looks is counted after it has looked.
const LOOK: &str = "route=\"/metrics\"";

#[test]
fn a_collector_hears_the_same_as_prometheus() {
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
        "knowledge_source_ids": upstream.sources(),
    });
    for _ in 0..3 {
        assert_eq!(daemon.ask(key, &payload).status, 200);
    }
    let scraped = request(daemon.admin_url(), "GET /metrics", "", "");
    daemon.terminate();
    let (code, said) = daemon.end();
    assert_eq!((code, &*said), (Some(0), ""));

    let expected = exposed(&scraped.body);
    let told = exported(&collector.take());
    let missing: Vec<_> = expected.difference(&told).collect();
    assert!(missing.is_empty(), "{missing:#?} of {told:#?}");
    let asked = "agent_assist_http_requests_total{method=\"POST\",\
                 route=\"/v1/recommendations\",status=\"200\"} 3";
    assert!(expected.contains(asked), "{expected:#?}");
    for line in &told {
        for secret in [upstream.conversation(0), "of-the-day", &key[4..20]] {
            assert!(!line.contains(secret), "{line}");
        }
    }
}

#[test]
fn a_collector_that_fails_costs_no_answer_and_is_told_of_once_at_the_end() {
    let home = Home::new();
    let collector = Listener::answering("503 Service Unavailable");
    let words = "serve --sandbox --listen 127.0.0.1:0 --admin-listen 127.0.0.1:0";
    let call = home
        .call(words)
        .env("AGENT_ASSIST_SERVE__OTLP_ENDPOINT", &collector.url);
    let daemon = Daemon::spawn(call.into_command());
    let key = daemon.first_key();
    let head = format!("authorization: Bearer {key}\r\n");
    let answer = request(daemon.url(), "GET /v1/report", &head, "");
    assert_eq!(answer.status, 200, "{}", answer.body);
    daemon.terminate();
    let (code, said) = daemon.end();
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(said.matches("the last metrics were not sent").count(), 1);
}

/// Series of Prometheus's text with their values, labels in order; of gauges and sums of times, which go
/// on changing, without.
fn exposed(text: &str) -> BTreeSet<String> {
    let mut kind = "";
    let mut lines = BTreeSet::new();
    for line in text.lines().filter(|line| !line.contains(LOOK)) {
        if let Some(declared) = line.strip_prefix("# TYPE ") {
            kind = declared.rsplit(' ').next().expect("a kind");
        }
        let Some((series, value)) = line.rsplit_once(' ').filter(|_| !line.starts_with('#')) else {
            continue;
        };
        let (name, labels) = series.split_once('{').unwrap_or((series, "}"));
        let labels = labels.strip_suffix('}').expect("closed").split(',');
        let labels = labels.filter(|label| !label.is_empty());
        let series = series_of(name, labels.map(str::to_owned).collect());
        match kind {
            "gauge" => lines.insert(series),
            _ if name.ends_with("_sum") => lines.insert(series),
            _ => lines.insert(format!("{series} {value}")),
        };
    }
    lines
}

/// What was sent, written like that.
fn exported(exports: &[Received]) -> BTreeSet<String> {
    let resources = sent_to(exports, "/v1/metrics").flat_map(|export| {
        let export = ExportMetricsServiceRequest::decode(&*export.body);
        export.expect("an export").resource_metrics
    });
    resources
        .flat_map(|resource| resource.scope_metrics)
        .flat_map(|scope| scope.metrics)
        .flat_map(lines_of)
        .collect()
}

fn lines_of(told: Metric) -> Vec<String> {
    let name = &told.name;
    let seconds = name.ends_with("_seconds");
    assert_eq!(told.unit, if seconds { "s" } else { "" }, "{name}");
    let cumulative = AggregationTemporality::Cumulative as i32;
    match told.data.expect("data") {
        metric::Data::Sum(sum) => {
            assert!(sum.is_monotonic && sum.aggregation_temporality == cumulative);
            let points = sum.data_points.into_iter();
            points
                .map(|point| {
                    let Some(number_data_point::Value::AsInt(value)) = point.value else {
                        panic!("{name} counts in whole numbers");
                    };
                    format!("{} {value}", series_of(name, labels(&point.attributes)))
                })
                .collect()
        }
        metric::Data::Gauge(gauge) => {
            let points = gauge.data_points.iter();
            points
                .map(|point| series_of(name, labels(&point.attributes)))
                .collect()
        }
        metric::Data::Histogram(histogram) => {
            assert_eq!(histogram.aggregation_temporality, cumulative);
            let points = histogram.data_points.iter();
            points.flat_map(|point| spread(name, point)).collect()
        }
        other => panic!("{name} is {other:?}"),
    }
}

fn spread(name: &str, point: &HistogramDataPoint) -> Vec<String> {
    let labels = labels(&point.attributes);
    let bounds = point.explicit_bounds.iter().map(f64::to_string);
    let mut sum = 0;
    let mut lines: Vec<_> = bounds
        .chain(["+Inf".to_owned()])
        .zip(&point.bucket_counts)
        .map(|(bound, count)| {
            sum += count;
            let mut labels = labels.clone();
            labels.push(format!("le=\"{bound}\""));
            format!("{} {sum}", series_of(&format!("{name}_bucket"), labels))
        })
        .collect();
    lines.push(series_of(&format!("{name}_sum"), labels.clone()));
    let count = series_of(&format!("{name}_count"), labels);
    lines.push(format!("{count} {}", point.count));
    lines
}

fn labels(attributes: &[KeyValue]) -> Vec<String> {
    let attributes = attributes.iter();
    attributes
        .map(|attribute| {
            let value = attribute
                .value
                .as_ref()
                .and_then(|value| value.value.as_ref());
            let Some(any_value::Value::StringValue(value)) = value else {
                panic!("labels are texts: {attribute:?}");
            };
            format!("{}=\"{value}\"", attribute.key)
        })
        .collect()
}

fn series_of(name: &str, mut labels: Vec<String>) -> String {
    labels.sort_unstable();
    format!("{name}{{{}}}", labels.join(","))
}
