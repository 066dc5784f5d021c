//! What dashboards are told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use agent_assist_domain::dialect::Dialect::Recommendations;
use agent_assist_genesys::TransportErrorKind;
use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, Key, KeyName, Metadata, Recorder, SharedString,
    Unit,
};

use crate::support::{ScriptedTransport, Step, answer, fetch, nothing, retry_after, source};

/// Values by name and labels.
#[derive(Clone, Debug, Default)]
struct Board(Arc<Mutex<BTreeMap<String, f64>>>);

struct Cell {
    board: Board,
    name: String,
}

impl Board {
    fn cell(&self, key: &Key) -> Arc<Cell> {
        let labels = key
            .labels()
            .map(|label| format!(" {}={}", label.key(), label.value()));
        Arc::new(Cell {
            board: self.clone(),
            name: labels.fold(key.name().to_owned(), |name, label| name + &label),
        })
    }

    fn value(&self, name: &str) -> Option<f64> {
        let board = self.0.lock().unwrap();
        board.get(&format!("agent_assist_genesys_{name}")).copied()
    }
}

impl Recorder for Board {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.cell(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.cell(key))
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

impl Cell {
    fn change(&self, change: impl FnOnce(&mut f64)) {
        change(
            self.board
                .0
                .lock()
                .unwrap()
                .entry(self.name.clone())
                .or_default(),
        );
    }
}

impl CounterFn for Cell {
    fn increment(&self, by: u64) {
        self.change(|value| *value += by as f64);
    }

    fn absolute(&self, value: u64) {
        self.change(|held| *held = value as f64);
    }
}

impl GaugeFn for Cell {
    fn increment(&self, by: f64) {
        self.change(|value| *value += by);
    }

    fn decrement(&self, by: f64) {
        self.change(|value| *value -= by);
    }

    fn set(&self, value: f64) {
        self.change(|held| *held = value);
    }
}

#[tokio::test(start_paused = true)]
async fn requests_retries_and_allowances_are_counted_without_naming_anyone() {
    let board = Board::default();
    let _guard = metrics::set_default_local_recorder(&board);
    let failures = (0..16).map(|_| Step::Fail(TransportErrorKind::Connect));
    let last = [
        answer(502, "").into(),
        nothing().into(),
        retry_after(429, "7").into(),
    ];
    let transport = ScriptedTransport::new(failures.chain(last));
    let source = source(&transport, Recommendations);
    for _ in 0..9 {
        let _ = fetch(&source).await;
    }

    // Five questions were sent three times; for the four after them there was no budget left.
    assert_eq!(board.value("requests_total status=none"), Some(16.0));
    assert_eq!(board.value("requests_total status=5xx"), Some(1.0));
    assert_eq!(board.value("requests_total status=2xx"), Some(2.0));
    assert_eq!(board.value("requests_total status=4xx"), Some(1.0));
    assert_eq!(board.value("retries_total"), Some(10.0));
    assert_eq!(board.value("retries_refused_total"), Some(3.0));
    assert_eq!(board.value("token_remaining token=0"), Some(281.0));
    assert_eq!(board.value("token_closed_seconds token=0"), Some(7.0));

    tokio::time::advance(std::time::Duration::from_secs(7)).await;
    source.rate_budget();
    assert_eq!(board.value("token_closed_seconds token=0"), Some(0.0));
    let board = format!("{board:?}");
    assert!(!board.contains(crate::support::CONVERSATION) && !board.contains("session"));
}
