//! Crossed-out values: `****1234`, `411111XXXXXX1111`, `***-**-6789`, `j***@example.com`,
//! `0000 0000 0000 0000`, `ending in 1234`.
//!
//! A mask covers the crossed-out characters and what they belong to, no more. One that leaves more
//! than the first eight or the last four digits of a card, or more than four of a social security
//! number, is not a mask but a leak.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::AhoCorasick;

use super::chunks::{self, Chunk, is_joined, span};
use crate::{entity::Entity, view::emphasis};

/// How much of a value may be seen in front and behind where its kind is not known.
const MOST_LEADING: usize = 8;
const MOST_TRAILING: usize = 6;
const MOST_VISIBLE: usize = 12;
/// Chunks that one value is written in, at most.
const MOST_CHUNKS: usize = 6;
/// Equal digits in a row that are nobody's number.
const FEWEST_EQUAL: usize = 7;

/// Sizes of the groups that cards, social security numbers and North American telephone numbers
/// are written in.
const CARDS: &[&[usize]] = &[
    &[4, 4, 4, 4],
    &[4, 6, 5],
    &[4, 6, 4],
    &[8, 8],
    &[4, 12],
    &[12, 4],
    &[6, 6, 4],
    &[6, 9],
    &[6, 10],
    &[13],
    &[14],
    &[15],
    &[16],
    &[17],
    &[18],
    &[19],
];
const SSNS: &[&[usize]] = &[&[3, 2, 4]];
const PHONES: &[&[usize]] = &[&[3, 3, 4], &[1, 3, 3, 4], &[3, 4], &[2, 2, 2, 2, 2]];

/// What stands in front of the last digits of a number.
const ENDINGS: &[&str] = &[
    "ending in",
    "ending with",
    "ending on",
    "ending",
    "ends in",
    "ends with",
    "ended in",
    "last four",
    "last 4",
    "last4",
    "last four digits",
    "last 4 digits",
    "final four digits",
    "endet auf",
    "endend auf",
    "endet mit",
    "endziffern",
    "letzten vier ziffern",
    "letzten 4 ziffern",
    "letzte vier ziffern",
    "finissant par",
    "terminant par",
    "se termine par",
    "termine par",
    "quatre derniers chiffres",
    "4 derniers chiffres",
    "terminada en",
    "terminado en",
    "terminando en",
    "termina en",
    "acaba en",
    "ultimos cuatro digitos",
    "ultimos 4 digitos",
    "termina con",
    "che termina con",
    "finisce con",
    "ultime quattro cifre",
    "ultime 4 cifre",
    "terminado em",
    "termina em",
    "com final",
    "ultimos quatro digitos",
    "eindigend op",
    "eindigt op",
    "laatste vier cijfers",
    "laatste 4 cijfers",
    "konczaca sie na",
    "ostatnie cztery cyfry",
    "ostatnie 4 cyfry",
    "slutar pa",
    "slutter pa",
    "ender pa",
    "sista fyra siffrorna",
    "siste fire sifre",
    "sidste fire cifre",
];
/// Finds [`ENDINGS`] in any case. These few phrases fit any automaton.
static ENDINGS_FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(ENDINGS)
        .ok()
});
/// How far before the digits such words are looked for, in bytes.
const REACH: usize = 56;

/// What a crossed-out value turns out to be.
enum Reading {
    Mask(Range<usize>),
    Leak(Entity, Range<usize>),
}

/// Whether a character is made to stand for another.
pub(super) fn is_mask(c: char) -> bool {
    chunks::is_strong(c) || matches!(c, 'x' | 'X')
}

/// The masks in a folded text, in no order. They may overlap.
pub(super) fn masks(text: &str) -> Vec<Range<usize>> {
    readings(text)
        .into_iter()
        .filter_map(|reading| match reading {
            Reading::Mask(span) => Some(span),
            Reading::Leak(..) => None,
        })
        .collect()
}

/// Values in a folded text of which so much can be seen that crossing out the rest hides nothing.
pub(crate) fn leaks(text: &str) -> Vec<(Entity, Range<usize>)> {
    if !chunks::may_cross_out(text) {
        return Vec::new();
    }
    readings(text)
        .into_iter()
        .filter_map(|reading| match reading {
            Reading::Mask(_) => None,
            Reading::Leak(entity, span) => Some((entity, span)),
        })
        .collect()
}

