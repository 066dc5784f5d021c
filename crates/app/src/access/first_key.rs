//! The key of whoever starts the daemon for the first time, in a file for its owner only. Without it
//! nobody could ask anything, and a daemon that lets anybody on the machine ask would be the worse way
//! out.

use std::path::{Path, PathBuf};

use agent_assist_domain::access::{Limits, Role};
use agent_assist_domain::audit::Actor;

use super::keys::{IssueError, KeyOrder, KeyService};
use super::secret::KeySecret;
use crate::key_file::{self, beside};

/// What the file is called, behind the name of the store.
const EXTENSION: &str = "admin-key";
/// What the key is called.
const NAME: &str = "first";

/// Where the first key is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FirstKey {
    /// The file.
    pub path: PathBuf,
}

/// Makes an admin's key for the store at `store` and puts it into a file beside it, if there has never
/// been a key; `by` is who started the daemon.
///
/// # Errors
/// If it cannot be made, recorded or kept.
pub async fn first_key(
    service: &KeyService,
    store: &Path,
    by: &Actor,
) -> Result<Option<FirstKey>, IssueError> {
    let known = service.list().await.map_err(IssueError::Store)?;
    if !known.is_empty() {
        return Ok(None);
    }
    let secret = KeySecret::draw().map_err(IssueError::Make)?;
    let path = beside(store, EXTENSION);
    // The file first: what is in it opens nothing until the key is kept, and a store without keys
    // makes another the next time.
    let text = secret.to_text();
    key_file::replace(&path, text.as_bytes()).map_err(IssueError::Make)?;
    let order = KeyOrder {
        name: NAME.to_owned(),
        role: Role::Admin,
        limits: Limits::default(),
        lasts: None,
    };
    service.keep(&secret, order, true, by).await?;
    Ok(Some(FirstKey { path }))
}
