//! What a process has used, as the system tells: `/proc` of Linux. Elsewhere everything is zero, and
//! rows that rest on it say so.

use std::fs;
use std::path::Path;
use std::time::Duration;

/// Processor time of a process with its children, what the system did for them included.
pub(crate) fn processor(pid: u32) -> Duration {
    let own: u64 = tasks(pid)
        .filter_map(|task| fs::read_to_string(format!("{task}/schedstat")).ok())
        .filter_map(|stat| stat.split(' ').next()?.parse::<u64>().ok())
        .sum();
    children(pid).map(processor).sum::<Duration>() + Duration::from_nanos(own)
}

/// Bytes of a process in memory, and of its children; what they share counts for each.
pub(crate) fn memory(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib: Option<u64> = resident.and_then(|text| text.split_whitespace().next()?.parse().ok());
    kib.unwrap_or(0) * 1024 + children(pid).map(memory).sum::<u64>()
}

fn tasks(pid: u32) -> impl Iterator<Item = String> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task"));
    let entries = tasks.into_iter().flatten().flatten();
    entries.map(|entry| entry.path().display().to_string())
}

fn children(pid: u32) -> impl Iterator<Item = u32> {
    tasks(pid)
        .filter_map(|task| fs::read_to_string(Path::new(&task).join("children")).ok())
        .flat_map(|line| {
            let pids = line.split_whitespace().filter_map(|pid| pid.parse().ok());
            pids.collect::<Vec<u32>>()
        })
}
