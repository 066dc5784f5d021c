//! Identifiers of the United States.

use super::digits::{digits, is_numeric, is_uniform, luhn_sum, number, weigh};

/// Social security numbers that were printed in advertisements and withdrawn.
const ADVERTISED: [&[u8]; 3] = [b"078051120", b"219099999", b"457555462"];

/// Social security number (SSN): 9 digits, no check digit.
///
/// Never issued: area 000, 666 and 900 to 999, group 00, serial 0000, and the numbers that were
/// once printed in advertisements. Nine times the same digit is a specimen. Source: Social
/// Security Administration, POMS RM 10201.
pub fn ssn(compact: &[u8]) -> bool {
    let Some(digits) = digits::<9>(compact) else {
        return false;
    };
    let area = number(&digits[..3]);
    !matches!(area, 0 | 666 | 900..)
        && number(&digits[3..5]) != 0
        && number(&digits[5..]) != 0
        && !is_uniform(compact)
        && !ADVERTISED.contains(&compact)
}

/// Individual taxpayer identification number (ITIN): 9 digits, no check digit.
///
/// The area begins with 9 and the group is 50 to 65, 70 to 88, 90 to 92 or 94 to 99. Source:
/// Internal Revenue Service, IRM 3.21.263.
pub fn itin(compact: &[u8]) -> bool {
    digits::<9>(compact).is_some_and(|digits| {
        digits[0] == 9
            && matches!(number(&digits[3..5]), 50..=65 | 70..=88 | 90..=92 | 94..=99)
            && !is_uniform(compact)
    })
}

/// National provider identifier (NPI): 10 digits, the first of them 1 or 2.
///
/// The last is the Luhn check digit of the number with 80840 in front, which adds 24 to the sum.
/// Source: Centers for Medicare & Medicaid Services, NPI check digit requirements.
pub fn npi(compact: &[u8]) -> bool {
    compact.len() == 10
        && matches!(compact[0], b'1' | b'2')
        && luhn_sum(compact).is_some_and(|sum| (sum + 24).is_multiple_of(10))
}

/// Medicare beneficiary identifier (MBI): 11 characters, no check digit.
///
/// Every place is a digit, a letter or either. The letters S, L, O, I, B and Z are not used and
/// the number does not begin with 0. Source: Centers for Medicare & Medicaid Services,
/// "Understanding the Medicare Beneficiary Identifier (MBI) format".
pub fn mbi(compact: &[u8]) -> bool {
    let is_letter = |byte: &u8| {
        byte.is_ascii_uppercase() && !matches!(byte, b'S' | b'L' | b'O' | b'I' | b'B' | b'Z')
    };
    compact.len() == 11
        && compact[0] != b'0'
        && compact
            .iter()
            .zip(b"NAXNAXNAANN")
            .all(|(byte, place)| match place {
                b'N' => byte.is_ascii_digit(),
                b'A' => is_letter(byte),
                _ => byte.is_ascii_digit() || is_letter(byte),
            })
}

/// Registration number of the Drug Enforcement Administration, which prescribers carry: two
/// letters and 7 digits.
///
/// The first letter is the type of registrant, the second the initial of a name, or 9 for a
/// business address. The last digit is that of the sum of digits 1, 3 and 5 and twice the sum of
/// digits 2, 4 and 6. Source: DEA Diversion Control Division, registration numbers.
pub fn dea(compact: &[u8]) -> bool {
    let Some((letters, serial)) = compact.split_first_chunk::<2>() else {
        return false;
    };
    let Some(serial) = digits::<7>(serial) else {
        return false;
    };
    b"ABCDEFGHJKLMNPRSTUX".contains(&letters[0])
        && (letters[1].is_ascii_uppercase() || letters[1] == b'9')
        && number(&serial) != 0
        && weigh(&serial, &[1, 2, 1, 2, 1, 2]) % 10 == serial[6]
}

/// Passport number: 9 digits, or a letter and 8 digits. No check digit.
///
/// Never nine times the same digit. Source: Department of State, Next Generation Passport.
pub fn passport(compact: &[u8]) -> bool {
    compact.len() == 9
        && (compact[0].is_ascii_uppercase() || compact[0].is_ascii_digit())
        && is_numeric(&compact[1..])
        && !is_uniform(&compact[1..])
}