fn readings(text: &str) -> Vec<Reading> {
    let mut readings = Vec::new();
    let has_digits = text.bytes().any(|b| b.is_ascii_digit());
    if has_digits || chunks::may_cross_out(text) {
        let chunks = chunks::chunks(text);
        read_values(text, &chunks, &mut readings);
        read_equal_digits(text, &chunks, &mut readings);
        read_endings(text, &chunks, &mut readings);
        read_addresses(text, &mut readings);
    }
    readings
}

/// Crossed-out numbers.
fn read_values(text: &str, chunks: &[Chunk], readings: &mut Vec<Reading>) {
    let mut at = 0;
    while at < chunks.len() {
        if !chunks[at].is_masked() {
            at += 1;
            continue;
        }
        let masked = at..masked_end(text, chunks, at);
        let (end, reading) = read_value(text, chunks, &masked);
        readings.extend(reading);
        at = end.max(masked.end);
    }
}

/// The end of the masked chunks that belong together from `first` on; single visible groups
/// between two of them count.
fn masked_end(text: &str, chunks: &[Chunk], first: usize) -> usize {
    let mut end = first + 1;
    while end < chunks.len() && end - first < MOST_CHUNKS && is_joined(text, chunks, end) {
        if chunks[end].is_masked() {
            end += 1;
        } else if chunks.get(end + 1).is_some_and(Chunk::is_masked)
            && is_joined(text, chunks, end + 1)
            && chunks[end].size() <= 4
        {
            end += 2;
        } else {
            break;
        }
    }
    end
}

/// Reads the value around `masked` and tells where it ends.
fn read_value(text: &str, chunks: &[Chunk], masked: &Range<usize>) -> (usize, Option<Reading>) {
    let shaped = |shapes: &[&[usize]]| shaped_window(text, chunks, masked, shapes);
    let shows_something = |window: &Range<usize>| visible(&chunks[window.clone()]) > 0;
    if let Some(window) = shaped(CARDS).filter(shows_something) {
        let reading = read_card(chunks, window.clone());
        return (window.end, reading);
    }
    if let Some(window) = shaped(SSNS) {
        let (span, digits) = (
            span(chunks, window.clone()),
            visible(&chunks[window.clone()]),
        );
        let reading = if digits > 4 {
            Reading::Leak(Entity::UsSsn, span)
        } else {
            Reading::Mask(span)
        };
        return (window.end, Some(reading));
    }
    if let Some(window) = shaped(PHONES) {
        return (window.end, Some(Reading::Mask(span(chunks, window))));
    }
    let window = loose_window(text, chunks, masked);
    let is_masked = window.is_some();
    let window = window.unwrap_or_else(|| masked.clone());
    let reading = is_masked.then(|| Reading::Mask(span(chunks, window.clone())));
    (window.end, reading)
}

/// The largest window around `masked` whose groups have one of `shapes`.
fn shaped_window(
    text: &str,
    chunks: &[Chunk],
    masked: &Range<usize>,
    shapes: &[&[usize]],
) -> Option<Range<usize>> {
    let mut first = masked.start;
    while first > 0 && masked.start - first < 4 && is_joined(text, chunks, first) {
        first -= 1;
    }
    let mut last = masked.end;
    while last < chunks.len() && last - masked.end < 4 && is_joined(text, chunks, last) {
        last += 1;
    }
    let windows = (first..=masked.start)
        .flat_map(|start| (masked.end..=last).rev().map(move |end| start..end));
    windows
        .filter(|window| {
            let window = &chunks[window.clone()];
            window.iter().all(|chunk| chunk.letters == 0)
                && window.iter().map(|chunk| chunk.masks).sum::<usize>() >= 2
                && shapes.iter().any(|shape| {
                    shape.len() == window.len()
                        && shape
                            .iter()
                            .zip(window)
                            .all(|(size, chunk)| *size == chunk.size())
                })
        })
        .max_by_key(|window| window.len())
}

