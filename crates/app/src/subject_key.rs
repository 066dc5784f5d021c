//! The secret under which subject terms enter cache keys, in a file of its own beside the store:
//! whoever gets hold of the store alone cannot test guesses of a customer's name against it.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use agent_assist_domain::cache::SubjectKey;

/// Bytes of the secret.
const KEY_BYTES: usize = 32;

/// The key file cannot be used.
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
    #[error("the key file {} does not hold {KEY_BYTES} bytes; restore it or delete it", .path.display())]
    Length {
        /// The file.
        path: PathBuf,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    Random(#[source] getrandom::Error),
}

/// The key of the store at `store`, made on first use, readable by its owner only.
///
/// # Errors
/// If the file cannot be read or made, or holds something else.
pub fn load_or_create(store: &Path) -> Result<SubjectKey, KeyFileError> {
    let path = beside(store, "key");
    let key = if path.exists() { None } else { create(&path)? };
    key.map_or_else(|| load(&path), Ok).map(SubjectKey::new)
}

fn load(path: &Path) -> Result<[u8; KEY_BYTES], KeyFileError> {
    let mut bytes = Vec::with_capacity(KEY_BYTES + 1);
    File::open(path)
        .and_then(|file| file.take(KEY_BYTES as u64 + 1).read_to_end(&mut bytes))
        .map_err(|cause| KeyFileError::Io {
            path: path.to_owned(),
            cause,
        })?;
    bytes.try_into().map_err(|_| KeyFileError::Length {
        path: path.to_owned(),
    })
}

/// Makes the file; `None` if another process was faster. It gets its content under another name
/// first, so that nobody ever reads half a key.
fn create(path: &Path) -> Result<Option<[u8; KEY_BYTES]>, KeyFileError> {
    let mut key = [0; KEY_BYTES];
    getrandom::fill(&mut key).map_err(KeyFileError::Random)?;
    let draft = beside(path, &std::process::id().to_string());
    let linked = write_private(&draft, &key).and_then(|()| std::fs::hard_link(&draft, path));
    // The draft may be missing if it could not be made; there is nothing to clean up then.
    let _ = std::fs::remove_file(&draft);
    match linked {
        Ok(()) => Ok(Some(key)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.exists() => Ok(None),
        Err(cause) => Err(KeyFileError::Io {
            path: path.to_owned(),
            cause,
        }),
    }
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

fn beside(path: &Path, extension: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(extension);
    PathBuf::from(name)
}
