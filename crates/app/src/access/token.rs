//! Short-lived tokens: for one conversation, what a widget in a browser holds instead of a key; for all that
//! its key may, what a program has that logged in with it.
//!
//! `aat_`, what it claims, a dot, its signature (HMAC-SHA-256 under a key beside the store). Nothing is
//! kept of it: it ends by its own time, or with the key whose holder minted it.

use std::fmt;
use std::path::Path;
use std::time::Duration;

use agent_assist_domain::access::Limits;
use agent_assist_domain::time::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::key_file::{self, KeyFileError, beside};

const PREFIX: &str = "aat_";
/// Signed in front of every token, so that no other use of the key makes one.
const DOMAIN: &[u8] = b"agent-assist token 1\n";
/// What the file is called, behind the name of the store.
const EXTENSION: &str = "tokens.key";
const KEY_BYTES: u64 = 32;
/// The longest token read: three identifiers of 128 characters, of four bytes each, and the rest.
const MOST_CHARS: usize = 4_096;

/// The longest life of a token.
pub const MAX_TOKEN_LIFE: Duration = Duration::from_secs(60 * 60);
/// Its life where nobody says otherwise.
pub const DEFAULT_TOKEN_LIFE: Duration = Duration::from_secs(15 * 60);

/// What tokens are signed with.
#[derive(Clone)]
pub struct TokenKey(Zeroizing<[u8; 32]>);

/// A token that was minted.
#[derive(Clone)]
pub struct Minted {
    /// The token.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Claims {
    #[serde(rename = "k")]
    pub(super) key_id: String,
    /// The only tenant it is for; without, that of its key.
    #[serde(rename = "t", skip_serializing_if = "Option::is_none", default)]
    pub(super) tenant: Option<String>,
    /// The only conversation it is for; without, it stands for its key.
    #[serde(rename = "c", skip_serializing_if = "Option::is_none", default)]
    pub(super) conversation_id: Option<String>,
    #[serde(rename = "q", skip_serializing_if = "Option::is_none", default)]
    pub(super) queue_id: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Signed<C> {
    #[serde(flatten)]
    claims: C,
    /// When it ends, seconds since the epoch.
    #[serde(rename = "x")]
    expires_s: i64,
}

impl Claims {
    /// What is left of its key's limits.
    pub(super) fn within(self, limits: &Limits) -> Limits {
        let queues = match self.queue_id {
            Some(queue) => vec![queue],
            None => limits.queues.clone(),
        };
        Limits {
            tenant: self.tenant.or_else(|| limits.tenant.clone()),
            queues,
            conversation_id: self
                .conversation_id
                .or_else(|| limits.conversation_id.clone()),
        }
    }
}

impl TokenKey {
    /// This key.
    pub fn new(key: [u8; 32]) -> Self {
        Self(Zeroizing::new(key))
    }

    /// The key of the store at `store`, made on first use, readable by its owner only.
    ///
    /// # Errors
    /// If the file cannot be read or made, holds something else, or may be read by others.
    pub fn load_or_create(store: &Path) -> Result<Self, KeyFileError> {
        let path = beside(store, EXTENSION);
        if !path.exists() {
            let key = key_file::draw()?;
            if key_file::create(&path, &key)? {
                return Ok(Self::new(key));
            }
        }
        key_file::refuse_exposed(&path)?;
        let bytes = key_file::read(&path, KEY_BYTES)?;
        let key = bytes.try_into().map_err(|_| KeyFileError::Content {
            path,
            expected: "32 bytes",
        })?;
        Ok(Self::new(key))
    }

    pub(super) fn mint(&self, claims: &Claims, now: Timestamp, life: Duration) -> Minted {
        let ends = now.plus(life.min(MAX_TOKEN_LIFE));
        let expires_s = ends.as_millis().div_euclid(1_000);
        let signed = Signed { claims, expires_s };
        // Texts and a number: there is nothing that JSON could not say.
        let payload = serde_json::to_vec(&signed).unwrap_or_default();
        let payload = URL_SAFE_NO_PAD.encode(payload);
        let signature = self.mac(&payload).finalize().into_bytes();
        let signature = URL_SAFE_NO_PAD.encode(signature);
        Minted {
            token: format!("{PREFIX}{payload}.{signature}"),
            expires_at: Timestamp::from_millis(expires_s.saturating_mul(1_000)),
        }
    }

    /// What `text` claims, if it is a token of this key that has not ended, and when it will.
    pub(super) fn open(&self, text: &str, now: Timestamp) -> Option<(Claims, Timestamp)> {
        if text.len() > MOST_CHARS {
            return None;
        }
        let (payload, signature) = text.strip_prefix(PREFIX)?.split_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        // Compares in constant time, before anything that it says is believed.
        self.mac(payload).verify_slice(&signature).ok()?;
        let payload = URL_SAFE_NO_PAD.decode(payload).ok()?;
        let signed: Signed<Claims> = serde_json::from_slice(&payload).ok()?;
        let ends = Timestamp::from_millis(signed.expires_s.saturating_mul(1_000));
        (now < ends).then_some((signed.claims, ends))
    }

    fn mac(&self, payload: &str) -> Hmac<Sha256> {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&*self.0) else {
            unreachable!("HMAC takes keys of any length");
        };
        mac.update(DOMAIN);
        mac.update(payload.as_bytes());
        mac
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenKey(..)")
    }
}

/// When it ends only.
impl fmt::Debug for Minted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Minted(until {:?})", self.expires_at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn claims() -> Claims {
        Claims {
            key_id: "0123456789abcdef".to_owned(),
            tenant: Some("t".to_owned()),
            conversation_id: Some("c-1".to_owned()),
            queue_id: Some("q-1".to_owned()),
        }
    }

    #[test]
    fn a_token_says_what_was_signed_until_it_ends() {
        let key = TokenKey::new([1; 32]);
        let minted = key.mint(&claims(), NOW, DEFAULT_TOKEN_LIFE);
        let end = minted.expires_at;
        assert_eq!(end, NOW.plus(DEFAULT_TOKEN_LIFE));
        assert_eq!(key.open(&minted.token, NOW), Some((claims(), end)));
        assert_eq!(
            key.open(&minted.token, end.minus(Duration::from_micros(1))),
            Some((claims(), end))
        );
        assert_eq!(key.open(&minted.token, end), None);
    }

    #[test]
    fn no_token_lives_longer_than_an_hour() {
        let minted = TokenKey::new([1; 32]).mint(&claims(), NOW, MAX_TOKEN_LIFE * 9);
        assert_eq!(minted.expires_at, NOW.plus(MAX_TOKEN_LIFE));
    }

    #[test]
    fn another_key_or_any_other_byte_makes_it_worthless() {
        let key = TokenKey::new([1; 32]);
        let token = key.mint(&claims(), NOW, DEFAULT_TOKEN_LIFE).token;
        assert_eq!(TokenKey::new([2; 32]).open(&token, NOW), None);
        for at in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[at] ^= 1;
            if let Ok(forged) = String::from_utf8(bytes) {
                assert_eq!(key.open(&forged, NOW), None, "byte {at}");
            }
            assert_eq!(key.open(&token[..at], NOW), None, "cut at {at}");
        }
    }
}
