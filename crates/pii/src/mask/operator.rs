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
    /// A credential gets its tag instead. So does a value of which more than half would be seen,
    /// one whose last characters are no identifier's (plain words, letters outside ASCII), and one
    /// right beside other digits, which would be read as one number with what is shown.
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
    /// What `operators` make of `finding`, which lies within `text` on character boundaries.
    pub(crate) fn of(
        finding: &Finding,
        text: &str,
        operators: &Operators,
        key: Option<&ValueKey>,
    ) -> Self {
        let entity = &finding.entity;
        let value = &text[finding.start..finding.end];
        let other_than_tag = match operators.of(entity) {
            Operator::Tag => None,
            Operator::Redact => Some((Action::Redact, "[REDACTED]".to_owned())),
            Operator::Partial { last } => {
                let stands_free = is_quiet(text[..finding.start].chars().rev())
                    && is_quiet(text[finding.end..].chars());
                (stands_free && !entity.is_credential())
                    .then(|| partial(value, last.min(Operator::MOST_SHOWN).into()))
                    .flatten()
                    .map(|shown| (Action::Partial, shown))
            }
            Operator::Token => key
                .and_then(|key| key.token(entity, value))
                .map(|token| (Action::Token, format!("[{entity}_{token}]"))),
        };
        let (action, text) = other_than_tag.unwrap_or_else(|| (Action::Tag, format!("[{entity}]")));
        Self { action, text }
    }
}

/// Whether nothing in the direction away from a value could be read as a part of it: no digits and
/// no mask characters in the next word, and no letter right beside it. A comma parts values.
fn is_quiet(outward: impl Iterator<Item = char>) -> bool {
    /// How many separators may stand between parts of one value.
    const JOINT: usize = 3;
    const LONGEST_WORD: usize = 32;
    let mut word = 0;
    let mut crosses = 0;
    let mut before = None;
    for (at, c) in outward.take(JOINT + LONGEST_WORD).enumerate() {
        if c.is_alphanumeric() {
            if at == 0 || c.is_numeric() {
                return false;
            }
            word += 1;
            crosses += usize::from(matches!(c, 'x' | 'X'));
        } else if word > 0 || at > JOINT || matches!(c, ',' | ';' | '|') {
            break;
        } else {
            let parts = c.is_whitespace() || ":!()'\"/[]{}<>=".contains(c);
            let is_single = matches!(c, '.' | '?' | '-') && before != Some(c);
            if !(parts || is_single) {
                return false;
            }
        }
        before = Some(c);
    }
    word == 0 || crosses < word
}

/// `value` with only the `last` of its letters and digits to be seen; `None` if that would show
/// too much or say nothing.
fn partial(value: &str, last: usize) -> Option<String> {
    /// A longer row of mask characters tells nothing more.
    const MOST_MASKED: usize = 12;
    let characters: Vec<char> = value.chars().filter(|c| c.is_alphanumeric()).collect();
    let hidden = characters.len().checked_sub(last)?;
    if hidden < last.max(1) {
        return None;
    }
    let shown: String = characters[hidden..].iter().collect();
    let folded = Folded::new(&shown, &[]);
    let is_identifier = |(c, folded): (char, char)| {
        folded.is_ascii_alphanumeric() && (c.is_ascii() || c.is_numeric())
    };
    let says_something = last == 0 || folded.as_str().contains(|c: char| c.is_ascii_digit());
    let is_shown = folded.as_str().len() == last
        && shown
            .chars()
            .zip(folded.as_str().chars())
            .all(is_identifier);
    (says_something && is_shown).then(|| "*".repeat(hidden.min(MOST_MASKED)) + folded.as_str())
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
