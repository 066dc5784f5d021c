//! Identifiers of Switzerland.

use super::digits::ean;

/// Old-age insurance number (AHV, AVS): 13 digits that begin with 756, the last of them the
/// check digit of article numbers.
///
/// Source: Zentrale Ausgleichsstelle, "Die AHV-Nummer"; AHVV, art. 133.
pub fn ahv(compact: &[u8]) -> bool {
    compact.len() == 13 && compact.starts_with(b"756") && ean(compact)
}
