//! Mask tags: `[EMAIL_ADDRESS]`, `<PHONE_NUMBER_0>`, `{{customer.phone}}`, `%CARD%`,
//! `[REDACTED: card]`, `(redacted)`.
//!
//! A tag consists of words from a closed list, names of entities, or mask characters, between
//! marks of its own. Round brackets need more, because prose has them around labels: a word that
//! says that something was taken away, or a name in capitals such as `(US_SSN)`.

use std::ops::Range;

use memchr::{memchr, memchr_iter};
use rustc_hash::FxHashSet;

use super::words;
use crate::{entity::Entity, view::kinds::Places};

/// The longest tag, its marks left out, in bytes.
const LONGEST: usize = 72;
const MOST_WORDS: usize = 9;
/// How far behind an opening element its end is looked for, in bytes.
const LONGEST_ELEMENT: usize = 120;
/// Digits of the length that a surrogate names.
const LONGEST_LENGTH: usize = 3;

/// Finds what is masked already.
#[derive(Debug, Clone)]
pub(crate) struct MaskTags {
    words: FxHashSet<&'static str>,
    removed: FxHashSet<&'static str>,
    /// Names of entities, those of the user's own rules among them.
    names: FxHashSet<Box<str>>,
}

/// What stands at both ends of a tag.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Marks {
    /// `[...]`, `{...}` and the like, which prose has around other things only.
    Brackets,
    /// `<...>`, which may be an element of HTML or XML.
    Angles,
    /// `(...)`.
    Parentheses,
    /// `%...%`, `#...#`, `__...__`: the same at both ends.
    Twins,
}

