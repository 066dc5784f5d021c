//! Load: all at once, or so many a second whether or not the earlier ones have been answered.

use std::future::Future;
use std::time::Duration;

use agent_assist_domain::answer::{Answer, CacheStatus};
use hdrhistogram::Histogram;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::bench::Asked;

/// Starts `count` requests at once and gives them in the order of their numbers.
pub(crate) async fn at_once<F>(count: usize, request: impl Fn(usize) -> F) -> Vec<Asked>
where
    F: Future<Output = Asked> + Send + 'static,
{
    let tasks: Vec<_> = (0..count).map(|n| tokio::spawn(request(n))).collect();
    let mut answered = Vec::with_capacity(count);
    for task in tasks {
        answered.push(task.await.expect("no request panics"));
    }
    answered
}

/// Starts `per_second` requests a second for `length`, evenly.
pub(crate) async fn steadily<F>(
    per_second: usize,
    length: Duration,
    request: impl Fn(usize) -> F,
) -> Vec<Asked>
where
    F: Future<Output = Asked> + Send + 'static,
{
    let began = Instant::now();
    let count = (length.as_secs_f64() * per_second as f64) as usize;
    let mut tasks = JoinSet::new();
    for n in 0..count {
        sleep_until(began + length.mul_f64(n as f64 / count as f64)).await;
        tasks.spawn(request(n));
    }
    tasks.join_all().await
}

/// The time within which `share` of `times` lie.
pub(crate) fn quantile(times: impl IntoIterator<Item = Duration>, share: f64) -> Duration {
    let mut histogram: Histogram<u64> = Histogram::new_with_max(600_000_000, 3).expect("bounds");
    for time in times {
        histogram.saturating_record(time.as_micros() as u64);
    }
    Duration::from_micros(histogram.value_at_quantile(share))
}

impl Asked {
    /// The answer, if there is one.
    pub(crate) fn answer(&self) -> Option<&Answer> {
        self.outcome.as_ref().ok().map(|outcome| &outcome.answer)
    }

    /// How the cache took part in the answer.
    pub(crate) fn status(&self) -> Option<CacheStatus> {
        self.answer().map(|answer| answer.cache().status)
    }

    /// Whether there is an answer straight from the upstream or fresh from the cache.
    pub(crate) fn is_fresh(&self) -> bool {
        use CacheStatus::{Bypass, Hit, Miss};
        matches!(self.status(), Some(Hit | Miss | Bypass)) && !self.is_labelled()
    }

    /// Whether there is an answer which says that it is less than it should be.
    pub(crate) fn is_labelled(&self) -> bool {
        self.answer()
            .is_some_and(|answer| answer.degradation().is_some())
    }

    /// Whether there is an answer with something to show.
    pub(crate) fn shows_something(&self) -> bool {
        self.answer()
            .is_some_and(|answer| !answer.recommendations().is_empty())
    }

    /// The error or label, in a word.
    pub(crate) fn fault(&self) -> String {
        match &self.outcome {
            Err(error) => {
                let source = std::error::Error::source(error);
                format!(
                    "{error}: {}",
                    source.map(ToString::to_string).unwrap_or_default()
                )
            }
            Ok(outcome) => {
                let label = outcome.answer.degradation();
                label
                    .map_or("none", |label| label.reason().as_str())
                    .to_owned()
            }
        }
    }
}
