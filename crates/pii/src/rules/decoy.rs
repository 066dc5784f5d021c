//! What is certainly something else: identifiers of machines, prices, tracking numbers.
//!
//! Parts of these look like telephone, card or identity numbers. A candidate that is not nearly
//! certain and touches one of them is dropped, so a rule need not know them all.

use std::ops::Range;

use crate::{
    checks::digits,
    context::WordList,
    view::{View, numerals::Numerals, tokens::Tokens},
};

/// Candidates of this confidence or more stand, whatever they touch.
pub(crate) const CERTAIN_ENOUGH: u8 = 90;

/// Currencies by their codes, and by words that follow or precede an amount.
static CURRENCIES: WordList = WordList::new(
    "eur | usd | gbp | chf | cad | aud | nzd | jpy | cny | rmb | inr | sek | nok | dkk | pln | czk | huf | brl | mxn | ars | krw | sgd | hkd | zar | btc | euro | euros | dollar | dollars | pounds | kr | zl | pesos | reais | yen",
);
/// Their signs.
const CURRENCY_SIGNS: [char; 8] = [
    '$', '\u{A3}', '\u{A5}', '\u{20AC}', '\u{20B9}', '\u{20A9}', '\u{20BF}', '\u{FFE5}',
];

/// How many tokens a decoy with letters has at most: a parcel of 18 characters, of which two are in
/// the first.
const MOST_TOKENS: usize = 17;

/// What stands between two groups of one decoy of digits, in bytes.
const LONGEST_GAP: usize = 2;

/// What in `view` is something else, unsorted: at least what touches one of `places`, which are
/// sorted and do not overlap.
pub(crate) fn find(view: &View<'_>, places: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut decoys = Vec::new();
    let numerals = &view.numerals;
    let mut next = places.iter().peekable();
    let mut first = 0;
    while first < numerals.len() {
        // Groups that stand apart are in no decoy together, so such a run is looked at by itself.
        let end = run_end(numerals, first);
        let run = numerals.span(first..end);
        while next.next_if(|place| place.end <= run.start).is_some() {}
        let is_near = next.peek().is_some_and(|place| place.start < run.end);
        while is_near && first < end {
            let count = numeric_decoy(numerals, first);
            if count > 0 {
                decoys.push(numerals.span(first..first + count));
            }
            first += count.max(1);
        }
        first = end;
    }
    let tokens = &view.tokens;
    let mut from = 0;
    for place in places {
        let near = tokens.touching(place);
        let first = near.start.saturating_sub(MOST_TOKENS).max(from);
        from = near.end.max(from);
        for first in first..from {
            let count = lettered_decoy(tokens, first);
            if count > 0 {
                decoys.push(tokens.span(first..first + count));
            }
        }
    }
    decoys
}

/// Where the groups end that follow `first` without a long gap between two of them.
fn run_end(numerals: &Numerals<'_>, first: usize) -> usize {
    let is_apart = |index: &usize| {
        let gap = numerals.gap_bytes(*index).unwrap_or_default();
        gap.len() > LONGEST_GAP
    };
    let mut behind = first + 1..numerals.len();
    behind.find(is_apart).unwrap_or(numerals.len())
}

/// How many groups from `first` on are a decoy of digits; 0 if none.
fn numeric_decoy(numerals: &Numerals<'_>, first: usize) -> usize {
    let amount = amount_len(numerals, first);
    if amount > 0 {
        return amount;
    }
    let sizes = [0, 1, 2, 3, 4].map(|place| numerals.size(first + place));
    let joined = |count: usize, gap: &str| {
        (1..count).all(|place| numerals.gap(first + place) == Some(gap))
            && numerals.gap(first) != Some(gap)
            && numerals.gap(first + count) != Some(gap)
    };
    let text = numerals.text();
    match sizes {
        // A time stamp: date, then time.
        [4, 2, 2, 2, 2] if is_stamp(numerals, first) => 5,
        // Orders at large shops: `123-1234567-1234567`, `12-12345-12345`.
        [3, 7, 7, ..] | [2, 5, 5, ..] if joined(3, "-") => 3,
        // Books: `978-3-16-148410-0`.
        [3, ..] if is_isbn(numerals, first) => 5,
        // A decimal fraction: `51.507351`, `-0.1277583`.
        [1..=3, 4..=20, ..]
            if joined(2, ".")
                && (sizes[1] >= 5
                    || text[..numerals.span(first..first + 1).start].ends_with('-')) =>
        {
            2
        }
        _ => 0,
    }
}

/// `2019-11-06T08:30`, `2019/11/06 08:30:00`.
fn is_stamp(numerals: &Numerals<'_>, first: usize) -> bool {
    matches!(numerals.gap(first + 1), Some("-" | "/" | "."))
        && numerals.gap(first + 1) == numerals.gap(first + 2)
        && matches!(numerals.gap(first + 3), Some("T" | " " | "t" | "_" | ", "))
        && matches!(numerals.gap(first + 4), Some(":"))
}

