//! Identifiers of Italy.

use super::calendar::is_date_of_some_century;

/// What a character in an odd place counts, for 0 to 9 or A to J, and on to Z.
const ODD: [u32; 26] = [
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
];

/// Tax code of a person (codice fiscale): 16 characters.
///
/// Three letters of the surname and of the name, year, month letter and day of birth (40 added
/// for women), the code of the place of birth, and a check letter modulo 26. Any digit may be
/// written as one of L, M, N, P, Q, R, S, T, U and V, which is how two people with the same code
/// are told apart (omocodia). Which letters a name may give is not asked. Source: Ministero
/// delle Finanze, decree of 23 December 1976.
pub fn fiscal_code(compact: &[u8]) -> bool {
    let Some((body, check)) = compact.split_last_chunk::<1>() else {
        return false;
    };
    let Ok(body) = <&[u8; 15]>::try_from(body) else {
        return false;
    };
    let two = |at: usize| Some(omocode(body[at])? * 10 + omocode(body[at + 1])?);
    let (Some(year), Some(day)) = (two(6), two(9)) else {
        return false;
    };
    let Some(month) = (1..)
        .zip(b"ABCDEHLMPRST")
        .find(|(_, letter)| **letter == body[8])
    else {
        return false;
    };
    let day = if day > 40 { day - 40 } else { day };
    body[..6].iter().all(u8::is_ascii_uppercase)
        && is_date_of_some_century(year, month.0, day)
        && body[11].is_ascii_uppercase()
        && body[12..].iter().all(|&byte| omocode(byte).is_some())
        && check_letter(body) == Some(check[0])
}

/// The digit that a byte stands for, by itself or as the letter that replaces it.
fn omocode(byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        b'L'..=b'N' => Some(u32::from(byte - b'L')),
        b'P'..=b'V' => Some(u32::from(byte - b'P') + 3),
        _ => None,
    }
}

fn check_letter(body: &[u8; 15]) -> Option<u8> {
    let mut sum = 0;
    for (place, &byte) in body.iter().enumerate() {
        let value = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'Z' => byte - b'A',
            _ => return None,
        };
        // Places count from one, so the first is odd.
        sum += match place % 2 {
            0 => ODD[usize::from(value)],
            _ => u32::from(value),
        };
    }
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        .get((sum % 26) as usize)
        .copied()
}
