//! Files that hold secrets beside the store: for their owner only, whole or not there.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// A key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// It cannot be read or written.
    #[error("cannot use the key file {}", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// It holds something else.
    #[error("the key file {} does not hold {expected}; restore it or delete it", .path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// What it should hold.
        expected: &'static str,
    },
    /// Others may read it.
    #[error("the key file {} may be read by others; make it its owner's alone (chmod 600)", .path.display())]
    Exposed {
        /// The file.
        path: PathBuf,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    Random(#[source] getrandom::Error),
}

/// 32 bytes of the system's randomness.
pub(crate) fn draw() -> Result<[u8; 32], KeyFileError> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(KeyFileError::Random)?;
    Ok(key)
}

/// The bytes of the file at `path`, of which there must be no more than `most`.
pub(crate) fn read(path: &Path, most: u64) -> Result<Vec<u8>, KeyFileError> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(most + 1).read_to_end(&mut bytes))
        .map_err(io_error(path))?;
    Ok(bytes)
}

/// Refuses a file that others may read.
pub(crate) fn refuse_exposed(path: &Path) -> Result<(), KeyFileError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = std::fs::metadata(path).map_err(io_error(path))?;
        if metadata.permissions().mode() & 0o077 != 0 {
            return Err(KeyFileError::Exposed {
                path: path.to_owned(),
            });
        }
    }
    Ok(())
}

/// Makes the file; `false` if another process was faster. It gets its content under another name
/// first, so that nobody ever reads half a key.
pub(crate) fn create(path: &Path, bytes: &[u8]) -> Result<bool, KeyFileError> {
    let draft = draft_of(path);
    let linked = write_private(&draft, bytes).and_then(|()| std::fs::hard_link(&draft, path));
    // The draft may be missing if it could not be made; there is nothing to clean up then.
    let _ = std::fs::remove_file(&draft);
    match linked {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.exists() => Ok(false),
        Err(cause) => Err(io_error(path)(cause)),
    }
}

/// Gives the file another content, at once.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), KeyFileError> {
    let draft = draft_of(path);
    let renamed = write_private(&draft, bytes).and_then(|()| std::fs::rename(&draft, path));
    let _ = std::fs::remove_file(&draft);
    renamed.map_err(io_error(path))
}

/// `path` with another extension behind those it has.
pub(crate) fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    PathBuf::from(name)
}

fn draft_of(path: &Path) -> PathBuf {
    beside(path, &std::process::id().to_string())
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> KeyFileError {
    let path = path.to_owned();
    move |cause| KeyFileError::Io { path, cause }
}

fn write_private(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
