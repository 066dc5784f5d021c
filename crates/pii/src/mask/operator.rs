//! What a find is replaced by.

use std::{collections::BTreeMap, fmt};

use serde::Deserialize;

use crate::{Entity, Finding, ValueKey, view::folded::Folded};

/// How a find is masked.
///
/// Whatever it is, the result scans clean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub enum Operator {
    /// By the name of its kind: `[EMAIL_ADDRESS]`.
    #[default]
    Tag,
    /// By `[REDACTED]`, which does not even tell the kind.
    Redact,
    /// By mask characters and its last letters and digits: `************1111`.
    ///
    /// A credential gets its tag instead, and so does a value of which more than half would be
    /// seen, or whose last characters are no identifier's: plain words, or letters outside ASCII.
    Partial {
        /// How many letters and digits are shown, 4 at most.
        last: u8,
    },
    /// By the name of its kind and a keyed hash: `[EMAIL_ADDRESS_3f9a2c41d0b7e865]`. The same
    /// value has the same token wherever the key is the same, so a conversation stays coherent.
    ///
    /// A credential gets its tag instead, and so does everything where there is no key.
    Token,
}

impl Operator {
    /// The most characters that [`Operator::Partial`] shows.
    pub const MOST_SHOWN: u8 = 4;
}

/// How the finds of each kind are masked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
pub struct Operators {
    /// Where nothing else is said.
    #[serde(default)]
    pub default: Operator,
    /// For single entities. In TOML they stand beside `default`.
    #[serde(flatten)]
    pub by_entity: BTreeMap<Entity, Operator>,
}

impl Operators {
    /// The operator for `entity`.
    #[must_use]
    pub fn of(&self, entity: &Entity) -> Operator {
        *self.by_entity.get(entity).unwrap_or(&self.default)
    }
}

/// What became of a find.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Its tag took its place.
    Tag,
    /// `[REDACTED]` took its place.
    Redact,
    /// All but its last characters was masked.
    Partial,
    /// A token took its place.
    Token,
    /// What it stood in was not passed on at all. No operator does that: it is for callers who do.
    Drop,
}

impl Action {
    /// The name used in records: `tag`, `redact`, `partial`, `token`, `drop`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tag => "tag",
            Self::Redact => "redact",
            Self::Partial => "partial",
            Self::Token => "token",
            Self::Drop => "drop",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What takes the place of a find.
pub(crate) struct Replacement {
    pub(crate) action: Action,
    pub(crate) text: String,
}

impl Replacement {
    /// What `operators` make of `value`, the text of `finding`.
    pub(crate) fn of(
        finding: &Finding,
        value: &str,
        operators: &Operators,
        key: Option<&ValueKey>,
    ) -> Self {
        let entity = &finding.entity;
        let (action, text) = match operators.of(entity) {
            Operator::Redact => (Action::Redact, "[REDACTED]".to_owned()),
            Operator::Partial { last } if !entity.is_credential() => {
                match partial(value, last.min(Operator::MOST_SHOWN).into()) {
                    Some(shown) => (Action::Partial, shown),
                    None => (Action::Tag, format!("[{entity}]")),
                }
            }
            Operator::Token => match key.and_then(|key| key.token(entity, value)) {
                Some(token) => (Action::Token, format!("[{entity}_{token}]")),
                None => (Action::Tag, format!("[{entity}]")),
            },
            Operator::Tag | Operator::Partial { .. } => (Action::Tag, format!("[{entity}]")),
        };
        Self { action, text }
    }
}

/// `value` with only the `last` of its letters and digits to be seen; `None` if that would show
/// too much or say nothing.
fn partial(value: &str, last: usize) -> Option<String> {
    /// A longer row of mask characters tells nothing more.
    const MOST_MASKED: usize = 12;
    let folded = Folded::new(value, &[]);
    let characters: Vec<char> = folded
        .as_str()
        .chars()
        .filter(|c| c.is_alphanumeric())
        .collect();
    let hidden = characters.len().checked_sub(last)?;
    let shown = &characters[hidden..];
    let is_identifier = shown.iter().all(char::is_ascii_alphanumeric)
        && (shown.is_empty() || shown.iter().any(char::is_ascii_digit));
    if hidden < last.max(1) || !is_identifier {
        return None;
    }
    let mask = std::iter::repeat_n('*', hidden.min(MOST_MASKED));
    Some(mask.chain(shown.iter().copied()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partial_value_shows_its_end_and_never_more_than_half() {
        for (value, last, expected) in [
            ("4111 1111 1111 1111", 4, Some("************1111")),
            ("\u{FF14}111-1111-2222", 4, Some("********2222")),
            ("GB82 WEST 1234 5698 7654 32", 2, Some("************32")),
            ("123-45-6789", 4, Some("*****6789")),
            ("1234567", 4, None),
            ("12345678", 4, Some("****5678")),
            ("joe@example.com", 4, None),
            ("four one one one", 4, None),
            ("12345678é", 4, None),
            ("1234", 0, Some("****")),
            ("--", 0, None),
            ("", 0, None),
        ] {
            assert_eq!(partial(value, last).as_deref(), expected, "{value}");
        }
    }
}
