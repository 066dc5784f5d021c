//! The file with the key that signs checkpoints, as `audit keygen` makes it.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use agent_assist_tlog::{KeyError, SigningKey};
use secrecy::{ExposeSecret as _, SecretString};

/// Longest file that is read: a key is far shorter.
const MAX_BYTES: u64 = 4096;

/// The key file cannot be used. No message holds anything of its content.
#[derive(Debug, thiserror::Error)]
pub enum AuditKeyError {
    /// It cannot be read.
    #[error("audit.key_file {} cannot be read", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// It is a link: whoever may change the link chooses the key.
    #[error("audit.key_file {} is a symbolic link; name the file itself", .path.display())]
    Link {
        /// The file.
        path: PathBuf,
    },
    /// It is a folder, a device or the like.
    #[error("audit.key_file {} is no regular file", .path.display())]
    NoFile {
        /// What it is not.
        path: PathBuf,
    },
    /// Others than its owner may use it.
    #[error(
        "audit.key_file {} can be used by others than its owner (mode {mode:04o}); \
         `chmod 400` it, and make a new key if others may have read it", .path.display()
    )]
    Exposed {
        /// The file.
        path: PathBuf,
        /// Its permissions.
        mode: u32,
    },
    /// It holds something else.
    #[error("audit.key_file {} holds no key as `audit keygen` writes it", .path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: KeyError,
    },
}

/// The key in the file at `path`, which nobody but its owner may read.
///
/// # Errors
/// It cannot be read, is a link or no file, others may use it, or it holds no key.
pub fn load(path: &Path) -> Result<SigningKey, AuditKeyError> {
    let failed = |cause| AuditKeyError::Io {
        path: path.to_owned(),
        cause,
    };
    let named = std::fs::symlink_metadata(path).map_err(failed)?;
    if named.is_symlink() {
        return Err(AuditKeyError::Link {
            path: path.to_owned(),
        });
    }
    // Before it is opened: opening a pipe would wait for whoever writes to it.
    if !named.is_file() {
        return Err(AuditKeyError::NoFile {
            path: path.to_owned(),
        });
    }
    let file = File::open(path).map_err(failed)?;
    check_mode(path, &file)?;
    let mut text = String::new();
    file.take(MAX_BYTES)
        .read_to_string(&mut text)
        .map_err(failed)?;
    let text = SecretString::from(text);
    let key = text.expose_secret().trim_end().parse();
    key.map_err(|cause| AuditKeyError::Malformed {
        path: path.to_owned(),
        cause,
    })
}

#[cfg(unix)]
fn check_mode(path: &Path, file: &File) -> Result<(), AuditKeyError> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = file.metadata().map_err(|cause| AuditKeyError::Io {
        path: path.to_owned(),
        cause,
    })?;
    let mode = metadata.permissions().mode() & 0o7777;
    if mode & 0o077 != 0 {
        return Err(AuditKeyError::Exposed {
            path: path.to_owned(),
            mode,
        });
    }
    Ok(())
}

#[cfg(not(unix))]
fn check_mode(_: &Path, _: &File) -> Result<(), AuditKeyError> {
    Ok(())
}
