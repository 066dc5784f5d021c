//! The token expires while many requests with it are in flight.

use std::time::Duration;

use agent_assist_app::fetch::FetchOptions;
use agent_assist_domain::dialect::Dialect;
use tokio::task::JoinSet;

use crate::Scale;
use crate::bench::{Asked, Bench, ask};
use crate::load::quantile;
use crate::trail;
use crate::verdict::Verdict;

/// Connections begun at a time.
const AT_ONCE: usize = 50;

pub(super) async fn run(scale: Scale) -> Verdict {
    let count = scale.pick(200, 1_000);
    let bench = Bench::start(Dialect::Recommendations, []).await;
    bench.ask_anew(bench.question(0)).await;
    let (tokens, before) = (bench.requests("token"), bench.requests("recommendations"));
    let records = bench.records().await.len();

    // The sandbox looks at a token after the delay: by then it has expired.
    bench.faults(["recommendations:delay=3s"]);
    let asked = in_flight(&bench, count, before).await;
    bench.sandbox.expire_tokens();
    bench.sandbox.clear_faults();
    let asked = asked.join_all().await;

    let mut verdict = Verdict::of(format!("{count} requests in flight"));
    let fresh = asked.iter().filter(|asked| asked.is_fresh()).count();
    verdict.survived(fresh);
    verdict.exactly("token requests", bench.requests("token") - tokens, 1);
    let errors: Vec<String> = asked
        .iter()
        .filter(|asked| !asked.is_fresh())
        .map(Asked::fault)
        .collect();
    verdict.none("errors or degraded answers", &errors);
    let refused = bench.journal("recommendations");
    let refused = refused
        .iter()
        .filter(|entry| entry.status == Some(401))
        .count();
    verdict.exactly("refused with 401 and sent again", refused, count);
    let recorded = bench.records().await.split_off(records);
    verdict.exactly("records", trail::ends(&recorded).0, count);
    let slowest = quantile(asked.iter().map(|asked| asked.took), 1.0);
    verdict.note(format!("slowest answer {:.1} s", slowest.as_secs_f64()));
    verdict
}

/// Sends `count` requests, a few at a time so that no connection is turned away, until all have
/// arrived.
async fn in_flight(bench: &Bench, count: usize, before: usize) -> JoinSet<Asked> {
    let options = FetchOptions {
        timeout: Duration::from_secs(10),
        use_cache: false,
    };
    let mut asked = JoinSet::new();
    for n in 0..count {
        let (service, raw) = (bench.fetch.clone(), bench.question(n));
        asked.spawn(async move { ask(&service, raw, options).await });
        if (n + 1) % AT_ONCE == 0 || n + 1 == count {
            let sent = |bench: &Bench| bench.requests("recommendations") - before > n;
            bench.until("every request in flight", sent).await;
        }
    }
    asked
}
