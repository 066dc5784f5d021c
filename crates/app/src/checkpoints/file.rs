//! Checkpoints in a file elsewhere: another disk, a mounted share, a write-once medium.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use tokio::task::spawn_blocking;

use super::{DeliveryError, Destination};

/// Appends checkpoints to a file, an empty line behind each.
#[derive(Debug)]
pub struct FileDestination {
    path: PathBuf,
}

impl FileDestination {
    /// The file at `path`, made where it is missing.
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }
}

#[async_trait]
impl Destination for FileDestination {
    fn name(&self) -> &'static str {
        "file"
    }

    async fn deliver(&self, note: &str) -> Result<(), DeliveryError> {
        let (path, note) = (self.path.clone(), note.to_owned());
        let appended = spawn_blocking(move || append(&path, &note)).await;
        appended
            .map_err(io::Error::other)
            .flatten()
            .map_err(|error| DeliveryError(error.into()))
    }
}

/// In one write, so that processes that share the file do not get into each other's notes.
fn append(path: &Path, note: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    file.write_all(format!("{note}\n").as_bytes())?;
    file.sync_data()
}
