//! The text of a recommendation as it was shown: as a digest always, and sealed where it is kept.

use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::ports::ConversationKey;
use crate::sealing::{self, Nonce};

/// Stands between title and text.
const SEPARATOR: u8 = 0;

/// Title and text of a recommendation as shown: masked.
#[derive(Clone, PartialEq, Eq)]
pub struct ShownText {
    /// The title.
    pub title: String,
    /// The text.
    pub text: String,
}

/// A [`ShownText`] that only the conversation's key opens; `text_sealed` of what was shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedText(String);

impl ShownText {
    pub(super) fn new(title: &str, text: &str) -> Self {
        Self {
            title: title.to_owned(),
            text: text.to_owned(),
        }
    }

    pub(super) fn seal(&self, key: &ConversationKey, nonce: &Nonce) -> SealedText {
        let digest = content_sha256(&self.title, &self.text);
        let sealed = key
            .text_key()
            .seal(nonce, digest.as_bytes(), &self.to_bytes());
        SealedText(sealing::to_text(&sealed))
    }

    /// What a record holds: `sealed` is its `text_sealed`, `content_sha256` what stands beside it. `None`
    /// if the text was sealed under another key, as it is once the conversation has been erased, or is not
    /// the one that was shown.
    pub fn open(key: &ConversationKey, sealed: &str, content_sha256: &str) -> Option<Self> {
        let sealed = sealing::from_text(sealed)?;
        let bytes = key.text_key().open(content_sha256.as_bytes(), &sealed)?;
        let both = String::from_utf8(bytes).ok()?;
        let (title, text) = both.split_once(char::from(SEPARATOR))?;
        let opened = Self::new(title, text);
        (self::content_sha256(title, text) == content_sha256).then_some(opened)
    }

    fn to_bytes(&self) -> Vec<u8> {
        [self.title.as_bytes(), &[SEPARATOR], self.text.as_bytes()].concat()
    }
}

/// Shows nothing of it: masked text is still somebody's.
impl fmt::Debug for ShownText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let chars = self.title.chars().count() + self.text.chars().count();
        write!(f, "ShownText({chars} chars)")
    }
}

impl SealedText {
    /// As it stands in a record.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// SHA-256 over title, a zero byte, and text, in hexadecimal.
pub(super) fn content_sha256(title: &str, text: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(title);
    hash.update([SEPARATOR]);
    hash.update(text);
    let digest = hash.finalize();
    hex::encode(digest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_opens_with_its_key_and_digest_only(
            key: [u8; 32], nonce: [u8; 24], title in "[^\0]{0,40}", text in "[^\0]{0,80}",
        ) {
            let shown = ShownText { title, text };
            let its = ConversationKey::from_bytes(key);
            let sealed = shown.seal(&its, &nonce);
            let digest = content_sha256(&shown.title, &shown.text);
            prop_assert_eq!(ShownText::open(&its, sealed.as_str(), &digest), Some(shown));
            let mut other = key;
            other[31] ^= 1;
            let other = ConversationKey::from_bytes(other);
            prop_assert_eq!(ShownText::open(&other, sealed.as_str(), &digest), None);
            let another = content_sha256("another", "text");
            prop_assert_eq!(ShownText::open(&its, sealed.as_str(), &another), None);
        }
    }

    #[test]
    fn what_no_record_holds_opens_nothing_and_panics_nowhere() {
        let key = ConversationKey::from_bytes([7; 32]);
        for sealed in ["", "A", "AAAA", "not base64!", &"A".repeat(64)] {
            assert_eq!(ShownText::open(&key, sealed, ""), None, "{sealed}");
        }
    }
}