impl MaskTags {
    /// Knows the tags of all built-in entities, those of `own` names, and those of the platforms
    /// in use.
    pub(crate) fn new<'n>(own: impl IntoIterator<Item = &'n str>) -> Self {
        let built_in = Entity::BUILT_IN.iter().map(Entity::as_str);
        let removed = FxHashSet::from_iter(words::REMOVED.split_whitespace());
        let mut words = FxHashSet::from_iter(words::NAMES.split_whitespace());
        words.extend(&removed);
        Self {
            words,
            removed,
            names: built_in.chain(own).map(Box::from).collect(),
        }
    }

    /// Byte ranges of the tags in a folded text, sorted.
    pub(super) fn find_tags(&self, text: &str) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        let mut at = 0;
        let mut openings = Places::of(text.as_bytes(), is_opening);
        while let Some(start) = openings.next_from(at) {
            match self.tag_at(text, start) {
                Some(end) => {
                    found.push(start..end);
                    at = end;
                }
                None => at = start + 1,
            }
        }
        self.find_surrogates(text, &mut found);
        found
    }

    /// The end of the tag that begins at `start`.
    fn tag_at(&self, text: &str, start: usize) -> Option<usize> {
        let rest = &text[start..];
        let (marks, open, close) = marks(rest)?;
        let inner = &rest[open.len()..rest.floor_char_boundary(open.len() + LONGEST + close.len())];
        let content = &inner[..find(inner, close)?];
        let end = start + open.len() + content.len() + close.len();
        let is_markup = || {
            marks == Marks::Angles
                && (content.starts_with('/') || is_element(&text[end..], content))
        };
        let is_tag = !content.contains('\n') && self.is_tag(content, marks) && !is_markup();
        is_tag.then_some(end)
    }

    fn is_tag(&self, content: &str, marks: Marks) -> bool {
        let content = content
            .trim_start_matches([' ', '!', '$'])
            .trim_end_matches([' ', '/', '\\', ':']);
        if marks != Marks::Twins && is_crossed_out(content) {
            return true;
        }
        // `{"cvv":"123"}` is data, not a tag.
        let is_quoted = marks != Marks::Angles && content.contains(['"', '\'']);
        if is_quoted || assigns_digits(content) {
            return self.is_entity(content);
        }
        let Some(kind) = self.kind_of(content) else {
            return false;
        };
        let is_name = content.contains('_') && !content.bytes().any(|b| b.is_ascii_lowercase());
        match marks {
            Marks::Brackets | Marks::Angles => true,
            Marks::Parentheses => kind == Kind::Removed || is_name,
            Marks::Twins => !content.contains(' ') || kind == Kind::Removed,
        }
    }

    /// What a tag with `content` says; `None` if it is none.
    fn kind_of(&self, content: &str) -> Option<Kind> {
        if self.is_entity(content) {
            return Some(Kind::Name);
        }
        let separators = [
            ' ', '_', '-', '.', ':', '/', ',', '#', '=', '"', '\'', '|', '(', ')', '\u{FF1A}',
        ];
        let (mut count, mut names, mut kind) = (0, 0, Kind::Name);
        let mut says_last = false;
        let mut says_hash = false;
        let mut numbers = 0;
        for word in content.split(separators).filter(|word| !word.is_empty()) {
            count += 1;
            let lower = word.to_lowercase();
            if self.words.contains(&*lower) || self.is_compound(word) {
                names += 1;
                says_last |= matches!(&*lower, "last" | "ending" | "ends" | "four" | "partial");
                says_hash |= matches!(&*lower, "hash" | "hashed" | "sha256" | "md5" | "token");
                if self.removed.contains(&*lower) {
                    kind = Kind::Removed;
                }
            } else {
                let is_number = word.bytes().all(|b| b.is_ascii_digit());
                let is_hex = word.bytes().all(|b| b.is_ascii_hexdigit()) && !is_number;
                let is_suffix = names > 0
                    && ((is_number && (word.len() <= 3 || (says_last && word.len() == 4)))
                        || (is_hex && says_hash && word.len() <= 64)
                        || is_crossed_out(word));
                // Several numbers are no index: they may be the value itself.
                numbers += usize::from(is_number);
                if !is_suffix || numbers > 2 {
                    return None;
                }
            }
        }
        (names > 0 && count <= MOST_WORDS).then_some(kind)
    }

    /// The name of an entity, alone or with the number or the hash that tells two values apart.
    fn is_entity(&self, content: &str) -> bool {
        // Digits alone, unless they are as many as a whole hash has, may be the value itself.
        let is_hash = |suffix: &str| {
            (8..=16).contains(&suffix.len())
                && suffix.bytes().all(|b| b.is_ascii_hexdigit())
                && (suffix.len() == 16 || suffix.bytes().any(|b| b.is_ascii_alphabetic()))
        };
        let is_number =
            |suffix: &str| suffix.len() <= 3 && suffix.bytes().all(|b| b.is_ascii_digit());
        let has_suffix = |(name, suffix): (&str, &str)| {
            self.names.contains(name) && (is_hash(suffix) || is_number(suffix))
        };
        let is_short_hash = |(name, hash): (&str, &str)| {
            self.names.contains(name)
                && (6..=16).contains(&hash.len())
                && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
                && hash.bytes().any(|b| b.is_ascii_alphabetic())
                && hash.bytes().any(|b| b.is_ascii_digit())
        };
        self.names.contains(content)
            || content.rsplit_once('_').is_some_and(has_suffix)
            || content.split_once(':').is_some_and(is_short_hash)
    }

    /// `creditCardNumber`, `Phone2`: words of the list run together.
    fn is_compound(&self, word: &str) -> bool {
        if !word.is_ascii() {
            return false;
        }
        let bytes = word.as_bytes();
        let mut from = 0;
        for at in 1..=bytes.len() {
            let is_end = at == bytes.len();
            let is_hump = !is_end
                && (bytes[at].is_ascii_uppercase() && bytes[at - 1].is_ascii_lowercase()
                    || bytes[at].is_ascii_digit() != bytes[at - 1].is_ascii_digit());
            if is_end || is_hump {
                let part = &word[from..at];
                let is_index =
                    from > 0 && part.len() <= 3 && part.bytes().all(|b| b.is_ascii_digit());
                if !is_index && !self.words.contains(&*part.to_ascii_lowercase()) {
                    return false;
                }
                from = at;
            }
        }
        true
    }

    /// Surrogates of format-preserving pseudonymisation: `PHONE_TOKEN(10):9876543210`.
    fn find_surrogates(&self, text: &str, found: &mut Vec<Range<usize>>) {
        for at in memchr_iter(b')', text.as_bytes()) {
            if text.as_bytes().get(at + 1) != Some(&b':') {
                continue;
            }
            let near = text.floor_char_boundary(at.saturating_sub(LONGEST_LENGTH + 1));
            let Some((open, length)) = text[near..at].rsplit_once('(') else {
                continue;
            };
            let (open, value) = (near + open.len(), at + 2);
            let Ok(length) = length.parse::<usize>() else {
                continue;
            };
            let from = text.floor_char_boundary(open.saturating_sub(LONGEST));
            let named = &text[from..open];
            let name = named.trim_end_matches(|c: char| {
                c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'
            });
            let start = from + name.len();
            let end = value + length;
            let is_value = |value: &str| !value.contains(char::is_whitespace);
            if self.kind_of(&text[start..open]).is_some()
                && text.get(value..end).is_some_and(is_value)
            {
                found.push(start..end);
            }
        }
        found.sort_unstable_by_key(|tag| tag.start);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// What was taken away.
    Name,
    /// That something was.
    Removed,
}

