//! Identifiers of Mexico.

use super::{
    calendar::{is_date, is_date_of_some_century},
    digits::digits,
};

/// The federal entities of birth, and NE for those born abroad.
const ENTITIES: [&[u8; 2]; 33] = [
    b"AS", b"BC", b"BS", b"CC", b"CH", b"CL", b"CM", b"CS", b"DF", b"DG", b"GR", b"GT", b"HG",
    b"JC", b"MC", b"MN", b"MS", b"NE", b"NL", b"NT", b"OC", b"PL", b"QR", b"QT", b"SL", b"SP",
    b"SR", b"TC", b"TL", b"TS", b"VZ", b"YN", b"ZS",
];

/// Population registry code (CURP): 18 characters.
///
/// Four letters of the names, date of birth, sex (H, M, or X), entity of birth, three inner
/// consonants, a character that tells people apart (a digit for those born before 2000, else a
/// letter) and a check digit. With Ñ between N and O, the characters weigh 18 to 2 and with the
/// check digit come to a multiple of ten. Source: RENAPO, "Instructivo normativo para la
/// asignación de la CURP".
pub fn curp(compact: &[u8]) -> bool {
    let Ok(code) = <&[u8; 18]>::try_from(compact) else {
        return false;
    };
    let (Some(date), Some([check])) = (digits::<6>(&code[4..10]), digits::<1>(&code[17..])) else {
        return false;
    };
    let [y1, y0, m1, m0, d1, d0] = date;
    let century = if code[16].is_ascii_digit() {
        1900
    } else {
        2000
    };
    let sum: Option<u32> = code[..17]
        .iter()
        .zip((2..=18).rev())
        .map(|(&byte, weight)| Some(curp_value(byte)? * weight))
        .sum();
    code[..4].iter().all(u8::is_ascii_uppercase)
        && is_date(century + y1 * 10 + y0, m1 * 10 + m0, d1 * 10 + d0)
        && matches!(code[10], b'H' | b'M' | b'X')
        && ENTITIES.iter().any(|entity| **entity == code[11..13])
        && code[13..16].iter().all(u8::is_ascii_uppercase)
        && sum.is_some_and(|sum| (sum + check).is_multiple_of(10))
}

/// The value of a character in a CURP, where Ñ takes 24.
fn curp_value(byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        b'A'..=b'N' => Some(u32::from(byte - b'A') + 10),
        b'O'..=b'Z' => Some(u32::from(byte - b'O') + 25),
        _ => None,
    }
}

/// Taxpayer code (RFC): 13 characters of a person, 12 of a company.
///
/// Four or three letters of the name, a date of birth or of founding, and three characters to
/// tell equal ones apart, the last of them a digit or A. That last one is a check digit, but
/// codes without the right one are in use, so it is not asked for; see [`rfc_check_digit`].
/// Source: Servicio de Administración Tributaria (SAT), "Clave del RFC".
pub fn rfc(compact: &[u8]) -> bool {
    let Some((rest, tail)) = compact.split_last_chunk::<3>() else {
        return false;
    };
    let Some((name, date)) = rest.split_last_chunk::<6>() else {
        return false;
    };
    let is_alphanumeric = |byte: &u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    matches!(name.len(), 3 | 4)
        && name
            .iter()
            .all(|byte| byte.is_ascii_uppercase() || *byte == b'&')
        && digits::<6>(date).is_some_and(|[y1, y0, m1, m0, d1, d0]| {
            is_date_of_some_century(y1 * 10 + y0, m1 * 10 + m0, d1 * 10 + d0)
        })
        && tail.iter().all(is_alphanumeric)
}

/// Taxpayer code (RFC) that also has the right check digit, and two characters before it that
/// its algorithm gives: 1 to 9 or A to V, then 1 to 9 or A to Z.
///
/// A company's code counts a space in front. The characters weigh 13 to 2; what their sum lacks
/// to a multiple of 11 is the check digit, where 10 is written A. Source: SAT, "Algoritmo para
/// generar el RFC".
pub fn rfc_check_digit(compact: &[u8]) -> bool {
    let Some((check, body)) = compact.split_last() else {
        return false;
    };
    let space = if body.len() == 11 { 37 * 13 } else { 0 };
    let weights = (2..=if body.len() == 11 { 12 } else { 13 }).rev();
    let sum: Option<u32> = body
        .iter()
        .zip(weights)
        .map(|(&byte, weight)| Some(rfc_value(byte)? * weight))
        .sum();
    rfc(compact)
        && matches!(
            body,
            [.., b'1'..=b'9' | b'A'..=b'V', b'1'..=b'9' | b'A'..=b'Z']
        )
        && sum.is_some_and(|sum| {
            let expected = (11 - (space + sum) % 11) % 11;
            b"0123456789A".get(expected as usize) == Some(check)
        })
}

/// The value of a character in an RFC, where `&` takes 24, a space 37 and Ñ 38.
fn rfc_value(byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        b'A'..=b'N' => Some(u32::from(byte - b'A') + 10),
        b'&' => Some(24),
        b'O'..=b'Z' => Some(u32::from(byte - b'O') + 25),
        _ => None,
    }
}
