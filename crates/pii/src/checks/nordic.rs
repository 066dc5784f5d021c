//! Personal numbers of Sweden, Norway, Denmark and Finland.

use super::{
    calendar::{is_date, is_date_of_some_century},
    digits::{digits, luhn, number, weigh},
};

/// Swedish personal number, or the coordination number of a person who is not registered: 10 or
/// 12 digits; `+` or `-` may stand before the last four of ten.
///
/// Date of birth, three serial digits from 001 and the Luhn check digit of the last ten digits.
/// A `+` says that the person is a hundred or older. A coordination number has 60 added to the
/// day. Source: Skatteverket, SKV 704 and SKV 707.
pub fn se_personnummer(compact: &[u8]) -> bool {
    let (century, short) = match compact.len() {
        12 => compact.split_at(2),
        _ => (&b""[..], compact),
    };
    let mut plain = [0; 10];
    match short {
        [date @ .., b'+' | b'-', a, b, c, d] if date.len() == 6 => {
            plain[..6].copy_from_slice(date);
            plain[6..].copy_from_slice(&[*a, *b, *c, *d]);
        }
        _ if short.len() == 10 => plain.copy_from_slice(short),
        _ => return false,
    }
    let Some(digits) = digits::<10>(&plain) else {
        return false;
    };
    let [y1, y0, m1, m0, d1, d0, s2, s1, s0, _] = digits;
    let (year, month, day) = (y1 * 10 + y0, m1 * 10 + m0, d1 * 10 + d0);
    let day = if day > 60 { day - 60 } else { day };
    let is_born = match century {
        b"18" => is_date(1800 + year, month, day),
        b"19" => is_date(1900 + year, month, day),
        b"20" => is_date(2000 + year, month, day),
        b"" => is_date_of_some_century(year, month, day),
        _ => false,
    };
    is_born && [s2, s1, s0] != [0; 3] && luhn(&plain)
}

/// Norwegian national identity number, or D-number or H-number: 11 digits.
///
/// Day, month and year of birth, three individual digits that tell the century, and two check
/// digits modulo 11; a number with a check digit of ten is not given out. A D-number has 40
/// added to the day, a health service's H-number 40 to the month. Numbers by the relaxed rule
/// that comes into use in 2032 are not known here. Source: Skatteetaten;
/// folkeregisterforskriften, chapter 2.
pub fn no_fodselsnummer(compact: &[u8]) -> bool {
    let Some(digits) = digits::<11>(compact) else {
        return false;
    };
    let [d1, d0, m1, m0, y1, y0, ..] = digits;
    let (day, month, year) = (d1 * 10 + d0, m1 * 10 + m0, y1 * 10 + y0);
    let day = if day > 40 { day - 40 } else { day };
    let month = if month > 40 { month - 40 } else { month };
    let century = match (number(&digits[6..9]), year) {
        (0..=499, _) => 1900,
        (500..=749, 54..) => 1800,
        (500..=999, 0..=39) => 2000,
        (900..=999, _) => 1900,
        _ => return false,
    };
    is_date(century + year, month, day)
        && weigh(&digits, &[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]).is_multiple_of(11)
        && weigh(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11)
}

/// Danish personal number (CPR): 10 digits.
///
/// Day, month and year of birth and four serial digits, of which the first tells the century.
/// The check digit modulo 11 is not asked for: numbers without it have been given out since
/// October 2007. Source: CPR-kontoret, "Personnummeret i CPR".
pub fn dk_cpr(compact: &[u8]) -> bool {
    digits::<10>(compact).is_some_and(|digits| {
        let [d1, d0, m1, m0, y1, y0, serial, ..] = digits;
        let year = y1 * 10 + y0;
        let century = match (serial, year) {
            (0..=3, _) | (4 | 9, 37..) => 1900,
            (5..=8, 58..) => 1800,
            _ => 2000,
        };
        is_date(century + year, m1 * 10 + m0, d1 * 10 + d0)
    })
}

/// Finnish personal identity code: 11 characters, with the century sign in the seventh place.
///
/// Day, month and year of birth; `+` for 1800, `-` and U to Y for 1900, A to F for 2000; an
/// individual number from 002 to 899 (those above are temporary and stay within a hospital);
/// and a check character of date and number modulo 31. Source: Digital and Population Data
/// Services Agency, "Reform of personal identity code" (2023).
pub fn fi_personal_identity_code(compact: &[u8]) -> bool {
    const CHECK: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";
    let [date @ .., sign, i2, i1, i0, check] = compact else {
        return false;
    };
    let (Some(date), Some(individual)) = (digits::<6>(date), digits::<3>(&[*i2, *i1, *i0])) else {
        return false;
    };
    let century = match sign {
        b'+' => 1800,
        b'-' | b'U'..=b'Y' => 1900,
        b'A'..=b'F' => 2000,
        _ => return false,
    };
    let [d1, d0, m1, m0, y1, y0] = date;
    let individual = number(&individual);
    let remainder = (number(&date) * 1000 + individual) % 31;
    is_date(century + y1 * 10 + y0, m1 * 10 + m0, d1 * 10 + d0)
        && (2..=899).contains(&individual)
        && usize::try_from(remainder).is_ok_and(|at| CHECK.get(at) == Some(check))
}
