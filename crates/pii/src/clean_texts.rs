//! Remembers which texts held nothing, so that they are not looked at again: the articles of a knowledge
//! base come back in conversation after conversation.
//!
//! What is kept of a text is a hash under a random key, and only where nothing was found: no text, no
//! value, and nothing by which either could be found again without the key.

use std::fmt;

use quick_cache::sync::Cache;
use siphasher::sip128::SipHasher24;

/// Texts remembered. Beyond that those that come back least give way. Some 3 MB.
const MOST: usize = 1 << 15;

/// The hashes of texts in which one scanner found nothing.
pub(crate) struct CleanTexts {
    /// Makes collisions as rare for whoever writes texts as for chance: one in 2^128.
    key: [u8; 16],
    hashes: Cache<u128, ()>,
}

impl CleanTexts {
    /// Nothing is remembered yet.
    pub(crate) fn new(key: [u8; 16]) -> Self {
        Self {
            key,
            hashes: Cache::new(MOST),
        }
    }

    /// What stands for `text`.
    pub(crate) fn hash(&self, text: &str) -> u128 {
        SipHasher24::new_with_key(&self.key)
            .hash(text.as_bytes())
            .as_u128()
    }

    /// Whether nothing was found in the text of this hash.
    pub(crate) fn contain(&self, hash: u128) -> bool {
        self.hashes.get(&hash).is_some()
    }

    /// Remembers that nothing was.
    pub(crate) fn insert(&self, hash: u128) {
        self.hashes.insert(hash, ());
    }
}

/// Shows how many there are.
impl fmt::Debug for CleanTexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CleanTexts")
            .field("len", &self.hashes.len())
            .finish_non_exhaustive()
    }
}
