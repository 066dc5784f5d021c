//! Identifiers of China.

use super::{
    calendar::is_date,
    digits::{digits, mod11_2, number},
};

/// Resident identity number: 18 characters, the last of them a check digit or X.
///
/// Six digits for the place, of which the province is checked, the date of birth, three serial
/// digits, and the check character modulo 11 and 2. A foreigner's permanent residence number has
/// 9, the province and the country of origin in the first six. Source: GB 11643-1999; National
/// Immigration Administration.
pub fn resident_id(compact: &[u8]) -> bool {
    if compact.len() != 18 {
        return false;
    }
    let Some(digits) = digits::<17>(&compact[..17]) else {
        return false;
    };
    let [p0, p1, p2, _, _, _, y3, y2, y1, y0, m1, m0, d1, d0, ..] = digits;
    let year = y3 * 1000 + y2 * 100 + y1 * 10 + y0;
    (is_province(p0 * 10 + p1) || (p0 == 9 && is_province(p1 * 10 + p2)))
        && number(&digits[14..]) != 0
        && (1800..2100).contains(&year)
        && is_date(year, m1 * 10 + m0, d1 * 10 + d0)
        && mod11_2(compact)
}

/// The provinces of GB/T 2260, and 81 to 83 for residents from Hong Kong, Macau and Taiwan.
fn is_province(code: u32) -> bool {
    matches!(
        code,
        11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83
    )
}
