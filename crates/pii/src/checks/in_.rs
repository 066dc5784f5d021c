//! Identifiers of India.

use super::digits::{is_numeric, verhoeff};

/// Aadhaar number: 12 digits, the last of them a Verhoeff check digit.
///
/// The first digit is 2 to 9, and the number is no palindrome. Source: Unique Identification
/// Authority of India, "UID numbering scheme".
pub fn aadhaar(compact: &[u8]) -> bool {
    compact.len() == 12
        && !matches!(compact[0], b'0' | b'1')
        && !compact.iter().eq(compact.iter().rev())
        && verhoeff(compact)
}

/// Permanent account number (PAN): five letters, 4 digits and a check letter of an unpublished
/// algorithm, which is not verified.
///
/// The fourth letter is the kind of holder; the digits are not 0000. Source: Income Tax
/// Department, "Permanent account number".
pub fn pan(compact: &[u8]) -> bool {
    compact.len() == 10
        && compact[..5].iter().all(u8::is_ascii_uppercase)
        && b"ABCFGHJKLPT".contains(&compact[3])
        && is_numeric(&compact[5..9])
        && &compact[5..9] != b"0000"
        && compact[9].is_ascii_uppercase()
}
