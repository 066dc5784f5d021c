//! Identifiers of Australia.

use super::digits::{digits, is_uniform, number, weigh};

/// Tax file number (TFN): 9 digits, or 8 in numbers given out long ago.
///
/// The digits weigh 1, 4, 3, 7, 5, 8, 6, 9, 10 and the sum is a multiple of 11. Never the same
/// digit throughout. Source: Australian Taxation Office, TFN algorithm.
pub fn tfn(compact: &[u8]) -> bool {
    const WEIGHTS: [u32; 9] = [1, 4, 3, 7, 5, 8, 6, 9, 10];
    let sum = digits::<9>(compact)
        .map(|digits| weigh(&digits, &WEIGHTS))
        .or_else(|| Some(weigh(&digits::<8>(compact)?, &WEIGHTS)));
    sum.is_some_and(|sum| sum.is_multiple_of(11)) && !is_uniform(compact)
}

/// Business number (ABN): 11 digits, the first two of them check digits from 10 on.
///
/// With the first digit less one, the digits weigh 10, 1, 3, 5 and so on to 19, and the sum is
/// a multiple of 89. Source: Australian Business Register, "Format of the ABN".
pub fn abn(compact: &[u8]) -> bool {
    digits::<11>(compact).is_some_and(|digits| {
        let sum = weigh(&digits, &[10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
        digits[0] != 0 && (sum - 10).is_multiple_of(89)
    })
}

/// Company number (ACN): 9 digits, the last of them a check digit.
///
/// The digits weigh 8 to 1, and the check digit fills their sum up to a multiple of ten. Never
/// 000000000. Source: Australian Securities and Investments Commission, ACN check digit.
pub fn acn(compact: &[u8]) -> bool {
    digits::<9>(compact).is_some_and(|digits| {
        weigh(&digits, &[8, 7, 6, 5, 4, 3, 2, 1, 1]).is_multiple_of(10) && number(&digits) != 0
    })
}

/// Medicare card number: 10 digits, or 11 with the person's own digit on the card.
///
/// The first digit is 2 to 6. The first eight weigh 1, 3, 7, 9 twice, and the last digit of
/// their sum is the ninth. The tenth counts the cards issued, the eleventh is 1 to 9. Source:
/// Services Australia; Australian Institute of Health and Welfare, metadata registry.
pub fn medicare(compact: &[u8]) -> bool {
    let Some((card, person)) = compact.split_first_chunk::<10>() else {
        return false;
    };
    matches!(person, [] | [b'1'..=b'9'])
        && digits::<10>(card).is_some_and(|digits| {
            (2..=6).contains(&digits[0])
                && weigh(&digits, &[1, 3, 7, 9, 1, 3, 7, 9]) % 10 == digits[8]
        })
}
