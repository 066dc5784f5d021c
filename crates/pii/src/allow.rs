//! The organisation's own contacts, which are not personal data.
//!
//! A find that equals an entry is dropped, and with it whatever other rules see in the same place.
//! What opens a door (a password, a key, a link with a token) is nobody's contact: only `values`
//! clear that.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    fmt,
    ops::Range,
};

use serde::Deserialize;

use crate::{Entity, policy::Mistakes, view::folded::Folded};

/// What is the organisation's own and stays readable. A subject term wins over it.
///
/// `Debug` prints how many entries there are.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AllowList {
    /// Telephone numbers, best with their country code. They are compared by their digits, with
    /// and without country code.
    pub phones: BTreeSet<String>,
    /// E-mail addresses, in any case.
    pub emails: BTreeSet<String>,
    /// Domains: every mailbox at one or at a domain below it is allowed, and so is a web address
    /// there if all it carries is allowed.
    pub domains: BTreeSet<String>,
    /// Bank accounts, tax numbers and the like, compared by their letters and digits.
    pub accounts: BTreeSet<String>,
    /// Anything else, compared by letters and digits in any case, whatever it is taken for.
    pub values: BTreeSet<String>,
}

impl AllowList {
    /// Whether nothing is allowed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lists().iter().all(|(_, entries)| entries.is_empty())
    }

    /// Adds what is wrong with the entries: those that would never match anything.
    pub(crate) fn check(&self, mistakes: &mut Mistakes) {
        for (key, entries) in self.lists() {
            for (index, entry) in entries.iter().enumerate() {
                if let Some(problem) = problem(key, entry) {
                    mistakes.push(format!("allow.{key}[{index}]"), problem);
                }
            }
        }
    }

    fn lists(&self) -> [(&'static str, &BTreeSet<String>); 5] {
        [
            ("phones", &self.phones),
            ("emails", &self.emails),
            ("domains", &self.domains),
            ("accounts", &self.accounts),
            ("values", &self.values),
        ]
    }
}

impl fmt::Debug for AllowList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lists = self.lists();
        f.debug_map()
            .entries(lists.iter().map(|(key, entries)| (key, entries.len())))
            .finish()
    }
}

/// An allow list, ready to be asked.
#[derive(Clone, Default)]
pub(crate) struct Allowed {
    is_empty: bool,
    /// By their last digits.
    phones: HashMap<String, Vec<Phone>>,
    emails: HashSet<String>,
    domains: HashSet<String>,
    accounts: HashSet<String>,
    values: HashSet<String>,
}

