//! A key as its holder has it: `aak_`, its name, its secret. The prefix lets scanners of repositories
//! and logs find one that got lost.

use std::fmt;

use agent_assist_domain::access::KeyDigest;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use crate::key_file::{self, KeyFileError};

const PREFIX: &str = "aak_";
/// Hexadecimal digits of a name: 64 random bits, enough that none is drawn twice.
const ID_CHARS: usize = 16;

/// A key with its secret; shown once, when it is made.
#[derive(Clone)]
pub struct KeySecret {
    id: String,
    secret: Zeroizing<[u8; 32]>,
}

impl KeySecret {
    /// A new one.
    ///
    /// # Errors
    /// If the system gives no random bytes.
    pub fn draw() -> Result<Self, KeyFileError> {
        let name = key_file::draw()?;
        Ok(Self {
            id: hex::encode(&name[..ID_CHARS / 2]),
            secret: Zeroizing::new(key_file::draw()?),
        })
    }

    /// The key that `text` says, if it has the form of one.
    pub fn parse(text: &str) -> Option<Self> {
        let (id, secret) = text.strip_prefix(PREFIX)?.split_once('_')?;
        let is_name = id.len() == ID_CHARS
            && id
                .bytes()
                .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let mut bytes = Zeroizing::new([0; 32]);
        // The slice is a byte longer than needed by no base64: what does not fit is no secret.
        let read = URL_SAFE_NO_PAD.decode_slice(secret, &mut *bytes).ok()?;
        (is_name && read == bytes.len()).then(|| Self {
            id: id.to_owned(),
            secret: bytes,
        })
    }

    /// The key `id` whose secret a client says: that alone, or the whole key, as it was shown.
    pub fn of_client(id: &str, secret: &str) -> Option<Self> {
        let whole = Zeroizing::new(format!("{PREFIX}{id}_{secret}"));
        let named = |key: &Self| key.id == id;
        let key = Self::parse(secret).filter(named);
        key.or_else(|| Self::parse(&whole).filter(named))
    }

    /// Its name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What is kept of it.
    pub fn digest(&self) -> KeyDigest {
        KeyDigest(Sha256::digest(*self.secret).into())
    }

    /// Whether it is the key of this digest. Takes as long whatever the answer.
    pub fn opens(&self, digest: &KeyDigest) -> bool {
        self.digest().0.ct_eq(&digest.0).into()
    }

    /// The text that its holder shows.
    pub fn to_text(&self) -> Zeroizing<String> {
        let secret = Zeroizing::new(URL_SAFE_NO_PAD.encode(*self.secret));
        Zeroizing::new(format!("{PREFIX}{}_{}", self.id, *secret))
    }
}

/// Its name only.
impl fmt::Debug for KeySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeySecret({})", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_and_opens_its_own_digest_only() {
        let key = KeySecret::draw().expect("random bytes");
        let read = KeySecret::parse(&key.to_text()).expect("a key");
        assert_eq!(read.id(), key.id());
        assert!(read.opens(&key.digest()));
        let other = KeySecret::draw().expect("random bytes");
        assert!(!other.opens(&key.digest()));
        assert!(!format!("{key:?}").contains(&key.to_text()[21..]));
    }

    #[test]
    fn a_client_says_its_secret_alone_or_the_whole_key() {
        let text = KeySecret::draw().expect("random bytes").to_text();
        let (id, secret) = (&text[4..20], &text[21..]);
        for said in [secret, text.as_str()] {
            let key = KeySecret::of_client(id, said).expect("a key");
            assert_eq!(key.to_text(), text);
        }
        for (id, said) in [
            ("0123456789abcdef", text.as_str()),
            (&id[1..], secret),
            (id, &secret[1..]),
            ("", secret),
            (id, ""),
        ] {
            assert!(KeySecret::of_client(id, said).is_none(), "{id} {said}");
        }
    }

    #[test]
    fn what_has_not_the_form_of_a_key_is_none() {
        let text = KeySecret::draw().expect("random bytes").to_text();
        for wrong in [
            "",
            "aak_",
            "aak_0123456789abcdef_",
            &text[..text.len() - 1],
            &format!("{}A", *text),
            &text.to_uppercase(),
            &text.replacen("aak", "aat", 1),
            &text.replacen('_', "__", 1),
        ] {
            assert!(KeySecret::parse(wrong).is_none(), "{wrong}");
        }
    }
}
