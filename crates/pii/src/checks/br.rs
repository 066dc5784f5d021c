//! Identifiers of Brazil.

use super::digits::{digits, is_uniform, weigh};

/// Taxpayer number of a person (CPF): 11 digits, the last two of them check digits modulo 11.
///
/// The digits weigh 10 to 2 for the first check digit and 11 to 2 for the second. The same digit
/// throughout is not given out. Source: Receita Federal, Instrução Normativa 2.172/2024.
pub fn cpf(compact: &[u8]) -> bool {
    digits::<11>(compact).is_some_and(|digits| {
        check_digit(&digits[..9], &[10, 9, 8, 7, 6, 5, 4, 3, 2]) == digits[9]
            && check_digit(&digits[..10], &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]) == digits[10]
            && !is_uniform(compact)
    })
}

/// Register number of a legal person (CNPJ): 14 characters, the last two of them check digits.
///
/// The first twelve are digits or, in numbers given out since July 2026, capital letters, which
/// count as their ASCII code less 48. They weigh 5 to 2 and 9 to 2 for the first check digit, 6
/// to 2 and 9 to 2 for the second. The same digit throughout, or twelve zeros, are not given out.
/// Source: Receita Federal, Instrução Normativa 2.229/2024.
pub fn cnpj(compact: &[u8]) -> bool {
    let Some((body, check)) = compact.split_first_chunk::<12>() else {
        return false;
    };
    let Some([first, second]) = digits::<2>(check) else {
        return false;
    };
    if is_uniform(compact)
        || body == b"000000000000"
        || !body
            .iter()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
    {
        return false;
    }
    let mut values = [0; 13];
    for (value, &byte) in values.iter_mut().zip(body) {
        *value = u32::from(byte - b'0');
    }
    values[12] = first;
    check_digit(&values[..12], &[5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) == first
        && check_digit(&values, &[6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2]) == second
}

/// What the weighed sum lacks to a multiple of 11, where 10 and 11 count 0.
fn check_digit(values: &[u32], weights: &[u32]) -> u32 {
    match weigh(values, weights) % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    }
}
