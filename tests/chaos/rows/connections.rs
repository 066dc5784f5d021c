//! Connections that break or stall, and an upstream that comes and goes.

use std::time::Duration;

use agent_assist_domain::dialect::Dialect;

use super::{LATE, known_keys, let_expire};
use crate::Scale;
use crate::bench::{Asked, Bench, Setting, ask, without_breaker};
use crate::load::steadily;
use crate::verdict::Verdict;

/// The longest that anybody waits here.
const PATIENCE: Duration = Duration::from_secs(1);

/// Where an answer is cut: before it, in its head, in its body.
const CUTS: [u32; 8] = [0, 1, 20, 100, 300, 500, 700, 900];

pub(super) async fn run(scale: Scale) -> Verdict {
    let mut verdict = Verdict::of("");
    let mut tried = (0, 0);
    for dialect in [Dialect::Recommendations, Dialect::Suggestions] {
        let settings = settings().into_iter().chain(without_breaker());
        let bench = Bench::start(dialect, settings).await;
        bench.ask_anew(bench.question(0)).await;
        let counts = cut(&bench, &mut verdict).await;
        tried = (tried.0 + counts.0, tried.1 + counts.1);
        let counts = stalled(&bench, &mut verdict).await;
        tried = (tried.0 + counts.0, tried.1 + counts.1);
    }
    let counts = flapping(scale, &mut verdict).await;
    verdict.tried = format!("{} requests", tried.0 + counts.0);
    verdict.survived(tried.1 + counts.1);
    verdict
}

fn settings() -> [Setting; 2] {
    let timeout = format!("{}s", PATIENCE.as_secs());
    [
        ("fetch.timeout", timeout),
        ("pause.failures", "100".to_owned()),
    ]
}

/// A connection that is reset is tried again; one that is reset every time is an answer with its
/// label.
async fn cut(bench: &Bench, verdict: &mut Verdict) -> (usize, usize) {
    let route = bench.settings.dialect;
    let mut faults = Vec::new();
    for at in CUTS {
        bench.faults([format!("{route}:reset={at},times=1")]);
        let asked = bench.ask_anew(bench.question(0)).await;
        bench.sandbox.clear_faults();
        if !asked.is_fresh() {
            faults.push(format!("once at {at}: {}", asked.fault()));
        }
    }
    // The retry budget lasts for those; what follows uses it up.
    for at in CUTS {
        bench.faults([format!("{route}:reset={at}")]);
        let asked = bench.ask_anew(bench.question(0)).await;
        bench.sandbox.clear_faults();
        if asked.fault() != "upstream_error" || asked.took > PATIENCE + LATE {
            faults.push(format!(
                "always at {at}: {} in {:?}",
                asked.fault(),
                asked.took
            ));
        }
    }
    let tried = 2 * CUTS.len();
    verdict.none(&format!("{route}: not borne resets"), &faults);
    (tried, tried - faults.len())
}

/// What does not come in time is an answer with its label, in time.
async fn stalled(bench: &Bench, verdict: &mut Verdict) -> (usize, usize) {
    let route = bench.settings.dialect;
    let stalls = ["drip=1/50ms", "drip=10/500ms", "delay=30s"];
    let (mut late, mut faults) = (Duration::ZERO, Vec::new());
    for stall in stalls {
        bench.faults([format!("{route}:{stall}")]);
        let asked = bench.ask_anew(bench.question(0)).await;
        bench.sandbox.clear_faults();
        late = late.max(asked.took);
        if asked.fault() != "timeout" {
            faults.push(format!("{stall}: {}", asked.fault()));
        }
    }
    verdict.none(&format!("{route}: not labelled timeout"), &faults);
    verdict.at_most(&format!("{route}: slowest"), late, PATIENCE + LATE);
    (stalls.len(), stalls.len() - faults.len())
}

/// An upstream that comes and goes: every answer is fresh or labelled, known ones are given, and
/// when it stays everything is fresh again.
async fn flapping(scale: Scale, verdict: &mut Verdict) -> (usize, usize) {
    const KEYS: usize = 50;
    let length = Duration::from_secs(scale.pick(4, 20));
    let bench = Bench::start(
        Dialect::Recommendations,
        known_keys(Duration::from_millis(200))
            .into_iter()
            .chain([("breaker.open", "500ms".to_owned())]),
    )
    .await;
    let_expire(&bench, KEYS).await;
    bench.faults(["*:status=503,flap=1s/2s"]);
    let asked = steadily(50, length, |n| {
        let (service, raw, options) = (
            bench.fetch.clone(),
            bench.question(n % KEYS),
            bench.options(),
        );
        async move { ask(&service, raw, options).await }
    })
    .await;
    bench.sandbox.clear_faults();
    let good =
        |asked: &&Asked| (asked.is_fresh() || asked.is_labelled()) && asked.shows_something();
    let good = asked.iter().filter(good).count();
    verdict.exactly("flapping: known keys fresh or labelled", good, asked.len());
    let fresh = asked.iter().filter(|asked| asked.is_fresh()).count();
    verdict.note(format!("flapping: {fresh} of {} fresh", asked.len()));
    let back = tokio::time::timeout(Duration::from_secs(35), async {
        while !bench.ask_anew(bench.question(0)).await.is_fresh() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    verdict.holds("flapping: fresh again", back.await.is_ok());
    (asked.len(), good)
}