fn visible(window: &[Chunk]) -> usize {
    window.iter().map(|chunk| chunk.digits).sum()
}

/// Digits before the first mask character of a window, and behind the last.
fn edges(window: &[Chunk]) -> (usize, usize) {
    let mut leading = 0;
    for chunk in window {
        if chunk.is_masked() {
            leading += chunk.lead;
            break;
        }
        leading += chunk.size();
    }
    let mut trailing = 0;
    for chunk in window.iter().rev() {
        if chunk.is_masked() {
            trailing += chunk.trail;
            break;
        }
        trailing += chunk.size();
    }
    (leading, trailing)
}

/// A crossed-out number in the groups of a card.
fn read_card(chunks: &[Chunk], window: Range<usize>) -> Option<Reading> {
    let span = span(chunks, window.clone());
    let window = &chunks[window];
    let size: usize = window.iter().map(Chunk::size).sum();
    let (leading, trailing) = edges(window);
    let shows_too_much = leading > 8
        || visible(window) > MOST_VISIBLE
        || trailing > MOST_TRAILING
        || (trailing > 4 && matches!(size, 15 | 16));
    // A footnote's stars behind a whole number hide nothing of it.
    let hidden: usize = window.iter().map(|chunk| chunk.masks).sum();
    if shows_too_much && (hidden > 8 && leading == 0 && window.len() == 1) {
        return Some(Reading::Mask(span));
    }
    Some(if shows_too_much {
        Reading::Leak(Entity::CreditCard, span)
    } else {
        Reading::Mask(span)
    })
}

/// The mask that `masked` is where its groups have no known shape, with the digits that were left
/// visible on both sides.
fn loose_window(text: &str, chunks: &[Chunk], masked: &Range<usize>) -> Option<Range<usize>> {
    let window = &chunks[masked.clone()];
    let hidden: usize = window.iter().map(|chunk| chunk.masks).sum();
    let letters: usize = window.iter().map(|chunk| chunk.letters).sum();
    let (leading, trailing) = edges(window);
    let goes_on = |index: usize| {
        is_joined(text, chunks, index) && chunks.get(index).is_some_and(|chunk| chunk.digits >= 3)
    };
    let comes_from = masked
        .start
        .checked_sub(1)
        .is_some_and(|before| is_joined(text, chunks, masked.start) && chunks[before].digits >= 3);
    if window.iter().all(Chunk::is_all_mask) {
        return Some(with_neighbours(text, chunks, masked, hidden));
    }
    let seen: usize = window
        .iter()
        .map(|chunk| chunk.digits + chunk.letters)
        .sum();
    if seen == 0 {
        // Dots and dashes alone are punctuation.
        let window = with_neighbours(text, chunks, masked, hidden);
        return (window != *masked).then_some(window);
    }
    if letters > 0 {
        let only_marks_a_word = visible(window) == 0 && leading == 0;
        let hides = hidden >= 3 || (hidden >= 2 && hidden * 2 >= seen);
        return (hides && !only_marks_a_word).then(|| masked.clone());
    }
    let is_part =
        hidden < 6 && ((trailing > 0 && goes_on(masked.end)) || (leading > 0 && comes_from));
    let hides = hidden >= 2 || (hidden == 1 && leading == 0 && trailing == 4);
    let shows_little =
        leading <= MOST_LEADING && trailing <= MOST_TRAILING && visible(window) <= MOST_VISIBLE;
    (hides && shows_little && !is_part).then(|| with_neighbours(text, chunks, masked, hidden))
}

