//! Check digit arithmetic that many identifiers share.
//!
//! The public functions are checks by themselves, for rules that users write. They verify check
//! digits and nothing else. What the functions for the neighbouring modules take and give is
//! digits as numbers, so that none of them can index out of a text.

/// The value of an ASCII digit.
pub(super) fn digit(byte: u8) -> Option<u32> {
    byte.is_ascii_digit().then(|| u32::from(byte - b'0'))
}

/// The values of exactly `N` ASCII digits.
pub(super) fn digits<const N: usize>(compact: &[u8]) -> Option<[u32; N]> {
    let compact: &[u8; N] = compact.try_into().ok()?;
    compact
        .iter()
        .all(u8::is_ascii_digit)
        .then(|| compact.map(|byte| u32::from(byte - b'0')))
}

/// Whether `compact` is ASCII digits only, and not empty.
pub(super) fn is_numeric(compact: &[u8]) -> bool {
    !compact.is_empty() && compact.iter().all(u8::is_ascii_digit)
}

/// Whether every byte is the same, as in a specimen such as 1111111111.
pub(super) fn is_uniform(compact: &[u8]) -> bool {
    compact.windows(2).all(|pair| pair[0] == pair[1])
}

/// The number that the digits spell. At most 19 digits.
pub(super) fn number(digits: &[u32]) -> u64 {
    digits
        .iter()
        .fold(0, |number, &digit| number * 10 + u64::from(digit))
}

/// The sum of each digit times its weight. Digits beyond the weights do not count.
pub(super) fn weigh(digits: &[u32], weights: &[u32]) -> u32 {
    digits
        .iter()
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum()
}

/// The sum of the decimal digits of a number below 100.
pub(super) fn cross_sum(number: u32) -> u32 {
    number / 10 + number % 10
}

/// Luhn check digit: from the right, every second digit counts double with its digits summed,
/// and the total is a multiple of ten.
///
/// Two digits or more. ISO/IEC 7812-1, annex B.
pub fn luhn(compact: &[u8]) -> bool {
    compact.len() >= 2 && luhn_sum(compact).is_some_and(|sum| sum.is_multiple_of(10))
}

/// The Luhn sum of digits of which the last one is the check digit.
pub(super) fn luhn_sum(compact: &[u8]) -> Option<u32> {
    compact
        .iter()
        .rev()
        .enumerate()
        .map(|(place, &byte)| {
            let digit = digit(byte)?;
            Some(match place % 2 {
                0 => digit,
                _ => cross_sum(digit * 2),
            })
        })
        .sum()
}

/// Two check digits modulo 97 at the end: the number leaves 1. Letters count 10 to 35.
///
/// Five characters or more, the last two of them digits. ISO/IEC 7064, MOD 97-10.
pub fn mod97(compact: &[u8]) -> bool {
    compact.len() >= 5
        && compact.iter().rev().take(2).all(u8::is_ascii_digit)
        && mod97_remainder(compact.iter().copied()) == Some(1)
}

/// What a number leaves when divided by 97. Letters count 10 to 35.
pub(super) fn mod97_remainder(compact: impl Iterator<Item = u8>) -> Option<u32> {
    let mut remainder = 0;
    for byte in compact {
        remainder = match byte {
            b'0'..=b'9' => remainder * 10 + u32::from(byte - b'0'),
            b'A'..=b'Z' => remainder * 100 + u32::from(byte - b'A') + 10,
            _ => return None,
        } % 97;
    }
    Some(remainder)
}

/// One check digit of the hybrid system modulo 11 and 10.
///
/// Two digits or more. ISO/IEC 7064, MOD 11,10.
pub fn mod11_10(compact: &[u8]) -> bool {
    let Some((&last, body)) = compact.split_last() else {
        return false;
    };
    let mut product = 10;
    for &byte in body {
        let Some(digit) = digit(byte) else {
            return false;
        };
        product = match (digit + product) % 10 {
            0 => 20,
            sum => sum * 2,
        } % 11;
    }
    !body.is_empty() && digit(last).is_some_and(|last| (last + product) % 10 == 1)
}

/// One check character of the pure system modulo 11 and 2: a digit, or X for ten.
///
/// Two characters or more. ISO/IEC 7064, MOD 11-2.
pub fn mod11_2(compact: &[u8]) -> bool {
    let Some((&last, body)) = compact.split_last() else {
        return false;
    };
    let mut sum = 0;
    for &byte in body {
        let Some(digit) = digit(byte) else {
            return false;
        };
        sum = (sum + digit) * 2 % 11;
    }
    let last = if last == b'X' { Some(10) } else { digit(last) };
    !body.is_empty() && last.is_some_and(|last| (sum + last) % 11 == 1)
}

/// The product table of the dihedral group of order ten.
const DIHEDRAL: [[u8; 10]; 10] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
    [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
    [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
    [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
    [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
    [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
    [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
    [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
    [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
];

/// Verhoeff's permutation, applied once, twice and so on up to seven times.
const PERMUTATIONS: [[u8; 10]; 8] = [
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
    [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
    [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
    [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
    [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
    [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
    [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
    [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
];

/// Verhoeff check digit, which finds every wrong digit and every swap of neighbours.
///
/// Two digits or more. J. Verhoeff, "Error Detecting Decimal Codes" (1969).
pub fn verhoeff(compact: &[u8]) -> bool {
    let mut check = 0_u8;
    for (place, &byte) in compact.iter().rev().enumerate() {
        if !byte.is_ascii_digit() {
            return false;
        }
        let permuted = PERMUTATIONS[place % 8][usize::from(byte - b'0')];
        check = DIHEDRAL[usize::from(check)][usize::from(permuted)];
    }
    compact.len() >= 2 && check == 0
}

/// Check digit of the article numbers: from the right the digits weigh 1 and 3 in turn, and the
/// total is a multiple of ten.
///
/// 8, 12, 13, 14 or 18 digits. GS1 General Specifications, 7.9.
pub fn ean(compact: &[u8]) -> bool {
    let sum: Option<u32> = compact
        .iter()
        .rev()
        .zip([1, 3].into_iter().cycle())
        .map(|(&byte, weight)| Some(digit(byte)? * weight))
        .sum();
    matches!(compact.len(), 8 | 12 | 13 | 14 | 18) && sum.is_some_and(|sum| sum.is_multiple_of(10))
}
