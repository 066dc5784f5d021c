//! Identifiers of Poland.

use super::{
    calendar::is_date,
    digits::{digits, weigh},
};

/// Universal number of the population register (PESEL): 11 digits.
///
/// Date of birth, four serial digits and a check digit. The century is added to the month: 80
/// for 1800, none for 1900, 20 for 2000, 40 and 60 for the two after. The digits weigh 1, 3, 7,
/// 9 in turn and with the check digit come to a multiple of ten. Source: Ustawa o ewidencji
/// ludności of 24 September 2010, art. 15.
pub fn pesel(compact: &[u8]) -> bool {
    let Some(digits) = digits::<11>(compact) else {
        return false;
    };
    let [y1, y0, m1, m0, d1, d0, ..] = digits;
    let month = m1 * 10 + m0;
    let century = [1900, 2000, 2100, 2200, 1800][(month / 20) as usize];
    is_date(century + y1 * 10 + y0, month % 20, d1 * 10 + d0)
        && weigh(&digits, &[1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1]).is_multiple_of(10)
}
