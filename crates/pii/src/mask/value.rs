//! Keyed hashes of values: how one value is told to be the same as another without keeping it.
//!
//! A hash is as erasable as its key: once a conversation's key is gone, nobody can find out, by
//! trying, which value a hash was made of.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroize;

use crate::{Entity, view::folded::Folded};

/// The secret under which the values of one conversation are hashed.
///
/// `Debug` does not show it, and its memory is wiped when it is dropped.
#[derive(Clone)]
pub struct ValueKey([u8; 32]);

impl ValueKey {
    /// A key of these bytes, which must come from a cryptographic source of randomness.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The hash of `value`, which is an `entity`: HMAC-SHA-256 of the entity's name, a zero byte
    /// and the value, cut to 16 bytes. Spacing, case and, where they carry no meaning, separators
    /// of the value make no difference.
    ///
    /// `None` for credentials: a few digits can be found again under any hash by whoever has the
    /// key.
    ///
    /// ```
    /// use agent_assist_pii::{Entity, ValueKey};
    ///
    /// let key = ValueKey::from_bytes([7; 32]);
    /// let hash = |value| key.hash(&Entity::PhoneNumber, value);
    /// assert_eq!(hash("(977) 625-2661"), hash("977 6252661"));
    /// assert_eq!(key.hash(&Entity::Pin, "4821"), None);
    /// ```
    #[must_use]
    pub fn hash(&self, entity: &Entity, value: &str) -> Option<ValueHash> {
        if entity.is_credential() {
            return None;
        }
        // A key shorter than a block of SHA-256 is filled up with zeros (RFC 2104).
        let mut block = [0; 64];
        block[..self.0.len()].copy_from_slice(&self.0);
        let mut mac = Hmac::<Sha256>::new(&block.into());
        block.zeroize();
        mac.update(entity.as_str().as_bytes());
        mac.update(&[0]);
        mac.update(canonical(entity, value).as_bytes());
        let full = mac.finalize().into_bytes();
        full.first_chunk().copied().map(ValueHash)
    }

    /// The part of the hash that a token shows.
    pub(crate) fn token(&self, entity: &Entity, value: &str) -> Option<String> {
        self.hash(entity, value)
            .map(|hash| hex::encode(&hash.0[..8]))
    }
}

impl fmt::Debug for ValueKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ValueKey(..)")
    }
}

impl Drop for ValueKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// A value's hash under a [`ValueKey`]. `Display` is hexadecimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueHash([u8; 16]);

impl ValueHash {
    /// A hash that was kept.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for ValueHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&hex::encode(self.0))
    }
}

/// `value` as it is however it was written: folded, in lower case, without separators. Where those
/// part one value from another, as in addresses and dates, only spaces go.
fn canonical(entity: &Entity, value: &str) -> String {
    let folded = Folded::new(value, &[]);
    let lower = folded.as_str().to_lowercase();
    match entity {
        Entity::EmailAddress | Entity::IpAddress => {
            lower.chars().filter(|c| !c.is_whitespace()).collect()
        }
        Entity::DateOfBirth => {
            let parts = lower.split(|c: char| !c.is_alphanumeric());
            let parts: Vec<_> = parts.filter(|part| !part.is_empty()).collect();
            parts.join("-")
        }
        _ => lower.chars().filter(|c| c.is_alphanumeric()).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_the_same_however_they_are_written() {
        for (entity, one, other, same) in [
            (Entity::PhoneNumber, "(977) 625-2661", "977.625.2661", true),
            (
                Entity::CreditCard,
                "4111 1111",
                "\u{FF14}111\u{2011}1111",
                true,
            ),
            (Entity::SubjectTerm, "Crystal  MINH", "crystal minh", true),
            (Entity::EmailAddress, "Joe@X.org", "joe@x.org ", true),
            (Entity::EmailAddress, "a.b@x.org", "ab@x.org", false),
            (Entity::IpAddress, "1.11.1.1", "11.1.1.1", false),
            (Entity::DateOfBirth, "1/11/1990", "11/1/1990", false),
            (Entity::DateOfBirth, "1/11/1990", "1. 11. 1990", true),
        ] {
            let is_same = canonical(&entity, one) == canonical(&entity, other);
            assert_eq!(is_same, same, "{one} and {other}");
        }
    }
}
