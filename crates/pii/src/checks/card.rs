//! Payment card numbers.

use super::digits::{digits, luhn};

/// The fewest digits of a card number.
pub const FEWEST_DIGITS: usize = 12;
/// The most digits of a card number.
pub const MOST_DIGITS: usize = 19;

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
const DINERS: &[usize] = &[14, 16, 17, 18, 19];
const MAESTRO: &[usize] = &[12, 13, 14, 15, 16, 17, 18, 19];

/// ISO/IEC 7812 ranges as the schemes publish them, in ascending order. Ranges of local schemes
/// that lie inside those of a larger one are covered by it. The air travel cards (UATP), which
/// have all numbers of 15 digits that begin with 1, are left out: far too many numbers that are
/// no cards would pass.
const ISSUERS: [Issuer; 32] = [
    issuer(180_000, 180_099, &[15]),                     // JCB, retired
    issuer(194_600, 194_699, &[16]),                     // GPN
    issuer(213_100, 213_199, &[15]),                     // JCB, retired
    issuer(220_000, 220_599, LONG),                      // Mir, Borica
    issuer(222_100, 272_099, &[16]),                     // Mastercard, 2-series
    issuer(286_900, 286_999, &[16]),                     // Carnet
    issuer(300_000, 305_999, DINERS),                    // Diners Club
    issuer(309_500, 309_599, DINERS),                    // Diners Club
    issuer(340_000, 349_999, &[15]),                     // American Express
    issuer(352_800, 358_999, LONG),                      // JCB
    issuer(360_000, 369_999, &[14, 15, 16, 17, 18, 19]), // Diners Club
    issuer(370_000, 379_999, &[15]),                     // American Express
    issuer(380_000, 399_999, DINERS),                    // Diners Club
    issuer(400_000, 499_999, &[13, 16, 19]),             // Visa
    issuer(500_000, 509_999, MAESTRO),                   // Maestro, Verve, Elo, Dankort
    issuer(510_000, 559_999, &[16]),                     // Mastercard
    issuer(560_000, 589_999, MAESTRO),                   // Maestro
    issuer(600_000, 605_999, &[16]),                     // RuPay, UkrCard, Cabal
    issuer(606_000, 609_999, &[16, 19]),                 // RuPay, Hipercard
    issuer(601_100, 601_199, LONG),                      // Discover
    issuer(620_000, 629_999, LONG),                      // UnionPay
    issuer(630_400, 630_499, MAESTRO),                   // Maestro
    issuer(633_300, 633_499, &[16, 18, 19]),             // Switch, Solo, retired
    issuer(636_000, 639_999, MAESTRO),                   // Maestro, Elo, InstaPayment
    issuer(644_000, 659_999, LONG),                      // Discover, RuPay, Verve, Elo, Troy
    issuer(670_000, 679_999, MAESTRO),                   // Maestro, Bancontact
    issuer(690_000, 690_999, &[16]),                     // TransaX
    issuer(810_000, 817_199, LONG),                      // UnionPay
    issuer(817_200, 829_999, &[16]),                     // RuPay
    issuer(860_000, 860_099, &[16]),                     // Uzcard
    issuer(979_200, 979_299, &[16]),                     // Troy
    issuer(986_000, 986_099, &[16]),                     // Humo
];

/// Payment card number: 12 to 19 digits, of a length that its issuer uses, with a Luhn check
/// digit. No number of the same digit throughout passes.
///
/// Source: ISO/IEC 7812-1 and the issuer ranges that the card schemes publish.
pub fn card(compact: &[u8]) -> bool {
    is_issued(compact) && luhn(compact)
}

fn is_issued(compact: &[u8]) -> bool {
    let length = compact.len();
    let Some(prefix) = compact.first_chunk::<6>() else {
        return false;
    };
    let Some(prefix) = digits::<6>(prefix) else {
        return false;
    };
    let prefix = prefix.iter().fold(0, |prefix, digit| prefix * 10 + digit);
    ISSUERS.iter().any(|issuer| {
        let (from, to) = issuer.range;
        (from..=to).contains(&prefix) && issuer.lengths.contains(&length)
    })
}
