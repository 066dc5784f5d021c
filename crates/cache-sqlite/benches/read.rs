//! What it costs to read a long audit log.
//!
//! | row | must reach |
//! |---|---|
//! | the records of one conversation, p99, of 1,000,000 records | 10 ms |
//!
//! `READ_BENCH_DIR` names the folder to work in, `READ_BENCH_RECORDS` another number of records.

use std::path::PathBuf;
use std::time::Duration;

use agent_assist_domain::audit::{AuditEvent, AuditFilter, AuditOrder, AuditQuery};
use agent_assist_domain::ports::{AuditLog as _, AuditTrail as _};
use agent_assist_domain::time::Timestamp;
use agent_assist_sqlite::SqliteStore;
use agent_assist_testkit::build::fetch_entry;
use tokio::time::Instant;

const RECORDS: usize = 1_000_000;
/// Records of a conversation, spread over the log as they come in a shift.
const EACH: usize = 50;
/// Tasks that fill the log.
const APPENDERS: usize = 250;
/// Questions of each kind.
const QUESTIONS: usize = 5_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(measure());
}

async fn measure() {
    let place = match std::env::var_os("READ_BENCH_DIR").map(PathBuf::from) {
        Some(folder) => tempfile::tempdir_in(folder),
        None => tempfile::tempdir(),
    };
    let place = place.expect("a directory");
    let records = std::env::var("READ_BENCH_RECORDS").ok();
    let records = records.map_or(RECORDS, |records| records.parse().expect("a number"));
    let conversations = records / EACH;
    let path = place.path().join("store.db");
    let store = SqliteStore::open(&path).await.expect("open");
    let begin = Instant::now();
    fill(&store, records, conversations).await;
    let filled = begin.elapsed().as_secs_f64();
    say(
        "records",
        &format!("{records}, {:.0}/s", records as f64 / filled),
    );
    store.close().await;

    let store = SqliteStore::open_read_only(&path).await.expect("open");
    let (all, newest) = (AuditOrder::OldestFirst, AuditOrder::NewestFirst);
    let whole = ask(&store, conversations, 1_000, Vec::new(), all).await;
    say("records of a conversation, whole", &whole);
    let last = ask(&store, conversations, 1, Vec::new(), newest).await;
    say("its last record", &last);
    let used = vec![AuditEvent::RecommendationAdopted];
    let used = ask(&store, conversations, 50, used, all).await;
    say("its adoptions, of which there are none", &used);
    store.close().await;
}

/// Records that take turns among the conversations.
async fn fill(store: &SqliteStore, records: usize, conversations: usize) {
    let tasks: Vec<_> = (0..APPENDERS)
        .map(|appender| {
            let store = store.clone();
            tokio::spawn(async move {
                let start = Timestamp::from_micros(1_767_600_000_000_000);
                let mut entry = fetch_entry("", start);
                for number in (appender..records).step_by(APPENDERS) {
                    entry.at = start.plus(Duration::from_millis(number as u64));
                    entry.request_id = format!("01990000-0000-7000-8000-{number:012}");
                    let conversation = name(number % conversations);
                    entry.subject.conversation_id = Some(conversation);
                    store.append(&entry).await.expect("append");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("it ends");
    }
}

/// Asks about conversations that lie far from each other; median, p99 and the longest.
async fn ask(
    store: &SqliteStore,
    conversations: usize,
    limit: u32,
    events: Vec<AuditEvent>,
    order: AuditOrder,
) -> String {
    let mut took = Vec::with_capacity(QUESTIONS);
    for number in 0..QUESTIONS {
        // A prime: every conversation in turn, none beside the last one.
        let conversation = name(number * 7_919 % conversations);
        let query = AuditQuery {
            filter: AuditFilter {
                conversation_id: Some(conversation),
                events: events.clone(),
                ..AuditFilter::default()
            },
            order,
            after: None,
            limit,
        };
        let begin = Instant::now();
        let page = store.page(&query).await.expect("readable");
        took.push(begin.elapsed());
        assert!(page.len() <= EACH.min(limit as usize));
    }
    took.sort_unstable();
    let ms = |part: f64| {
        let at = (took.len() as f64 * part) as usize;
        let at = took[at.min(took.len() - 1)];
        format!("{:.3} ms", at.as_secs_f64() * 1e3)
    };
    format!("median {}, p99 {}, longest {}", ms(0.5), ms(0.99), ms(1.0))
}

fn name(conversation: usize) -> String {
    // As spread as those of the platform: neighbours in number are none in the index.
    let spread = (conversation as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    format!("{:08x}-0000-4000-8000-{conversation:012}", spread >> 32)
}

#[allow(clippy::print_stdout, reason = "its output is what it is for")]
fn say(row: &str, value: &str) {
    println!("{row:40} {value}");
}
