//! Crossed-out numbers: `****1234`, `411111XXXXXX1111`, `***-**-6789`, `0000 0000 0000 0000`.
//!
//! A mask covers the crossed-out characters and what they belong to, no more. One that leaves more
//! than the first eight or the last four digits of a card, or more than four of a social security
//! number, is not a mask but a leak.

use std::ops::Range;

use super::{
    chunks::{self, Chunk, is_joined, span},
    endings, mailboxes,
};
use crate::{
    entity::Entity,
    view::kinds::{BLOCK, Kinds},
};

/// How much of a value may be seen in front and behind where its kind is not known.
const MOST_LEADING: usize = 8;
const MOST_TRAILING: usize = 6;
const MOST_VISIBLE: usize = 12;
/// Chunks that one value is written in, at most.
const MOST_CHUNKS: usize = 6;
/// Equal digits in a row that are nobody's number.
const FEWEST_EQUAL: usize = 9;

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

/// What a crossed-out value turns out to be.
pub(super) enum Reading {
    Mask(Range<usize>),
    Leak(Entity, Range<usize>),
}

/// Whether a character is made to stand for another.
pub(super) fn is_mask(c: char) -> bool {
    chunks::is_strong(c) || matches!(c, 'x' | 'X')
}

/// The masks in a folded text, in no order. They may overlap.
pub(super) fn masks(text: &str, kinds: &Kinds) -> Vec<Range<usize>> {
    readings(text, kinds)
        .into_iter()
        .filter_map(|reading| match reading {
            Reading::Mask(span) => Some(span),
            Reading::Leak(..) => None,
        })
        .collect()
}

/// Values in a folded text of which so much can be seen that crossing out the rest hides nothing.
pub(crate) fn leaks(text: &str, kinds: &Kinds) -> Vec<(Entity, Range<usize>)> {
    let mut readings = Vec::new();
    if may_show_too_much(text, kinds) {
        read_values(text, &chunks::chunks(text, kinds), &mut readings);
    }
    mailboxes::read(text, &mut readings);
    readings
        .into_iter()
        .filter_map(|reading| match reading {
            Reading::Mask(_) => None,
            Reading::Leak(entity, span) => Some((entity, span)),
        })
        .collect()
}

/// Whether so many digits stand around something crossed out that a number may leak.
fn may_show_too_much(text: &str, kinds: &Kinds) -> bool {
    /// Longer than the longest value in its groups.
    const REACH: usize = BLOCK;
    const FEWEST: u32 = 5;
    let bytes = text.as_bytes();
    let has_digits = |at: usize| {
        let around = &bytes[at.saturating_sub(REACH)..bytes.len().min(at + REACH)];
        around.iter().filter(|b| b.is_ascii_digit()).count() >= FEWEST as usize
    };
    // In most blocks there are not so many digits, nor in those beside them.
    kinds
        .near_digits(FEWEST)
        .any(|block| chunks::places(bytes, kinds, block).any(has_digits))
}

fn readings(text: &str, kinds: &Kinds) -> Vec<Reading> {
    let mut readings = Vec::new();
    let chunks = chunks::chunks(text, kinds);
    read_values(text, &chunks, &mut readings);
    read_equal_digits(text, &chunks, &mut readings);
    endings::read(text, kinds, &chunks, &mut readings);
    mailboxes::read(text, &mut readings);
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
    let hides = |window: &Range<usize>| {
        let window = &chunks[window.clone()];
        window.iter().map(|chunk| chunk.masks).sum::<usize>() >= 2
    };
    // One star may be a footnote's, unless it makes up the length of a card.
    let is_card = |window: &Range<usize>| {
        let visible = visible(&chunks[window.clone()]);
        visible > 0 && (hides(window) || matches!(visible, 14 | 15))
    };
    if let Some(window) = shaped(CARDS).filter(is_card) {
        let reading = read_card(chunks, window.clone());
        return (window.end, reading);
    }
    if let Some(window) = shaped(SSNS).filter(hides) {
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
    if let Some(window) = shaped(PHONES).filter(hides) {
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
                && window.iter().any(|chunk| chunk.is_masked())
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
        // A mailbox is read with its domain.
        if text[chunks[masked.end - 1].end..].starts_with('@') {
            return None;
        }
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
        // Zeros alone are no code either.
        let is_nought = first == Some(b'0') && visible(window) >= 3 && window.len() == 1;
        let is_number = window
            .iter()
            .all(|chunk| chunk.letters == 0 && !chunk.is_masked());
        if is_number
            && (visible(window) >= FEWEST_EQUAL || is_nought)
            && digits.all(|digit| Some(digit) == first)
            && stands_alone(text, &written)
        {
            readings.push(Reading::Mask(written));
        }
        at = end;
    }
}

/// Whether no other digit stands near enough to belong to the same number, whatever line ends,
/// markup or escapes stand between.
fn stands_alone(text: &str, span: &Range<usize>) -> bool {
    const NEAR: usize = 12;
    let bytes = text.as_bytes();
    let before = bytes[..span.start].iter().rev().take(NEAR);
    let after = bytes[span.end..].iter().take(NEAR);
    !before.chain(after).any(u8::is_ascii_digit)
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

    fn all_masks(text: &str) -> Vec<Range<usize>> {
        masks(text, &Kinds::of(text))
    }

    fn all_leaks(text: &str) -> Vec<(Entity, Range<usize>)> {
        leaks(text, &Kinds::of(text))
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
            assert_eq!(spans(text, all_masks), [expected], "{text}");
            assert!(all_leaks(text).is_empty(), "{text}");
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
            assert_eq!(spans(text, all_masks), [""; 0], "{text}");
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
            let found = |text: &str| all_leaks(text).into_iter().map(|(_, span)| span).collect();
            assert_eq!(spans(text, found), [expected], "{text}");
        }
    }
}
