//! Recognises the tags that masking tools leave behind: `[EMAIL_ADDRESS]`, `<PHONE_NUMBER_0>`,
//! `{card number}`.
//!
//! A tag consists of words from a closed list, so that a name in brackets is not taken for one.
//! It clears itself only, never its neighbourhood.

use std::ops::Range;

use regex::Regex;

use crate::Entity;

/// Words that tags are made of. Every word of every [`Entity`] name is among them.
const WORDS: &str = "aadhaar|aba|abn|access|account|acn|address|ahv|api|au|bank|be|birth|br|bsn|ca|card|ch|\
    city|cn|cnpj|code|cpf|cpr|credit|crypto|curp|customer|cvv|date|de|debit|dk|dob|driver|\
    driving|e-?mail|es|expiry|fax|fi|fin|first|fiscal|fodselsnummer|fr|full|iban|id|identity|\
    in|ip|it|itin|key|kr|last|licen[cs]e|licence|location|mac|masked|mbi|medical|medicare|\
    mobile|mx|name|national|nhs|nie|nif|nino|nir|nl|no|npi|nric|number|of|one|order|pan|\
    passport|password|person|personal|personnummer|pesel|phone|pii|pin|pl|postcode|private|\
    pt|redacted|removed|resident|rfc|routing|rrn|se|security|sg|sin|social|sort|ssn|street|\
    subject|tax|telephone|term|tfn|time|token|uk|url|us|user|username|zip";

/// Finds mask tags.
#[derive(Debug, Clone)]
pub(crate) struct MaskTags {
    pattern: Regex,
}

impl MaskTags {
    /// Knows the tags of `own` entities besides those made of the words above.
    pub(crate) fn new<'e>(own: impl IntoIterator<Item = &'e Entity>) -> Self {
        // Names are of letters, digits and underscores, which need no escaping.
        let own: String = own.into_iter().map(|entity| format!("{entity}|")).collect();
        let words = format!("(?:{WORDS})(?:[ _-](?:{WORDS})){{0,5}}");
        let label = format!("(?:{own}{words})(?:[ _-]?[0-9]{{1,3}}|_[0-9a-f]{{16}})?");
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

    fn is_one_tag(text: &str) -> bool {
        MaskTags::new([]).find(text)
            == vec![Range {
                start: 0,
                end: text.len(),
            }]
    }

    #[test]
    fn every_entity_has_a_tag_that_is_recognised() {
        for entity in Entity::BUILT_IN {
            let tag = format!("[{entity}]");
            assert!(is_one_tag(&tag), "{tag}");
        }
    }

    #[test]
    fn foreign_tags_are_recognised_and_names_in_brackets_are_not() {
        let tags = MaskTags::new([]);
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
