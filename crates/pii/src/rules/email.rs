//! E-mail addresses, found from their `@` outwards.
//!
//! Not covered: quoted local parts, addresses at bare host names or IP addresses, and addresses
//! that are spelled out in words.

use std::ops::Range;

use crate::{
    entity::Entity,
    rules::{Candidate, Found},
    view::{View, folded::BARRIER},
};

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
    text.match_indices('@')
        .filter_map(|(at, _)| {
            let local = local_part(&text[..at])?;
            let span = at - local.len()..at + 1 + domain_len(&text[at + 1..])?;
            (!is_masked(text, &span, local)).then_some(span)
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

/// The length of the domain at the beginning of `after`: labels up to the last one that can be a
/// top-level domain. Text that runs on behind it (`x.org.Thanks`) is taken along when it looks like
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
    let crossed_out = local.len() >= 3 && local.bytes().all(|b| b.eq_ignore_ascii_case(&b'x'));
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
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
