//! Identifiers of Germany.

use super::{
    calendar::is_date_of_some_century,
    digits::{cross_sum, digits, is_numeric, is_uniform, mod11_10},
};

/// Tax identification number (IdNr): 11 digits, the last of them a check digit modulo 11 and 10.
///
/// The first digit is not 0. Of the first ten digits exactly one occurs twice or three times; no
/// other digit repeats. That the authority gives out none with three in a row is not asked for:
/// test data of many systems has them. Source: Bundeszentralamt für
/// Steuern; ELSTER, "Prüfung der Steuer- und Steueridentifikationsnummer".
pub fn tax_id(compact: &[u8]) -> bool {
    let Some(digits) = digits::<11>(compact) else {
        return false;
    };
    let mut counts = [0_u8; 10];
    for &digit in &digits[..10] {
        counts[digit as usize] += 1;
    }
    let mut repeated = counts.iter().filter(|&&count| count > 1);
    let repeats_well = matches!((repeated.next(), repeated.next()), (Some(2 | 3), None));
    digits[0] != 0 && repeats_well && mod11_10(compact)
}

/// The first digits of a tax number in the federal form: one row per state.
const STATES: [&[u8]; 16] = [
    b"28", b"9", b"11", b"30", b"24", b"22", b"26", b"40", b"23", b"5", b"27", b"10", b"32", b"31",
    b"21", b"41",
];

/// Tax number (Steuernummer): 10 or 11 digits as the state writes it, or 13 in the federal form.
///
/// The federal form begins with the state and has a 0 in its fifth place. The check digit is
/// each state's own and depends on lists of tax offices; it is not verified. Ten digits, or
/// eleven, have no structure but that. The same digit throughout is a specimen. Source: ELSTER,
/// "Prüfung der Steuer- und Steueridentifikationsnummer".
pub fn tax_number(compact: &[u8]) -> bool {
    is_numeric(compact)
        && !is_uniform(compact)
        && match compact.len() {
            10 | 11 => true,
            13 => compact[4] == b'0' && STATES.iter().any(|state| compact.starts_with(state)),
            _ => false,
        }
}

/// Pension insurance number (Sozialversicherungsnummer): 12 characters.
///
/// Two digits for the office, the date of birth as day, month and year, the initial of the name
/// at birth, two serial digits and a check digit. With the letter as two digits, all digits
/// weigh 2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1, and the cross sums of the products add up to the
/// check digit, modulo ten. Which offices there are changes with every reform, so any two digits
/// are taken for one. Source: § 147 SGB VI; § 2 and § 4 VKVV.
pub fn social_security(compact: &[u8]) -> bool {
    if compact.len() != 12 || !compact[8].is_ascii_uppercase() {
        return false;
    }
    let (Some(front), Some(back)) = (digits::<8>(&compact[..8]), digits::<3>(&compact[9..])) else {
        return false;
    };
    let letter = u32::from(compact[8] - b'A') + 1;
    let sum: u32 = front
        .iter()
        .chain(&[letter / 10, letter % 10])
        .chain(&back[..2])
        .zip([2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1])
        .map(|(digit, weight)| cross_sum(digit * weight))
        .sum();
    let [_, _, d1, d0, m1, m0, y1, y0] = front;
    is_date_of_some_century(y1 * 10 + y0, m1 * 10 + m0, d1 * 10 + d0) && sum % 10 == back[2]
}
