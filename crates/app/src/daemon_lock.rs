//! One daemon a store: a second one would double what the first counts by key and what it knows of the
//! upstream's allowance. The system lets go of the lock when the process ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::key_file::beside;

/// What the file is called, behind the name of the store.
const EXTENSION: &str = "serve.lock";

/// The right to serve a store, until this is dropped.
#[derive(Debug)]
pub struct DaemonLock {
    _held: File,
}

/// The right cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum DaemonLockError {
    /// Another process has it.
    #[error("another `agent-assist serve` uses this store ({} is locked)", .0.display())]
    Held(PathBuf),
    /// The file cannot be used.
    #[error("the lock {} cannot be taken", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
}

impl DaemonLock {
    /// Takes the right to serve the store at `store`, whose folder must be there.
    ///
    /// # Errors
    /// If another process has it or the file cannot be used.
    pub fn take(store: &Path) -> Result<Self, DaemonLockError> {
        let path = beside(store, EXTENSION);
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let locked = options.open(&path).map(|file| (file.try_lock(), file));
        match locked {
            Ok((Ok(()), held)) => Ok(Self { _held: held }),
            Ok((Err(TryLockError::WouldBlock), _)) => Err(DaemonLockError::Held(path)),
            Ok((Err(TryLockError::Error(cause)), _)) | Err(cause) => {
                Err(DaemonLockError::Io { path, cause })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_has_it() {
        let place = tempfile::tempdir().expect("a directory");
        let store = place.path().join("store.db");
        let first = DaemonLock::take(&store).expect("nobody has it");
        let second = DaemonLock::take(&store);
        assert!(
            matches!(second, Err(DaemonLockError::Held(_))),
            "{second:?}"
        );
        drop(first);
        DaemonLock::take(&store).expect("nobody has it any more");
        let nowhere = DaemonLock::take(&place.path().join("no/store.db"));
        assert!(
            matches!(nowhere, Err(DaemonLockError::Io { .. })),
            "{nowhere:?}"
        );
    }
}