/// Where `mark` stands in `text`. Most are one byte, which is found faster than text.
fn find(text: &str, mark: &str) -> Option<usize> {
    match mark.as_bytes() {
        [byte] => memchr(*byte, text.as_bytes()),
        _ => text.find(mark),
    }
}

/// Whether a tag may begin with a byte. Asked of every byte of every text, so without branches.
fn is_opening(byte: u8) -> bool {
    // One bit parts a curly bracket from a square one, and the first bytes of the wide ones.
    (byte | 0x20 == b'{')
        | (byte & 0xFE == 0xE2)
        | matches!(byte, b'#'..=b'%')
        | (byte == b'(')
        | (byte == b'<')
        | (byte == b'@')
        | (byte == b'_')
}

/// The marks of a tag that begins with `rest`, and what it begins and ends with.
fn marks(rest: &str) -> Option<(Marks, &'static str, &'static str)> {
    const ALL: &[(Marks, &str, &str)] = &[
        (Marks::Brackets, "[[", "]]"),
        (Marks::Brackets, "[", "]"),
        (Marks::Brackets, "{{{", "}}}"),
        (Marks::Brackets, "{{", "}}"),
        (Marks::Brackets, "{", "}"),
        (Marks::Brackets, "${{", "}}"),
        (Marks::Brackets, "${", "}"),
        (Marks::Brackets, "#{", "}"),
        (Marks::Brackets, "@{", "}"),
        (Marks::Brackets, "\u{3010}", "\u{3011}"),
        (Marks::Brackets, "\u{27E8}", "\u{27E9}"),
        (Marks::Angles, "<<", ">>"),
        (Marks::Angles, "<", ">"),
        (Marks::Parentheses, "(", ")"),
        (Marks::Twins, "%%", "%%"),
        (Marks::Twins, "%", "%"),
        (Marks::Twins, "##", "##"),
        (Marks::Twins, "#", "#"),
        (Marks::Twins, "__", "__"),
        (Marks::Twins, "@@", "@@"),
        (Marks::Twins, "@", "@"),
        (Marks::Twins, "$", "$"),
    ];
    let first = rest.as_bytes().first()?;
    let mut begun = ALL
        .iter()
        .filter(|(_, open, _)| open.as_bytes().first() == Some(first));
    begun.find(|(_, open, _)| rest.starts_with(open)).copied()
}

