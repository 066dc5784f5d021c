//! Checkpoints on their way off the host: nobody waits for them, and none that matters is lost.

use std::collections::VecDeque;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use agent_assist_app::checkpoints::{
    Courier, DeliveryError, Destination, SyslogDestination, SyslogTarget, read_notes,
};
use agent_assist_app::wire::{Signing, SqliteStore};
use agent_assist_domain::ports::{AuditLog as _, AuditTrail as _, CheckpointSink as _};
use agent_assist_testkit::ManualClock;
use agent_assist_testkit::build::fetch_entry;
use agent_assist_tlog::SigningKey;
use async_trait::async_trait;
use tokio::net::UdpSocket;
use tokio::time::{Instant, sleep, timeout};

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(3_600);

/// What a destination does with what it gets.
#[derive(Clone, Copy)]
enum Answer {
    Fails,
    Hangs,
}

/// A destination that does as it is told, and takes everything then.
#[derive(Default)]
struct Scripted {
    answers: Mutex<VecDeque<Answer>>,
    /// Whether it goes on with the last of them for ever.
    for_ever: bool,
    /// Each attempt, and when it began.
    attempts: Mutex<Vec<(String, Instant)>>,
    taken: Mutex<Vec<String>>,
}

impl std::fmt::Debug for Scripted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Scripted")
    }
}

impl Scripted {
    fn new(answers: impl IntoIterator<Item = Answer>) -> Arc<Self> {
        Arc::new(Self {
            answers: Mutex::new(answers.into_iter().collect()),
            ..Self::default()
        })
    }

    fn always(answer: Answer) -> Arc<Self> {
        Arc::new(Self {
            answers: Mutex::new([answer].into()),
            for_ever: true,
            ..Self::default()
        })
    }

    fn taken(&self) -> Vec<String> {
        self.taken.lock().expect("lock").clone()
    }

    fn attempts(&self) -> Vec<String> {
        let attempts = self.attempts.lock().expect("lock");
        attempts.iter().map(|(note, _)| note.clone()).collect()
    }

    /// Seconds from the first attempt to each.
    fn seconds(&self) -> Vec<u64> {
        let attempts = self.attempts.lock().expect("lock");
        let first = attempts.first().expect("an attempt").1;
        let since = attempts.iter().map(|(_, at)| *at - first);
        since.map(|since| since.as_secs()).collect()
    }
}

#[async_trait]
impl Destination for Scripted {
    fn name(&self) -> &'static str {
        "scripted"
    }

    async fn deliver(&self, note: &str) -> Result<(), DeliveryError> {
        let attempt = (note.to_owned(), Instant::now());
        self.attempts.lock().expect("lock").push(attempt);
        let answer = {
            let mut answers = self.answers.lock().expect("lock");
            match self.for_ever {
                true => answers.front().copied(),
                false => answers.pop_front(),
            }
        };
        match answer {
            Some(Answer::Fails) => Err(DeliveryError("not now".into())),
            Some(Answer::Hangs) => pending().await,
            None => {
                self.taken.lock().expect("lock").push(note.to_owned());
                Ok(())
            }
        }
    }
}

fn courier(destinations: &[&Arc<Scripted>]) -> Courier {
    let mut all: Vec<Arc<dyn Destination>> = Vec::new();
    for destination in destinations {
        all.push((*destination).clone());
    }
    Courier::start(all)
}

#[tokio::test(start_paused = true)]
async fn a_checkpoint_arrives_everywhere_and_once() {
    let (one, two) = (Scripted::new([]), Scripted::new([]));
    let courier = courier(&[&one, &two]);
    let begun = Instant::now();
    courier.settle().await;
    for note in ["a", "a", "b", "b"] {
        courier.offer(note);
        courier.settle().await;
    }
    sleep(LONG).await;
    courier.settle().await;
    assert_eq!(begun.elapsed(), LONG, "nothing was waited for");
    for destination in [one, two] {
        assert_eq!(destination.attempts(), ["a", "b"]);
    }
}

#[tokio::test(start_paused = true)]
async fn what_fails_is_tried_again_later_and_later_with_the_newest() {
    let destination = Scripted::new([Answer::Fails; 9]);
    let courier = courier(&[&destination]);
    courier.offer("a");
    sleep(Duration::from_secs(20)).await;
    courier.offer("b");
    courier.offer("c");
    sleep(LONG).await;
    assert_eq!(
        destination.seconds(),
        [0, 1, 3, 7, 15, 31, 63, 123, 183, 243]
    );
    let attempts = destination.attempts();
    assert!(attempts[..5].iter().all(|note| note == "a"), "{attempts:?}");
    assert!(attempts[5..].iter().all(|note| note == "c"), "{attempts:?}");
    assert_eq!(destination.taken(), ["c"]);
    // What comes after that is tried at once again.
    courier.offer("d");
    courier.settle().await;
    assert_eq!(destination.taken(), ["c", "d"]);
}

