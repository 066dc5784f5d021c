//! Identical requests at once: one call, one answer for all, a record for each.

use agent_assist_domain::dialect::Dialect;
use serde_json::Value;

use crate::Scale;
use crate::bench::{Asked, Bench, ask};
use crate::load::{at_once, quantile};
use crate::trail;
use crate::verdict::Verdict;

pub(super) async fn run(scale: Scale) -> Verdict {
    let count = scale.pick(1_000, 10_000);
    let bench = Bench::start(Dialect::Recommendations, []).await;
    let options = bench.options();
    let answered = at_once(count, |_| {
        let (service, raw) = (bench.fetch.clone(), bench.question(0));
        async move { ask(&service, raw, options).await }
    })
    .await;

    let mut verdict = Verdict::of(format!("{count} requests"));
    let contents: Vec<Value> = answered.iter().filter_map(content).collect();
    let first = contents.first().cloned().unwrap_or_default();
    let same = contents.iter().filter(|content| **content == first).count();
    verdict.survived(same);
    verdict.exactly("upstream calls", bench.requests("recommendations"), 1);
    verdict.exactly("identical answers", same, count);
    let errors: Vec<String> = answered
        .iter()
        .filter(|asked| asked.outcome.is_err())
        .map(Asked::fault)
        .collect();
    verdict.none("errors", &errors);
    verdict.holds("with content", answered.iter().all(Asked::shows_something));
    let (ended, twice) = trail::ends(&bench.records().await);
    verdict.exactly("records", ended, count);
    verdict.exactly("requests with two records", twice, 0);
    let times = || answered.iter().map(|asked| asked.took);
    verdict.note(format!(
        "slowest answer {:.1} s",
        quantile(times(), 1.0).as_secs_f64()
    ));
    verdict
}

/// What an answer says, without what is each request's own.
fn content(asked: &Asked) -> Option<Value> {
    let mut answer = serde_json::to_value(asked.answer()?).expect("an answer has a JSON form");
    answer["request_id"].take();
    answer["metrics"]["latency_ms"].take();
    answer["cache"].take();
    Some(answer)
}
