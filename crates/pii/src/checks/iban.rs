//! International bank account numbers.

use Kind::{Alphabetic as A, Alphanumeric as C, Numeric as N};

use super::digits::mod97_remainder;

/// What may stand in a place, in the registry's own terms: `n`, `a` and `c`.
#[derive(Clone, Copy)]
enum Kind {
    Numeric,
    Alphabetic,
    Alphanumeric,
}

impl Kind {
    fn admits(self, byte: u8) -> bool {
        match self {
            Self::Numeric => byte.is_ascii_digit(),
            Self::Alphabetic => byte.is_ascii_uppercase(),
            Self::Alphanumeric => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
        }
    }
}

/// What follows country and check digits: runs of places of one kind.
type Structure = &'static [(usize, Kind)];

/// The countries in alphabetical order. Source: SWIFT IBAN registry, release 101.
#[rustfmt::skip]
const COUNTRIES: [([u8; 2], Structure); 89] = [
    (*b"AD", &[(8, N), (12, C)]),
    (*b"AE", &[(19, N)]),
    (*b"AL", &[(8, N), (16, C)]),
    (*b"AT", &[(16, N)]),
    (*b"AZ", &[(4, A), (20, C)]),
    (*b"BA", &[(16, N)]),
    (*b"BE", &[(12, N)]),
    (*b"BG", &[(4, A), (6, N), (8, C)]),
    (*b"BH", &[(4, A), (14, C)]),
    (*b"BI", &[(23, N)]),
    (*b"BR", &[(23, N), (1, A), (1, C)]),
    (*b"BY", &[(4, C), (4, N), (16, C)]),
    (*b"CH", &[(5, N), (12, C)]),
    (*b"CR", &[(18, N)]),
    (*b"CY", &[(8, N), (16, C)]),
    (*b"CZ", &[(20, N)]),
    (*b"DE", &[(18, N)]),
    (*b"DJ", &[(23, N)]),
    (*b"DK", &[(14, N)]),
    (*b"DO", &[(4, C), (20, N)]),
    (*b"EE", &[(16, N)]),
    (*b"EG", &[(25, N)]),
    (*b"ES", &[(20, N)]),
    (*b"FI", &[(14, N)]),
    (*b"FK", &[(2, A), (12, N)]),
    (*b"FO", &[(14, N)]),
    (*b"FR", &[(10, N), (11, C), (2, N)]),
    (*b"GB", &[(4, A), (14, N)]),
    (*b"GE", &[(2, A), (16, N)]),
    (*b"GI", &[(4, A), (15, C)]),
    (*b"GL", &[(14, N)]),
    (*b"GR", &[(7, N), (16, C)]),
    (*b"GT", &[(24, C)]),
    (*b"HN", &[(4, A), (20, N)]),
    (*b"HR", &[(17, N)]),
    (*b"HU", &[(24, N)]),
    (*b"IE", &[(4, A), (14, N)]),
    (*b"IL", &[(19, N)]),
    (*b"IQ", &[(4, A), (15, N)]),
    (*b"IS", &[(22, N)]),
    (*b"IT", &[(1, A), (10, N), (12, C)]),
    (*b"JO", &[(4, A), (4, N), (18, C)]),
    (*b"KW", &[(4, A), (22, C)]),
    (*b"KZ", &[(3, N), (13, C)]),
    (*b"LB", &[(4, N), (20, C)]),
    (*b"LC", &[(4, A), (24, C)]),
    (*b"LI", &[(5, N), (12, C)]),
    (*b"LT", &[(16, N)]),
    (*b"LU", &[(3, N), (13, C)]),
    (*b"LV", &[(4, A), (13, C)]),
    (*b"LY", &[(21, N)]),
    (*b"MC", &[(10, N), (11, C), (2, N)]),
    (*b"MD", &[(20, C)]),
    (*b"ME", &[(18, N)]),
    (*b"MK", &[(3, N), (10, C), (2, N)]),
    (*b"MN", &[(16, N)]),
    (*b"MR", &[(23, N)]),
    (*b"MT", &[(4, A), (5, N), (18, C)]),
    (*b"MU", &[(4, A), (19, N), (3, A)]),
    (*b"NI", &[(4, A), (20, N)]),
    (*b"NL", &[(4, A), (10, N)]),
    (*b"NO", &[(11, N)]),
    (*b"OM", &[(3, N), (16, C)]),
    (*b"PK", &[(4, A), (16, C)]),
    (*b"PL", &[(24, N)]),
    (*b"PS", &[(4, A), (21, C)]),
    (*b"PT", &[(21, N)]),
    (*b"QA", &[(4, A), (21, C)]),
    (*b"RO", &[(4, A), (16, C)]),
    (*b"RS", &[(18, N)]),
    (*b"RU", &[(14, N), (15, C)]),
    (*b"SA", &[(2, N), (18, C)]),
    (*b"SC", &[(4, A), (20, N), (3, A)]),
    (*b"SD", &[(14, N)]),
    (*b"SE", &[(20, N)]),
    (*b"SI", &[(15, N)]),
    (*b"SK", &[(20, N)]),
    (*b"SM", &[(1, A), (10, N), (12, C)]),
    (*b"SO", &[(19, N)]),
    (*b"ST", &[(21, N)]),
    (*b"SV", &[(4, A), (20, N)]),
    (*b"TL", &[(19, N)]),
    (*b"TN", &[(20, N)]),
    (*b"TR", &[(6, N), (16, C)]),
    (*b"UA", &[(6, N), (19, C)]),
    (*b"VA", &[(18, N)]),
    (*b"VG", &[(4, A), (16, N)]),
    (*b"XK", &[(16, N)]),
    (*b"YE", &[(4, A), (4, N), (18, C)]),
];

/// International bank account number (IBAN): country, two check digits, and 11 to 29 characters
/// as the country defines them.
///
/// With its first four characters moved to its end, the number leaves 1 modulo 97; check digits
/// 00, 01 and 99 are never given. Check digits inside the national part are not verified.
/// Countries that use such numbers without an entry in the registry are not known here.
/// Source: ISO 13616; SWIFT IBAN registry, release 101.
pub fn iban(compact: &[u8]) -> bool {
    let Some((head, account)) = compact.split_first_chunk::<4>() else {
        return false;
    };
    let [country @ .., tens, ones] = head;
    tens.is_ascii_digit()
        && ones.is_ascii_digit()
        && !matches!((tens, ones), (b'0', b'0' | b'1') | (b'9', b'9'))
        && structure_of(country).is_some_and(|structure| fits(account, structure))
        && mod97_remainder(account.iter().chain(head).copied()) == Some(1)
}

fn structure_of(country: &[u8; 2]) -> Option<Structure> {
    let at = COUNTRIES
        .binary_search_by(|(code, _)| code.cmp(country))
        .ok()?;
    COUNTRIES.get(at).map(|(_, structure)| *structure)
}

fn fits(mut account: &[u8], structure: Structure) -> bool {
    for &(places, kind) in structure {
        let Some((run, rest)) = account.split_at_checked(places) else {
            return false;
        };
        if !run.iter().all(|&byte| kind.admits(byte)) {
            return false;
        }
        account = rest;
    }
    account.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_countries_are_in_order() {
        assert!(COUNTRIES.is_sorted_by(|one, next| one.0 < next.0));
    }
}
