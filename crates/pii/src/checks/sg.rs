//! Identifiers of Singapore.

use super::digits::{digits, weigh};

/// Identity number of a citizen or resident (NRIC, S and T) or a foreigner (FIN, F, G and M): a
/// letter, 7 digits and a check letter.
///
/// The digits weigh 2, 7, 6, 5, 4, 3, 2; T and G add 4, M adds 3; the sum modulo 11 picks the
/// check letter. Source: Immigration & Checkpoints Authority; the algorithm is unpublished but
/// undisputed.
pub fn nric_fin(compact: &[u8]) -> bool {
    let [series, body @ .., check] = compact else {
        return false;
    };
    let (offset, letters) = match series {
        b'S' => (0, b"JZIHGFEDCBA"),
        b'T' => (4, b"JZIHGFEDCBA"),
        b'F' => (0, b"XWUTRQPNMLK"),
        b'G' => (4, b"XWUTRQPNMLK"),
        b'M' => (3, b"XWUTRQPNJLK"),
        _ => return false,
    };
    digits::<7>(body).is_some_and(|digits| {
        let sum = offset + weigh(&digits, &[2, 7, 6, 5, 4, 3, 2]);
        letters.get((sum % 11) as usize) == Some(check)
    })
}
