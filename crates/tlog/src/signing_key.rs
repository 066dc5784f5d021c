//! The secret key that a log signs its notes with.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::Signer as _;
use zeroize::Zeroizing;

use crate::{
    KeyError, KeyId, NoteSignature, VerifierKey,
    key::{ED25519, check_name, split},
};

/// How the text of a secret key begins.
const PREFIX: &str = "PRIVATE+KEY+";

/// Characters that type and seed have in base64.
const SEED_LENGTH: usize = 44;

/// A secret Ed25519 key and its name.
///
/// Parsed from `PRIVATE+KEY+name+id+base64(1 and the seed)`, as the Go package `sumdb/note` writes it.
/// `Debug` keeps the seed back and there is no `Display`; memory is wiped when it is dropped.
#[derive(Clone)]
pub struct SigningKey {
    public: VerifierKey,
    key: ed25519_dalek::SigningKey,
}

impl SigningKey {
    /// The key of `name` that `seed` makes (RFC 8032, section 5.1.5): 32 random bytes that were used
    /// for nothing else.
    ///
    /// # Errors
    ///
    /// [`KeyError::Name`].
    pub fn from_seed(name: &str, seed: &[u8; 32]) -> Result<Self, KeyError> {
        check_name(name)?;
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        let public = VerifierKey::of(name.to_owned(), key.verifying_key());
        Ok(Self { public, key })
    }

    /// The text from which it is parsed: the secret itself.
    pub fn to_secret(&self) -> Zeroizing<String> {
        let mut bytes = Zeroizing::new([ED25519; 33]);
        bytes[1..].copy_from_slice(self.key.as_bytes());
        let open = format!("{PREFIX}{}+{}+", self.name(), self.id());
        // With room for all of it: what a string grows out of is not wiped.
        let mut text = Zeroizing::new(String::with_capacity(open.len() + SEED_LENGTH));
        text.push_str(&open);
        STANDARD.encode_string(&bytes[..], &mut text);
        text
    }

    /// What its notes are verified with.
    pub fn verifier(&self) -> VerifierKey {
        self.public.clone()
    }

    /// Whose key it is.
    pub fn name(&self) -> &str {
        self.public.name()
    }

    /// Its id.
    pub fn id(&self) -> KeyId {
        self.public.id()
    }

    /// Its signature of the text of a note.
    pub(crate) fn sign(&self, text: &str) -> NoteSignature {
        let signature = self.key.sign(text.as_bytes());
        NoteSignature::of(&self.public, signature.to_bytes().to_vec())
    }
}

impl FromStr for SigningKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let text = text.strip_prefix(PREFIX).ok_or(KeyError::Malformed)?;
        let (name, id, seed) = split(text)?;
        let bytes = STANDARD.decode(seed).map_err(|_| KeyError::Malformed)?;
        let bytes = Zeroizing::new(bytes);
        let (&algorithm, seed) = bytes.split_first().ok_or(KeyError::Malformed)?;
        if algorithm != ED25519 {
            return Err(KeyError::Algorithm);
        }
        let seed = seed.try_into().map_err(|_| KeyError::Malformed)?;
        let key = Self::from_seed(name, seed)?;
        if key.id() != id {
            return Err(KeyError::Id);
        }
        Ok(key)
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("name", &self.name())
            .field("id", &self.id())
            .finish_non_exhaustive()
    }
}
