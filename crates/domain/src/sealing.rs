//! Sealing: what only the holder of a key can read again, and nobody can change unnoticed.
//!
//! XChaCha20-Poly1305. Its nonces are long enough to be drawn at random.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;

/// Bytes of a nonce.
pub const NONCE_BYTES: usize = 24;

/// Bytes that must not repeat under one key: drawn from a cryptographic source of randomness.
pub type Nonce = [u8; NONCE_BYTES];

/// A key that serves one purpose.
pub(crate) struct SealingKey(XChaCha20Poly1305);

impl SealingKey {
    /// The key for `purpose` that follows from `secret`.
    pub(crate) fn derived(secret: &[u8; 32], purpose: &str) -> Self {
        let key = keyed_hash(secret, &[purpose.as_bytes()]);
        Self(XChaCha20Poly1305::new(&key.into()))
    }

    /// `plain`, sealed: the nonce, then what it became. Opens only with the same `about`.
    pub(crate) fn seal(&self, nonce: &Nonce, about: &[u8], plain: &[u8]) -> Vec<u8> {
        let payload = Payload {
            msg: plain,
            aad: about,
        };
        let Ok(sealed) = self.0.encrypt(&(*nonce).into(), payload) else {
            unreachable!("only texts beyond 256 GiB cannot be sealed");
        };
        [nonce.as_slice(), &sealed].concat()
    }

    /// What was sealed about `about`; `None` if it was sealed with another key, about something else,
    /// or has been changed.
    pub(crate) fn open(&self, about: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload {
            msg: sealed,
            aad: about,
        };
        self.0.decrypt(&(*nonce).into(), payload).ok()
    }
}

/// HMAC-SHA-256 over `fields`, each behind its length, so that no two lists of fields run together.
pub(crate) fn keyed_hash(key: &[u8; 32], fields: &[&[u8]]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        unreachable!("HMAC takes keys of any length");
    };
    for field in fields {
        mac.update(&(field.len() as u64).to_be_bytes());
        mac.update(field);
    }
    mac.finalize().into_bytes().into()
}

/// Bytes as they stand in a record.
pub(crate) fn to_text(sealed: &[u8]) -> String {
    BASE64.encode(sealed)
}

/// The bytes that [`to_text`] wrote.
pub(crate) fn from_text(text: &str) -> Option<Vec<u8>> {
    BASE64.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_sealed_opens_with_its_key_and_subject_only(
            secret: [u8; 32], nonce: [u8; NONCE_BYTES], about: Vec<u8>, plain: Vec<u8>, bit: usize,
        ) {
            let key = SealingKey::derived(&secret, "a test");
            let sealed = key.seal(&nonce, &about, &plain);
            prop_assert_eq!(key.open(&about, &sealed), Some(plain));
            let other = SealingKey::derived(&secret, "another");
            prop_assert_eq!(other.open(&about, &sealed), None);
            let otherwise = [about.as_slice(), b"x"].concat();
            prop_assert_eq!(key.open(&otherwise, &sealed), None);
            let mut changed = sealed.clone();
            let at = bit % (sealed.len() * 8);
            changed[at / 8] ^= 1 << (at % 8);
            prop_assert_eq!(key.open(&about, &changed), None);
            prop_assert_eq!(from_text(&to_text(&sealed)), Some(sealed));
        }
    }
}
