//! Identifiers of France.

use super::digits::{digits, is_numeric, mod97_remainder};

/// Social security number (NIR): 15 characters, the last two of them a key modulo 97.
///
/// Sex, year and month of birth, department, municipality and a serial number, each of which is
/// checked against what is given out. Corsica's departments 2A and 2B count as 19 and 18 in the
/// key. Source: INSEE, "Numéro d'inscription au répertoire (NIR)"; décret 82-103.
pub fn nir(compact: &[u8]) -> bool {
    if compact.len() != 15 {
        return false;
    }
    let department = match &compact[5..7] {
        b"2A" => [b'1', b'9'],
        b"2B" => [b'1', b'8'],
        &[tens, ones] => [tens, ones],
        _ => return false,
    };
    let plain = compact[..5]
        .iter()
        .chain(&department)
        .chain(&compact[7..13]);
    let (Some([sex, _, _, m1, m0]), Some(place), Some([k1, k0])) = (
        digits::<5>(&compact[..5]),
        digits::<6>(&compact[7..13]),
        digits::<2>(&compact[13..]),
    ) else {
        return false;
    };
    let key = k1 * 10 + k0;
    matches!(sex, 1..=4 | 7 | 8)
        && matches!(m1 * 10 + m0, 1..=12 | 20 | 30..=42 | 50..=99)
        && is_numeric(&department)
        && department != *b"00"
        && place[..3] != [0; 3]
        && place[3..] != [0; 3]
        && mod97_remainder(plain.copied()).is_some_and(|remainder| remainder + key == 97)
}
