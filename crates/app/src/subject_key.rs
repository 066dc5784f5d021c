//! The secret under which subject terms enter cache keys, in a file of its own beside the store:
//! whoever gets hold of the store alone cannot test guesses of a customer's name against it.

use std::path::Path;

use agent_assist_domain::cache::SubjectKey;

use crate::key_file::{self, KeyFileError, beside};

/// Bytes of the secret.
const KEY_BYTES: u64 = 32;

/// The key of the store at `store`, made on first use, readable by its owner only.
///
/// # Errors
/// If the file cannot be read or made, or holds something else.
pub fn load_or_create(store: &Path) -> Result<SubjectKey, KeyFileError> {
    let path = beside(store, "key");
    if !path.exists() {
        let key = key_file::draw()?;
        if key_file::create(&path, &key)? {
            return Ok(SubjectKey::new(key));
        }
    }
    let bytes = key_file::read(&path, KEY_BYTES)?;
    let key = bytes.try_into().map_err(|_| KeyFileError::Content {
        path,
        expected: "32 bytes",
    })?;
    Ok(SubjectKey::new(key))
}
