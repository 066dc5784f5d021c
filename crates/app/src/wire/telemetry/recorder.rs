//! What is measured through `metrics`, told to a meter of OpenTelemetry as well: under the same names, with
//! the same labels.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use metrics::{
    CounterFn, GaugeFn, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit,
};
use metrics_util::registry::{Registry, Storage};
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Gauge, Histogram, Meter};

/// Ends the names of what is measured in seconds.
const IN_SECONDS: &str = "_seconds";
/// How OpenTelemetry writes seconds (UCUM).
const SECONDS: &str = "s";

/// Tells a meter what is measured. Each series has its instrument once, however often it is asked for.
#[derive(Debug)]
pub(super) struct MeterRecorder {
    series: Registry<Key, Instruments>,
}

impl MeterRecorder {
    /// Counts what histograms get in classes with these upper `bounds`.
    pub(super) fn new(meter: Meter, bounds: &[f64]) -> Self {
        let bounds = bounds.to_vec();
        Self {
            series: Registry::new(Instruments { meter, bounds }),
        }
    }
}

impl Recorder for MeterRecorder {
    // Names say what is measured and in which unit; nothing of ours describes more.
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> metrics::Counter {
        self.series
            .get_or_create_counter(key, |counter| Arc::clone(counter).into())
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> metrics::Gauge {
        self.series
            .get_or_create_gauge(key, |gauge| Arc::clone(gauge).into())
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> metrics::Histogram {
        self.series
            .get_or_create_histogram(key, |histogram| Arc::clone(histogram).into())
    }
}

/// Makes the instruments.
#[derive(Debug)]
struct Instruments {
    meter: Meter,
    bounds: Vec<f64>,
}

impl Storage<Key> for Instruments {
    type Counter = Arc<Counted>;
    type Gauge = Arc<Gauged>;
    type Histogram = Arc<Spread>;

    fn counter(&self, key: &Key) -> Self::Counter {
        Arc::new(Counted {
            counter: self.meter.u64_counter(key.name().to_owned()).build(),
            labels: labels(key),
            told: AtomicU64::new(0),
        })
    }

    fn gauge(&self, key: &Key) -> Self::Gauge {
        let gauge = self.meter.f64_gauge(key.name().to_owned());
        let gauge = match unit(key) {
            Some(unit) => gauge.with_unit(unit),
            None => gauge,
        };
        Arc::new(Gauged {
            gauge: gauge.build(),
            labels: labels(key),
            value: Mutex::new(0.0),
        })
    }

    fn histogram(&self, key: &Key) -> Self::Histogram {
        let histogram = self.meter.f64_histogram(key.name().to_owned());
        let histogram = match unit(key) {
            Some(unit) => histogram.with_unit(unit),
            None => histogram,
        };
        Arc::new(Spread {
            histogram: histogram.with_boundaries(self.bounds.clone()).build(),
            labels: labels(key),
        })
    }
}

fn unit(key: &Key) -> Option<&'static str> {
    key.name().ends_with(IN_SECONDS).then_some(SECONDS)
}

fn labels(key: &Key) -> Vec<KeyValue> {
    let labels = key.labels();
    labels
        .map(|label| KeyValue::new(label.key().to_owned(), label.value().to_owned()))
        .collect()
}

/// A counter with labels.
#[derive(Debug)]
struct Counted {
    counter: Counter<u64>,
    labels: Vec<KeyValue>,
    /// The sum so far, since the meter takes differences only.
    told: AtomicU64,
}

impl CounterFn for Counted {
    fn increment(&self, value: u64) {
        self.told.fetch_add(value, Ordering::Relaxed);
        self.counter.add(value, &self.labels);
    }

    fn absolute(&self, value: u64) {
        let before = self.told.fetch_max(value, Ordering::Relaxed);
        self.counter.add(value.saturating_sub(before), &self.labels);
    }
}

/// A gauge with labels.
#[derive(Debug)]
struct Gauged {
    gauge: Gauge<f64>,
    labels: Vec<KeyValue>,
    /// The meter takes values only. Held while it is told one, so that the last one told is the last.
    value: Mutex<f64>,
}

impl Gauged {
    fn change(&self, change: impl FnOnce(f64) -> f64) {
        let mut value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        *value = change(*value);
        self.gauge.record(*value, &self.labels);
    }
}

impl GaugeFn for Gauged {
    fn increment(&self, value: f64) {
        self.change(|before| before + value);
    }

    fn decrement(&self, value: f64) {
        self.change(|before| before - value);
    }

    fn set(&self, value: f64) {
        self.change(|_| value);
    }
}

/// A histogram with labels.
#[derive(Debug)]
struct Spread {
    histogram: Histogram<f64>,
    labels: Vec<KeyValue>,
}

impl HistogramFn for Spread {
    fn record(&self, value: f64) {
        self.histogram.record(value, &self.labels);
    }
}
