//! Identifiers of Belgium.

use super::{
    calendar::is_date,
    digits::{digits, number},
};

/// National register number, or BIS number of a person who is not in that register: 11 digits.
///
/// Date of birth, a serial number from 001 to 998, and two check digits: 97 less the rest of the
/// first nine digits modulo 97, with a 2 in front for people born from 2000 to 2049. A BIS
/// number has 20 or 40 added to the month. Day, or month and day, are 00 where they are not known
/// or have run out. Source: Koninklijk besluit of 3 April 1984 and of 8 February 1991.
pub fn national_number(compact: &[u8]) -> bool {
    let Some(digits) = digits::<11>(compact) else {
        return false;
    };
    let [y1, y0, m1, m0, d1, d0, ..] = digits;
    let (year, month, day) = (y1 * 10 + y0, m1 * 10 + m0, d1 * 10 + d0);
    if month >= 60 || !matches!(number(&digits[6..9]), 1..=998) {
        return false;
    }
    let body = number(&digits[..9]);
    let check = number(&digits[9..]);
    let born = |century: u32| match (month % 20, day) {
        (0, _) => true,
        (1..=12, 0) => true,
        (month, day) => is_date(century + year, month, day),
    };
    (97 - body % 97 == check && born(1900))
        || (97 - (body + 2_000_000_000) % 97 == check && year < 50 && born(2000))
}