/// Thirteen digits in five groups that begin with 978 or 979.
fn is_isbn(numerals: &Numerals<'_>, first: usize) -> bool {
    let window = first..first + 5;
    if !matches!(numerals.digits(first), "978" | "979")
        || !(first + 1..first + 5).all(|index| matches!(numerals.gap(index), Some("-" | " ")))
    {
        return false;
    }
    let mut compact = [0; 13];
    let digits = window.flat_map(|index| numerals.digits(index).bytes());
    let mut len = 0;
    for digit in digits {
        let Some(slot) = compact.get_mut(len) else {
            return false;
        };
        *slot = digit;
        len += 1;
    }
    len == compact.len() && digits::ean(&compact)
}

/// How many groups from `first` on are an amount of money or a share; 0 if they are neither.
fn amount_len(numerals: &Numerals<'_>, first: usize) -> usize {
    let is_grouped = |index: usize| {
        matches!(numerals.gap(index), Some("," | "." | " " | "'")) && numerals.size(index) <= 3
    };
    let end = (first + 1..numerals.len().min(first + 7))
        .find(|index| !is_grouped(*index))
        .unwrap_or(numerals.len().min(first + 7));
    let text = numerals.text();
    let span = numerals.span(first..end);
    let (before, after) = (&text[..span.start], &text[span.end..]);
    let has_sign = before.trim_end_matches(' ').ends_with(CURRENCY_SIGNS)
        || after.trim_start_matches(' ').starts_with(CURRENCY_SIGNS);
    // Mostly punctuation stands there, or a space behind some.
    let may_be_word =
        |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_alphabetic() || *b >= 0x80);
    let has_code = || {
        may_be_word(trimmed_end(before).as_bytes().last()) && is_currency(last_word(before))
            || may_be_word(trimmed_start(after).as_bytes().first())
                && is_currency(first_word(after))
    };
    if has_sign || after.starts_with('%') || has_code() {
        end - first
    } else {
        0
    }
}

fn is_currency(word: &str) -> bool {
    CURRENCIES.contains(word)
}

fn trimmed_end(before: &str) -> &str {
    before.strip_suffix(' ').unwrap_or(before)
}

fn trimmed_start(after: &str) -> &str {
    after.strip_prefix(' ').unwrap_or(after)
}

/// The word that `before` ends in, at most one space away.
fn last_word(before: &str) -> &str {
    let before = trimmed_end(before);
    let longest = &before[before.floor_char_boundary(before.len().saturating_sub(8))..];
    &longest[longest.trim_end_matches(char::is_alphabetic).len()..]
}

/// The word that `after` begins with, at most one space away.
fn first_word(after: &str) -> &str {
    let after = trimmed_start(after);
    let longest = &after[..after.floor_char_boundary(8)];
    &longest[..longest.len() - longest.trim_start_matches(char::is_alphabetic).len()]
}

/// How many tokens from `first` on are a decoy with letters; 0 if none.
fn lettered_decoy(tokens: &Tokens<'_>, first: usize) -> usize {
    let token = tokens.get(first);
    let is_hex = |index: usize, len: usize| {
        tokens.size(index) == len && tokens.bytes(index).iter().all(u8::is_ascii_hexdigit)
    };
    let is_uuid = is_hex(first, 8)
        && (1..4).all(|place| is_hex(first + place, 4))
        && is_hex(first + 4, 12)
        && (1..5).all(|place| tokens.gap(first + place) == Some("-"));
    if is_uuid {
        return 5;
    }
    if token == "1Z" {
        return spaced_parcel(tokens, first);
    }
    usize::from(is_parcel(token.as_bytes()))
}

/// How many tokens from `first` on are a tracking number of UPS in groups: `1Z 999 AA1 01 2345
/// 6784`.
fn spaced_parcel(tokens: &Tokens<'_>, first: usize) -> usize {
    const LENGTH: usize = 18;
    let mut len = tokens.get(first).len();
    let mut end = first + 1;
    while len < LENGTH && tokens.gap(end) == Some(" ") {
        len += tokens.get(end).len();
        end += 1;
    }
    if len == LENGTH { end - first } else { 0 }
}

/// Tracking numbers with letters: UPS, Amazon, and those of the world's posts with a right check
/// digit.
fn is_parcel(token: &[u8]) -> bool {
    let numeric = |digits: &[u8]| digits.iter().all(u8::is_ascii_digit);
    match token {
        [b'1', b'Z', rest @ ..] => rest.len() == 16,
        [b'T', b'B', b'A', rest @ ..] => rest.len() == 12 && numeric(rest),
        [a, b, number @ .., c, d] if number.len() == 9 && numeric(number) => {
            [a, b, c, d].iter().all(|b| b.is_ascii_uppercase()) && is_s10(number)
        }
        _ => false,
    }
}

/// The check digit of the Universal Postal Union's S10: eight digits weighed, modulo 11.
fn is_s10(number: &[u8]) -> bool {
    const WEIGHTS: [u32; 8] = [8, 6, 4, 2, 3, 5, 9, 7];
    let Some((check, serial)) = number.split_last() else {
        return false;
    };
    let sum: u32 = serial
        .iter()
        .zip(WEIGHTS)
        .map(|(digit, weight)| u32::from(digit - b'0') * weight)
        .sum();
    let expected = match 11 - sum % 11 {
        10 => 0,
        11 => 5,
        check => check,
    };
    u32::from(check - b'0') == expected
}
