//! A deliverer that is killed, and a receiver that fails, again and again while events flow: behind the
//! receiver's check for repeats nothing is missing and nothing out of order.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::pin::pin;
use std::process::{Child, Command, Stdio};
use std::task::Poll;

use agent_assist_app::events::RingingLog;
use agent_assist_app::sink::FileSink;
use agent_assist_app::wire::SqliteStore;
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::*;

/// Names the folder of a child, and the time that its clock shows.
const FOLDER: &str = "AGENT_ASSIST_TEST_FOLDER";
const NOW: &str = "AGENT_ASSIST_TEST_NOW";

/// How often processes are killed; what fits into a while if it is not set.
const KILLS: &str = "AGENT_ASSIST_TEST_EVENT_KILLS";

/// How long they are killed if nobody says how often.
const WHILE: Duration = Duration::from_secs(10);

/// Polls `work` so many times at most, then drops it wherever it is.
pub(super) async fn killed_after(polls: usize, work: impl Future) {
    let mut work = pin!(work);
    for _ in 0..polls {
        let ready =
            std::future::poll_fn(|context| Poll::Ready(work.as_mut().poll(context).is_ready()));
        if ready.await {
            return;
        }
        tokio::task::yield_now().await;
    }
}

/// Within one process every await is a place to die at.
#[tokio::test(start_paused = true)]
async fn two_hundred_times_dropped_nothing_is_missing_or_out_of_order() {
    let bench = Bench::new().await;
    let mut chance = fastrand::Rng::with_seed(6);
    for _ in 0..200 {
        bench.append(chance.u64(0..30)).await;
        let failing = (0..chance.usize(0..3)).map(|_| match chance.bool() {
            true => Answer::TakesAndFails,
            false => Answer::Refuses(SinkErrorKind::NotNow),
        });
        let failing: Vec<Answer> = failing.collect();
        bench.receiver.answers(failing);
        let polls = chance.usize(0..300);
        killed_after(polls, bench.drain()).await;
        bench.clock.advance(LEASE_OVER);
    }
    bench.receiver.answers.lock().expect("answers").clear();
    while bench.drain().await.waiting > 0 {
        bench.clock.advance(RETRY_OVER);
    }
    let arrived = bench.receiver.arrived();
    let expected = bench.expected().await;
    assert!(
        arrived.len() > expected.len(),
        "nothing came twice: nobody was killed in time"
    );
    assert_eq!(without_repeats(&arrived), expected);
}

/// Says each event that was written.
#[derive(Debug)]
struct Telling(FileSink);

#[async_trait]
impl AnalyticsSink for Telling {
    async fn publish(&self, event: &AnalyticsEvent) -> Result<(), SinkError> {
        self.0.publish(event).await?;
        say(event.id());
        Ok(())
    }
}

#[allow(clippy::print_stdout, reason = "the parent reads it")]
fn say(line: &str) {
    println!("{line}");
}

fn parts(folder: &Path, store: &SqliteStore, bell: Bell, now: Timestamp) -> EventParts {
    let store = Arc::new(store.clone());
    EventParts {
        tenant: TENANT.to_owned(),
        trail: store.clone(),
        audit: store.clone(),
        outbox: store,
        sinks: vec![EventSink {
            name: SINK.to_owned(),
            types: Types::ALL,
            sink: Arc::new(Telling(FileSink::new(folder.join("events.ndjson")))),
        }],
        upstream: None,
        clock: Arc::new(ManualClock::at(now)),
        egress: EgressCheck::new(agent_assist_domain::pii::Scanner::new(), 1_000, || 0.9),
        bell,
    }
}

/// A daemon: it records without end and delivers meanwhile.
#[test]
#[ignore = "for the children of another test"]
fn child_that_records_and_delivers() {
    let variable = |name| std::env::var(name).expect("a child of a test");
    let folder = variable(FOLDER);
    let folder = Path::new(&folder);
    let now = Timestamp::from_micros(variable(NOW).parse().expect("a time"));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = SqliteStore::open(&folder.join("store.db"))
            .await
            .expect("open");
        let bell = Bell::default();
        let log = RingingLog::new(Arc::new(store.clone()), bell.clone());
        let deliverer = Deliverer::new(parts(folder, &store, bell, now), || 0.5);
        let ending = CancellationToken::new();
        let recording = async {
            for number in 0_u64.. {
                let name = format!("r-{}-{number}", std::process::id());
                let entry = cheap_entry(&name, now);
                log.append(&entry).await.expect("append");
            }
        };
        tokio::join!(recording, deliverer.run(&ending));
    });
}

fn child(folder: &Path, now: Timestamp) -> Child {
    Command::new(std::env::current_exe().expect("this binary"))
        .args([
            "--exact",
            "events::kills::child_that_records_and_delivers",
            "--ignored",
            "--nocapture",
        ])
        .env(FOLDER, folder)
        .env(NOW, now.as_micros().to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child")
}

#[test]
fn a_daemon_that_is_killed_again_and_again_loses_no_event_and_mixes_up_none() {
    let folder = tempfile::tempdir().expect("a folder");
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let open = async || {
        SqliteStore::open(&folder.path().join("store.db"))
            .await
            .expect("open")
    };
    runtime.block_on(async {
        let store = open().await;
        register(&store, &store, TENANT, [SINK.to_owned()])
            .await
            .expect("register");
        store.close().await;
    });
    let wanted = std::env::var(KILLS)
        .ok()
        .map(|kills| kills.parse().expect("a number"));
    let mut chance = fastrand::Rng::with_seed(6);
    let (begun, mut kills, mut now) = (Instant::now(), 0_u32, ManualClock::START);
    while wanted.map_or(begun.elapsed() < WHILE, |wanted: u32| kills < wanted) {
        let mut child = child(folder.path(), now);
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let mut told = output
            .lines()
            .map_while(Result::ok)
            .filter(|line| line.len() == 36);
        // Killed among the deliveries of a batch, before the first one, or behind the last.
        let after = chance.usize(0..130);
        for _ in 0..after {
            told.next().expect("it goes on");
        }
        child.kill().expect("kill");
        child.wait().expect("its end");
        kills += 1;
        now = now.plus(LEASE_OVER);
    }
    let (arrived, expected) = runtime.block_on(async {
        let store = open().await;
        let deliverer = Deliverer::new(parts(folder.path(), &store, Bell::default(), now), || 0.5);
        let by = Instant::now() + Duration::from_secs(3_600);
        let told = deliverer.drain(by).await.expect("drain").remove(0);
        assert_eq!((told.waiting, told.dead, told.failed), (0, 0, 0));
        let expected = ids_in_order(&store).await;
        store.close().await;
        (arrived(folder.path()), expected)
    });
    assert!(
        kills > 0 && expected.len() > 100,
        "{kills} kills, {} events",
        expected.len()
    );
    assert_eq!(without_repeats(&arrived), expected);
    eprint(kills, arrived.len() - expected.len(), expected.len());
}

#[allow(
    clippy::print_stderr,
    reason = "figures for whoever runs it with --nocapture"
)]
fn eprint(kills: u32, repeats: usize, events: usize) {
    eprintln!("{kills} kills, {events} events, {repeats} of them twice");
}

/// What stands in the file; a line that was torn is none.
fn arrived(folder: &Path) -> Vec<String> {
    let text = std::fs::read(folder.join("events.ndjson")).expect("the file");
    text.split(|byte| *byte == b'\n')
        .filter_map(|line| serde_json::from_slice::<Value>(line).ok())
        .map(|event| event["id"].as_str().expect("an identifier").to_owned())
        .collect()
}
