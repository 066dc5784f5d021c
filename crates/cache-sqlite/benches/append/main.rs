//! What a durable audit record costs, with the disk's own rate beside it. Plain, since what counts
//! are rates of one and the same run and their ratios.
//!
//! | row | must reach, on two quiet cores |
//! |---|---|
//! | 256 appenders | 30,000 records/s; 10 times one commit a record; 0.4 of the bare insert |
//! | 64 appenders | 5 times one commit a record |
//! | idle append, median | 3 medians of fdatasync and 0.5 ms |
//! | memory and write-ahead log meanwhile | 256 MiB each |
//!
//! The bare insert is the same rows in the same batches into a table of the same columns and indexes,
//! without chain, tree, triggers and constraints, from rows that are ready beforehand. What a record has
//! written to the disk stands beside what the disk takes in a second: the quotient is what no
//! processor makes up for.
//! `APPEND_BENCH_DIR` names the folder to work in. With `APPEND_BENCH_RECORDS` so many records are
//! appended and nothing else, for a look under callgrind; with `APPEND_BENCH_GROWTH` the log is
//! grown to so many, and what a record costs then is held against what it cost at 10,000 (at most
//! 1.3 times).

mod bare;
mod process;

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use agent_assist_domain::audit::AuditEntry;
use agent_assist_domain::ports::AuditLog as _;
use agent_assist_domain::time::Timestamp;
use agent_assist_sqlite::SqliteStore;
use agent_assist_testkit::build::fetch_entry;
use tokio::time::Instant;

/// How long each row is measured.
const WHILE: Duration = Duration::from_secs(3);

/// As many as a call of a few minutes leaves.
const RECORDS_OF_A_CONVERSATION: i64 = 32;

/// The most that append at once.
const MANY: usize = 256;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let folder = std::env::var_os("APPEND_BENCH_DIR").map(PathBuf::from);
        let place = match folder {
            Some(folder) => tempfile::tempdir_in(folder),
            None => tempfile::tempdir(),
        };
        let place = place.expect("a directory");
        // Making the first entry takes a screening.
        entry(0);
        if let Some(records) = number("APPEND_BENCH_RECORDS") {
            count(place.path(), records).await;
        } else if let Some(records) = number("APPEND_BENCH_GROWTH") {
            grow(place.path(), records).await;
        } else {
            measure(place.path()).await;
        }
    });
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().expect("a number"))
}

async fn measure(place: &Path) {
    let disk = fdatasync(&place.join("disk"));
    say("fdatasync, median", ms(disk));
    say(
        "fdatasync, a second",
        format!("{:.0}", 1.0 / disk.as_secs_f64()),
    );

    say(
        "disk, one behind the other",
        format!("{:.0} MiB/s", sequential(&place.join("disk"))),
    );

    let idle = idle(&place.join("idle.db")).await;
    let allowed = 3 * disk + Duration::from_micros(500);
    say(
        "idle append, median",
        format!("{} (<= {})", ms(idle), ms(allowed)),
    );

    let single = of_a_store(&place.join("single.db"), 1).await;
    say("one commit a record", rate(&single));
    say("  written a record", kib(single.written_a_record()));
    let bare = bare::insert(&place.join("single.db"), 1, 1_000).await;
    say("  bare insert, one by one", format!("{bare:.0} records/s"));
    let mut runs = Vec::new();
    for count in [64, MANY] {
        let path = place.join(format!("{count}.db"));
        let many = of_a_store(&path, count).await;
        runs.push((count, path, many));
    }
    // Before the bare inserts, which have all their rows in memory.
    let memory = process::memory();
    for (count, path, many) in runs {
        say(&format!("{count} appenders"), rate(&many));
        say("  processor time a record", us(many.processor_a_record()));
        say("  written a record", kib(many.written_a_record()));
        say("  records a commit", format!("{:.0}", many.batch()));
        say(
            "  times one commit a record",
            format!("{:.1}", many.rate() / single.rate()),
        );
        say("  write-ahead log", mib(many.log));
        let bare = bare::insert(&path, many.batch() as usize, 60_000).await;
        say(
            "  bare insert, same batches",
            format!("{bare:.0} records/s"),
        );
        say("  of the bare insert", format!("{:.2}", many.rate() / bare));
    }
    say("memory at most", mib(memory));
}

/// Appends so many records and nothing else.
async fn count(place: &Path, records: u64) {
    let store = SqliteStore::open(&place.join("count.db")).await;
    let store = store.expect("open");
    let appended = append(&store, MANY, Until::Each(records / MANY as u64)).await;
    say("records a commit", format!("{:.0}", appended.batch()));
    say("processor time a record", us(appended.processor_a_record()));
    store.close().await;
}

/// What a record costs in a log of 10,000 and of `records`.
async fn grow(place: &Path, records: u64) {
    let store = SqliteStore::open(&place.join("grown.db")).await;
    let store = store.expect("open");
    let mut costs = Vec::new();
    for size in [10_000, records] {
        let more = size - store.audit_counts().records;
        append(&store, MANY, Until::Each(more / MANY as u64)).await;
        let appended = append(&store, MANY, Until::Over(WHILE)).await;
        say(&format!("at {size} records"), rate(&appended));
        let cost = appended.processor_a_record();
        say("  processor time a record", us(cost));
        costs.push(cost.as_secs_f64());
    }
    say(
        "  times what it was",
        format!("{:.2} (<= 1.3)", costs[1] / costs[0]),
    );
    say("memory at most", mib(process::memory()));
    store.close().await;
}

struct Appended {
    records: u64,
    commits: u64,
    took: Duration,
    processor: Duration,
    /// Bytes written to the disk.
    written: u64,
    /// Bytes of the write-ahead log, which is not cut while a store is open.
    log: u64,
}

