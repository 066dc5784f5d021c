//! How a policy is written in TOML, and any other format that serde reads.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};

use crate::{Confidence, Entity, Locale, Operator, Policy, PolicyError, policy::Mistake};

/// The policy that `text` holds, unchecked.
pub(super) fn read(text: &str) -> Result<Policy, PolicyError> {
    toml::from_str(text).map_err(|error| {
        let at = match error.span() {
            Some(span) => place(text, span.start),
            None => "policy".to_owned(),
        };
        let problem = error.message().to_owned();
        Mistake { at, problem }.into()
    })
}

fn place(text: &str, offset: usize) -> String {
    let before = &text[..text.floor_char_boundary(offset)];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line = before.matches('\n').count() + 1;
    let column = before[line_start..].chars().count() + 1;
    format!("line {line}, column {column}")
}

impl<'de> Deserialize<'de> for Entity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        name.parse()
            .map_err(|error| D::Error::custom(format_args!("`{name}`: {error}")))
    }
}

impl<'de> Deserialize<'de> for Locale {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let code = String::deserialize(deserializer)?;
        code.parse()
            .map_err(|error| D::Error::custom(format_args!("`{code}`: {error}")))
    }
}

impl<'de> Deserialize<'de> for Confidence {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Percent;

        impl Visitor<'_> for Percent {
            type Value = Confidence;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number of percent, 0 to 100")
            }

            fn visit_i64<E: Error>(self, percent: i64) -> Result<Confidence, E> {
                u64::try_from(percent)
                    .map_err(|_| E::invalid_value(serde::de::Unexpected::Signed(percent), &self))
                    .and_then(|percent| self.visit_u64(percent))
            }

            fn visit_u64<E: Error>(self, percent: u64) -> Result<Confidence, E> {
                u8::try_from(percent)
                    .ok()
                    .filter(|percent| *percent <= 100)
                    .map(Confidence::from_percent)
                    .ok_or_else(|| {
                        E::invalid_value(serde::de::Unexpected::Unsigned(percent), &self)
                    })
            }
        }

        deserializer.deserialize_u64(Percent)
    }
}

impl<'de> Deserialize<'de> for Operator {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        /// As it is written: `"tag"`, `{ partial = 4 }`.
        #[derive(Deserialize)]
        #[serde(rename_all = "lowercase")]
        enum Written {
            Tag,
            Redact,
            Partial(u8),
            Token,
        }

        Written::deserialize(deserializer).map(|written| match written {
            Written::Tag => Self::Tag,
            Written::Redact => Self::Redact,
            Written::Partial(last) => Self::Partial { last },
            Written::Token => Self::Token,
        })
    }
}
