//! Identifiers of Spain.

use super::digits::{digits, luhn_sum, number};

/// The check letters of people's numbers, by the number modulo 23.
const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";

/// Tax number of a person (NIF): the identity card's 8 digits and a check letter; or K, L or M,
/// 7 digits and a check letter.
///
/// The letter belongs to the number modulo 23. Never 00000000. Source: Ministerio del Interior,
/// "Cálculo del dígito de control del NIF/NIE"; Real Decreto 1065/2007.
pub fn nif(compact: &[u8]) -> bool {
    let Some((letter, body)) = compact.split_last() else {
        return false;
    };
    let value = match body {
        [b'K' | b'L' | b'M', rest @ ..] => digits::<7>(rest).map(|digits| number(&digits)),
        _ => digits::<8>(body).map(|digits| number(&digits)),
    };
    value.is_some_and(|value| value != 0 && has_letter(value, *letter))
}

/// Identity number of a foreigner (NIE): X, Y or Z, 7 digits and a check letter.
///
/// The letter belongs to the number modulo 23, with X, Y and Z as 0, 1 and 2 in front. Source:
/// Ministerio del Interior, "Cálculo del dígito de control del NIF/NIE".
pub fn nie(compact: &[u8]) -> bool {
    let [first @ b'X'..=b'Z', body @ .., letter] = compact else {
        return false;
    };
    digits::<7>(body).is_some_and(|digits| {
        has_letter(
            u64::from(first - b'X') * 10_000_000 + number(&digits),
            *letter,
        )
    })
}

fn has_letter(value: u64, letter: u8) -> bool {
    usize::try_from(value % 23).is_ok_and(|at| LETTERS.get(at) == Some(&letter))
}

/// Tax number of a legal person (formerly CIF): a letter for its kind, 7 digits and a check
/// digit or letter.
///
/// The check digit is Luhn's; as a letter it is one of J and A to I. Kinds N, P, Q, R, S and W
/// have a letter, A, B, E and H a digit unless the number begins with 00, others either.
/// Source: Orden EHA/451/2008.
pub fn cif(compact: &[u8]) -> bool {
    let [kind, body @ .., check] = compact else {
        return false;
    };
    if body.len() != 7 || !b"ABCDEFGHJNPQRSUVW".contains(kind) {
        return false;
    }
    let Some(sum) = luhn_sum_before_check(body) else {
        return false;
    };
    let expected = (10 - sum % 10) % 10;
    let as_digit = u32::from(*check) == u32::from(b'0') + expected;
    let as_letter = b"JABCDEFGHI".get(expected as usize) == Some(check);
    match kind {
        b'N' | b'P' | b'Q' | b'R' | b'S' | b'W' => as_letter,
        b'A' | b'B' | b'E' | b'H' if !body.starts_with(b"00") => as_digit,
        _ => as_digit || as_letter,
    }
}

/// The Luhn sum with a zero in the place of the check digit, which the check digit fills up.
fn luhn_sum_before_check(body: &[u8]) -> Option<u32> {
    let mut whole = [b'0'; 8];
    whole.get_mut(..7)?.copy_from_slice(body.get(..7)?);
    luhn_sum(&whole)
}
