//! A hundred answers expire at once, under many requests for them.

use std::time::Duration;

use agent_assist_domain::dialect::Dialect;
use fastrand::Rng;
use tokio::time::sleep;

use super::SEED;
use crate::Scale;
use crate::bench::{Asked, Bench, ask};
use crate::load::{at_once, quantile};
use crate::trail;
use crate::verdict::Verdict;

const KEYS: usize = 100;

pub(super) async fn run(scale: Scale) -> Verdict {
    let count = scale.pick(1_000, 10_000);
    let ttl = Duration::from_secs(scale.pick(5, 20));
    let bench = Bench::start(
        Dialect::Recommendations,
        [
            ("cache.ttl", format!("{}s", ttl.as_secs())),
            ("cache.stale_while_revalidate", "0s".to_owned()),
            // Calls are judged here; how long ten thousand records take is the store's affair.
            ("fetch.timeout", "15s".to_owned()),
        ],
    )
    .await;
    for key in 0..KEYS {
        bench.ask(bench.question(key), bench.options()).await;
    }
    let warmed = bench.requests("recommendations");
    sleep(ttl).await;
    let records = bench.records().await.len();

    let keys = zipf(count);
    let answered = at_once(count, |n| {
        let (service, raw, options) = (
            bench.fetch.clone(),
            bench.question(keys[n]),
            bench.options(),
        );
        async move { ask(&service, raw, options).await }
    })
    .await;

    let mut verdict = Verdict::of(format!("{count} requests over {KEYS} keys"));
    let fresh = answered.iter().filter(|asked| asked.is_fresh()).count();
    verdict.survived(fresh);
    verdict.exactly("calls before", warmed, KEYS);
    let calls = bench.requests("recommendations") - warmed;
    verdict.at_most("upstream calls after the expiry", calls, KEYS);
    verdict.exactly("fresh answers", fresh, count);
    let recorded = bench.records().await.split_off(records);
    verdict.exactly("records", trail::ends(&recorded).0, count);
    // Later than that, answers expire once more.
    let last = quantile(answered.iter().map(|asked: &Asked| asked.took), 1.0);
    verdict.at_most("slowest answer", last, ttl.mul_f64(0.9));
    verdict
}

/// `count` keys, the first the most popular by far.
fn zipf(count: usize) -> Vec<usize> {
    let weights: Vec<f64> = (1..=KEYS).map(|rank| 1.0 / rank as f64).collect();
    let total: f64 = weights.iter().sum();
    let mut rng = Rng::with_seed(SEED);
    let draw = |_| {
        let mut left = rng.f64() * total;
        let beyond = |weight: &f64| {
            left -= weight;
            left < 0.0
        };
        weights.iter().position(beyond).unwrap_or(0)
    };
    (0..count).map(draw).collect()
}
