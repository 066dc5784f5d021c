//! Whether a writer that left something open is still there.
//!
//! A process number says little: it is given out again, and another machine may have written. So a
//! writer that has something open holds a lock on a file of its own, under a name that nobody had
//! before; the system lets go of it when the process ends, however it ends. Whoever finds the file
//! free, or gone, knows that its writer is gone for good. No clock is asked: a request may be as old
//! as its deadline allows, and a clock may be wrong.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use tokio::task::spawn_blocking;

/// The sign that a writer is there, until it is dropped.
#[derive(Debug)]
pub(crate) struct Lease {
    writer: String,
    path: PathBuf,
    _locked: File,
}

impl Lease {
    /// Takes the lease of `writer`, a name that is new.
    pub(crate) async fn take(store: &Path, writer: String) -> io::Result<Self> {
        let path = path_of(store, &writer);
        let at = path.clone();
        let taken = spawn_blocking(move || -> io::Result<File> {
            let mut options = OpenOptions::new();
            options.write(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file = options.open(at)?;
            file.lock()?;
            Ok(file)
        });
        Ok(Self {
            writer,
            path,
            _locked: taken.await??,
        })
    }

    /// Whose it is.
    pub(crate) fn writer(&self) -> &str {
        &self.writer
    }

    /// Takes the sign away: nothing is open any more.
    pub(crate) async fn give_up(self) {
        remove(&self.path).await;
    }
}

/// Whether the writer of this name is there.
pub(crate) async fn is_held(store: &Path, writer: &str) -> io::Result<bool> {
    let path = path_of(store, writer);
    let held = spawn_blocking(move || {
        let file = match OpenOptions::new().write(true).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        match file.try_lock() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(error)) => Err(error),
        }
    });
    held.await?
}

/// Takes away what a writer that is gone has left behind.
pub(crate) async fn clear(store: &Path, writer: &str) {
    remove(&path_of(store, writer)).await;
}

fn path_of(store: &Path, writer: &str) -> PathBuf {
    let mut path = store.as_os_str().to_owned();
    path.push(".writer-");
    path.push(writer);
    path.into()
}

async fn remove(path: &Path) {
    match tokio::fs::remove_file(path).await {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(%error, "a file that a writer held beside the store stays there");
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_lease_is_held_until_it_is_dropped_or_given_up() {
        let place = tempfile::tempdir().expect("a directory");
        let store = place.path().join("store.db");
        let held = async |writer: &str| is_held(&store, writer).await.expect("known");
        assert!(!held("a").await, "nobody ever had it");
        let lease = Lease::take(&store, "a".to_owned()).await.expect("taken");
        assert!(held("a").await);
        assert!(Lease::take(&store, "a".to_owned()).await.is_err());
        drop(lease);
        assert!(!held("a").await);
        assert!(path_of(&store, "a").exists(), "as after a sudden end");
        clear(&store, "a").await;
        let lease = Lease::take(&store, "b".to_owned()).await.expect("taken");
        lease.give_up().await;
        assert!(!held("b").await);
        assert_eq!(std::fs::read_dir(place.path()).expect("read").count(), 0);
    }
}
