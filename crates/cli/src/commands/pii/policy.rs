//! `pii policy`: the default policy, written so that somebody can begin from it.
//!
//! What is commented out shows a default or an example. Tests hold that the text reads back as the
//! default policy, and that it is still a policy with every comment sign before a key removed.

use agent_assist_pii::{Entity, Policy};

const HEAD: &str = "\
# What `agent-assist pii` looks for and how it is masked: give this file with --policy.
#
# A key behind a # is not set: it shows its default or an example. Remove the # to set it. A key
# that is not known is refused, and so is a rule that cannot work. docs/PII.md tells more.

# How sure a find must be, in percent. A national identifier with a right check digit and its
# label beside it is about 95; `agent-assist pii explain` says how sure a rule is, and why.
";

const CHOICE: &str = r##"
# Only national identifiers of these countries (ISO 3166-1 codes) [default: of all]
#locales = ["GB", "US"]

# Countries whose telephone numbers come without a country code, the likeliest first
# [default: the usual ones]
#phone_regions = ["GB", "US"]

# These entities and no others [default: all]. Subject terms are found always.
#entities = ["CREDIT_CARD", "EMAIL_ADDRESS", "PHONE_NUMBER", "WRISTBAND"]

# Not these entities [default: none]
#without = ["UK_POSTCODE"]

# How sure a find of one entity must be. All the names there are, and the country of each that is
# national.
[thresholds]
"##;

const REST: &str = r##"
# The organisation's own contacts, which stay readable. What is known of the person (--subject)
# wins over this list.
[allow]
# compared by their digits, with and without country code
#phones = ["+1 800 555 0199"]
#emails = ["service@example.com"]
# every mailbox at such a domain or below it, and web addresses there
#domains = ["example.com"]
# bank accounts, tax numbers and the like, compared by letters and digits
#accounts = ["DE89 3704 0044 0532 0130 00"]
# anything else, whatever it is taken for
#values = ["4111 1111 1111 1111"]

# What takes the place of a find:
#   "tag"            [EMAIL_ADDRESS]
#   "redact"         [REDACTED]
#   { partial = 4 }  ************1111: its last characters, 4 at most; the tag where that would
#                    show too much
#   "token"          [EMAIL_ADDRESS_3f9a2c41d0b7e865]: the same for the same value in one run
# Passwords, keys, PINs and other credentials are never shown in part, nor made tokens.
[operators]
#default = "tag"
#CREDIT_CARD = { partial = 4 }
#CVV = "redact"

# Rules of your own, as many as you like; `agent-assist pii test` keeps them right.
#[[rules]]
#name = "wristband"
#entity = "WRISTBAND"
# in the syntax of Rust's regex crate; the first group, if there is one, is the find.
# Without a regex the keywords themselves are found.
#regex = '\bWB-?(\d{8})\b'
#ignore_case = false
# words around a value that speak for it, and against it
#keywords = ["wristband", "bracelet"]
#negative_keywords = ["festival"]
# how sure without a keyword, and with one
#confidence = 80
#labelled = 95
"##;

/// The policy as TOML.
pub(super) fn template() -> String {
    let policy = Policy::default();
    let threshold = policy.threshold.percent();
    let mut text = format!("{HEAD}#threshold = {threshold}\n{CHOICE}");
    let found_by_rules = |entity: &&Entity| **entity != Entity::SubjectTerm;
    for entity in Entity::BUILT_IN.iter().filter(found_by_rules) {
        let line = format!("#{entity} = {}", policy.threshold(entity).percent());
        match entity.country() {
            Some(country) => text.push_str(&format!("{line:<34} # {country}\n")),
            None => text.push_str(&format!("{line}\n")),
        }
    }
    // The validators, by the names that rules know them by.
    let mut names = String::new();
    let mut width = 0;
    for name in agent_assist_pii::checks::names() {
        if width + name.len() > 90 {
            names.push_str("\n#   ");
            width = 0;
        }
        names.push_str(&format!(" {name}"));
        width += name.len() + 1;
    }
    format!(
        "{text}{REST}# a check that a value must pass, one of:\n#   {names}\n#validator = \"luhn\"\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_back_as_the_default_policy() {
        let policy = Policy::from_toml(&template()).expect("a policy");
        assert_eq!(policy, Policy::default());
    }

    #[test]
    fn every_key_it_shows_can_be_set_as_shown() {
        let is_key = |line: &str| {
            line.strip_prefix('#')
                .is_some_and(|rest| rest.starts_with(|c: char| c.is_alphabetic() || c == '['))
        };
        let set: String = template()
            .lines()
            .map(|line| format!("{}\n", if is_key(line) { &line[1..] } else { line }))
            .collect();
        let policy = Policy::from_toml(&set).expect("a policy");
        assert_eq!(policy.thresholds.len(), Entity::BUILT_IN.len() - 1);
        assert_eq!(policy.rules.len(), 1);
        assert_eq!(policy.threshold, Policy::DEFAULT_THRESHOLD);
        assert!(policy.locales.is_some() && !policy.phone_regions.is_empty());
        assert!(!policy.allow.values.is_empty() && !policy.operators.by_entity.is_empty());
    }
}
