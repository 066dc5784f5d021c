//! Bank identifiers of the United States.

use super::digits::{digits, is_numeric, is_uniform, number, weigh};

/// ABA routing number of a US bank: 9 digits, the last of them a check digit.
///
/// The digits weigh 3, 7, 1 in turn and the sum is a multiple of ten. The first two digits are
/// 00 to 12 (government and Federal Reserve districts), 21 to 32 (thrifts), 61 to 72
/// (electronic) or 80 (traveller's cheques). Source: American Bankers Association, routing
/// number policy.
pub fn aba_routing(compact: &[u8]) -> bool {
    digits::<9>(compact).is_some_and(|digits| {
        matches!(number(&digits[..2]), 0..=12 | 21..=32 | 61..=72 | 80)
            && number(&digits) != 0
            && weigh(&digits, &[3, 7, 1, 3, 7, 1, 3, 7, 1]).is_multiple_of(10)
    })
}

/// Account number at a US bank: 8 to 17 digits. No check digit and no structure, so this holds
/// for most numbers of that length: only the same digit throughout is refused.
pub fn us_account(compact: &[u8]) -> bool {
    (8..=17).contains(&compact.len()) && is_numeric(compact) && !is_uniform(compact)
}
