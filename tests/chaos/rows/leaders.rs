//! The caller who made the call that others share is cancelled, or runs out of time.

use std::time::Duration;

use agent_assist_app::fetch::FetchOptions;
use agent_assist_domain::dialect::Dialect;

use crate::Scale;
use crate::bench::{Asked, Bench, ask};
use crate::load::at_once;
use crate::verdict::Verdict;

/// Those who share.
const FOLLOWERS: usize = 100;

pub(super) async fn run(_: Scale) -> Verdict {
    let mut verdict = Verdict::of(format!("{} requests", 2 * FOLLOWERS));
    let survived = cancelled(&mut verdict).await + hasty(&mut verdict).await;
    verdict.survived(survived);
    verdict
}

/// The call goes on without its caller.
async fn cancelled(verdict: &mut Verdict) -> usize {
    let (bench, before) = warm().await;
    bench.faults(["recommendations:delay=500ms"]);
    let (service, raw, options) = (bench.fetch.clone(), bench.question(0), bench.options());
    let leader = tokio::spawn(async move { ask(&service, raw, options).await });
    bench
        .until("the call", |bench| {
            bench.requests("recommendations") > before
        })
        .await;
    let followers = followers(&bench);
    let cancel = async {
        tokio::task::yield_now().await;
        leader.abort();
    };
    let (asked, ()) = tokio::join!(followers, cancel);
    let fresh = asked.iter().filter(|asked| asked.is_fresh()).count();
    verdict.exactly("cancelled: fresh answers to the others", fresh, FOLLOWERS);
    let calls = bench.requests("recommendations") - before;
    verdict.exactly("cancelled: upstream calls", calls, 1);
    fresh
}

/// The call ends with its caller's time; one of those who have more makes another.
async fn hasty(verdict: &mut Verdict) -> usize {
    let (bench, before) = warm().await;
    bench.faults(["recommendations:delay=30s,times=1"]);
    let (service, raw) = (bench.fetch.clone(), bench.question(0));
    let options = FetchOptions {
        timeout: Duration::from_millis(500),
        use_cache: true,
    };
    let leader = tokio::spawn(async move { ask(&service, raw, options).await });
    bench
        .until("the call", |bench| {
            bench.requests("recommendations") > before
        })
        .await;
    let asked = followers(&bench).await;
    let leader = leader.await.expect("the leader answers");
    verdict.holds(
        "hasty: its own answer labelled timeout",
        leader.fault() == "timeout",
    );
    let fresh = asked.iter().filter(|asked| asked.is_fresh()).count();
    verdict.exactly("hasty: fresh answers to the others", fresh, FOLLOWERS);
    let calls = bench.requests("recommendations") - before;
    verdict.exactly("hasty: upstream calls", calls, 2);
    fresh
}

/// A bench with a token, and the calls it took to get one.
async fn warm() -> (Bench, usize) {
    let bench = Bench::start(Dialect::Recommendations, []).await;
    bench.ask_anew(bench.question(1)).await;
    let calls = bench.requests("recommendations");
    (bench, calls)
}

async fn followers(bench: &Bench) -> Vec<Asked> {
    at_once(FOLLOWERS, |_| {
        let (service, raw, options) = (bench.fetch.clone(), bench.question(0), bench.options());
        async move { ask(&service, raw, options).await }
    })
    .await
}
