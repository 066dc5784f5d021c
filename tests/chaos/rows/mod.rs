//! The rows of the table.

mod connections;
mod credentials;
mod expiry;
mod fallbacks;
mod half_failing;
mod hostile_bodies;
mod hostile_links;
mod identical;
mod identifiers;
mod leaders;
mod outage;
mod slow_store;
mod throttling;
mod token_expiry;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use tokio::time::sleep;

use crate::Scale;
use crate::bench::{Bench, Setting};
use crate::process::SLACK;
use crate::verdict::Verdict;

/// What an answer may take beyond its deadline.
const LATE: Duration = Duration::from_millis(100);

/// Where chance comes from.
const SEED: u64 = 7;

/// One row.
#[derive(Debug)]
pub(crate) struct Row {
    /// What a filter chooses it by.
    pub(crate) name: &'static str,
    /// What goes wrong.
    pub(crate) fault: &'static str,
    /// What it may take at full count, in seconds.
    seconds: u64,
    /// Whether its memory is judged.
    pub(crate) bounded_memory: bool,
    /// Tries it.
    pub(crate) run: fn(Scale) -> Run,
}

/// A row at work.
pub(crate) type Run = Pin<Box<dyn Future<Output = Verdict>>>;

impl Row {
    const fn new(name: &'static str, fault: &'static str, run: fn(Scale) -> Run) -> Self {
        Self {
            name,
            fault,
            seconds: 30,
            bounded_memory: false,
            run,
        }
    }

    const fn seconds(self, seconds: u64) -> Self {
        Self { seconds, ..self }
    }

    const fn bounded_memory(self) -> Self {
        Self {
            bounded_memory: true,
            ..self
        }
    }

    /// Whether `filter` chooses it.
    pub(crate) fn answers(&self, filter: &str) -> bool {
        self.name.contains(filter)
    }

    /// After how long it counts as hanging.
    pub(crate) fn limit(&self, scale: Scale) -> Duration {
        scale.pick(Duration::ZERO, Duration::from_secs(self.seconds)) + SLACK
    }
}

/// A row of `module`.
macro_rules! row {
    ($module:ident, $fault:literal) => {
        Row::new(stringify!($module), $fault, |scale| {
            Box::pin($module::run(scale))
        })
    };
}

/// Every row, in the order of the table.
pub(crate) const ROWS: &[Row] = &[
    row!(hostile_bodies, "hostile bodies, in both dialects").bounded_memory(),
    row!(
        hostile_links,
        "next links and redirects that lead elsewhere"
    ),
    row!(identifiers, "identifiers that are more than a value"),
    row!(identical, "identical requests at once, nothing remembered").seconds(60),
    row!(expiry, "a hundred answers expire at once").seconds(90),
    row!(throttling, "a storm of 429 with Retry-After").seconds(60),
    row!(outage, "nothing but 5xx").seconds(90),
    row!(half_failing, "half of all requests fail").seconds(90),
    row!(token_expiry, "the token expires under requests in flight"),
    row!(credentials, "client revoked; token endpoint throttled"),
    row!(connections, "resets, drips, silence, flapping"),
    row!(leaders, "the caller who made the shared call goes away"),
    row!(slow_store, "the disk is slow, or does not take the record"),
    row!(fallbacks, "the wanted source fails, others do not"),
];

/// Settings under which an answer is fresh for `ttl`, and after that of use only if the upstream
/// fails: so that every request puts its question.
fn known_keys(ttl: Duration) -> [Setting; 2] {
    [
        ("cache.ttl", format!("{}ms", ttl.as_millis())),
        ("cache.stale_while_revalidate", "0s".to_owned()),
    ]
}

/// Asks for the first `keys` answers, and lets them expire.
async fn let_expire(bench: &Bench, keys: usize) {
    for key in 0..keys {
        let asked = bench.ask(bench.question(key), bench.options()).await;
        assert!(
            asked.shows_something(),
            "key {key} brings nothing: {}",
            asked.fault()
        );
    }
    sleep(bench.settings.freshness.ttl).await;
}
