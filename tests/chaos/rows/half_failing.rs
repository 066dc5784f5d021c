//! Half of all requests fail. The breaker is kept out of it: what is judged is that repetition does
//! not multiply the load, however much is asked.

use std::time::Duration;

use agent_assist_domain::dialect::Dialect;

use super::{known_keys, let_expire};
use crate::Scale;
use crate::bench::{Asked, Bench, ask, without_breaker};
use crate::load::steadily;
use crate::trail;
use crate::verdict::Verdict;

/// Answers that are known before it begins. Each is asked for once a second or less often, and fresh for
/// less.
const KEYS: usize = 100;

pub(super) async fn run(scale: Scale) -> Verdict {
    // What is not optimised is asked half as often: judged is what comes of failures, not of load.
    let (seconds, per_second) = scale.pick((22, 50), (60, 100));
    let length = Duration::from_secs(seconds);
    let settings = known_keys(Duration::from_millis(200)).into_iter();
    let settings = settings.chain(without_breaker());
    let bench = Bench::start(Dialect::Recommendations, settings).await;
    let_expire(&bench, KEYS).await;
    bench.faults(["recommendations:status=503,probability=0.5"]);
    let before = (
        bench.requests("recommendations"),
        bench.records().await.len(),
    );
    let asked = steadily(per_second, length, |n| {
        let (service, raw, options) = (
            bench.fetch.clone(),
            bench.question(n % KEYS),
            bench.options(),
        );
        async move { ask(&service, raw, options).await }
    })
    .await;

    let mut verdict = Verdict::of(format!(
        "{} requests in {} s",
        asked.len(),
        length.as_secs()
    ));
    let known = asked.iter().filter(|asked| asked.shows_something()).count();
    verdict.survived(known);
    let share = known as f64 / asked.len() as f64;
    verdict.at_least("known keys answered", share, 0.99);
    let labelled = |asked: &&Asked| asked.is_fresh() || asked.is_labelled();
    let silent = asked.len() - asked.iter().filter(labelled).count();
    verdict.exactly("answers neither fresh nor labelled", silent, 0);

    let requests = bench.requests("recommendations") - before.0;
    let records = bench.records().await.split_off(before.1);
    let sent: Vec<usize> = records.iter().map(trail::upstream_requests).collect();
    let questions = sent.iter().filter(|requests| **requests > 0).count();
    verdict.at_least("questions put to the upstream", questions, 1_000);
    let amplification = requests as f64 / questions as f64;
    verdict.at_most("amplification", amplification, 1.2);
    verdict.exactly("requests by the log", sent.iter().sum::<usize>(), requests);
    let degraded = asked.iter().filter(|asked| asked.is_labelled()).count();
    verdict.at_least("labelled answers", degraded, 1);
    verdict
}
