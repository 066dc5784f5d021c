//! How long answers and their stages took: histograms that can be added up, and what is told of them.

use std::ops::AddAssign;

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};

/// Latencies beyond this count as this: ten minutes, in microseconds.
const MAX_US: u64 = 600_000_000;
/// Significant decimal digits kept of a latency.
const DIGITS: u8 = 3;

/// How long something took, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Latency {
    /// Answers measured.
    pub count: u64,
    /// Half took at most this long.
    pub p50_ms: f64,
    /// 95 of 100 took at most this long.
    pub p95_ms: f64,
    /// 99 of 100 took at most this long.
    pub p99_ms: f64,
}

/// How long the stages took; `null` for one that had no part in any answer. docs/METRICS.md says what
/// belongs to which.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct StageLatencies {
    /// From the request's arrival until its answer was ready to be recorded.
    pub total: Option<Latency>,
    /// Waiting for an access token and its share of the allowance.
    pub token: Option<Latency>,
    /// Looking for something remembered.
    pub cache: Option<Latency>,
    /// Asking the upstream.
    pub upstream: Option<Latency>,
    /// Selecting and screening.
    pub screening: Option<Latency>,
    /// Writing the record that came before the answer's.
    pub audit: Option<Latency>,
}

/// Latencies by where the answer came from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AnswerLatencies {
    /// From the cache.
    pub hits: StageLatencies,
    /// From the upstream.
    pub misses: StageLatencies,
    /// From what stood in when it failed.
    pub stand_ins: StageLatencies,
    /// All of these.
    pub all: StageLatencies,
}

/// What a record says of its stages, microseconds.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Stages {
    token_us: Option<u64>,
    cache_us: Option<u64>,
    upstream_us: Option<u64>,
    screening_us: Option<u64>,
    audit_before_us: Option<u64>,
}

/// Latencies as they are counted. Two of them add up to those of all their answers.
#[derive(Clone)]
pub(super) struct StageHistograms {
    total: Histogram<u64>,
    token: Histogram<u64>,
    cache: Histogram<u64>,
    upstream: Histogram<u64>,
    screening: Histogram<u64>,
    audit: Histogram<u64>,
}

impl StageHistograms {
    pub(super) fn new() -> Self {
        Self {
            total: histogram(),
            token: histogram(),
            cache: histogram(),
            upstream: histogram(),
            screening: histogram(),
            audit: histogram(),
        }
    }

    pub(super) fn add(&mut self, total_us: u64, stages: Stages) {
        for (histogram, took_us) in [
            (&mut self.total, Some(total_us)),
            (&mut self.token, stages.token_us),
            (&mut self.cache, stages.cache_us),
            (&mut self.upstream, stages.upstream_us),
            (&mut self.screening, stages.screening_us),
            (&mut self.audit, stages.audit_before_us),
        ] {
            if let Some(took_us) = took_us {
                histogram.saturating_record(took_us.clamp(1, MAX_US));
            }
        }
    }

    pub(super) fn told(&self) -> StageLatencies {
        StageLatencies {
            total: latency(&self.total),
            token: latency(&self.token),
            cache: latency(&self.cache),
            upstream: latency(&self.upstream),
            screening: latency(&self.screening),
            audit: latency(&self.audit),
        }
    }
}

impl AddAssign<&Self> for StageHistograms {
    fn add_assign(&mut self, other: &Self) {
        for (into, from) in [
            (&mut self.total, &other.total),
            (&mut self.token, &other.token),
            (&mut self.cache, &other.cache),
            (&mut self.upstream, &other.upstream),
            (&mut self.screening, &other.screening),
            (&mut self.audit, &other.audit),
        ] {
            // Both have the same bounds, so there is room for all of it.
            let _ = into.add(from);
        }
    }
}

fn histogram() -> Histogram<u64> {
    match Histogram::new_with_bounds(1, MAX_US, DIGITS) {
        Ok(histogram) => histogram,
        Err(_) => unreachable!("the bounds are constants that the library accepts"),
    }
}

fn latency(histogram: &Histogram<u64>) -> Option<Latency> {
    let ms = |quantile| histogram.value_at_quantile(quantile) as f64 / 1e3;
    (!histogram.is_empty()).then(|| Latency {
        count: histogram.len(),
        p50_ms: ms(0.50),
        p95_ms: ms(0.95),
        p99_ms: ms(0.99),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_apart_adds_up_to_what_is_counted_together() {
        let (mut even, mut odd, mut all) = (
            StageHistograms::new(),
            StageHistograms::new(),
            StageHistograms::new(),
        );
        for n in 1..=1_000_u64 {
            let stages = Stages {
                upstream_us: (n % 3 == 0).then_some(n * 700),
                ..Stages::default()
            };
            all.add(n * 1_000, stages);
            let part = if n % 2 == 0 { &mut even } else { &mut odd };
            part.add(n * 1_000, stages);
        }
        even += &odd;
        assert_eq!(even.told(), all.told());
        let total = all.told().total.expect("measured");
        assert_eq!((total.count, total.p50_ms.round()), (1_000, 500.0));
        assert_eq!(all.told().upstream.map(|latency| latency.count), Some(333));
        assert_eq!(all.told().token, None);
    }
}
