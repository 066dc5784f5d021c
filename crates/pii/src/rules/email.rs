//! E-mail addresses, found from their `@` outwards.
//!
//! Mailboxes of roles (`billing@`) are found too: whose they are is for an allow list to say.
//! Local parts may be quoted and domains may be IP addresses in brackets. A mailbox that only
//! names an account of a program (`git@github.com:...`) is left alone.
//!
//! Not covered: addresses at bare host names, and addresses that are spelled out in words.

use std::ops::Range;

use memchr::memchr_iter;

use crate::{
    context::{Phrases, Topic},
    entity::Entity,
    rules::{Candidate, Found},
    view::{View, folded::BARRIER},
};

/// Bytes of the longest quoted local part and of the longest address in brackets.
const LONGEST_QUOTED: usize = 66;
const LONGEST_BRACKETED: usize = 48;

/// What e-mail is called.
pub(crate) const PHRASES: &[Phrases] = &[Phrases {
    topic: Topic::Email,
    phrases: "email | emails | e mail | e mails | mail | mails | mailbox | email address | \
        e mail address | mail address | mailto | courriel | adresse mail | adresse e mail | \
        adresse email | correo | correo electronico | emailadresse | e mail adresse | \
        mailadresse | posta elettronica | indirizzo email | indirizzo e mail | correio | \
        correio eletronico | endereco de email | emailadres | e mailadres | adres email | \
        adres e mail | epost | e post | epostadress | e postadress | epostadresse | \
        sahkoposti | sahkopostiosoite | 邮箱 | 电子邮件 | 邮件 | 이메일 | メール | メールアドレス",
}];

/// File name endings that follow an `@2x` in the names of images.
const IMAGE_ENDINGS: [&str; 6] = ["png", "jpg", "jpeg", "gif", "svg", "webp"];

/// What masking tools put in the place of single characters.
const MASK_CHARACTERS: [char; 5] = ['*', '\u{2022}', '\u{25CF}', '\u{2588}', '\u{25A0}'];

/// The addresses in `text`. Between two `@` every byte is looked at once from each side, so this
/// is linear.
pub(crate) fn find(view: &View<'_>, found: &mut Found) {
    for span in addresses(view.text()) {
        found.push(Candidate::new(&Entity::EmailAddress, "email", span, 95));
    }
}

fn addresses(text: &str) -> Vec<Range<usize>> {
    memchr_iter(b'@', text.as_bytes())
        .filter_map(|at| {
            let (before, after) = (&text[..at], &text[at + 1..]);
            let local = local_part(before).or_else(|| quoted_local_part(before))?;
            let span =
                at - local.len()..at + 1 + domain_len(after).or_else(|| bracketed_len(after))?;
            let is_account = local == "git" && text[span.end..].starts_with([':', '/']);
            (!is_account && !is_masked(text, &span, local)).then_some(span)
        })
        .collect()
}

/// The local part at the end of `before`.
fn local_part(before: &str) -> Option<&str> {
    let allowed = |c: char| c.is_alphanumeric() || "._%+-'~".contains(c);
    let local = &before[before.trim_end_matches(allowed).len()..];
    // A quotation mark or a list's dash in front is not part of the address.
    let local = local.trim_start_matches(|c: char| !c.is_alphanumeric() && c != '_');
    (!local.is_empty()).then_some(local)
}

/// The local part in quotation marks at the end of `before`, marks included: `"joe b"`.
fn quoted_local_part(before: &str) -> Option<&str> {
    let inner = before.strip_suffix('"')?;
    let from = inner.floor_char_boundary(inner.len().saturating_sub(LONGEST_QUOTED));
    let open = from + inner[from..].rfind('"')?;
    let quoted = &inner[open + 1..];
    let is_name = quoted.contains(char::is_alphanumeric)
        && quoted
            .chars()
            .all(|c| c.is_alphanumeric() || " ._%+-'@".contains(c));
    is_name.then(|| &before[open..])
}

/// The length of an IP address in brackets at the beginning of `after`.
fn bracketed_len(after: &str) -> Option<usize> {
    let inner = after.strip_prefix('[')?;
    let near = &inner[..inner.floor_char_boundary(LONGEST_BRACKETED)];
    let close = near.find(']')?;
    let literal = near[..close].trim_start_matches("IPv6:");
    let is_address = literal.len() >= 7
        && literal
            .bytes()
            .all(|b| b.is_ascii_hexdigit() || matches!(b, b'.' | b':'));
    (is_address && literal.contains(['.', ':'])).then_some(close + 2)
}

