//! Addresses of electronic mail with characters crossed out: `j***@example.com`.

use std::ops::Range;

use memchr::memchr_iter;

use super::{chunks, runs::Reading};
use crate::{entity::Entity, view::emphasis};

/// Addresses of electronic mail with characters crossed out.
pub(super) fn read(text: &str, readings: &mut Vec<Reading>) {
    const LONGEST_PART: usize = 64;
    let mut emphasis: Option<Vec<Range<usize>>> = None;
    for at in memchr_iter(b'@', text.as_bytes()) {
        let from = text.floor_char_boundary(at.saturating_sub(LONGEST_PART));
        let to = text.floor_char_boundary(at + 1 + LONGEST_PART);
        let is_local =
            |c: char| c.is_alphanumeric() || chunks::is_strong(c) || "._+-%?".contains(c);
        let is_domain = |c: char| c.is_alphanumeric() || chunks::is_strong(c) || ".-".contains(c);
        let mut local = &text[from..at];
        local = &local[local.trim_end_matches(is_local).len()..];
        let mut domain = &text[at + 1..to];
        domain = &domain[..domain.len() - domain.trim_start_matches(is_domain).len()];
        let has_mask = |part: &str| {
            part.contains(chunks::is_strong) || part.contains("__") || part.contains("??")
        };
        // `xxxx@example.com`, `kxxxx@example.com`, `k...@example.com`
        let is_crossed = [&['x', 'X'][..], &['.']].into_iter().any(|marks| {
            let seen = local.trim_end_matches(marks);
            local.len() - seen.len() >= 3 && seen.chars().count() <= 2
        });
        if !has_mask(local) && !has_mask(domain) && !is_crossed {
            continue;
        }
        // Stars of emphasis around the address mask nothing.
        let stars = emphasis.get_or_insert_with(|| emphasis::find(text));
        let behind = stars.partition_point(|star| star.end <= at);
        let last = behind.checked_sub(1).map(|last| &stars[last]);
        if let Some(star) = last.filter(|star| star.end > at - local.len()) {
            local = &text[star.end..at];
        }
        let next = stars[behind..].iter().find(|star| star.start > at);
        if let Some(star) = next.filter(|star| star.start <= at + domain.len()) {
            domain = &text[at + 1..star.start];
        }
        let domain = domain.trim_end_matches(['.', '-']);
        if local.is_empty() || !domain.contains('.') {
            continue;
        }
        let span = at - local.len()..at + 1 + domain.len();
        readings.extend(read_address(local, domain, span, is_crossed));
    }
}

fn read_address(
    local: &str,
    domain: &str,
    span: Range<usize>,
    is_crossed: bool,
) -> Option<Reading> {
    let is_hidden = |c: &char| chunks::is_strong(*c) || matches!(*c, '_' | '?');
    let hidden = local.chars().filter(is_hidden).count();
    let seen = local.chars().filter(|c| c.is_alphanumeric()).count();
    let is_led = local.starts_with(|c: char| is_hidden(&c));
    let inner = local.trim_start_matches(|c: char| is_hidden(&c));
    let hides_inside = inner.contains(|c: char| is_hidden(&c));
    let hides_domain = domain.contains(chunks::is_strong);
    if is_crossed || hides_domain {
        return Some(Reading::Mask(span));
    }
    if !hides_inside && !(is_led && (hidden >= 3 || seen <= 2)) {
        // A footnote's or a bullet's star in front.
        return None;
    }
    if hidden <= 2 && seen >= 5 {
        return Some(Reading::Leak(Entity::EmailAddress, span));
    }
    Some(Reading::Mask(span))
}
