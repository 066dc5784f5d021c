//! Words of the upstream's that pass no screening because they are of no recommendation: its error
//! codes and its names for calls. They end in answers, records and logs, so they are let in only
//! where they cannot say anything of anybody.

use std::fmt;
use std::ops::Deref;
use std::sync::LazyLock;

use crate::payload::is_uuid_text;
use crate::pii::{Scanner, SubjectTerms};

/// A text of `A-Z`, `a-z`, `0-9`, `.`, `_` and `-` that is nobody's number.
///
/// ```
/// use agent_assist_domain::plain_token::PlainToken;
///
/// assert!(PlainToken::new("bad.credentials", 80).is_some());
/// // The digits of a card are such characters, too.
/// assert!(PlainToken::new("4111-1111-1111-1111", 80).is_none());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlainToken(String);

impl PlainToken {
    /// `text`, if it is one of at most `most` bytes.
    pub fn new(text: &str, most: usize) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let fits = (1..=most).contains(&text.len()) && text.bytes().all(plain);
        // By chance, some of a UUID's digits read like a telephone number.
        (fits && (is_uuid_text(text) || is_impersonal(text))).then(|| Self(text.to_owned()))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for PlainToken {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PlainToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// With every rule there is, whatever an organisation's own policy leaves out.
fn is_impersonal(text: &str) -> bool {
    static SCANNER: LazyLock<Scanner> = LazyLock::new(Scanner::new);
    SCANNER.scan(text, &SubjectTerms::none()).is_empty()
}