/// The length of the domain at the beginning of `after`: labels up to the last one that can be a
/// top-level domain. Text that runs on behind it (`x.org.thanks`) is taken along when it looks like
/// another label.
fn domain_len(after: &str) -> Option<usize> {
    let allowed = |c: char| c.is_alphanumeric() || c == '.' || c == '-';
    let domain = &after[..after.len() - after.trim_start_matches(allowed).len()];
    let mut len = None;
    let mut start = 0;
    for label in domain.split('.') {
        if label.is_empty() || label.starts_with('-') {
            break;
        }
        // A sentence that begins right behind: `x.org.Thanks`.
        let is_sentence = len.is_some()
            && label.starts_with(char::is_uppercase)
            && !domain[..start].contains(char::is_uppercase);
        if is_sentence {
            break;
        }
        if start > 0
            && let Some(top_level) = top_level_len(label)
        {
            len = Some(start + top_level);
        }
        start += label.len() + 1;
    }
    let len = len?;
    let is_image = domain[..len].starts_with(|c: char| c.is_ascii_digit())
        && IMAGE_ENDINGS
            .iter()
            .any(|ending| domain[..len].ends_with(ending));
    (!is_image).then_some(len)
}

/// How much of a label can be a top-level domain.
fn top_level_len(label: &str) -> Option<usize> {
    if label
        .get(..4)
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case("xn--"))
    {
        return Some(label.trim_end_matches('-').len());
    }
    let rest = label.trim_start_matches(char::is_alphabetic);
    let letters = &label[..label.len() - rest.len()];
    (letters.chars().nth(1).is_some()).then_some(letters.len())
}

/// Whether the local part is what a mask has left over: `j***n@example.com`, `xxxx@example.com`.
/// Stars on both sides of an address are Markdown and mask nothing.
fn is_masked(text: &str, span: &Range<usize>, local: &str) -> bool {
    let is_x = |b: u8| b.eq_ignore_ascii_case(&b'x');
    // `xx.xxx@example.com`, and `kxxxx@example.com`, of which the first letter is left.
    let crossed_out = local.len() >= 3
        && local
            .bytes()
            .all(|b| is_x(b) || matches!(b, b'.' | b'_' | b'-'))
        || local.len() >= 4 && local.bytes().skip(1).all(is_x);
    let before = text[..span.start].trim_end_matches(MASK_CHARACTERS);
    let stars = text[..span.start].len() - before.len();
    let behind_letter = before.ends_with(|c: char| c.is_alphanumeric() || c == BARRIER);
    let emphasised = text[span.end..].starts_with('*') && !behind_letter;
    crossed_out || (stars > 0 && !emphasised && (behind_letter || local.chars().count() <= 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        addresses(text)
            .into_iter()
            .map(|span| &text[span])
            .collect()
    }

    #[test]
    fn the_whole_address_is_found_and_nothing_around_it() {
        for (text, address) in [
            ("write to cminh730@email.com.", "cminh730@email.com"),
            (
                "<mailto:O'Brien+x@mail.example.co.uk>",
                "O'Brien+x@mail.example.co.uk",
            ),
            ("**joe@x.org** and", "joe@x.org"),
            ("'joe@x.org'", "joe@x.org"),
            ("(joe_b@x.org,", "joe_b@x.org"),
            ("to=müller@bücher.de;", "müller@bücher.de"),
            ("joe@x.org-thanks", "joe@x.org"),
            ("joe@xn--80ak6aa92e.xn--p1ai", "joe@xn--80ak6aa92e.xn--p1ai"),
            ("[EMAIL] joe@x.org", "joe@x.org"),
            ("joe@x.org...", "joe@x.org"),
            ("to \"joe b\"@x.org!", "\"joe b\"@x.org"),
            ("joe@[192.168.1.20] and", "joe@[192.168.1.20]"),
            ("joe@x.org.Thanks", "joe@x.org"),
            ("JOE@X.CO.UK", "JOE@X.CO.UK"),
            ("mailto:joe+news@x.org?subject=1", "joe+news@x.org"),
            ("joe@x.org:secret", "joe@x.org"),
            ("no-reply@x.org", "no-reply@x.org"),
            ("{\"e\":\"joe_b-c.d@x-y.museum\"}", "joe_b-c.d@x-y.museum"),
        ] {
            assert_eq!(found(text), [address], "{text}");
        }
    }

    #[test]
    fn handles_versions_and_masks_are_not_addresses() {
        for text in [
            "@types/node",
            "react@18.2.0",
            "root@localhost",
            "icon@2x.png",
            "j***@example.com",
            "j***n@example.com",
            "\u{2022}\u{2022}\u{2022}n@example.com",
            "XXXXX@example.com",
            "joe@",
            "joe@example.c",
            "@",
            "meet @ 5.pm",
            "git@github.com:acme/app.git",
            "{\"a\":\"@x.org\"}",
            "xx.xxx@example.com",
            "kxxxx@example.com",
            "joe@[NAME]",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
