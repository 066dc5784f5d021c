//! The secrets that a receiver checks signatures with.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use zeroize::Zeroizing;

/// What a secret begins with.
const PREFIX: &str = "whsec_";

/// Shortest and longest secret, in bytes.
const BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// Most secrets at a time: one, and during a change two; more for receivers that share.
const MOST: usize = 5;

/// The text holds no usable secrets. Nothing of the text is in here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "expected 1 to 5 secrets, one a line, each whsec_ and 24 to 64 random bytes in base64, such as \
     `echo whsec_$(openssl rand -base64 32)` makes"
)]
pub struct NoSecret;

/// One secret, or several while one is being replaced by another.
#[derive(Clone)]
pub struct Secrets(Vec<Zeroizing<Vec<u8>>>);

impl Secrets {
    /// Reads `text`: a secret a line, the newest first.
    ///
    /// # Errors
    /// If a line is no secret, or there is none.
    pub fn parse(text: &SecretString) -> Result<Self, NoSecret> {
        let lines = text.expose_secret().lines().map(str::trim);
        let secrets = lines
            .filter(|line| !line.is_empty())
            .map(secret)
            .collect::<Option<Vec<_>>>()
            .ok_or(NoSecret)?;
        match secrets.len() {
            1..=MOST => Ok(Self(secrets)),
            _ => Err(NoSecret),
        }
    }

    pub(crate) fn keys(&self) -> impl Iterator<Item = &[u8]> {
        self.0.iter().map(|secret| secret.as_slice())
    }
}

fn secret(line: &str) -> Option<Zeroizing<Vec<u8>>> {
    let bytes = STANDARD.decode(line.strip_prefix(PREFIX)?).ok()?;
    let bytes = Zeroizing::new(bytes);
    BYTES.contains(&bytes.len()).then_some(bytes)
}

impl fmt::Debug for Secrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secrets({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<usize, NoSecret> {
        let secrets = Secrets::parse(&SecretString::from(text.to_owned()));
        secrets.map(|secrets| secrets.0.len())
    }

    #[test]
    fn secrets_are_read_a_line_each() {
        let one = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        assert_eq!(parsed(one), Ok(1));
        assert_eq!(parsed(&format!("{one}\r\n\n  {one}\n")), Ok(2));
        assert_eq!(parsed(&format!("{one}\n").repeat(6)), Err(NoSecret));
    }

    #[test]
    fn what_is_too_short_too_long_or_no_secret_is_refused_without_a_word_of_it() {
        for text in [
            "",
            "\n",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_",
            "whsec_c2hvcnQ=",
            "whsec_not base64 at all, but long enough for it!!",
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\nhunter2",
            &format!("whsec_{}", STANDARD.encode([7; 65])),
        ] {
            assert_eq!(parsed(text), Err(NoSecret), "{text}");
        }
        assert!(!NoSecret.to_string().contains("hunter2"));
    }
}
