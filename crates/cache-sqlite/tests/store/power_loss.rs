//! The power fails, again and again: whatever is on the disk then, what was acknowledged is there.
//!
//! A child, this test binary run again, appends while all it does to the store's files is recorded.
//! From that the disks are made that it may have left, and each is opened as a store.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use agent_assist_domain::ports::{AuditLog as _, ConversationKeys as _};
use agent_assist_sqlite::SqliteStore;
use agent_assist_testkit::build::{CONVERSATION, TENANT};
use agent_assist_testkit::disk::{Event, Manners, Shim, What, events};
use tempfile::TempDir;

use super::crash_states::{Disk, Random};
use super::tree::verified;
use super::{cheap_entry, entry_of_process, fresh};

/// Names the store that the child appends to.
const STORE: &str = "AGENT_ASSIST_TEST_STORE";

/// Lives of the store while it is recorded.
const LIVES: usize = 3;

/// Tasks that append in each, and what each of them appends.
const APPENDERS: usize = 4;
const EACH: usize = 8;

/// Tasks that look at disks.
const LOOKERS: usize = 2;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "for the children of other tests"]
async fn child_that_is_recorded() {
    let path = PathBuf::from(std::env::var_os(STORE).expect("a child of a test"));
    let store = SqliteStore::open(&path).await.expect("open");
    let tasks = (0..APPENDERS).map(|appender| {
        let store = store.clone();
        tokio::spawn(async move {
            for n in 0..EACH {
                let name = format!("{}-{appender}-{n}", std::process::id());
                let seq = store
                    .append(&entry_of_process(&name))
                    .await
                    .expect("append");
                println!("ack {seq} {name}");
                // Folds the write-ahead log into the file and empties it.
                if appender == 0 && n % 3 == 2 {
                    store.forget(TENANT, CONVERSATION).await.expect("forget");
                }
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.expect("the task");
    }
    store.close().await;
}

/// What was on the disk first, and everything that children then did.
struct Recorded {
    before: Disk,
    events: Vec<Event>,
    _place: super::Place,
}

async fn record(manners: Manners<'_>) -> Recorded {
    let (store, place) = fresh().await;
    store.append(&cheap_entry("first")).await.expect("append");
    store.close().await;
    let folder = place.0.path().canonicalize().expect("a folder");
    let path = folder.join("store.db");
    let before = Disk::of(&path);
    let shim = Shim::build(&folder).expect("a C compiler");
    let trace = folder.join("trace");
    for _ in 0..LIVES {
        let mut child = Command::new(std::env::current_exe().expect("this binary"));
        child
            .args(["--exact", "power_loss::child_that_is_recorded"])
            .args(["--ignored", "--nocapture"])
            .env(STORE, &path)
            .stdout(Stdio::null());
        shim.watch(&mut child, &path, &trace, manners);
        assert!(child.status().expect("a child").success());
    }
    let recorded = std::fs::read(&trace).expect("a trace");
    let events = events(&recorded).expect("a trace");
    Recorded {
        before,
        events,
        _place: place,
    }
}

/// What `event` acknowledges: a position and the request there.
fn acknowledged(event: &Event) -> Vec<(usize, String)> {
    let said = match event.what {
        What::Said => String::from_utf8_lossy(&event.data),
        _ => return Vec::new(),
    };
    let acks = said.lines().filter_map(|line| {
        let (seq, name) = line.strip_prefix("ack ")?.split_once(' ')?;
        Some((seq.parse().ok()?, name.to_owned()))
    });
    acks.collect()
}

/// A disk after a power failure, and what had been acknowledged before.
struct State {
    number: usize,
    files: BTreeMap<String, Vec<u8>>,
    acknowledged: BTreeMap<usize, String>,
}

/// `count` states, spread evenly over all that happened.
fn states(recorded: &Recorded, count: usize) -> Vec<State> {
    let mut disk = recorded.before.clone();
    let mut known = BTreeMap::new();
    let moments = recorded.events.len() + 1;
    let mut states = Vec::with_capacity(count);
    for moment in 0..moments {
        if let Some(event) = moment.checked_sub(1).and_then(|at| recorded.events.get(at)) {
            disk.take(event);
            known.extend(acknowledged(event));
        }
        for number in count * moment / moments..count * (moment + 1) / moments {
            states.push(State {
                number,
                files: disk.crashed(&mut Random(number as u64)),
                acknowledged: known.clone(),
            });
        }
    }
    states
}

/// A folder in memory, where there is such a thing.
fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let folder = match memory.is_dir() {
        true => tempfile::tempdir_in(memory),
        false => tempfile::tempdir(),
    };
    folder.expect("a folder")
}

/// Opens `state` and looks whether all that was acknowledged is there and fits together.
async fn look(state: &State, folder: &Path) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        std::fs::remove_file(entry.expect("an entry").path()).expect("remove");
    }
    let path = folder.join("store.db");
    for (ending, content) in &state.files {
        let file = format!("{}{ending}", path.display());
        std::fs::write(file, content).expect("write");
    }
    let store = SqliteStore::open(&path).await.expect("open");
    store.close().await;
    let entries = verified(&path).await;
    for (seq, name) in &state.acknowledged {
        let entry = entries.get(seq - 1);
        let entry = entry.unwrap_or_else(|| panic!("record {seq} is lost"));
        assert!(entry.contains(&format!("\"request_id\":\"{name}\"")));
    }
}

/// The numbers of those `states` that do not hold what they should.
async fn broken(mut states: Vec<State>) -> Vec<usize> {
    let share = states.len().div_ceil(LOOKERS);
    let mut lookers = Vec::new();
    while !states.is_empty() {
        let mine = states.split_off(states.len().saturating_sub(share));
        lookers.push(tokio::spawn(async move {
            let (folder, mut broken) = (folder(), Vec::new());
            for state in mine {
                let (number, path) = (state.number, folder.path().to_owned());
                let looked = tokio::spawn(async move { look(&state, &path).await });
                if looked.await.is_err() {
                    broken.push(number);
                }
            }
            broken
        }));
    }
    let mut broken = Vec::new();
    for looker in lookers {
        broken.extend(looker.await.expect("the task"));
    }
    broken.sort_unstable();
    broken
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_when_the_power_fails() {
    let recorded = record(Manners::Honest).await;
    let acks: usize = recorded.events.iter().map(|e| acknowledged(e).len()).sum();
    assert_eq!(acks, LIVES * APPENDERS * EACH);
    let states = states(&recorded, 2000);
    let (count, moments) = (states.len(), recorded.events.len() + 1);
    let broken = broken(states).await;
    assert_eq!(broken, [0; 0], "states that lost something");
    println!("{count} states of the disk at {moments} moments, nothing lost");
}

/// With a write-ahead log that is never synchronised, which is what `synchronous = NORMAL` does
/// between checkpoints. If nothing is lost then, the test above proves nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_disk_that_lies_about_the_log_loses_something() {
    let recorded = record(Manners::Liar("-wal")).await;
    let states = states(&recorded, 200);
    let broken = broken(states).await;
    assert!(!broken.is_empty());
    println!("{} of 200 states lost something", broken.len());
}