#[tokio::test(start_paused = true)]
async fn a_destination_that_hangs_holds_up_no_other() {
    let (hanging, sound) = (
        Scripted::new([Answer::Hangs, Answer::Hangs]),
        Scripted::new([]),
    );
    let courier = courier(&[&hanging, &sound]);
    courier.offer("a");
    sleep(Duration::from_millis(1)).await;
    assert_eq!(sound.taken(), ["a"]);
    sleep(LONG).await;
    // Five seconds each, and the pauses.
    assert_eq!(hanging.seconds(), [0, 6, 13]);
    assert_eq!(hanging.taken(), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn whoever_ends_waits_for_two_seconds_at_most() {
    for answer in [Answer::Fails, Answer::Hangs] {
        let (dead, sound) = (Scripted::always(answer), Scripted::new([]));
        let courier = courier(&[&dead, &sound]);
        courier.offer("last");
        let begun = Instant::now();
        courier.settle().await;
        assert_eq!(begun.elapsed(), Duration::from_secs(2));
        assert_eq!(sound.taken(), ["last"]);
        // Whose program goes on need not be troubled by it for ever.
        drop(courier);
        let attempts = dead.attempts().len();
        sleep(LONG).await;
        assert!(dead.attempts().len() <= attempts + 1);
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_ends_tries_once_more_whatever_the_pause() {
    let destination = Scripted::new([Answer::Fails; 9]);
    let courier = courier(&[&destination]);
    courier.offer("a");
    // The last attempt was after 183 seconds, the next one would be after 243.
    sleep(Duration::from_secs(190)).await;
    assert_eq!(destination.attempts().len(), 9);
    let begun = Instant::now();
    courier.settle().await;
    assert_eq!(begun.elapsed(), Duration::ZERO);
    assert_eq!(destination.taken(), ["a"]);
}

/// The log itself, with a destination that is gone: every record is acknowledged and under a checkpoint.
#[tokio::test]
async fn a_dead_destination_keeps_nothing_from_being_recorded() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let dead = Scripted::always(Answer::Hangs);
    let signing = Signing {
        key: SigningKey::from_seed("log.example", &[7; 32]).expect("a name"),
        successor: None,
        clock: Arc::new(ManualClock::default()),
        sink: Some(Arc::new(courier(&[&dead]))),
    };
    let path = folder.path().join("store.db");
    let store = SqliteStore::open_signing(&path, signing).await;
    let store = store.expect("open");
    for number in 0..50 {
        let entry = fetch_entry(&format!("r-{number}"), ManualClock::START);
        store.append(&entry).await.expect("append");
    }
    store.close().await;
    let store = SqliteStore::open_read_only(&path).await.expect("open");
    let newest = store.newest_checkpoint(u64::MAX).await.expect("read");
    assert_eq!(newest.map(|checkpoint| checkpoint.head.size), Some(50));
    assert!(!dead.attempts().is_empty() && dead.taken().is_empty());
}

/// A note as it is signed, with the dash that is no ASCII.
fn note() -> String {
    let key = SigningKey::from_seed("log.example", &[7; 32]).expect("a name");
    let head = agent_assist_tlog::Frontier::new().head();
    let checkpoint = agent_assist_tlog::Checkpoint::new("log.example", head).expect("a name");
    checkpoint.sign(&key).expect("signed").to_string()
}

/// What a collector wrote down is what was signed.
fn is_in(line: &[u8], note: &str) {
    let line = std::str::from_utf8(line).expect("ASCII");
    let read = read_notes(&format!("Jan  5 09:00:00 host {line}\n")).expect("a note");
    assert_eq!(read.len(), 1);
    assert_eq!(read[0].to_string(), note);
}

#[tokio::test]
async fn syslog_over_udp_gets_the_checkpoint() {
    let collector = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
    let address = collector.local_addr().expect("bound");
    let target = SyslogTarget::parse(&format!("udp://{address}")).expect("a target");
    let courier = Courier::start(vec![Arc::new(SyslogDestination::new(target))]);
    let note = note();
    courier.offer(&note);
    let mut line = [0; 4096];
    let received = timeout(LONG, collector.recv(&mut line)).await;
    let length = received.expect("in time").expect("a message");
    is_in(&line[..length], &note);
}

#[cfg(unix)]
#[tokio::test]
async fn a_syslog_socket_that_is_made_later_gets_the_newest_checkpoint() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("log");
    let target = SyslogTarget::parse(&format!("unix:{}", path.display())).expect("a target");
    let destination = SyslogDestination::new(target);
    destination.deliver("lost").await.expect_err("nobody there");
    let courier = Courier::start(vec![Arc::new(destination)]);
    courier.offer("old");
    courier.settle().await;
    let collector = tokio::net::UnixDatagram::bind(&path).expect("a socket");
    let note = note();
    courier.offer(&note);
    courier.settle().await;
    let mut line = [0; 4096];
    let received = timeout(LONG, collector.recv(&mut line)).await;
    let length = received.expect("in time").expect("a message");
    is_in(&line[..length], &note);
}
