//! Medians and percentiles.

use std::time::Duration;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// The median; 0 of nothing.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    match values.len() {
        0 => 0.0,
        odd if odd % 2 == 1 => values[odd / 2],
        even => f64::midpoint(values[even / 2 - 1], values[even / 2]),
    }
}

/// Times, to a thousandth.
#[derive(Debug)]
pub(crate) struct Times(Histogram<u64>);

/// What is told of them, in microseconds.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Spread {
    /// Half of them took no longer.
    pub(crate) p50: f64,
    /// 95 in 100 took no longer.
    pub(crate) p95: f64,
    /// 99 in 100 took no longer.
    pub(crate) p99: f64,
    /// The longest.
    pub(crate) max: f64,
}

impl Times {
    /// None yet.
    pub(crate) fn new() -> Self {
        // Up to ten minutes in nanoseconds; these bounds and digits are possible.
        let histogram = Histogram::new_with_bounds(1, 600_000_000_000, 3);
        Self(histogram.unwrap_or_else(|_| unreachable!("a histogram of three digits")))
    }

    /// One more.
    pub(crate) fn add(&mut self, time: Duration) {
        self.0.saturating_record(time.as_nanos() as u64);
    }

    /// Those of `other`, too.
    pub(crate) fn merge(&mut self, other: &Self) {
        // Both grow as needed.
        let _ = self.0.add(&other.0);
    }

    /// How many.
    pub(crate) fn count(&self) -> u64 {
        self.0.len()
    }

    /// What is told of them.
    pub(crate) fn spread(&self) -> Spread {
        let micros = |quantile| self.0.value_at_quantile(quantile) as f64 / 1e3;
        Spread {
            p50: micros(0.5),
            p95: micros(0.95),
            p99: micros(0.99),
            max: self.0.max() as f64 / 1e3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median([3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median([4.0, 1.0, 2.0, 3.0]), 2.5);
        assert_eq!(median([]), 0.0);
    }

    #[test]
    fn percentiles_are_those_of_all_threads() {
        let (mut all, mut other) = (Times::new(), Times::new());
        (1..=99).for_each(|ms| all.add(Duration::from_millis(ms)));
        other.add(Duration::from_millis(1_000));
        all.merge(&other);
        let Spread { p50, p95, p99, max } = all.spread();
        assert!((p50 - 50e3).abs() < 100.0, "{p50}");
        assert!((p95 - 95e3).abs() < 100.0, "{p95}");
        assert!((p99 - 99e3).abs() < 100.0, "{p99}");
        assert!((max - 1_000e3).abs() < 1_000.0, "{max}");
    }
}