/// Widens a mask by the country code or prefix in front of it and the last digits behind it.
fn with_neighbours(
    text: &str,
    chunks: &[Chunk],
    masked: &Range<usize>,
    hidden: usize,
) -> Range<usize> {
    if hidden < 3 {
        return masked.clone();
    }
    let mut window = masked.clone();
    let last = &chunks[masked.end - 1];
    let next = chunks.get(masked.end);
    let most = if hidden >= 8 { 5 } else { 4 };
    let is_rest = last.trail == 0
        && is_joined(text, chunks, masked.end)
        && next.is_some_and(|next| next.letters == 0 && (2..=most).contains(&next.digits))
        && !(is_joined(text, chunks, masked.end + 1)
            && chunks
                .get(masked.end + 1)
                .is_some_and(|chunk| chunk.digits >= 3));
    window.end += usize::from(is_rest);

    if chunks[masked.start].lead > 4 {
        return window;
    }
    let mut first = masked.start;
    let mut seen = 0;
    while first > 0 && is_joined(text, chunks, first) && masked.start - first < 4 {
        first -= 1;
        seen += chunks[first].size();
    }
    let is_prefix = |chunk: &Chunk| {
        let before = &text[..chunk.start];
        chunk.letters > 0
            || before.ends_with(['+', '('])
            || text[chunk.start..].starts_with('0')
            || is_rest
    };
    if first < masked.start && seen <= MOST_LEADING && is_prefix(&chunks[first]) {
        window.start = first;
    }
    window
}

/// Numbers of one digit only, which are specimens or masks.
fn read_equal_digits(text: &str, chunks: &[Chunk], readings: &mut Vec<Reading>) {
    let mut at = 0;
    while at < chunks.len() {
        let mut end = at + 1;
        while is_joined(text, chunks, end) {
            end += 1;
        }
        let window = &chunks[at..end];
        let written = span(chunks, at..end);
        let mut digits = text[written.clone()].bytes().filter(u8::is_ascii_digit);
        let first = digits.next();
        let is_number = window
            .iter()
            .all(|chunk| chunk.letters == 0 && !chunk.is_masked());
        if is_number
            && visible(window) >= FEWEST_EQUAL
            && digits.all(|digit| Some(digit) == first)
            && stands_alone(text, &written)
        {
            readings.push(Reading::Mask(written));
        }
        at = end;
    }
}

/// Whether no other digit stands near enough on the line to belong to the same number, whatever
/// markup or escapes stand between.
fn stands_alone(text: &str, span: &Range<usize>) -> bool {
    const NEAR: usize = 12;
    let is_other = |b: &u8| b.is_ascii_digit();
    let before = text.as_bytes()[..span.start].iter().rev();
    let after = text.as_bytes()[span.end..].iter();
    !before.take(NEAR).take_while(|b| **b != b'\n').any(is_other)
        && !after.take(NEAR).take_while(|b| **b != b'\n').any(is_other)
}

/// Digits that the text says are only the last ones.
fn read_endings(text: &str, chunks: &[Chunk], readings: &mut Vec<Reading>) {
    let Some(finder) = &*ENDINGS_FINDER else {
        return;
    };
    for (index, chunk) in chunks.iter().enumerate() {
        let is_short = (2..=5).contains(&chunk.digits) && chunk.size() == chunk.digits;
        let goes_on = is_joined(text, chunks, index + 1)
            && (chunks[index + 1].digits >= 3 || text[chunk.end..].starts_with('-'));
        if !is_short || goes_on {
            continue;
        }
        let from = text.floor_char_boundary(chunk.start.saturating_sub(REACH));
        let before = &text[from..chunk.start];
        let before = before
            .trim_end_matches(|c: char| c == ' ' || c == ':' || c == '"' || chunks::is_strong(c));
        let announces = |ending: aho_corasick::Match| {
            let is_word = !before[..ending.start()].ends_with(char::is_alphanumeric);
            is_word && is_plain_between(&before[ending.end()..], ENDINGS[ending.pattern()])
        };
        if finder.find_overlapping_iter(before).any(announces) {
            readings.push(Reading::Mask(chunk.start..chunk.end));
        }
    }
}

/// Whether what stands between `ending` and the digits parts them not: nothing for `ending in`,
/// a few words for `last four digits of the card are`.
fn is_plain_between(between: &str, ending: &str) -> bool {
    let names_digits = [
        "last", "final", "letzt", "dernier", "ultim", "laatst", "ostatn", "sist",
    ]
    .iter()
    .any(|word| ending.contains(word));
    if names_digits {
        !between.contains(|c: char| c.is_ascii_digit() || matches!(c, '.' | ';' | '\n' | '?'))
            && between.len() <= 36
    } else {
        between.is_empty()
    }
}

