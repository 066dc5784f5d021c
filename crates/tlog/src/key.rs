//! Keys that notes are verified with: Ed25519, as <https://c2sp.org/signed-note> writes them.

use std::{fmt, str::FromStr};

use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::text;

/// The signature type of Ed25519 over the text of a note.
pub(crate) const ED25519: u8 = 1;

/// The short name of a key: of little worth as a hash, but enough to tell keys of one name apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId([u8; 4]);

/// A public key and whose it is.
///
/// Displayed and parsed as `name+id+base64(1 and the key)`, the id in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    id: KeyId,
    key: VerifyingKey,
}

/// Why this is no key. None of them repeats what was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// It has not the parts of a key, each in its one form.
    #[error("not a key as signed notes have it")]
    Malformed,
    /// The name is empty or has a space, a plus sign or a control character.
    #[error("a key's name must be some text without spaces, plus signs and control characters")]
    Name,
    /// It is of a type other than Ed25519.
    #[error("a key of an unknown type")]
    Algorithm,
    /// The bytes are no public key, or a weak one, for which anybody can sign.
    #[error("not an Ed25519 public key")]
    PublicKey,
    /// The id is not that of this name and key: something has been mistyped.
    #[error("the key's id does not match it")]
    Id,
}

impl KeyId {
    /// The id with these bytes.
    pub const fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 4] {
        &self.0
    }

    /// The id of an Ed25519 key: the start of SHA-256 over name, newline, type and key.
    pub(crate) fn of(name: &str, key: &VerifyingKey) -> Self {
        let hasher = Sha256::new()
            .chain_update(name)
            .chain_update([b'\n', ED25519])
            .chain_update(key);
        let [a, b, c, d, ..] = <[u8; 32]>::from(hasher.finalize());
        Self([a, b, c, d])
    }
}

/// As eight hexadecimal digits.
impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

impl VerifierKey {
    /// The key of `name` with these bytes (RFC 8032).
    ///
    /// # Errors
    ///
    /// [`KeyError::Name`] or [`KeyError::PublicKey`].
    pub fn new(name: &str, key: &[u8; 32]) -> Result<Self, KeyError> {
        check_name(name)?;
        let key = VerifyingKey::from_bytes(key).map_err(|_| KeyError::PublicKey)?;
        if key.is_weak() {
            return Err(KeyError::PublicKey);
        }
        Ok(Self::of(name.to_owned(), key))
    }

    pub(crate) fn of(name: String, key: VerifyingKey) -> Self {
        let id = KeyId::of(&name, &key);
        Self { name, id, key }
    }

    /// Whose key it is.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its id.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// The key itself (RFC 8032).
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Whether `signature` is this key's of `text`. Signatures that others than the key's owner could
    /// have altered are refused (`verify_strict`).
    pub(crate) fn has_signed(&self, text: &str, signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .and_then(|signature| self.key.verify_strict(text.as_bytes(), &signature))
            .is_ok()
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![ED25519];
        key.extend(self.as_bytes());
        write!(f, "{}+{}+{}", self.name, self.id, text::to_base64(&key))
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let (name, id, key) = split(text)?;
        let key = text::from_base64(key).ok_or(KeyError::Malformed)?;
        let (&algorithm, key) = key.split_first().ok_or(KeyError::Malformed)?;
        if algorithm != ED25519 {
            return Err(KeyError::Algorithm);
        }
        let key = key.try_into().map_err(|_| KeyError::PublicKey)?;
        let key = Self::new(name, key)?;
        if key.id != id {
            return Err(KeyError::Id);
        }
        Ok(key)
    }
}

/// Name, id and the base64 of a key, public or secret.
pub(crate) fn split(text: &str) -> Result<(&str, KeyId, &str), KeyError> {
    // The base64 may hold plus signs as well.
    let (name, rest) = text.split_once('+').ok_or(KeyError::Malformed)?;
    let (digits, key) = rest.split_once('+').ok_or(KeyError::Malformed)?;
    let mut id = [0; 4];
    text::from_hex(digits, &mut id).ok_or(KeyError::Malformed)?;
    Ok((name, KeyId(id), key))
}

pub(crate) fn check_name(name: &str) -> Result<(), KeyError> {
    let forbidden = |c: char| c.is_whitespace() || c == '+' || c < ' ';
    if name.is_empty() || name.contains(forbidden) {
        Err(KeyError::Name)
    } else {
        Ok(())
    }
}
