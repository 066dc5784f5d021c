//! Identifiers of Canada.

use super::digits::luhn;

/// Social insurance number (SIN): 9 digits, the last of them a Luhn check digit.
///
/// Numbers that begin with 0 or 8 are not given to people. Source: Employment and Social
/// Development Canada, Social Insurance Register.
pub fn sin(compact: &[u8]) -> bool {
    compact.len() == 9 && !matches!(compact[0], b'0' | b'8') && luhn(compact)
}
