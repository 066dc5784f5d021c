//! Payment card numbers: an issuer's range, a length that issuer uses, and the Luhn check digit.
//!
//! Digits may be grouped by spaces, dashes and dots. Shape and checksum are evidence enough: no
//! context word is asked for and none clears a number.

use std::ops::Range;

use crate::numerals::Numerals;

const FEWEST_DIGITS: usize = 12;
const MOST_DIGITS: usize = 19;

/// A range of issuer identification numbers, six digits each, and the lengths used in it.
struct Issuer {
    range: (u32, u32),
    lengths: &'static [usize],
}

const fn issuer(from: u32, to: u32, lengths: &'static [usize]) -> Issuer {
    Issuer {
        range: (from, to),
        lengths,
    }
}

const LONG: &[usize] = &[16, 17, 18, 19];
const MAESTRO: &[usize] = &[12, 13, 14, 15, 16, 17, 18, 19];

/// ISO/IEC 7812 ranges as the schemes publish them. Ranges of local schemes that lie inside those
/// of a larger one are covered by it.
const ISSUERS: [Issuer; 25] = [
    issuer(400_000, 499_999, &[13, 16, 19]),             // Visa
    issuer(510_000, 559_999, &[16]),                     // Mastercard
    issuer(222_100, 272_099, &[16]),                     // Mastercard, 2-series
    issuer(340_000, 349_999, &[15]),                     // American Express
    issuer(370_000, 379_999, &[15]),                     // American Express
    issuer(300_000, 305_999, &[14, 16, 17, 18, 19]),     // Diners Club
    issuer(309_500, 309_599, &[14, 16, 17, 18, 19]),     // Diners Club
    issuer(360_000, 369_999, &[14, 15, 16, 17, 18, 19]), // Diners Club
    issuer(380_000, 399_999, &[14, 16, 17, 18, 19]),     // Diners Club
    issuer(352_800, 358_999, LONG),                      // JCB
    issuer(601_100, 601_199, LONG),                      // Discover
    issuer(644_000, 659_999, LONG),                      // Discover, RuPay, Verve, Elo
    issuer(620_000, 629_999, LONG),                      // UnionPay
    issuer(810_000, 817_199, LONG),                      // UnionPay
    issuer(820_000, 820_999, &[16]),                     // RuPay
    issuer(600_000, 601_099, &[16]),                     // RuPay
    issuer(606_000, 609_999, &[16, 19]),                 // RuPay, Hipercard
    issuer(220_000, 220_499, LONG),                      // Mir
    issuer(979_200, 979_299, &[16]),                     // Troy
    issuer(500_000, 509_999, MAESTRO),                   // Maestro, Verve, Elo, Dankort
    issuer(560_000, 589_999, MAESTRO),                   // Maestro
    issuer(630_400, 630_499, MAESTRO),                   // Maestro
    issuer(636_000, 639_999, MAESTRO),                   // Maestro, Elo, InstaPayment
    issuer(670_000, 679_999, MAESTRO),                   // Maestro
    issuer(690_000, 690_999, &[16]),                     // TransaX
];

/// The card numbers among `numerals`.
pub(crate) fn find(numerals: &Numerals<'_>) -> Vec<Range<usize>> {
    let mut spans = Vec::new();
    let mut first = 0;
    while first < numerals.len() {
        match longest_card(numerals, first) {
            Some(end) => {
                spans.push(numerals.span(first..end));
                first = end;
            }
            None => first += 1,
        }
    }
    spans
}

/// The end of the longest window of groups from `first` on that is a card number.
fn longest_card(numerals: &Numerals<'_>, first: usize) -> Option<usize> {
    if numerals.size(first) < 4 || is_within_postal_barcode(numerals, first) {
        return None;
    }
    let mut digits = String::with_capacity(MOST_DIGITS);
    let mut longest = None;
    for last in first..numerals.len() {
        if last > first && !numerals.gap(last).is_some_and(is_separator) {
            break;
        }
        // A number is grouped in threes or more; only the rest at its end may be shorter.
        if last > first + 1 && numerals.size(last - 1) < 3 {
            break;
        }
        if digits.len() + numerals.size(last) > MOST_DIGITS {
            break;
        }
        digits.push_str(numerals.digits(last));
        let window = first..last + 1;
        if is_card_number(&digits)
            && !numerals.all_equal(window.clone())
            && !numerals.is_embedded(numerals.span(window))
        {
            longest = Some(last + 1);
        }
    }
    longest
}

