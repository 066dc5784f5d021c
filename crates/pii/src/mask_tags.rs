//! Recognises the tags that masking tools leave behind: `[EMAIL_ADDRESS]`, `<PHONE_NUMBER_0>`,
//! `{card number}`.
//!
//! A tag consists of words from a closed list, so that a name in brackets is not taken for one.
//! It clears itself only, never its neighbourhood.

use std::ops::Range;

use regex::Regex;

/// Words that tags are made of. Every word of every [`Entity`](crate::Entity) name is among them.
const WORDS: &str = "account|address|bank|birth|card|city|code|credit|customer|cvv|date|debit|dob|\
    e-?mail|fax|first|full|iban|id|last|licen[cs]e|location|masked|mobile|name|number|order|\
    passport|person|phone|pii|postcode|redacted|removed|security|social|ssn|street|subject|\
    telephone|term|url|us|user|username|zip";

/// Finds mask tags.
#[derive(Debug, Clone)]
pub(crate) struct MaskTags {
    pattern: Regex,
}

impl MaskTags {
    pub(crate) fn new() -> Self {
        let label = format!("(?:{WORDS})(?:[ _-](?:{WORDS})){{0,4}}(?:[ _-]?[0-9]{{1,3}})?");
        let pattern = format!(r"(?i-u)\[{label}\]|<{label}>|\{{{label}\}}");
        Self {
            pattern: Regex::new(&pattern).expect("a pattern made of constants compiles"),
        }
    }

    /// Byte ranges of the tags in `text`, sorted.
    pub(crate) fn find(&self, text: &str) -> Vec<Range<usize>> {
        self.pattern
            .find_iter(text)
            .map(|tag| tag.range())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Entity;

    fn is_one_tag(text: &str) -> bool {
        MaskTags::new().find(text)
            == vec![Range {
                start: 0,
                end: text.len(),
            }]
    }

    #[test]
    fn every_entity_has_a_tag_that_is_recognised() {
        for entity in [
            Entity::CreditCard,
            Entity::EmailAddress,
            Entity::PhoneNumber,
            Entity::SubjectTerm,
            Entity::UsSsn,
        ] {
            let tag = format!("[{entity}]");
            assert!(is_one_tag(&tag), "{tag}");
        }
    }

    #[test]
    fn foreign_tags_are_recognised_and_names_in_brackets_are_not() {
        let tags = MaskTags::new();
        for tag in [
            "<PHONE_NUMBER_0>",
            "[card number]",
            "{credit_debit-number 12}",
            "[E-Mail]",
        ] {
            assert!(is_one_tag(tag), "{tag}");
        }
        for text in [
            "[Crystal Minh]",
            "[EMAIL_ADDRESS>",
            "EMAIL_ADDRESS",
            "[]",
            "<555-0143>",
        ] {
            assert!(tags.find(text).is_empty(), "{text}");
        }
    }
}
