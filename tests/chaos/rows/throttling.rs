//! A storm of 429 under many callers who do not give up.

use std::time::Duration;

use agent_assist_domain::dialect::Dialect;
use tokio::time::{Instant, sleep};

use crate::Scale;
use crate::bench::{Asked, Bench, ask};
use crate::verdict::Verdict;

/// What leaves before the 429 has been received may arrive this much after it was answered: both
/// ends and the load share the machine's cores.
const UNDER_WAY: u64 = 300;

/// Between two requests of a caller.
const PAUSE: Duration = Duration::from_millis(500);

pub(super) async fn run(scale: Scale) -> Verdict {
    let (callers, storm, wait) = scale.pick((60, 4, 2), (200, 30, 10));
    let bench = Bench::start(Dialect::Recommendations, []).await;
    bench.ask_anew(bench.question(0)).await;
    let rule = format!("recommendations:status=429,retry_after={wait},during=..{storm}s");
    bench.faults([rule]);
    let end = Instant::now() + Duration::from_secs(storm + wait + 3);

    let asked = ask_until(&bench, callers, end).await;

    let mut verdict = Verdict::of(format!("{} requests of {callers} callers", asked.len()));
    let labelled = |asked: &&Asked| asked.is_fresh() || asked.is_labelled();
    let answered = asked.iter().filter(labelled).count();
    verdict.survived(answered);
    verdict.exactly("fresh or labelled answers", answered, asked.len());
    judge(&bench, wait * 1_000, &mut verdict);
    verdict
}

/// `callers` ask about a conversation each, again and again until `end`.
async fn ask_until(bench: &Bench, callers: usize, end: Instant) -> Vec<Asked> {
    let calls: Vec<_> = (0..callers)
        .map(|caller| {
            let (service, raw) = (bench.fetch.clone(), bench.question(caller));
            let options = agent_assist_app::fetch::FetchOptions {
                use_cache: false,
                ..bench.options()
            };
            tokio::spawn(async move {
                let mut asked = Vec::new();
                while Instant::now() < end {
                    asked.push(ask(&service, raw.clone(), options).await);
                    sleep(PAUSE).await;
                }
                asked
            })
        })
        .collect();
    let mut asked = Vec::new();
    for call in calls {
        asked.extend(call.await.expect("no caller panics"));
    }
    asked
}

/// Judges by the journal: what came in closed windows of `wait` milliseconds, and when service was
/// resumed.
fn judge(bench: &Bench, wait: u64, verdict: &mut Verdict) {
    let journal = bench.journal("recommendations");
    let refusals: Vec<u64> = journal
        .iter()
        .filter(|entry| entry.status == Some(429))
        .filter_map(|entry| entry.answered_ms)
        .collect();
    let closed = |at: u64| {
        let within = |from: &u64| from + UNDER_WAY < at && at < from + wait;
        refusals.iter().any(within)
    };
    let early = journal
        .iter()
        .filter(|entry| closed(entry.arrived_ms))
        .count();
    verdict.at_least("429 answered", refusals.len(), 1);
    verdict.exactly("requests inside a closed window", early, 0);
    let opened = refusals.iter().max().map_or(0, |last| last + wait);
    let resumed = journal
        .iter()
        .find(|entry| entry.status == Some(200) && entry.arrived_ms >= opened)
        .map_or(u64::MAX, |entry| entry.arrived_ms - opened);
    let resumed = Duration::from_millis(resumed);
    verdict.at_most(
        "served again after the window",
        resumed,
        Duration::from_secs(2),
    );
    verdict.note(format!("tolerance for requests under way {UNDER_WAY} ms"));
}
