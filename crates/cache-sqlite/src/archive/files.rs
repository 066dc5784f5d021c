//! Files that are whole or not there, whenever the power fails.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use agent_assist_domain::audit::Seq;
use agent_assist_tlog::Hash;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use super::manifest::{manifest_path, records_path};

/// A file under a name of its own until it is whole and on the disk.
#[derive(Debug)]
struct Draft {
    file: File,
    path: PathBuf,
    hash: Sha256,
    bytes: u64,
}

impl Draft {
    fn of(path: &Path) -> io::Result<Self> {
        let draft = draft_of(path);
        let mut options = OpenOptions::new();
        // What a run that was cut off has left is written over.
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self {
            file: options.open(&draft)?,
            path: draft,
            hash: Sha256::new(),
            bytes: 0,
        })
    }

    /// Puts it in its place.
    fn finish(self, path: &Path) -> io::Result<(Hash, u64)> {
        self.file.sync_all()?;
        std::fs::rename(&self.path, path)?;
        Ok((Hash::from_bytes(self.hash.finalize().into()), self.bytes))
    }
}

impl Write for Draft {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.hash.update(bytes.get(..written).unwrap_or_default());
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// What a file is called until it is whole.
fn draft_of(path: &Path) -> PathBuf {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".tmp");
    draft.into()
}

/// A compressed file, written piece by piece.
#[derive(Debug)]
pub(super) struct CompressedFile {
    gzip: GzEncoder<BufWriter<Draft>>,
    path: PathBuf,
}

impl CompressedFile {
    pub(super) fn create(path: PathBuf) -> io::Result<Self> {
        let draft = BufWriter::with_capacity(1 << 16, Draft::of(&path)?);
        Ok(Self {
            gzip: GzEncoder::new(draft, Compression::default()),
            path,
        })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.gzip.write_all(bytes)
    }

    /// Makes it durable under its name; gives its SHA-256 and length.
    pub(super) fn finish(self) -> io::Result<(Hash, u64)> {
        let buffer = self.gzip.finish()?;
        let draft = buffer
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        let finished = draft.finish(&self.path)?;
        synchronise_folder_of(&self.path)?;
        Ok(finished)
    }
}

/// Writes a small file, durably.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut draft = Draft::of(path)?;
    draft.write_all(bytes)?;
    draft.finish(path)?;
    synchronise_folder_of(path)
}

/// Removes a file, durably; one that is not there is removed.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => synchronise_folder_of(path),
    }
}

/// Makes the folder where it is missing, for its owner only.
fn make_folder(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    synchronise_folder_of(path)
}

/// Removes what there may be of an archive that begins with record `first`, finished or not.
pub(super) fn clear(folder: &Path, first: Seq) -> io::Result<()> {
    let files = [records_path(folder, first), manifest_path(folder, first)];
    for file in files {
        let draft = draft_of(&file);
        for path in [draft, file] {
            if path.exists() {
                remove(&path)?;
            }
        }
    }
    Ok(())
}

/// Locks a folder, which is made where it is missing; `None` if another process has.
pub(super) fn lock(folder: &Path) -> io::Result<Option<File>> {
    make_folder(folder)?;
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(folder.join(".lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

fn synchronise_folder_of(path: &Path) -> io::Result<()> {
    match path.parent() {
        // Elsewhere folders cannot be opened, or need not be.
        Some(folder) if cfg!(unix) && folder != Path::new("") => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}