fn is_separator(gap: &str) -> bool {
    (1..=3).contains(&gap.len()) && gap.bytes().all(|b| matches!(b, b' ' | b'\t' | b'-' | b'.'))
}

/// Whether group `index` belongs to a postal tracking number: 20 digits or more in fours,
/// beginning with a 9. Any twelve of them may pass for a card by chance.
fn is_within_postal_barcode(numerals: &Numerals<'_>, index: usize) -> bool {
    let linked = |at: usize| numerals.gap(at).is_some_and(is_separator);
    let mut first = index;
    while first > 0 && index - first < 5 && linked(first) && numerals.size(first - 1) == 4 {
        first -= 1;
    }
    let fours = (first..numerals.len())
        .take(5)
        .take_while(|&at| numerals.size(at) == 4 && (at == first || linked(at)))
        .count();
    fours == 5 && numerals.digits(first).starts_with('9')
}

fn is_card_number(digits: &str) -> bool {
    digits.len() >= FEWEST_DIGITS && is_issued(digits) && passes_luhn(digits)
}

fn is_issued(digits: &str) -> bool {
    let Some(prefix) = digits
        .get(..6)
        .and_then(|prefix| prefix.parse::<u32>().ok())
    else {
        return false;
    };
    ISSUERS.iter().any(|issuer| {
        let (from, to) = issuer.range;
        (from..=to).contains(&prefix) && issuer.lengths.contains(&digits.len())
    })
}

/// ISO/IEC 7812-1 annex B: from the right, every second digit counts double with its digits
/// summed, and the total is a multiple of ten.
fn passes_luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let digit = u32::from(digit - b'0');
            match place % 2 {
                0 => digit,
                _ if digit < 5 => digit * 2,
                _ => digit * 2 - 9,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find(&Numerals::of(text))
            .into_iter()
            .map(|span| &text[span])
            .collect()
    }

    #[test]
    fn the_schemes_own_test_numbers_are_found_however_grouped() {
        for number in [
            "4111111111111111",
            "4222222222222",
            "5555 5555 5555 4444",
            "2223-0031-2200-3222",
            "2720 9900 0000 0007",
            "3782 822463 10005",
            "3056 930902 5904",
            "3530.1113.3330.0000",
            "6011 1111 1111 1117",
            "6200000000000005",
            "6759649826438453",
            "2200 0000 0000 0053",
        ] {
            let text = format!("paid with {number}, thanks");
            assert_eq!(found(&text), [number]);
        }
    }

    #[test]
    fn a_card_is_found_among_its_neighbours() {
        assert_eq!(
            found("12 4111 1111 1111 1111 12/27"),
            ["4111 1111 1111 1111"]
        );
        assert_eq!(
            found("4111 1111 1111 1111 5555 5555 5555 4444"),
            ["4111 1111 1111 1111", "5555 5555 5555 4444"]
        );
        assert_eq!(found("Visa4111111111111111"), ["4111111111111111"]);
    }

    #[test]
    fn numbers_no_issuer_could_have_given_out_are_not_cards() {
        for text in [
            "4111111111111112",                  // check digit
            "4111 1111 1111 1",                  // length
            "1111111111111117",                  // range
            "4444444444444444",                  // specimen
            "41111111111111110000",              // longer run
            "a4111111111111111f",                // hash
            "4111********1111",                  // masked
            "4111 11XX XXXX 1111",               // masked
            "9405 5036 9930 0000 0000 0008 41",  // postal tracking number
            "9400 4111 1111 1111 1111 00",       // postal tracking number
            "3348917502",                        // order
            "4111 1111\n1111 1111 of last year", // two lines
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
