//! Identifiers of the Netherlands.

use super::digits::{digits, number, weigh};

/// Citizen service number (BSN): 9 digits that pass the test modulo 11.
///
/// The digits weigh 9 to 2 and the last one minus 1; the sum is a multiple of 11. Never
/// 000000000. Source: Besluit burgerservicenummer; Logisch Ontwerp BSN.
pub fn bsn(compact: &[u8]) -> bool {
    digits::<9>(compact).is_some_and(|digits| {
        let sum = weigh(&digits, &[9, 8, 7, 6, 5, 4, 3, 2]);
        sum % 11 == digits[8] && number(&digits) != 0
    })
}
