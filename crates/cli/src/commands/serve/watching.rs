//! Files of the settings, watched. They are looked at once a second: that works on every file system, and
//! whether a file is written in place, replaced, or a link that is turned to another, as containers do.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use tokio::time::{Interval, MissedTickBehavior, interval};

/// How often they are looked at.
const PERIOD: Duration = Duration::from_secs(1);

/// What is seen of a file without reading it; `None` where there is none.
type Look = Option<(SystemTime, u64)>;

/// Looks at files.
pub(super) struct Watching {
    interval: Interval,
    seen: BTreeMap<PathBuf, Look>,
    told: BTreeMap<PathBuf, Look>,
}

impl Watching {
    /// At `files`, from now on.
    pub(super) async fn begin(files: BTreeSet<PathBuf>) -> Self {
        let mut interval = interval(PERIOD);
        interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let seen = look_at(files).await;
        Self {
            interval,
            told: seen.clone(),
            seen,
        }
    }

    /// Returns once something has changed and stays so from one look to the next: who writes may not be
    /// done yet. May be dropped at any time.
    pub(super) async fn changed(&mut self) {
        loop {
            self.interval.tick().await;
            let now = look_at(self.seen.keys().cloned()).await;
            let settled = now == self.seen;
            self.seen = now;
            if settled && self.seen != self.told {
                self.told = self.seen.clone();
                return;
            }
        }
    }

    /// Looks at `files` from now on. Of those that it looked at before it remembers what it saw.
    pub(super) async fn turn_to(&mut self, files: BTreeSet<PathBuf>) {
        let mut seen = look_at(files).await;
        for (file, look) in &mut seen {
            if let Some(told) = self.told.get(file) {
                *look = *told;
            }
        }
        self.told = seen.clone();
        self.seen = seen;
    }
}

async fn look_at(files: impl IntoIterator<Item = PathBuf>) -> BTreeMap<PathBuf, Look> {
    let mut seen = BTreeMap::new();
    for file in files {
        let metadata = tokio::fs::metadata(&file).await.ok();
        let look = metadata.and_then(|found| Some((found.modified().ok()?, found.len())));
        seen.insert(file, look);
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_change_is_told_once_and_so_is_a_file_that_comes_or_goes() {
        let place = tempfile::tempdir().expect("a directory");
        let file = place.path().join("config.toml");
        let mut watching = Watching::begin([file.clone()].into()).await;
        for text in ["a", "longer", ""] {
            std::fs::write(&file, text).expect("written");
            watching.changed().await;
        }
        std::fs::remove_file(&file).expect("removed");
        watching.changed().await;
        let quiet = tokio::time::timeout(PERIOD * 10, watching.changed()).await;
        assert!(quiet.is_err(), "nothing has changed any more");
    }

    #[tokio::test(start_paused = true)]
    async fn files_that_are_new_to_it_count_from_then_on() {
        let place = tempfile::tempdir().expect("a directory");
        let [old, new] = ["old", "new"].map(|name| place.path().join(name));
        let mut watching = Watching::begin([old.clone()].into()).await;
        std::fs::write(&new, "there before").expect("written");
        watching.turn_to([old, new.clone()].into()).await;
        let quiet = tokio::time::timeout(PERIOD * 10, watching.changed()).await;
        assert!(quiet.is_err(), "it was there before");
        std::fs::write(&new, "another").expect("written");
        watching.changed().await;
    }
}
