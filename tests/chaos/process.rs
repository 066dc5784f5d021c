//! A process for each row: started, watched, measured.
//!
//! The child prints its verdict as one line of JSON. What it does not print before its time is up,
//! or because it died, is the verdict.

use std::process::{ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use crate::Scale;
use crate::arguments::{CHILD, FULL};
use crate::rows::Row;
use crate::verdict::Verdict;

/// Most memory that a row may take, sandbox and load included.
const MAX_MEMORY_MIB: f64 = 300.0;

/// Raises the limit of open files as far as it goes, then becomes the child: a thousand connections
/// have two thousand ends here.
const WITH_OPEN_FILES: &str = r#"ulimit -n "$(ulimit -Hn)" 2>/dev/null; exec "$0" "$@""#;

/// Runs `row` in a process of its own.
pub(crate) async fn run(row: &Row, scale: Scale) -> Verdict {
    match timeout(row.limit(scale), output(row, scale)).await {
        Ok(verdict) => verdict,
        Err(_) => failed(&format!("hung for {} s", row.limit(scale).as_secs())),
    }
}

async fn output(row: &Row, scale: Scale) -> Verdict {
    let program = std::env::current_exe().expect("this program's path");
    let mut command = Command::new("sh");
    command.args(["-c", WITH_OPEN_FILES]).arg(program);
    command.args([CHILD, row.name]);
    if scale == Scale::Full {
        command.arg(FULL);
    }
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let child = command.kill_on_drop(true).spawn().expect("a process");
    let output = child.wait_with_output().await.expect("its output");
    let text = String::from_utf8_lossy(&output.stdout);
    let last = text.lines().last().unwrap_or_default();
    serde_json::from_str(last).unwrap_or_else(|_| failed(&format!("died: {}", output.status)))
}

/// Runs `row` here and prints its verdict. Judges what is required of every row: that nothing
/// panics.
pub(crate) async fn serve(row: &Row, scale: Scale) -> ExitCode {
    let panics = count_panics();
    let mut verdict = (row.run)(scale).await;
    verdict.at_most("panics", panics.load(Ordering::Relaxed), 0);
    let peak = peak_memory_mib();
    if row.bounded_memory {
        verdict.at_most("peak memory in MiB", peak, MAX_MEMORY_MIB);
    } else {
        verdict.note(format!("peak memory {peak:.0} MiB"));
    }
    let line = serde_json::to_string(&verdict).expect("a verdict has a JSON form");
    print(&line);
    ExitCode::SUCCESS
}

fn failed(why: &str) -> Verdict {
    let mut verdict = Verdict::of("?");
    verdict.holds(why, false);
    verdict
}

/// Counts the panics of any thread or task, and reports them as before.
fn count_panics() -> Arc<AtomicUsize> {
    let panics = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&panics);
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        counted.fetch_add(1, Ordering::Relaxed);
        report(panic);
    }));
    panics
}

/// The most memory that this process has had resident; 0 where the system does not say.
pub(crate) fn peak_memory_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kib.unwrap_or_default() / 1_024.0
}

/// How long a row may take beyond what it is expected to.
pub(crate) const SLACK: Duration = Duration::from_secs(60);

#[expect(clippy::print_stdout, reason = "it is what the parent reads")]
fn print(line: &str) {
    println!("{line}");
}
