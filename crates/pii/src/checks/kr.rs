//! Identifiers of South Korea.

use super::{
    calendar::is_date,
    digits::{digits, weigh},
};

/// Resident registration number (RRN): 13 digits, with the date of birth in front.
///
/// The seventh digit is the sex and century, and for foreigners another four. Numbers given out
/// since October 2020 have neither a place of registration nor a check digit, so neither is
/// asked for; see [`rrn_check_digit`] for the older ones. Source: Resident Registration Act,
/// enforcement rules, art. 2.
pub fn rrn(compact: &[u8]) -> bool {
    digits::<13>(compact).is_some_and(|digits| {
        let [y1, y0, m1, m0, d1, d0, sex, ..] = digits;
        let century = match sex {
            1 | 2 | 5 | 6 => 1900,
            3 | 4 | 7 | 8 => 2000,
            _ => 1800,
        };
        is_date(century + y1 * 10 + y0, m1 * 10 + m0, d1 * 10 + d0)
    })
}

/// A resident registration number of before October 2020: also with a place of registration of
/// at most 96 and the right check digit.
///
/// The digits weigh 2 to 9 and 2 to 5; 11 less their sum modulo 11 is the check digit, modulo
/// ten. Source: as of [`rrn`].
pub fn rrn_check_digit(compact: &[u8]) -> bool {
    rrn(compact)
        && digits::<13>(compact).is_some_and(|digits| {
            let sum = weigh(&digits, &[2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]);
            digits[7] * 10 + digits[8] <= 96 && (11 - sum % 11) % 10 == digits[12]
        })
}