/// Whether digits stand behind a colon or an equals sign: a value, whatever its name.
fn assigns_digits(content: &str) -> bool {
    content.split([':', '=']).skip(1).any(|value| {
        value
            .trim_start_matches([' ', '"', '\''])
            .starts_with(|c: char| c.is_ascii_digit())
            && value.bytes().all(|b| !b.is_ascii_alphabetic())
    })
}

/// Whether `content` is mask characters only: `[*****]`, `<XXX>`, `[...]`.
fn is_crossed_out(content: &str) -> bool {
    let is_mask = |c: char| super::runs::is_mask(c) || matches!(c, '-' | '_' | '?' | '.' | ' ');
    content.chars().nth(1).is_some() && content.chars().all(is_mask)
}

/// Whether what looks like a tag is an element with content: `<phone>9776252661</phone>`.
fn is_element(after: &str, content: &str) -> bool {
    let name = content.split([' ', '\t']).next().unwrap_or_default();
    // The one element without an end whose name is a word of tags too.
    if matches!(name.trim_end_matches('/'), "br" | "BR") {
        return true;
    }
    let near = &after[..after.floor_char_boundary(LONGEST_ELEMENT)];
    near.match_indices("</")
        .any(|(at, _)| near[at + 2..].starts_with(name) && !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_one_tag(text: &str) -> bool {
        MaskTags::new(["LOYALTY_CARD", "QX"]).find_tags(text)
            == vec![Range {
                start: 0,
                end: text.len(),
            }]
    }

    #[test]
    fn every_entity_has_a_tag_that_is_recognised() {
        for entity in Entity::BUILT_IN {
            for tag in [
                format!("[{entity}]"),
                format!("<{entity}_12>"),
                format!("[{entity}_3f9a2c41d0b7e865]"),
                format!("%{entity}%"),
            ] {
                assert!(is_one_tag(&tag), "{tag}");
            }
        }
        assert!(is_one_tag("[LOYALTY_CARD]") && is_one_tag("[QX]") && is_one_tag("[QX_00aa11bb]"));
    }

    #[test]
    fn tags_of_other_tools_are_recognised() {
        for tag in [
            "<PHONE_NUMBER_0>",
            "[card number]",
            "{credit_debit-number 12}",
            "[E-Mail]",
            "{{customer.phone}}",
            "{{ ticket.requester.email }}",
            "${card}",
            "{!Contact.Email}",
            "#EMAIL#",
            "__PHONE__",
            "@@EMAIL@@",
            "[REDACTED: card]",
            "[redacted - phone number]",
            "(redacted)",
            "(numero masque)",
            "(US_SOCIAL_SECURITY_NUMBER)",
            "[*****]",
            "[CARD ending in 1234]",
            "<masked>",
            "<<CreditCardNumber>>",
            "<pii type=\"EMAIL\"/>",
            "[Telefonnummer entfernt]",
            "[numero de tarjeta]",
            "[NAME-1]",
            "[PII]",
            "{slot}",
            "PHONE_TOKEN(10):9876543210",
            "【手机号】",
            "[HASH:9f86d081884c7d65]",
            "[ACCOUNT_NUMBER:c3b1d2]",
        ] {
            assert!(is_one_tag(tag), "{tag}");
        }
    }

    #[test]
    fn names_labels_and_elements_are_no_tags() {
        let tags = MaskTags::new([]);
        for text in [
            "[Crystal Minh]",
            "<john@x.com>",
            "[EMAIL_ADDRESS>",
            "EMAIL_ADDRESS",
            "[]",
            "<555-0143>",
            "<phone>9776252661</phone>",
            "Social Security Number (SSN) 536904399",
            "(phone number)",
            "[CARD 4111111111111111]",
            "[token: 9776252661]",
            "[4111]",
            "{\"cvv\":\"123\"}",
            "{pin: 123}",
            "{\"phone\": \"9776252661\"}",
        ] {
            assert!(tags.find_tags(text).is_empty(), "{text}");
        }
    }
}
