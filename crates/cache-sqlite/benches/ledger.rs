//! What it costs to count what became of recommendations.
//!
//! | row, of 1,000,000 events over 30 days | must reach |
//! |---|---|
//! | the report of a day by queue, worst of 200 | 200 ms |
//! | the counts of one conversation, worst of 5,000 | 10 ms |
//! | the report of all by queue | |
//!
//! `LEDGER_BENCH_DIR` names the folder to work in, `LEDGER_BENCH_EVENTS` another number of events.

use std::path::PathBuf;

use agent_assist_domain::adoption::{
    By, EngagementEvent, EngagementKind, Exposure, Group, ItemKey, LedgerScope, Rates,
};
use agent_assist_domain::ports::EngagementLedger as _;
use agent_assist_domain::time::Timestamp;
use agent_assist_sqlite::SqliteStore;
use agent_assist_testkit::build::{TENANT, engaged, exposed, item};
use tokio::time::Instant;

const EVENTS: usize = 1_000_000;
/// What a conversation has: five recommendations, all displayed, some of them used and judged.
const ITEMS: usize = 5;
const EVENTS_EACH: usize = 20;
const QUEUES: usize = 40;
const DAYS: i64 = 30;
const DAY_US: i64 = 86_400_000_000;
/// Conversations told of at once.
const AT_ONCE: usize = 100;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(measure());
}

async fn measure() {
    let place = match std::env::var_os("LEDGER_BENCH_DIR").map(PathBuf::from) {
        Some(folder) => tempfile::tempdir_in(folder),
        None => tempfile::tempdir(),
    };
    let place = place.expect("a directory");
    let events = std::env::var("LEDGER_BENCH_EVENTS").ok();
    let events = events.map_or(EVENTS, |events| events.parse().expect("a number"));
    let conversations = events / EVENTS_EACH;
    let path = place.path().join("store.db");
    let store = SqliteStore::open(&path).await.expect("open");
    let begin = Instant::now();
    fill(&store, conversations).await;
    let rate = events as f64 / begin.elapsed().as_secs_f64();
    say("events", &format!("{events}, {rate:.0}/s"));
    store.close().await;

    let store = SqliteStore::open_read_only(&path).await.expect("open");
    let by_day = (0..200).map(|n| {
        let since = Timestamp::from_micros(n % DAYS * DAY_US);
        let until = Timestamp::from_micros((n % DAYS + 1) * DAY_US);
        (Some(By::Queue), scope(Some(since), Some(until), None))
    });
    say("report of a day by queue", &ask(&store, by_day).await);
    let of_conversations = (0..5_000).map(|n| {
        let id = conversation(n * 7_919 % conversations);
        (None, scope(None, None, Some(id)))
    });
    say("a conversation", &ask(&store, of_conversations).await);
    let whole = (0..3).map(|_| (Some(By::Queue), scope(None, None, None)));
    say("report of all by queue", &ask(&store, whole).await);
    store.close().await;
}

fn scope(
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    conversation_id: Option<String>,
) -> LedgerScope {
    LedgerScope {
        tenant: TENANT.to_owned(),
        since,
        until,
        conversation_id,
        now: Timestamp::from_micros(DAYS * DAY_US),
    }
}

/// Asks each question as the report does; median and worst, in milliseconds.
async fn ask(
    store: &SqliteStore,
    questions: impl Iterator<Item = (Option<By>, LedgerScope)>,
) -> String {
    let mut took = Vec::new();
    for (by, scope) in questions {
        let begin = Instant::now();
        let tallies = store.tallies(&scope, by).await.expect("tallies");
        let mut groups: std::collections::BTreeMap<Group, Rates> = Default::default();
        for of in &tallies {
            groups.entry(of.group.clone()).or_default().add(&of.tally);
        }
        let told: Vec<_> = groups.values().map(|of| of.adoption.interval()).collect();
        assert!(!told.is_empty(), "something was counted");
        took.push(begin.elapsed().as_secs_f64() * 1e3);
    }
    took.sort_by(f64::total_cmp);
    let worst = took.last().copied().unwrap_or_default();
    format!("p50 {:.2} ms, worst {worst:.2} ms", took[took.len() / 2])
}

async fn fill(store: &SqliteStore, conversations: usize) {
    for first in (0..conversations).step_by(AT_ONCE) {
        let numbers = first..(first + AT_ONCE).min(conversations);
        let exposures: Vec<Exposure> = numbers
            .clone()
            .flat_map(|number| items(number).map(move |key| exposure(number, conversations, &key)))
            .collect();
        store.expose(exposures).await.expect("exposed");
        let events: Vec<EngagementEvent> = numbers
            .flat_map(|number| told(number, conversations))
            .collect();
        store.record(&events).await.expect("recorded");
    }
}

fn conversation(number: usize) -> String {
    format!("8d7c1c2e-3a74-4f5b-9d2e-{number:012x}")
}

fn items(number: usize) -> impl Iterator<Item = ItemKey> {
    (0..ITEMS).map(move |n| {
        item(
            &conversation(number),
            &format!("article-{}", (number + n * 31) % 500),
        )
    })
}

/// Conversations come one after the other, evenly over the days.
fn at(number: usize, conversations: usize) -> Timestamp {
    Timestamp::from_micros(DAYS * DAY_US / conversations as i64 * number as i64)
}

fn exposure(number: usize, conversations: usize, key: &ItemKey) -> Exposure {
    Exposure {
        queue_id: Some(format!("queue-{}", number % QUEUES)),
        agent_id: Some(format!("agent-{}", number % 3_000)),
        ..exposed(key, at(number, conversations))
    }
}

fn told(number: usize, conversations: usize) -> Vec<EngagementEvent> {
    use EngagementKind as K;
    let kinds: [&[EngagementKind]; ITEMS] = [
        &[
            K::Displayed,
            K::Opened,
            K::Copied,
            K::Used,
            K::RatedPositive,
        ],
        &[K::Displayed, K::Opened, K::Inserted],
        &[K::Displayed, K::Opened, K::Dismissed],
        &[K::Displayed, K::Opened, K::RatedNegative],
        &[K::Displayed],
    ];
    let at = at(number, conversations);
    let of = items(number).zip(kinds).flat_map(|(key, kinds)| {
        kinds.iter().map(move |kind| {
            let id = format!(
                "{}/{}/{}",
                key.conversation_id,
                key.recommendation_id,
                kind.as_str()
            );
            engaged(&id, *kind, &key, at)
        })
    });
    of.collect()
}

#[expect(clippy::print_stdout, reason = "a program for people to run")]
fn say(what: &str, figures: &str) {
    println!("{what:<28} {figures}");
}