impl Appended {
    fn rate(&self) -> f64 {
        self.records as f64 / self.took.as_secs_f64()
    }

    fn batch(&self) -> f64 {
        self.records as f64 / self.commits as f64
    }

    /// In bytes: in the write-ahead log, and in the file.
    fn written_a_record(&self) -> f64 {
        self.written as f64 / self.records as f64
    }

    /// Of all threads, and what the system did for them.
    fn processor_a_record(&self) -> Duration {
        self.processor.div_f64(self.records as f64)
    }
}

/// When an appender stops.
#[derive(Clone, Copy)]
enum Until {
    /// After this time.
    Over(Duration),
    /// After so many records of its own.
    Each(u64),
}

async fn of_a_store(path: &Path, count: usize) -> Appended {
    let store = SqliteStore::open(path).await.expect("open");
    let appended = append(&store, count, Until::Over(WHILE)).await;
    store.close().await;
    appended
}

/// Appends one record after the other from each of `count` tasks, each in conversations of its own.
async fn append(store: &SqliteStore, count: usize, until: Until) -> Appended {
    let (before, start, processor) = (store.audit_counts(), Instant::now(), process::time());
    let written = process::written();
    let tasks: Vec<_> = (0..count)
        .map(|appender| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut entry = entry(appender);
                let first = before.records + 1;
                for number in 0_u64.. {
                    match until {
                        Until::Over(time) if start.elapsed() >= time => break,
                        Until::Each(records) if number >= records => break,
                        _ => renew(&mut entry, appender, (first + number) as i64),
                    }
                    store.append(&entry).await.expect("append");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("the task");
    }
    let (after, took) = (store.audit_counts(), start.elapsed());
    let mut log = store.path().as_os_str().to_owned();
    log.push("-wal");
    Appended {
        records: after.records - before.records,
        commits: after.commits - before.commits,
        took,
        processor: process::time().saturating_sub(processor),
        written: process::written().saturating_sub(written),
        log: std::fs::metadata(log).map_or(0, |log| log.len()),
    }
}

/// A fetch answered by the upstream, two recommendations judged.
fn entry(appender: usize) -> AuditEntry {
    // Made once: two recommendations are screened for it.
    static TEMPLATE: LazyLock<AuditEntry> =
        LazyLock::new(|| fetch_entry("", Timestamp::from_micros(0)));
    let mut entry = TEMPLATE.clone();
    move_on(&mut entry, appender, 0);
    entry
}

/// To a conversation of which nobody can tell by the one before where it stands in an index.
fn move_on(entry: &mut AuditEntry, appender: usize, number: i64) {
    let mixed = (appender as u64 + 1)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .wrapping_add(number as u64)
        .wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let id = format!("{:08x}-3a74-4f5b-9d2e-{appender:012x}", mixed >> 32);
    entry.subject.session_id = Some(format!("{id}-s"));
    entry.subject.conversation_id = Some(id);
}

fn renew(entry: &mut AuditEntry, appender: usize, number: i64) {
    if number % RECORDS_OF_A_CONVERSATION == 0 {
        move_on(entry, appender, number);
    }
    entry.at = Timestamp::from_micros(1_767_600_000_000_000 + number * 1_000);
    entry.request_id = format!("01943a7e-{number:012x}-{appender:04x}");
}

/// The median of appends with nothing beside them.
async fn idle(path: &Path) -> Duration {
    let store = SqliteStore::open(path).await.expect("open");
    let mut entry = entry(0);
    let mut times = Vec::new();
    for number in 0..300 {
        renew(&mut entry, 0, number);
        let start = Instant::now();
        store.append(&entry).await.expect("append");
        times.push(start.elapsed());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    store.close().await;
    median(times)
}

/// The median of synchronising four KiB behind the last to a file that is there already.
fn fdatasync(path: &Path) -> Duration {
    let page = [7; 4096];
    let mut file = File::create(path).expect("create");
    for _ in 0..256 {
        file.write_all(&page).expect("write");
    }
    file.sync_all().expect("sync");
    file.seek(SeekFrom::Start(0)).expect("seek");
    let times = (0..256).map(|_| {
        let start = Instant::now();
        file.write_all(&page).expect("write");
        file.sync_data().expect("sync");
        start.elapsed()
    });
    median(times.collect())
}

/// MiB a second of a file as long as what the write-ahead log takes of some ten thousand records, made
/// durable every MiB.
fn sequential(path: &Path) -> f64 {
    const COUNT: u32 = 128;
    let chunk = vec![7; 1 << 20];
    let mut file = File::create(path).expect("create");
    let start = Instant::now();
    for _ in 0..COUNT {
        file.write_all(&chunk).expect("write");
        file.sync_data().expect("sync");
    }
    f64::from(COUNT) / start.elapsed().as_secs_f64()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn ms(duration: Duration) -> String {
    format!("{:.3} ms", duration.as_secs_f64() * 1e3)
}

fn us(duration: Duration) -> String {
    format!("{:.1} us", duration.as_secs_f64() * 1e6)
}

fn kib(bytes: f64) -> String {
    format!("{:.1} KiB", bytes / 1024.0)
}

fn mib(bytes: u64) -> String {
    format!("{} MiB (<= 256)", bytes.div_ceil(1 << 20))
}

fn rate(appended: &Appended) -> String {
    format!("{:.0} records/s", appended.rate())
}

#[allow(clippy::print_stdout, reason = "its output is what it is for")]
fn say(what: &str, value: impl std::fmt::Display) {
    println!("{what:30} {value}");
}
