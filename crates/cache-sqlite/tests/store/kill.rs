//! Processes that end in the middle of everything, and disks that fail: what was acknowledged is
//! there. The children are this test binary, run again for one of its ignored tests.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use agent_assist_domain::audit::Seq;
use agent_assist_domain::ports::{AuditLog as _, RecommendationCache as _};
use agent_assist_sqlite::SqliteStore;

use super::tree::verified;
use super::{OtherTool, Place, at, cheap_entry, entry_of_process};

/// Names the store that a child appends to.
const STORE: &str = "AGENT_ASSIST_TEST_STORE";

/// How often processes are killed; a few times if it is not set.
const KILLS: &str = "AGENT_ASSIST_TEST_KILLS";
const FEW: u64 = 48;

/// Stores whose processes are killed at the same time.
const STORES: u64 = 2;

/// Lives of one store: each begins with what the last one left, and all of it is looked at then.
const LIVES: u64 = 8;

/// Of so many stores one is made by its first process, which may be killed meanwhile. To make one costs
/// as much as several lives, so that the others are copies of one that is there.
const MADE_BY_ITS_PROCESS: u64 = 4;

/// Appenders of a child.
const APPENDERS: usize = 16;

/// The store that a child is to use.
pub(super) fn store_of_child() -> PathBuf {
    std::env::var_os(STORE).expect("a child of a test").into()
}

/// Appends without end from several tasks, and says what has been acknowledged.
#[test]
#[ignore = "for the children of other tests"]
fn child_that_appends() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let store = SqliteStore::open(&store_of_child()).await.expect("open");
        let tasks: Vec<_> = (0..APPENDERS)
            .map(|appender| tokio::spawn(append_without_end(store.clone(), appender)))
            .collect();
        for task in tasks {
            task.await.expect("the task");
        }
        store.close().await;
    });
}

async fn append_without_end(store: SqliteStore, appender: usize) {
    for n in 0_u64.. {
        let name = format!("{}-{appender}-{n}", std::process::id());
        match store.append(&entry_of_process(&name)).await {
            Ok(seq) => say(&format!("ack {seq} {name}")),
            Err(error) => {
                say(&format!("error {:?}", error.kind()));
                break;
            }
        }
        // Other writes have their turns between the batches.
        if n % 16 == 0 {
            let _ = store.evict(at(0)).await;
        }
    }
    let after = store.append(&entry_of_process("after")).await;
    match after {
        Ok(seq) => say(&format!("ack {seq} after")),
        Err(error) => say(&format!("after {:?}", error.kind())),
    }
}

#[allow(clippy::print_stdout, reason = "the parent reads it")]
pub(super) fn say(line: &str) {
    println!("{line}");
}

fn run(child: &mut Command, store: &Path) -> Child {
    run_test("kill::child_that_appends", child, store)
}

/// Runs the ignored test of this name at `store`, with its output to be read.
pub(super) fn run_test(name: &str, child: &mut Command, store: &Path) -> Child {
    child
        .args(["--exact", name, "--ignored", "--nocapture"])
        .env(STORE, store)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a child")
}

pub(super) fn this_binary() -> PathBuf {
    std::env::current_exe().expect("this binary")
}

/// What a child said, after `kill` had been asked of each acknowledgement whether to kill it.
fn listen(mut child: Child, mut kill: impl FnMut(usize) -> bool) -> Said {
    let mut said = Said::default();
    let output = child.stdout.take().expect("its output");
    let mut killed = kill(0);
    if killed {
        child.kill().expect("kill");
    }
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        let words: Vec<&str> = line.split(' ').collect();
        match words[..] {
            // A line that was cut says nothing.
            ["ack", seq, name] if name.contains('-') || name == "after" => {
                let seq = seq.parse().expect("a position");
                said.acknowledged.insert(seq, name.to_owned());
            }
            ["error", kind] => said.errors.push(kind.to_owned()),
            ["after", kind] => said.after.push(kind.to_owned()),
            _ => {}
        }
        if !killed && kill(said.acknowledged.len()) {
            killed = true;
            // SIGKILL.
            child.kill().expect("kill");
        }
    }
    child.wait().expect("its end");
    said
}

#[derive(Debug, Default)]
struct Said {
    acknowledged: BTreeMap<Seq, String>,
    errors: Vec<String>,
    after: Vec<String>,
}

/// That each of `acknowledged` is in the log of `store` where it was said to be.
async fn is_all_there(store: &Path, acknowledged: &BTreeMap<Seq, String>) {
    let entries = verified(store).await;
    for (seq, name) in acknowledged {
        let entry = entries.get(*seq as usize - 1);
        let entry = entry.unwrap_or_else(|| panic!("record {seq} is lost"));
        // The last line of a killed process may have lost its end.
        assert!(entry.contains(&format!("\"request_id\":\"{name}")), "{seq}");
    }
}

