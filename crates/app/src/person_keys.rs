//! The keys under which people get their pseudonyms, in a file of its own beside the store: one line an
//! epoch, its number and 64 hexadecimal digits.
//!
//! Apart from the key of subject terms, because these are several, and one may be destroyed while the
//! others serve on: without its line nobody can resolve a pseudonym of that epoch any more.

use std::fmt::{self, Write as _};
use std::path::{Path, PathBuf};

use agent_assist_domain::person::EpochKey;

use crate::key_file::{self, KeyFileError, beside};

/// What the file is called, behind the name of the store.
const EXTENSION: &str = "persons.key";
/// Bytes read at most: epochs by the thousand.
const MOST_BYTES: u64 = 1024 * 1024;

/// The keys of all epochs that have not been destroyed; the last is the one in use.
#[derive(Clone)]
pub struct PersonKeys {
    /// In the order of the epochs.
    earlier: Vec<EpochKey>,
    current: EpochKey,
}

impl PersonKeys {
    /// The keys of one epoch.
    pub fn of(current: EpochKey) -> Self {
        Self {
            earlier: Vec::new(),
            current,
        }
    }

    /// The keys of the store at `store`; the first is made on first use. The file is readable by its
    /// owner only.
    ///
    /// # Errors
    /// If the file cannot be read or made, holds something else, or may be read by others.
    pub fn load_or_create(store: &Path) -> Result<Self, KeyFileError> {
        let path = Self::path(store);
        if !path.exists() {
            let first = Self::of(EpochKey::new(1, key_file::draw()?));
            if key_file::create(&path, first.to_text().as_bytes())? {
                return Ok(first);
            }
        }
        Self::load(store)
    }

    /// The keys of the store at `store`, which must be there.
    ///
    /// # Errors
    /// As [`load_or_create`](Self::load_or_create), and if there are none.
    pub fn load(store: &Path) -> Result<Self, KeyFileError> {
        let path = Self::path(store);
        let bytes = key_file::read(&path, MOST_BYTES)?;
        key_file::refuse_exposed(&path)?;
        let keys = std::str::from_utf8(&bytes).ok().and_then(Self::parse);
        keys.ok_or(KeyFileError::Content {
            path,
            expected: "lines with the number of an epoch and 64 hexadecimal digits, in their order",
        })
    }

    /// Begins an epoch behind these and behind `known`, the last that the store knows, and writes it to
    /// the file of the store at `store`.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn begin_epoch(mut self, store: &Path, known: u32) -> Result<Self, KeyFileError> {
        let number = self.current.epoch().max(known).saturating_add(1);
        let next = EpochKey::new(number, key_file::draw()?);
        self.earlier
            .push(std::mem::replace(&mut self.current, next));
        key_file::replace(&Self::path(store), self.to_text().as_bytes())?;
        Ok(self)
    }

    /// The file of the keys of the store at `store`.
    pub fn path(store: &Path) -> PathBuf {
        beside(store, EXTENSION)
    }

    /// The key in use.
    pub fn current(&self) -> &EpochKey {
        &self.current
    }

    /// The key of `epoch`, unless it has been destroyed.
    pub fn of_epoch(&self, epoch: u32) -> Option<&EpochKey> {
        self.iter().find(|key| key.epoch() == epoch)
    }

    /// Every key, in the order of the epochs.
    pub fn iter(&self) -> impl Iterator<Item = &EpochKey> {
        self.earlier.iter().chain([&self.current])
    }

    fn parse(text: &str) -> Option<Self> {
        let keys: Option<Vec<EpochKey>> = text.lines().map(line).collect();
        let mut keys = keys?;
        let in_order = keys.windows(2).all(|two| two[0].epoch() < two[1].epoch());
        let current = keys.pop().filter(|_| in_order)?;
        Some(Self {
            earlier: keys,
            current,
        })
    }

    fn to_text(&self) -> String {
        self.iter().fold(String::new(), |mut text, key| {
            // Writing to a String cannot fail.
            let _ = write!(text, "{} ", key.epoch());
            text.push_str(&hex::encode(key.as_bytes()));
            text.push('\n');
            text
        })
    }
}

fn line(line: &str) -> Option<EpochKey> {
    let (epoch, digits) = line.split_once(' ')?;
    let epoch: u32 = epoch.parse().ok().filter(|number| *number > 0)?;
    let mut key = [0; 32];
    hex::decode_to_slice(digits, &mut key).ok()?;
    Some(EpochKey::new(epoch, key))
}

/// Shows epochs, no keys.
impl fmt::Debug for PersonKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_last_and_epochs_follow_each_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = folder.path().join("store.db");
        let first = PersonKeys::load_or_create(&store).expect("made");
        let again = PersonKeys::load_or_create(&store).expect("read");
        assert!(first.current() == again.current());
        assert_eq!(first.current().epoch(), 1);
        let second = again.begin_epoch(&store, 0).expect("begun");
        assert_eq!(second.current().epoch(), 2);
        // The store has seen epochs of which the file knows nothing.
        second.begin_epoch(&store, 6).expect("begun");
        let read = PersonKeys::load(&store).expect("read");
        let epochs: Vec<u32> = read.iter().map(EpochKey::epoch).collect();
        assert_eq!(epochs, [1, 2, 7]);
        assert!(read.of_epoch(1) == Some(first.current()));
        assert!(read.of_epoch(3).is_none());
        let files = std::fs::read_dir(folder.path()).expect("a folder").count();
        assert_eq!(files, 1, "no draft is left");
    }

    #[test]
    fn a_file_with_anything_else_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = folder.path().join("store.db");
        let path = PersonKeys::path(&store);
        let hex = "0".repeat(64);
        for text in [
            String::new(),
            hex.clone(),
            format!("0 {hex}\n"),
            format!("1 {hex}0\n"),
            format!("1 {hex}\n1 {hex}\n"),
            format!("2 {hex}\n1 {hex}\n"),
            format!("1 {}\n", "x".repeat(64)),
            format!("1 {hex}\n\n"),
        ] {
            key_file::replace(&path, text.as_bytes()).expect("written");
            let refused = PersonKeys::load_or_create(&store).expect_err(&text);
            assert!(refused.to_string().contains("does not hold"), "{refused}");
            assert_eq!(std::fs::read_to_string(&path).expect("there"), text);
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().expect("a folder");
        let store = folder.path().join("store.db");
        PersonKeys::load_or_create(&store).expect("made");
        let path = PersonKeys::path(&store);
        let mode = std::fs::metadata(&path)
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        let exposed = std::fs::Permissions::from_mode(0o640);
        std::fs::set_permissions(&path, exposed).expect("set");
        let refused = PersonKeys::load(&store).expect_err("exposed");
        assert!(refused.to_string().contains("chmod 600"), "{refused}");
    }
}
