//! Room set aside on the disk, given back when the disk is full: so that what goes wrong then can
//! still be recorded.

use std::io;
use std::path::{Path, PathBuf};

use tokio::fs;
use tokio::io::AsyncWriteExt as _;

const SIZE: usize = 1 << 20;

/// The file that takes the room.
#[derive(Debug)]
pub(crate) struct Ballast(PathBuf);

impl Ballast {
    /// Makes the file beside the store where it is missing. Without it a store works all the same.
    pub(crate) async fn keep(store: &Path) -> Self {
        let mut path = store.as_os_str().to_owned();
        path.push(".ballast");
        let ballast = Self(path.into());
        if let Err(error) = ballast.fill().await {
            tracing::warn!(%error, "no room can be set aside beside the store");
            ballast.remove().await;
        }
        ballast
    }

    async fn fill(&self) -> io::Result<()> {
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        options.mode(0o600);
        let mut file = match options.open(&self.0).await {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
            Err(error) => return Err(error),
        };
        // Not zeros, which some file systems do not store, and nothing that anybody could look for.
        let bytes: Vec<u8> = (0..SIZE).map(|at| (at * 167 % 251) as u8 | 0x80).collect();
        file.write_all(&bytes).await?;
        file.flush().await
    }

    /// Gives the room back; says whether there was any. It is set aside again when the store is next
    /// opened.
    pub(crate) async fn release(&self) -> bool {
        let released = self.remove().await;
        if released {
            tracing::warn!("the disk of the store is full; the room set aside is given back");
        }
        released
    }

    async fn remove(&self) -> bool {
        let removed = fs::remove_file(&self.0).await;
        if let Err(error) = &removed
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "the room set aside cannot be given back");
        }
        removed.is_ok()
    }
}
