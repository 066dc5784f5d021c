//! Payment card numbers: an issuer's range, a length that issuer uses, and the Luhn check digit.
//!
//! Digits may be grouped by spaces, dashes and dots. Shape and checksum are evidence enough: no
//! context word is asked for and none clears a number.

use crate::{
    context::{Context, Phrases, Topic},
    entity::Entity,
    rules::{Candidate, Found},
    view::{View, numerals::Numerals},
};

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

/// What payment cards are called.
pub(crate) const PHRASES: &[Phrases] = &[Phrases {
    topic: Topic::Card,
    phrases: "card | cards | card number | card no | credit card | credit card number | \
            debit card | debit card number | visa | mastercard | amex | american express | \
            maestro | discover | diners | jcb | unionpay | pan | cc | cc number | cc no | \
            karte | kreditkarte | kartennummer | kreditkartennummer | carte | \
            carte bancaire | carte de credit | numero de carte | tarjeta | \
            tarjeta de credito | numero de tarjeta | cartao | cartao de credito | \
            numero do cartao | carta | carta di credito | numero carta | \
            numero della carta | creditcard | kaart | kaartnummer | karta | karty | \
            numer karty | kort | kortnummer | kredittkort | kreditkort | 卡号 | 信用卡 | 카드 | \
            카드번호 | カード番号",
}];

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

/// The card numbers in `view`.
pub(crate) fn find(view: &View<'_>, found: &mut Found) {
    let numerals = &view.numerals;
    let mut first = 0;
    while first < numerals.len() {
        match longest_card(numerals, first) {
            Some(end) => {
                let span = numerals.span(first..end);
                let context = view.context(&span, Topic::Card.set());
                let percent = match context {
                    Context::Reference(_) if end == first + 1 => 40,
                    Context::Reference(_) => 70,
                    _ => 95,
                };
                found.push(
                    Candidate::new(&Entity::CreditCard, "card", span, percent).in_context(context),
                );
                first = end;
            }
            None => first += 1,
        }
    }
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