impl Allowed {
    pub(crate) fn new(list: &AllowList) -> Self {
        let compacted = |entries: &BTreeSet<String>| entries.iter().map(|e| compact(e)).collect();
        let mut phones: HashMap<_, Vec<_>> = HashMap::new();
        for phone in list.phones.iter().filter_map(|entry| Phone::of(entry)) {
            phones
                .entry(phone.tail().to_owned())
                .or_default()
                .push(phone);
        }
        Self {
            is_empty: list.is_empty(),
            phones,
            emails: list.emails.iter().map(|entry| plain(entry)).collect(),
            domains: list.domains.iter().map(|entry| plain(entry)).collect(),
            accounts: compacted(&list.accounts),
            values: compacted(&list.values),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Whether `value`, found as an `entity` in a folded text, is allowed.
    pub(crate) fn covers(&self, entity: &Entity, value: &str) -> bool {
        let compacted = compact(value);
        if self.values.contains(&compacted) {
            return true;
        }
        match entity {
            Entity::PhoneNumber => self.has_phone(value),
            Entity::EmailAddress => self.has_mailbox(value),
            Entity::Url => self.has_url(value),
            entity if entity.is_credential() => false,
            _ => self.accounts.contains(&compacted),
        }
    }

    fn has_phone(&self, value: &str) -> bool {
        Phone::of(value).is_some_and(|phone| {
            let known = self.phones.get(phone.tail());
            known.is_some_and(|known| known.iter().any(|known| known.is_same(&phone)))
        })
    }

    fn has_mailbox(&self, value: &str) -> bool {
        let value = plain(value);
        let address = value.strip_prefix("mailto:").unwrap_or(&value);
        self.emails.contains(address)
            || address
                .rsplit_once('@')
                .is_some_and(|(_, domain)| self.has_domain(domain))
    }

    /// Whether `domain`, or one that it is below, is allowed.
    fn has_domain(&self, domain: &str) -> bool {
        let domain = domain.trim_end_matches('.');
        let below = domain.match_indices('.').map(|(at, _)| &domain[at + 1..]);
        std::iter::once(domain)
            .chain(below)
            .any(|domain| self.domains.contains(domain))
    }

    /// Whether a web address is at an allowed domain and carries nothing that is not allowed:
    /// neither user and password, nor a parameter or a token of anybody else.
    fn has_url(&self, value: &str) -> bool {
        let value = plain(value);
        let Some((_, rest)) = value.split_once("://") else {
            return false;
        };
        let authority_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(authority_end);
        let host = authority.split(':').next().unwrap_or_default();
        let (path, parameters) = rest.split_at(rest.find(['?', '#']).unwrap_or(rest.len()));
        !authority.contains('@')
            && self.has_domain(host)
            && !path.split('/').any(may_be_token)
            && parameters
                .split(['?', '#', '&', ';'])
                .map(|parameter| {
                    parameter
                        .split_once('=')
                        .map_or(parameter, |(_, value)| value)
                })
                .all(|value| value.is_empty() || self.has_contact(value))
    }

    fn has_contact(&self, value: &str) -> bool {
        let value = value.replace("%40", "@").replace("%2b", "+");
        self.has_phone(&value)
            || self.has_mailbox(&value)
            || self.accounts.contains(&compact(&value))
    }
}

impl fmt::Debug for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Allowed").finish_non_exhaustive()
    }
}

/// Where allowed values stand in a text.
#[derive(Debug, Default)]
pub(crate) struct Contacts {
    /// Sorted by start, each with the furthest end of those up to it.
    spans: Vec<Range<usize>>,
}

impl Contacts {
    pub(crate) fn new(mut spans: Vec<Range<usize>>) -> Self {
        spans.sort_unstable_by_key(|span| span.start);
        let mut furthest = 0;
        for span in &mut spans {
            furthest = span.end.max(furthest);
            span.end = furthest;
        }
        Self { spans }
    }

    /// Whether `span` lies within one of them.
    pub(crate) fn hold(&self, span: &Range<usize>) -> bool {
        let behind = self
            .spans
            .partition_point(|known| known.start <= span.start);
        behind > 0 && span.end <= self.spans[behind - 1].end
    }
}

/// A telephone number as far as comparing goes.
#[derive(Clone)]
struct Phone {
    /// Without the signs of an international number, and without a trunk zero.
    digits: String,
    /// Whether a country code is among the digits for certain.
    is_international: bool,
}

impl Phone {
    /// As many last digits tell most numbers apart.
    const TAIL: usize = 7;
    const LONGEST_COUNTRY_CODE: usize = 3;

    fn of(text: &str) -> Option<Self> {
        let folded = Folded::new(text, &[]);
        let text = folded.as_str().trim();
        // An extension is no part of what is compared.
        let end = text
            .find(|c: char| c.is_alphabetic() || matches!(c, '#' | ';'))
            .unwrap_or(text.len());
        let plus = text[..end].find('+');
        let number = text[..end].replace("(0)", "");
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        let (is_international, digits) = match (plus, digits.strip_prefix("00")) {
            (Some(_), _) => (true, &*digits),
            (None, Some(behind)) => (true, behind),
            (None, None) => match digits.strip_prefix("011") {
                Some(behind) if behind.len() > Self::TAIL => (true, behind),
                _ => (false, digits.trim_start_matches('0')),
            },
        };
        (digits.len() >= 3).then(|| Self {
            digits: digits.to_owned(),
            is_international,
        })
    }

    fn tail(&self) -> &str {
        &self.digits[self.digits.len().saturating_sub(Self::TAIL)..]
    }

