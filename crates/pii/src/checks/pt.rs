//! Identifiers of Portugal.

use super::digits::{digits, weigh};

/// Tax number (NIF): 9 digits, the last of them a check digit modulo 11.
///
/// The digits weigh 9 to 2; what the sum lacks to a multiple of 11 is the check digit, where 10
/// and 11 count 0. People's numbers begin with 1, 2, 3 or 45, others with 5, 6, 7, 8 or 9.
/// Source: Autoridade Tributária; Decreto-Lei 14/2013.
pub fn nif(compact: &[u8]) -> bool {
    digits::<9>(compact).is_some_and(|digits| {
        let rest = weigh(&digits, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
        let check = if rest < 2 { 0 } else { 11 - rest };
        matches!(&digits[..2], [1..=3 | 5..=9, _] | [4, 5]) && check == digits[8]
    })
}
