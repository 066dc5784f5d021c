//! What dashboards are told names nobody and quotes nothing.

use std::path::Path;
use std::sync::{Arc, Mutex};

use agent_assist_app::fetch::FetchService;
use agent_assist_domain::batch::{Batch, QueryStatement};
use agent_assist_domain::dialect::Dialect::{Recommendations, Suggestions};
use agent_assist_domain::payload::{RawField, RawRequest};
use agent_assist_domain::pii::{Entity, Policy};
use agent_assist_domain::ports::{SourceError, SourceErrorKind};
use agent_assist_domain::recommendation::UpstreamId;
use agent_assist_testkit::build::{batch, recommendation, request};
use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit,
};
use serde_json::Value;

use crate::harness::{Bench, every_byte, fetch, settled};

/// Everything that a dashboard could show, a line each.
#[derive(Clone, Debug, Default)]
struct Board(Arc<Mutex<Vec<String>>>);

impl Board {
    fn note(&self, line: String) {
        self.0.lock().expect("whole").push(line);
    }

    fn meter(&self, key: &Key) -> Arc<Meter> {
        let labels = key.labels();
        let labels = labels.map(|label| format!(" {}={}", label.key(), label.value()));
        let name = labels.fold(key.name().to_owned(), |name, label| name + &label);
        self.note(name.clone());
        Arc::new(Meter {
            board: self.clone(),
            name,
        })
    }

    fn lines(&self) -> Vec<String> {
        self.0.lock().expect("whole").clone()
    }
}

struct Meter {
    board: Board,
    name: String,
}

impl Meter {
    fn note(&self, value: f64) {
        self.board.note(format!("{} {value}", self.name));
    }
}

impl CounterFn for Meter {
    fn increment(&self, by: u64) {
        self.note(by as f64);
    }

    fn absolute(&self, value: u64) {
        self.note(value as f64);
    }
}

impl GaugeFn for Meter {
    fn increment(&self, by: f64) {
        self.note(by);
    }

    fn decrement(&self, by: f64) {
        self.note(by);
    }

    fn set(&self, value: f64) {
        self.note(value);
    }
}

impl HistogramFn for Meter {
    fn record(&self, value: f64) {
        self.note(value);
    }
}

impl Recorder for Board {
    fn describe_counter(&self, key: KeyName, _: Option<Unit>, says: SharedString) {
        self.note(format!("{key:?} {says}"));
    }

    fn describe_gauge(&self, key: KeyName, _: Option<Unit>, says: SharedString) {
        self.note(format!("{key:?} {says}"));
    }

    fn describe_histogram(&self, key: KeyName, _: Option<Unit>, says: SharedString) {
        self.note(format!("{key:?} {says}"));
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.meter(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.meter(key))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.meter(key))
    }
}

/// A text of the engine's corpus with one value of each kind in it, and the value.
fn one_of_every_kind() -> Vec<(String, String)> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pii/corpus/corpus.ndjson");
    let corpus = std::fs::read_to_string(corpus).expect("the engine's corpus");
    let documents: Vec<Value> = corpus
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let of_kind = |entity: &Entity| {
        let mut planted = documents.iter().filter_map(|document| {
            let text = document["text"].as_str()?;
            let [span] = &document["spans"].as_array()?[..] else {
                return None;
            };
            let edge = |index: usize| Some(span[index].as_u64()? as usize);
            let value = text.get(edge(0)?..edge(1)?)?;
            // Shorter ones could be anything.
            let fits = span[2] == entity.as_str() && value.len() >= 6;
            fits.then(|| (text.to_owned(), value.to_owned()))
        });
        planted.next()
    };
    let kinds = Entity::BUILT_IN.iter();
    kinds.filter_map(of_kind).collect()
}

/// Asks about everything in `texts`, with all of it wherever a caller can say something.
async fn ask_about(bench: &Bench, service: &FetchService, texts: &[(String, String)]) {
    for (text, value) in texts {
        let raw = RawRequest {
            session_id: RawField::text(Some(value)),
            conversation_id: RawField::text(Some(value)),
            agent_id: RawField::text(Some(value)),
            queue_id: RawField::text(Some(value)),
            query: RawField::text(Some(text)),
            subject_terms: vec![RawField::text(Some(value))],
            ..request()
        };
        // Refused or answered: either may be counted.
        let _ = fetch(service, raw).await;
        let cause = SourceError::new(SourceErrorKind::ServerError).because(text.clone());
        bench.source.then(Err(cause));
        let _ = fetch(service, request()).await;
        settled().await;
    }
}

fn brought(texts: &[(String, String)]) -> Batch {
    let items = texts.iter().enumerate().map(|(n, (text, value))| {
        let id = UpstreamId::new(value).map_or(format!("r-{n}"), |_| value.clone());
        recommendation(&id).flagged(true).texts(text, text)
    });
    Batch {
        query_statement: texts.first().map(|(text, _)| QueryStatement(text.clone())),
        ..batch(items)
    }
}

#[tokio::test(start_paused = true)]
async fn no_metric_names_anybody_or_quotes_anything() {
    let texts = one_of_every_kind();
    assert!(texts.len() >= 50, "{} kinds", texts.len());
    let board = Board::default();
    let _guard = metrics::set_default_local_recorder(&board);
    for dialect in [Recommendations, Suggestions] {
        let mut bench = Bench::new(dialect);
        bench.resilience.freshness.ttl = std::time::Duration::from_millis(1);
        let planted = texts.clone();
        bench.source.otherwise(move |_| Ok(brought(&planted)));
        let service = bench.service();
        ask_about(&bench, &service, &texts).await;
        // And what is stopped at the last look.
        let everything = "[[rules]]\nname = \"planted\"\nentity = \"PLANTED\"\nregex = '[a-z]+'\n\
                          confidence = 90\n";
        bench.egress = every_byte(Policy::from_toml(everything).expect("a policy"));
        ask_about(&bench, &bench.service(), &texts[..1]).await;
    }
    let lines = board.lines();
    for meter in [
        "pii_findings_total",
        "pii_egress_alarms_total",
        "circuit_open",
    ] {
        let name = format!("agent_assist_{meter}");
        assert!(
            lines.iter().any(|line| line.starts_with(&name)),
            "no {name}"
        );
    }
    for (_, value) in &texts {
        let digits: String = value.chars().filter(char::is_ascii_digit).collect();
        for line in &lines {
            assert!(!line.contains(value), "{value:?} in {line:?}");
            let has_digits = digits.len() >= 9 && line.contains(&digits);
            assert!(!has_digits, "the digits of {value:?} in {line:?}");
        }
    }
}