/// Addresses of electronic mail with characters crossed out.
fn read_addresses(text: &str, readings: &mut Vec<Reading>) {
    const LONGEST_PART: usize = 64;
    let mut emphasis: Option<Vec<Range<usize>>> = None;
    for (at, _) in text.match_indices('@') {
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
        let is_crossed = local.len() >= 3 && local.bytes().all(|b| matches!(b, b'x' | b'X'));
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

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(text: &str, of: impl Fn(&str) -> Vec<Range<usize>>) -> Vec<&str> {
        let mut spans = of(text);
        spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
        spans.dedup_by(|next, span| next.end <= span.end);
        spans.into_iter().map(|span| &text[span]).collect()
    }

    #[test]
    fn a_mask_is_the_crossed_out_value_and_no_more() {
        for (text, expected) in [
            ("card ****1234.", "****1234"),
            ("XXXX-XXXX-XXXX-1234", "XXXX-XXXX-XXXX-1234"),
            ("**** **** **** 1111 977-625-2661", "**** **** **** 1111"),
            ("4111 11** **** 1111", "4111 11** **** 1111"),
            ("pan 411111XXXXXX1111,", "411111XXXXXX1111"),
            ("3782 ****** *0005", "3782 ****** *0005"),
            ("ssn ***-**-6789", "***-**-6789"),
            ("(***) ***-2661", "***) ***-2661"),
            ("+44 ******0123", "44 ******0123"),
            ("XXX-XXX-2661", "XXX-XXX-2661"),
            ("xxxx1234", "xxxx1234"),
            (
                "\u{2022}\u{2022}\u{2022}\u{2022} 1234",
                "\u{2022}\u{2022}\u{2022}\u{2022} 1234",
            ),
            ("acct ...1234", "...1234"),
            ("---- ---- ---- 1234", "---- ---- ---- 1234"),
            ("____ ____ ____ 1234", "____ ____ ____ 1234"),
            ("????1234", "????1234"),
            ("######6789", "######6789"),
            (
                "\u{2588}\u{2588}\u{2588}\u{2588}",
                "\u{2588}\u{2588}\u{2588}\u{2588}",
            ),
            ("j***@example.com", "j***@example.com"),
            ("j***n@x.org,", "j***n@x.org"),
            ("xxxx@example.com", "xxxx@example.com"),
            ("joe@e*****e.com", "joe@e*****e.com"),
            ("0000 0000 0000 0000", "0000 0000 0000 0000"),
            ("999-99-9999", "999-99-9999"),
            ("Visa ending in 1234 is", "1234"),
            ("the last four digits of the card are 1234.", "1234"),
            ("DE89 **** **** **** **** 00", "DE89 **** **** **** **** 00"),
            ("AB****56C", "AB****56C"),
        ] {
            assert_eq!(spans(text, masks), [expected], "{text}");
            assert!(leaks(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn what_is_not_crossed_out_is_no_mask() {
        for text in [
            "**4111** 1111 1111 1111",
            "*4111 1111 1111 1111",
            "4111 1111 1111 1111*",
            "- 4111 1111 1111 1111 -",
            "# 4111 1111 1111 1111",
            "-----BEGIN PRIVATE KEY-----",
            "**joe@x.org**",
            "*joe@x.org",
            "wait... 4111 1111 1111 1111",
            "4111 1111 1111 1111",
            "ending in 1234 5678 9012",
            "last four 536-90-4399",
            "first 1234",
            "foxx12",
            "a__b 12",
        ] {
            assert_eq!(spans(text, masks), [""; 0], "{text}");
        }
    }

    #[test]
    fn what_shows_too_much_is_a_leak() {
        for (text, expected) in [
            ("4111 1111 1111 ****", "4111 1111 1111 ****"),
            ("411111111111****", "411111111111****"),
            ("4111 1111 11** 1111", "4111 1111 11** 1111"),
            ("**** 1111 1111 1111", "**** 1111 1111 1111"),
            ("123-45-****", "123-45-****"),
            ("123-**-6789", "123-**-6789"),
            ("crystal.min**@example.com", "crystal.min**@example.com"),
        ] {
            let found = |text: &str| leaks(text).into_iter().map(|(_, span)| span).collect();
            assert_eq!(spans(text, found), [expected], "{text}");
        }
    }
}