#[test]
fn no_acknowledged_record_is_lost_when_a_process_is_killed() {
    let times = std::env::var(KILLS).ok().and_then(|n| n.parse().ok());
    let times: u64 = times.unwrap_or(FEW);
    let threads: Vec<_> = (0..STORES)
        .map(|seed| std::thread::spawn(move || kill_again_and_again(seed, times.div_ceil(STORES))))
        .collect();
    let mut records = 0;
    for thread in threads {
        records += thread.join().expect("nothing lost");
    }
    println!("{times} processes killed, {records} acknowledged records there");
    assert!(records as u64 > times);
}

/// The store, closed, and what stands beside it.
fn copy(from: &Place, to: &Place) {
    for file in std::fs::read_dir(from.0.path()).expect("a folder") {
        let file = file.expect("listed").path();
        let name = file.file_name().expect("a name");
        std::fs::copy(&file, to.0.path().join(name)).expect("copy");
    }
}

/// Kills so many processes, and says how many records they had acknowledged, which are all there.
fn kill_again_and_again(seed: u64, kills: u64) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let mut records = 0;
    // A fixed sequence of seemingly random numbers: the moments are random anyway.
    let mut random = 0x9e37_79b9 + seed;
    let there = Place::new();
    runtime.block_on(async { there.open().await.close().await });
    let (mut place, mut acknowledged) = (Place::new(), BTreeMap::new());
    for kill in 0..kills {
        if kill % LIVES == 0 {
            (place, acknowledged) = (Place::new(), BTreeMap::new());
            if !(kill / LIVES).is_multiple_of(MADE_BY_ITS_PROCESS) {
                copy(&there, &place);
            }
        }
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        // Some before they have opened the store.
        let lives = (random >> 33) % 100;
        let child = run(&mut Command::new(this_binary()), &place.file());
        let said = listen(child, |acknowledged| acknowledged as u64 >= lives);
        assert_eq!(said.errors, [""; 0]);
        records += said.acknowledged.len();
        for (seq, name) in said.acknowledged {
            let before = acknowledged.insert(seq, name);
            assert_eq!(before, None, "position {seq} was given twice");
        }
        if !acknowledged.is_empty() {
            runtime.block_on(is_all_there(&place.file(), &acknowledged));
        }
    }
    records
}

/// A limit on the size of files makes the write-ahead log fail with `EFBIG`, which to SQLite is an
/// I/O error like any other.
#[cfg(unix)]
#[tokio::test]
async fn after_an_io_error_nothing_is_acknowledged() {
    let place = Place::new();
    place.open().await.close().await;
    let mut limited = Command::new("sh");
    limited
        .args(["-c", "trap '' XFSZ; ulimit -f 2048; exec \"$0\" \"$@\""])
        .arg(this_binary());
    let said = listen(run(&mut limited, &place.file()), |_| false);
    assert!(!said.acknowledged.is_empty(), "the limit comes too early");
    assert_eq!(said.errors, ["Poisoned"; APPENDERS]);
    assert_eq!(said.after, ["Poisoned"; APPENDERS]);
    is_all_there(&place.file(), &said.acknowledged).await;
    let store = place.open().await;
    store.append(&cheap_entry("later")).await.expect("append");
    store.close().await;
    verified(&place.file()).await;
}

/// How many records the log says could not be written, and why the first of them.
async fn unwritten(store: &Path) -> (i64, String) {
    let mut tool = OtherTool::at(store).await;
    let count = tool.ask("SELECT sum(records) FROM audit_unwritten").await;
    let reasons = tool
        .ask("SELECT reasons FROM audit_unwritten LIMIT 1")
        .await;
    (count, reasons)
}

/// In a file system of its own that is soon full, where such can be made.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_refused_and_the_ballast_makes_room() {
    let (small, kept) = (Place::new(), Place::new());
    let mut namespace = Command::new("unshare");
    namespace
        .args(["-rm", "sh", "-c"])
        .arg(
            "mount -t tmpfs -o size=4m none \"$1\" || exit 9; shift; kept=\"$1\"; shift; \
             \"$0\" \"$@\"; cp \"$AGENT_ASSIST_TEST_STORE\"* \"$kept\"; echo copied",
        )
        .arg(this_binary())
        .args([small.0.path(), kept.0.path()]);
    let said = listen(run(&mut namespace, &small.file()), |_| false);
    if said.acknowledged.is_empty() && said.errors.is_empty() {
        println!("no file system of one's own here");
        return;
    }
    assert!(
        said.errors.contains(&"Full".to_owned()),
        "{:?}",
        said.errors
    );
    assert!(!said.errors.contains(&"Poisoned".to_owned()));
    let after = said.acknowledged.values().any(|name| name == "after");
    assert!(
        after,
        "the failure itself can be recorded: {:?}",
        said.after
    );
    assert!(!kept.0.path().join("store.db.ballast").exists());
    is_all_there(&kept.file(), &said.acknowledged).await;
    let told = unwritten(&kept.file()).await;
    let refused = said.errors.iter().chain(&said.after);
    let refused = refused.filter(|error| *error == "Full").count() as i64;
    // What is refused once the ballast's room is used up, too, has none to be told of in.
    assert!((1..=refused).contains(&told.0), "{} of {refused}", told.0);
    assert!(told.1.starts_with("{\"full\":"), "{}", told.1);
}
