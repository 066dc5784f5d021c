//! Query parameters, read one by one so that every mistake is told at once, and none is overlooked.

use std::collections::BTreeMap;

use agent_assist_domain::payload::{Rule, is_identifier};
use agent_assist_domain::time::Timestamp;
use url::form_urlencoded;

use super::moment;
use crate::problem::{FieldError, Problem};

/// The parameters of a request.
pub(super) struct Parameters {
    values: BTreeMap<&'static str, Vec<String>>,
    mistakes: Vec<FieldError>,
}

impl Parameters {
    /// Those of `query`, percent-encoded, of which only `known` ones are any.
    pub(super) fn read(query: Option<&str>, known: &'static [&'static str]) -> Self {
        let mut read = Self {
            values: BTreeMap::new(),
            mistakes: Vec::new(),
        };
        let said = form_urlencoded::parse(query.unwrap_or_default().as_bytes());
        for (position, (name, value)) in said.enumerate() {
            match known.iter().find(|known| **known == name) {
                Some(name) => read
                    .values
                    .entry(name)
                    .or_default()
                    .push(value.into_owned()),
                None => {
                    let known = known.join(", ");
                    let says = format!("is no parameter; the parameters are {known}");
                    // By its place, since its name may be anything.
                    read.mistake(format!("(parameter {position})"), Rule::UnknownField, says);
                }
            }
        }
        read
    }

    /// Every value of a parameter that may be repeated.
    pub(super) fn all(&mut self, name: &'static str) -> Vec<String> {
        self.values.remove(name).unwrap_or_default()
    }

    /// The value of one that may not.
    pub(super) fn one(&mut self, name: &'static str) -> Option<String> {
        let mut values = self.all(name);
        if values.len() > 1 {
            self.mistake(name, Rule::Repeated, "is given more than once");
        }
        values.pop()
    }

    /// What `read` makes of a value.
    pub(super) fn parsed<T>(
        &mut self,
        name: &'static str,
        rule: Rule,
        expected: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let value = self.one(name)?;
        let parsed = read(&value);
        if parsed.is_none() {
            self.mistake(name, rule, expected);
        }
        parsed
    }

    /// An identifier.
    pub(super) fn identifier(&mut self, name: &'static str) -> Option<String> {
        let expected = "must be an identifier of 1 to 128 characters";
        self.parsed(name, Rule::Character, expected, |text| {
            is_identifier(text).then(|| text.to_owned())
        })
    }

    /// A point in time.
    pub(super) fn moment(&mut self, name: &'static str, now: Timestamp) -> Option<Timestamp> {
        self.parsed(name, Rule::Type, moment::EXPECTED, |text| {
            moment::parse(text, now)
        })
    }

    /// Takes note of a mistake.
    pub(super) fn mistake(
        &mut self,
        field: impl Into<String>,
        rule: Rule,
        message: impl Into<String>,
    ) {
        self.mistakes.push(FieldError {
            field: field.into(),
            rule: rule.as_str(),
            message: message.into(),
        });
    }

    /// Whether all was well.
    ///
    /// # Errors
    /// All mistakes.
    pub(super) fn check(self) -> Result<(), Problem> {
        match self.mistakes.is_empty() {
            true => Ok(()),
            false => Err(Problem::fields(self.mistakes, 0)),
        }
    }
}
