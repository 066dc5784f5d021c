//! Secrets: where they are, and reading them when they are needed, not before. A report needs no
//! credentials, and must not wait for somebody to type them.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

use secrecy::SecretString;

/// Longest secret read, in bytes.
const MAX_SECRET_BYTES: u64 = 64 * 1024;

/// Where a secret is.
#[derive(Clone, Debug)]
pub enum Secret {
    /// Here: it came by environment.
    Given(SecretString),
    /// In a file of its own.
    File(PathBuf),
    /// On standard input.
    StandardInput,
}

/// How we identify ourselves to the upstream, as far as it is set.
#[derive(Clone, Debug, Default)]
pub struct CredentialSettings {
    /// A ready token. It wins over a client, as with the vendor's own tools.
    pub access_token: Option<Secret>,
    /// The OAuth client.
    pub client_id: Option<String>,
    /// Its secret.
    pub client_secret: Option<Secret>,
}

impl Secret {
    /// The secret itself, without the white space around it.
    ///
    /// # Errors
    /// If it cannot be read or is empty.
    pub fn read(&self) -> io::Result<SecretString> {
        match self {
            Self::Given(secret) => Ok(secret.clone()),
            Self::File(path) => read_from(File::open(path)?),
            Self::StandardInput => read_from(io::stdin()),
        }
    }
}

fn read_from(reader: impl Read) -> io::Result<SecretString> {
    let mut text = String::new();
    reader.take(MAX_SECRET_BYTES).read_to_string(&mut text)?;
    match text.trim() {
        "" => Err(io::Error::new(io::ErrorKind::InvalidData, "it is empty")),
        secret => Ok(SecretString::from(secret.to_owned())),
    }
}
