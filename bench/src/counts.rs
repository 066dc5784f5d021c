//! Instructions of the hot paths, counted by callgrind: they do not wobble as times do, so that a change
//! that makes a path longer is seen on any machine, loaded or not.
//!
//! Each path is walked few times and then more often; the difference is what one walk takes, whatever the
//! program does before and after.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use clap::ValueEnum as _;
use serde::{Deserialize, Serialize};
use tokio::process::Command;

use crate::work::Work;
use crate::{Outcome, ROLE, say, tell};

/// What is expected.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Expected {
    /// By how much a count may differ: a share.
    tolerance: f64,
    /// Instructions of one walk by the path's name, as built for release.
    #[serde(default)]
    release: BTreeMap<String, u64>,
    /// The same as built for tests, which is what is at hand where those run: longer, and as steady.
    #[serde(default)]
    test: BTreeMap<String, u64>,
}

impl Expected {
    /// Of the way this program was built.
    fn instructions(&mut self) -> &mut BTreeMap<String, u64> {
        match cfg!(debug_assertions) {
            true => &mut self.test,
            false => &mut self.release,
        }
    }
}

/// A path, and how often it is walked.
struct HotPath {
    name: &'static str,
    work: Work,
    at_once: usize,
    few: u64,
    more: u64,
}

const PATHS: &[HotPath] = &[
    path("cached fetch, library", Work::Hit, 1, [200, 1_200]),
    path("screening of 100 entities", Work::Screen, 1, [2, 12]),
    path(
        "screening of 100 entities that came before",
        Work::ScreenAgain,
        1,
        [2, 12],
    ),
    path("parse of 100 entities", Work::Parse, 1, [2, 12]),
    path(
        "verification and mapping of 100 entities",
        Work::Read,
        1,
        [2, 12],
    ),
    path("record appended by itself", Work::Append, 1, [64, 320]),
    path("record appended among 64", Work::Append, 64, [640, 3_200]),
];

const fn path(name: &'static str, work: Work, at_once: usize, [few, more]: [u64; 2]) -> HotPath {
    HotPath {
        name,
        work,
        at_once,
        few,
        more,
    }
}

fn file() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("counts.toml")
}

/// Counts, and compares with what is expected, or expects it from now on.
///
/// # Errors
/// If a path takes other than what is expected, or nothing can be counted.
pub(crate) async fn run(write: bool) -> Outcome<()> {
    let text = fs::read_to_string(file()).unwrap_or_default();
    let mut expected: Expected = match text.is_empty() {
        true => Expected {
            tolerance: 0.15,
            ..Expected::default()
        },
        false => toml::from_str(&text)?,
    };
    let (tolerance, mut worse) = (expected.tolerance, 0);
    for path in PATHS {
        let [few, more] = [count(path, path.few).await?, count(path, path.more).await?];
        let each = more.saturating_sub(few) / (path.more - path.few);
        let name = path.name;
        match expected.instructions().insert(name.to_owned(), each) {
            Some(before) if !write => {
                let change = each as f64 / before as f64 - 1.0;
                let verdict = match change {
                    more if more > tolerance => {
                        worse += 1;
                        "LONGER"
                    }
                    less if less < -tolerance => "shorter: keep it with --write",
                    _ => "ok",
                };
                let percent = 100.0 * change;
                say(&format!(
                    "{name}: {each} of {before} ({percent:+.1} %) {verdict}"
                ));
            }
            _ => say(&format!("{name}: {each}")),
        }
    }
    if write {
        fs::write(file(), toml::to_string(&expected)?)?;
    }
    match worse {
        0 => Ok(()),
        worse => {
            Err(format!("{worse} paths take more instructions than bench/counts.toml says").into())
        }
    }
}

/// Instructions of the whole program that walks `path` so often.
async fn count(path: &HotPath, often: u64) -> Outcome<u64> {
    let place = tempfile::tempdir()?;
    let name = path
        .work
        .to_possible_value()
        .ok_or("a piece of work without name")?;
    let mut command = Command::new("valgrind");
    command
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args([ROLE, "work", name.get_name(), "--folder"])
        .arg(place.path())
        .args(["--at-once", &path.at_once.to_string()])
        .args(["--count", &often.to_string()])
        .stdout(Stdio::null());
    let output = command.output().await;
    let output = output.map_err(|error| format!("valgrind: {error} (apt-get install valgrind)"))?;
    let said = String::from_utf8_lossy(&output.stderr);
    let counted = said
        .lines()
        .find_map(|line| line.split_once("Collected : "));
    let counted = counted.and_then(|(_, number)| number.trim().parse().ok());
    if counted.is_none() {
        tell(&said);
    }
    counted.ok_or_else(|| format!("nothing was counted: {}", output.status).into())
}
