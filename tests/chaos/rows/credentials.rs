//! The OAuth client is revoked, or its token endpoint throttles.

use std::time::Duration;

use agent_assist_app::fetch::{FetchError, FetchOptions};
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::ports::SourceErrorKind;

use crate::Scale;
use crate::bench::{Asked, Bench, ask};
use crate::load::at_once;
use crate::trail;
use crate::verdict::Verdict;

/// Requests at once.
const CALLERS: usize = 50;

pub(super) async fn run(_: Scale) -> Verdict {
    let mut verdict = Verdict::of(format!("{} requests", 2 * CALLERS + 2));
    let survived = revoked(&mut verdict).await + throttled(&mut verdict).await;
    verdict.survived(survived);
    verdict
}

/// Every caller is told; those who wait for the same refusal share it, so the token endpoint is asked
/// far less often than there are callers.
async fn revoked(verdict: &mut Verdict) -> usize {
    let bench = Bench::start(Dialect::Recommendations, []).await;
    bench.ask_anew(bench.question(0)).await;
    bench.faults(["recommendations:revoke,times=1"]);
    bench.ask_anew(bench.question(0)).await;
    let before = (bench.requests("token"), bench.requests("recommendations"));
    let records = bench.records().await.len();
    let asked = everybody(&bench).await;
    let told = asked
        .iter()
        .filter(|asked| is_unauthenticated(asked))
        .count();
    verdict.exactly("revoked: callers told", told, CALLERS);
    let tokens = bench.requests("token") - before.0;
    verdict.at_most("revoked: token requests", tokens, CALLERS / 2);
    let sent = bench.requests("recommendations") - before.1;
    verdict.exactly("revoked: requests without a token", sent, 0);
    let recorded = bench.records().await.split_off(records);
    verdict.exactly("revoked: records", trail::ends(&recorded).0, CALLERS);
    told
}

/// A throttling token endpoint is asked again in time, and what a caller without time gets is
/// labelled.
async fn throttled(verdict: &mut Verdict) -> usize {
    let bench = Bench::start(Dialect::Recommendations, []).await;
    bench.faults(["token:status=400,times=1"]);
    let hasty = FetchOptions {
        timeout: Duration::from_secs(1),
        use_cache: false,
    };
    let asked = bench.ask(bench.question(0), hasty).await;
    let labelled = asked.fault() == "rate_limited";
    verdict.holds("throttled: labelled rate_limited", labelled);

    bench.faults(["token:status=400,times=1"]);
    let patient = FetchOptions {
        timeout: Duration::from_secs(10),
        use_cache: false,
    };
    let asked = bench.ask(bench.question(0), patient).await;
    verdict.holds("throttled: asked again", asked.is_fresh());
    verdict.at_least("throttled: waited", asked.took, Duration::from_secs(2));
    let everybody = everybody(&bench).await;
    let fresh = everybody.iter().filter(|asked| asked.is_fresh()).count();
    verdict.exactly("throttled: fresh answers afterwards", fresh, CALLERS);
    verdict.exactly(
        "throttled: token requests in all",
        bench.requests("token"),
        3,
    );
    fresh + usize::from(labelled) + usize::from(asked.is_fresh())
}

async fn everybody(bench: &Bench) -> Vec<Asked> {
    at_once(CALLERS, |n| {
        let (service, raw) = (bench.fetch.clone(), bench.question(n));
        let options = bench.options();
        async move { ask(&service, raw, options).await }
    })
    .await
}

fn is_unauthenticated(asked: &Asked) -> bool {
    matches!(&asked.outcome, Err(FetchError::Source(error))
        if error.kind() == SourceErrorKind::Unauthenticated)
}