    /// Whether both may be dialled to reach the same: a country code may be left out of one, with
    /// the trunk zero that then stands in its place.
    fn is_same(&self, other: &Self) -> bool {
        let (long, short) = if self.digits.len() < other.digits.len() {
            (other, self)
        } else {
            (self, other)
        };
        match long.digits.strip_suffix(&*short.digits) {
            Some("") => true,
            Some(code) => {
                short.digits.len() >= Self::TAIL
                    && !short.is_international
                    && (code == "1" || long.is_international)
                    && code.len() <= Self::LONGEST_COUNTRY_CODE
            }
            None => false,
        }
    }
}

/// Why `entry` would never match anything as one of `key`.
fn problem(key: &str, entry: &str) -> Option<&'static str> {
    let (is_fit, problem) = match key {
        "phones" => (
            Phone::of(entry).is_some(),
            "a telephone number has digits, 3 at least",
        ),
        "emails" => (
            is_mailbox(entry),
            "an e-mail address is written as local@domain",
        ),
        "domains" => (
            is_domain(entry),
            "a domain is written as example.com, without scheme, path or @",
        ),
        _ => (!compact(entry).is_empty(), "an entry has letters or digits"),
    };
    (!is_fit).then_some(problem)
}

fn is_mailbox(entry: &str) -> bool {
    let entry = plain(entry);
    entry
        .split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && is_domain(domain))
}

fn is_domain(entry: &str) -> bool {
    let entry = plain(entry);
    let is_label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    entry.contains('.') && entry.split('.').all(is_label)
}

/// Whether a segment of a path is long and varied enough to let somebody in.
fn may_be_token(segment: &str) -> bool {
    segment.len() >= 12 && segment.bytes().any(|b| b.is_ascii_digit())
}

/// Folded, in lower case, without spaces around.
fn plain(text: &str) -> String {
    Folded::new(text.trim(), &[]).as_str().to_lowercase()
}

/// The letters and digits, folded, in lower case.
fn compact(text: &str) -> String {
    let mut compact = plain(text);
    compact.retain(char::is_alphanumeric);
    compact
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_number_is_the_same_with_and_without_its_country_code() {
        let is_same = |one: &str, other: &str| {
            let phone = |text| Phone::of(text).expect("a number");
            assert_eq!(
                phone(one).is_same(&phone(other)),
                phone(other).is_same(&phone(one))
            );
            phone(one).is_same(&phone(other))
        };
        for (one, other) in [
            ("+1 800 555 0199", "(800) 555-0199"),
            ("1-800-555-0199", "800.555.0199"),
            ("+44 20 7946 0123", "020 7946 0123"),
            ("+44 (0)20 7946 0123", "0044 20 7946 0123"),
            ("011 44 20 7946 0123", "+442079460123"),
            ("+49 30 123456", "030/123456"),
            ("+1 202-555-0143 ext. 12", "202 555 0143"),
            ("116 117", "116117"),
        ] {
            assert!(is_same(one, other), "{one} and {other}");
        }
        for (one, other) in [
            ("+1 800 555 0199", "+44 800 555 0199"),
            ("800 555 0199", "800 555 0198"),
            ("+49 30 123456", "123456"),
            ("112", "+1 800 555 0112"),
            ("1234 800 555 0199", "800 555 0199"),
        ] {
            assert!(!is_same(one, other), "{one} and {other}");
        }
    }

    #[test]
    fn a_web_address_is_allowed_with_what_is_allowed_only() {
        let list = AllowList {
            domains: ["example.com".to_owned()].into(),
            phones: ["+1 800 555 0199".to_owned()].into(),
            ..AllowList::default()
        };
        let allowed = Allowed::new(&list);
        for (url, is_allowed) in [
            (
                "https://www.example.com/contact?mail=help%40example.com",
                true,
            ),
            ("https://example.com/call#tel=8005550199", true),
            ("https://example.com:8080/help", true),
            ("https://user:pass@example.com/", false),
            ("https://example.com/reset?token=abcdef", false),
            ("https://example.com/reset/3f9a2c41d0b7e865", false),
            ("https://example.com/?mail=joe@x.org", false),
            ("https://notexample.com/", false),
            ("https://example.com.evil.org/", false),
        ] {
            assert_eq!(allowed.covers(&Entity::Url, url), is_allowed, "{url}");
        }
    }
}
