//! What it costs to verify a log, and to prove that a record is in it.
//!
//! | row | must reach |
//! |---|---|
//! | verify, one core | 150,000 records/s |
//! | one inclusion proof at 1,000,000 records, median | 1 ms |
//! | peak memory of either | 256 MiB |
//!
//! The records are fetches of two recommendations, in 5,000 conversations. `VERIFY_BENCH_RECORDS` says
//! how many, `VERIFY_BENCH_DIR` in which folder: a store that is there already is taken as it is.

use std::path::{Path, PathBuf};
use std::time::Duration;

use agent_assist_domain::audit::AuditEntry;
use agent_assist_domain::ports::{AuditLog as _, AuditTrail as _};
use agent_assist_domain::time::Timestamp;
use agent_assist_sqlite::SqliteStore;
use agent_assist_testkit::build::fetch_entry;
use futures_util::future::join_all;
use tokio::time::Instant;

/// Records that are appended side by side.
const BATCH: usize = 4_000;

/// Proofs that are timed.
const PROOFS: u64 = 500;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(measure());
}

async fn measure() {
    let records = std::env::var("VERIFY_BENCH_RECORDS").ok();
    let records = records.map_or(1_000_000, |text| text.parse().expect("a number"));
    let place = tempfile::tempdir().expect("a directory");
    let folder = std::env::var_os("VERIFY_BENCH_DIR").map(PathBuf::from);
    let folder = folder.unwrap_or_else(|| place.path().to_owned());
    let path = folder.join(format!("verify-{records}.db"));
    if !path.exists() {
        let start = Instant::now();
        build(&path, records).await;
        say(
            "built in",
            format!("{:.1} s", start.elapsed().as_secs_f64()),
        );
    }
    let store = SqliteStore::open_read_only(&path).await.expect("open");

    forget_peak_memory();
    let (start, busy) = (Instant::now(), processor_time());
    let found = store.verify(&[]).await.expect("verify");
    let (took, busy) = (start.elapsed(), processor_time() - busy);
    assert_eq!(found.faults, []);
    assert_eq!(found.records, records as u64);
    let rate = |time: Duration| format!("{:.0} records/s", records as f64 / time.as_secs_f64());
    say("verify", rate(took));
    say("  by processor time", rate(busy));
    say("  peak memory", peak_memory());

    forget_peak_memory();
    let size = found.head.size;
    let mut times = Vec::new();
    for number in 0..PROOFS {
        let seq = 1 + number * 7_919 * 131 % size;
        let start = Instant::now();
        let proof = store.prove(seq, size).await.expect("prove");
        times.push(start.elapsed());
        assert!(proof.is_some());
    }
    times.sort_unstable();
    let at = |share: usize| {
        format!(
            "{:.3} ms",
            times[times.len() * share / 100].as_secs_f64() * 1e3
        )
    };
    say("inclusion proof, median", at(50));
    say("  p99", at(99));
    say("  peak memory", peak_memory());
}

async fn build(path: &Path, records: usize) {
    let store = SqliteStore::open(path).await.expect("open");
    let template = fetch_entry("", Timestamp::from_micros(0));
    let mut number = 0;
    while number < records {
        let batch: Vec<AuditEntry> = (number..records.min(number + BATCH))
            .map(|number| {
                let mut entry = template.clone();
                entry.at = Timestamp::from_micros(1_767_600_000_000_000 + number as i64 * 1_000);
                entry.request_id = format!("01943a7e-{number:012x}-0000");
                let conversation = number % 5_000;
                entry.subject.conversation_id =
                    Some(format!("8d7c1c2e-3a74-4f5b-9d2e-{conversation:012x}"));
                entry
            })
            .collect();
        for seq in join_all(batch.iter().map(|entry| store.append(entry))).await {
            seq.expect("append");
        }
        number += batch.len();
    }
    store.close().await;
}

/// Time of the processor that this process has had.
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = behind_name.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    // A hundredth of a second each, wherever Linux runs.
    Duration::from_millis(ticks * 10)
}

/// Counts the most memory anew from here on, where the system can.
fn forget_peak_memory() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    format!("{:.0} MiB", kib.unwrap_or_default() / 1024.0)
}

#[allow(clippy::print_stdout, reason = "its output is what it is for")]
fn say(what: &str, value: impl std::fmt::Display) {
    println!("{what:30} {value}");
}
