//! What must be so before a file is written to: it is no link, and it is ours.

use std::io;
use std::path::Path;

use agent_assist_domain::ports::StoreError;
use tokio::fs;

use crate::error::{Refusal, file_failed};

/// Refuses a link, which may lead anywhere, and a file of somebody else: whoever writes to it makes
/// side files that its owner then cannot open.
pub(crate) async fn check(path: &Path, operation: &'static str) -> Result<(), StoreError> {
    let found = match fs::symlink_metadata(path).await {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        // What is wrong with the place is said by whoever creates the file.
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => return Ok(()),
        Err(error) => return Err(file_failed(operation)(error)),
    };
    if found.is_symlink() {
        return Err(Refusal::Link.of(operation));
    }
    match (owner(&found), user().await) {
        (Some(owner), Some(user)) if owner != user => {
            Err(Refusal::Owner { owner, user }.of(operation))
        }
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn owner(found: &std::fs::Metadata) -> Option<u32> {
    Some(std::os::unix::fs::MetadataExt::uid(found))
}

#[cfg(not(unix))]
fn owner(_found: &std::fs::Metadata) -> Option<u32> {
    None
}

/// Who runs this process, where the system tells.
async fn user() -> Option<u32> {
    owner(&fs::metadata("/proc/self").await.ok()?)
}
