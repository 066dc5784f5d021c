//! The upstream answers nothing but 5xx.

use std::time::Duration;

use agent_assist_domain::answer::CacheStatus;
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::ports::SourceErrorKind;

use super::{known_keys, let_expire};
use crate::Scale;
use crate::bench::{Asked, Bench, ask};
use crate::load::{quantile, steadily};
use crate::verdict::Verdict;

/// Answers that are known before it begins.
const KEYS: usize = 50;

pub(super) async fn run(scale: Scale) -> Verdict {
    let (length, per_second) = (Duration::from_secs(scale.pick(6, 60)), scale.pick(50, 100));
    let bench = Bench::start(
        Dialect::Recommendations,
        known_keys(Duration::from_millis(200)),
    )
    .await;
    let_expire(&bench, KEYS).await;
    bench.faults([
        "recommendations:status=500,probability=0.2",
        "recommendations:status=502,probability=0.2",
        "recommendations:status=503",
    ]);
    let began = bench.sandbox.age_ms();
    let before = bench.requests("recommendations");
    let start = tokio::time::Instant::now();
    let mut asked = steadily(per_second, length, |n| {
        let (service, raw, options) = (
            bench.fetch.clone(),
            bench.question(n % KEYS),
            bench.options(),
        );
        async move { ask(&service, raw, options).await }
    })
    .await;
    asked.sort_by_key(|asked| asked.at);

    let mut verdict = Verdict::of(format!(
        "{} requests in {} s",
        asked.len(),
        length.as_secs()
    ));
    let known = asked.iter().filter(|asked| stands_in(asked)).count();
    verdict.survived(known);
    let share = known as f64 / asked.len() as f64;
    verdict.at_least("known keys answered stale or fallback", share, 0.99);
    let silent = asked.iter().filter(|asked| !asked.is_labelled()).count();
    verdict.exactly("unlabelled answers", silent, 0);

    let Some(opened) = asked
        .iter()
        .find(|asked| was_spared(asked))
        .map(|asked| asked.at)
    else {
        verdict.holds("the circuit opens", false);
        return verdict;
    };
    let while_open: Vec<&Asked> = asked.iter().filter(|asked| asked.at >= opened).collect();
    let opened_ms = began + (opened - start).as_millis() as u64;
    let journal = bench.journal("recommendations");
    let calls = journal
        .iter()
        .filter(|entry| entry.arrived_ms >= opened_ms)
        .count();
    let share = calls as f64 / while_open.len() as f64;
    verdict.at_most("calls over demand once open", share, 0.05);
    verdict.note(format!(
        "calls {} in all",
        bench.requests("recommendations") - before
    ));
    let spared = asked.iter().filter(|asked| was_spared(asked));
    let fast = quantile(spared.map(|asked| asked.took), 0.99);
    match cfg!(debug_assertions) || scale == Scale::Reduced {
        true => verdict.note(format!(
            "fast answers p99 {:.1} ms (not judged)",
            fast.as_secs_f64() * 1e3
        )),
        false => verdict.at_most("fast answers p99", fast, Duration::from_millis(5)),
    }
    verdict
}

/// Whether something remembered or a fallback was given.
fn stands_in(asked: &Asked) -> bool {
    matches!(
        asked.status(),
        Some(CacheStatus::Stale | CacheStatus::Fallback)
    ) && asked.shows_something()
}

/// Whether the upstream was spared the question.
fn was_spared(asked: &Asked) -> bool {
    let cause = asked
        .outcome
        .as_ref()
        .ok()
        .and_then(|outcome| outcome.cause.as_ref());
    cause.is_some_and(|cause| cause.kind() == SourceErrorKind::CircuitOpen)
}
