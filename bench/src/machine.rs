//! What the figures were measured on: machine, system, how steady its cores are, and the disk's own rates.

use std::fs::{self, File};
use std::hint::black_box;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use tokio::time::Instant;

use crate::child::can_pin;
use crate::stats::{Spread, Times, median};

/// The machine.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Machine {
    cores: usize,
    /// Whether server and load have a core each.
    pinned: bool,
    processor: String,
    memory_mib: u64,
    system: String,
    /// Processes that wanted to run, on average over the minute before.
    load_average: String,
    /// The folder whose disk is measured.
    disk: String,
    /// Synchronising 4 KiB behind the last in a file that is there, in microseconds.
    pub(crate) fdatasync: Spread,
    /// The same with the file's times.
    pub(crate) fsync: Spread,
    steadiness: Steadiness,
}

/// How a core keeps its pace with nothing else to do.
#[derive(Clone, Copy, Debug, Serialize)]
struct Steadiness {
    /// Microseconds of a piece of work, in the middle.
    piece_us: f64,
    /// Of the time, how much went by at less than half that pace, from 0 to 1.
    slow: f64,
    /// How many times as long as the middle one the slowest piece took.
    slowest: f64,
}

impl Machine {
    /// Looks, and measures the disk under `folder`.
    ///
    /// # Errors
    /// If nothing can be written there.
    pub(crate) fn look(folder: &Path) -> io::Result<Self> {
        let line = |file: &str, name: &str| {
            let text = fs::read_to_string(file).unwrap_or_default();
            let line = text.lines().find(|line| line.starts_with(name));
            line.and_then(|line| line.split_once(':'))
                .map(|(_, value)| value.trim().to_owned())
        };
        let kib = line("/proc/meminfo", "MemTotal")
            .and_then(|text| text.split(' ').next()?.parse::<u64>().ok());
        Ok(Self {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            pinned: can_pin(),
            processor: line("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown".to_owned()),
            memory_mib: kib.unwrap_or(0) / 1024,
            system: fs::read_to_string("/proc/version")
                .unwrap_or_else(|_| std::env::consts::OS.to_owned())
                .trim()
                .chars()
                .take(60)
                .collect(),
            load_average: fs::read_to_string("/proc/loadavg")
                .unwrap_or_default()
                .trim()
                .to_owned(),
            disk: folder.display().to_string(),
            fdatasync: synchronise(folder, File::sync_data)?,
            fsync: synchronise(folder, File::sync_all)?,
            steadiness: Steadiness::look(),
        })
    }

    /// The facts, a line each.
    pub(crate) fn lines(&self) -> Vec<String> {
        let Self {
            cores,
            pinned,
            processor,
            memory_mib,
            system,
            load_average,
            disk,
            fdatasync,
            fsync,
            steadiness,
        } = self;
        let pinned = match pinned {
            true => "server on core 0, load on core 1",
            false => "NOT PINNED: server and load share what there is, do not believe the figures",
        };
        let rate = |name: &str, spread: &Spread| {
            format!(
                "{name}: median {:.0} us, p99 {:.0} us, {:.0} a second",
                spread.p50,
                spread.p99,
                1e6 / spread.p50.max(1.0)
            )
        };
        vec![
            format!("{cores} cores of {processor}, {memory_mib} MiB; {pinned}"),
            format!("{system}; load average {load_average}"),
            format!("disk of {disk}"),
            rate("  fdatasync", fdatasync),
            rate("  fsync", fsync),
            steadiness.line(),
        ]
    }
}

impl Steadiness {
    /// Does the same piece of work again and again. A virtual machine whose host slows it down shows
    /// here, and in every 99th percentile below, whoever is measured.
    fn look() -> Self {
        const FOR: Duration = Duration::from_secs(4);
        let bytes = vec![7_u8; 1 << 20];
        let began = Instant::now();
        let mut pieces = Vec::new();
        while began.elapsed() < FOR {
            let piece = Instant::now();
            let sum: u64 = bytes.iter().map(|byte| u64::from(black_box(*byte))).sum();
            black_box(sum);
            pieces.push(piece.elapsed().as_secs_f64() * 1e6);
        }
        let piece_us = median(pieces.iter().copied());
        let slow = pieces.iter().filter(|piece| **piece > 2.0 * piece_us);
        Self {
            piece_us,
            slow: slow.sum::<f64>() / pieces.iter().sum::<f64>(),
            slowest: pieces.iter().copied().fold(0.0, f64::max) / piece_us,
        }
    }

    fn line(&self) -> String {
        let Self {
            piece_us,
            slow,
            slowest,
        } = self;
        format!(
            "pace of a core: {piece_us:.0} us a piece of work; for {:.1} % of the time less than half as \
             fast, at worst {slowest:.0} times as slow",
            slow * 100.0
        )
    }
}

/// What `sync` takes behind each 4 KiB.
fn synchronise(folder: &Path, sync: fn(&File) -> io::Result<()>) -> io::Result<Spread> {
    const ROUNDS: usize = 400;
    let page = [7; 4096];
    let path = folder.join("disk");
    let mut file = File::create(&path)?;
    for _ in 0..ROUNDS {
        file.write_all(&page)?;
    }
    file.sync_all()?;
    file.seek(SeekFrom::Start(0))?;
    let mut times = Times::new();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        file.write_all(&page)?;
        sync(&file)?;
        times.add(began.elapsed());
    }
    fs::remove_file(path)?;
    Ok(times.spread())
}

/// The median of a few synchronisations, now.
///
/// # Errors
/// If nothing can be written there.
pub(crate) fn fdatasync_now(folder: &Path) -> io::Result<Duration> {
    let spread = synchronise(folder, File::sync_data)?;
    Ok(Duration::from_secs_f64(spread.p50 / 1e6))
}
