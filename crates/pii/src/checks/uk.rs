//! Identifiers of the United Kingdom.

use super::{
    calendar::is_date_of_some_century,
    digits::{digits, is_numeric, is_uniform, weigh},
};

/// NHS number: 10 digits, the last of them a check digit modulo 11.
///
/// The digits weigh 10 to 1 and the sum is a multiple of 11; a number whose check digit would be
/// ten is not issued. Ten times the same digit is a specimen. The ranges of England, Wales,
/// Scotland and Northern Ireland are not told apart. Source: NHS Data Dictionary, "NHS number".
pub fn nhs(compact: &[u8]) -> bool {
    digits::<10>(compact).is_some_and(|digits| {
        weigh(&digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 1]).is_multiple_of(11) && !is_uniform(compact)
    })
}

/// National insurance number: two letters, 6 digits and a suffix A to D, which may be missing.
/// No check digit.
///
/// Letters and pairs of letters that are not allocated are refused. Source: HM Revenue &
/// Customs, National Insurance Manual NIM39110.
pub fn nino(compact: &[u8]) -> bool {
    let Some((prefix, rest)) = compact.split_first_chunk::<2>() else {
        return false;
    };
    let Some((serial, suffix)) = rest.split_at_checked(6) else {
        return false;
    };
    prefix.iter().all(u8::is_ascii_uppercase)
        && !b"DFIQUV".contains(&prefix[0])
        && !b"DFIOQUV".contains(&prefix[1])
        && ![b"BG", b"GB", b"KN", b"NK", b"NT", b"TN", b"ZZ"].contains(&prefix)
        && is_numeric(serial)
        && matches!(suffix, [] | [b'A'..=b'D'])
}

/// Driver number of Great Britain: 16 characters, or 18 with the issue number.
///
/// Five letters of the surname, filled up with 9; the decade, month, day and year of birth,
/// where 50 is added to the month of a woman; two initials, or 9 for one missing; a serial
/// character, of which sources give no one list, and two check letters of an unpublished
/// algorithm, which are not verified.
/// Source: Driver and Vehicle Licensing Agency; Cabinet Office, "Government data standards
/// catalogue: driver number".
pub fn driving_licence(compact: &[u8]) -> bool {
    let Some((number, issue)) = compact.split_first_chunk::<16>() else {
        return false;
    };
    let Some(date) = digits::<6>(&number[5..11]) else {
        return false;
    };
    let year = date[0] * 10 + date[5];
    let month = date[1] * 10 + date[2];
    let day = date[3] * 10 + date[4];
    let letters = number[..5]
        .iter()
        .take_while(|byte| byte.is_ascii_uppercase());
    let letters = letters.count();
    letters > 0
        && number[letters..5].iter().all(|&byte| byte == b'9')
        && is_date_of_some_century(year, if month > 50 { month - 50 } else { month }, day)
        && matches!(&number[11..13], [b'A'..=b'Z', b'A'..=b'Z' | b'9'] | b"99")
        && number[13].is_ascii_alphanumeric()
        && number[14..].iter().all(u8::is_ascii_uppercase)
        && matches!(issue, [] | [b'0'..=b'9', b'0'..=b'9'])
}

/// Sort code of a bank branch: 6 digits, no check digit. Never 000000.
pub fn sort_code(compact: &[u8]) -> bool {
    compact.len() == 6 && is_numeric(compact) && compact != b"000000"
}

/// Passport number: 9 digits, or two letters and 7 digits. No check digit.
///
/// Never the same digit throughout. Source: HM Passport Office, "Basic passport checks".
pub fn passport(compact: &[u8]) -> bool {
    let letters = compact.iter().take_while(|byte| byte.is_ascii_uppercase());
    let letters = letters.count();
    compact.len() == 9
        && matches!(letters, 0 | 2)
        && is_numeric(&compact[letters..])
        && !is_uniform(&compact[letters..])
}

/// The postcode areas, in alphabetical order.
#[rustfmt::skip]
const AREAS: [&[u8]; 126] = [
    b"AB", b"AL", b"B", b"BA", b"BB", b"BD", b"BF", b"BH", b"BL", b"BN", b"BR", b"BS", b"BT",
    b"BX", b"CA", b"CB", b"CF", b"CH", b"CM", b"CO", b"CR", b"CT", b"CV", b"CW", b"DA", b"DD",
    b"DE", b"DG", b"DH", b"DL", b"DN", b"DT", b"DY", b"E", b"EC", b"EH", b"EN", b"EX", b"FK",
    b"FY", b"G", b"GL", b"GU", b"GY", b"HA", b"HD", b"HG", b"HP", b"HR", b"HS", b"HU", b"HX",
    b"IG", b"IM", b"IP", b"IV", b"JE", b"KA", b"KT", b"KW", b"KY", b"L", b"LA", b"LD", b"LE",
    b"LL", b"LN", b"LS", b"LU", b"M", b"ME", b"MK", b"ML", b"N", b"NE", b"NG", b"NN", b"NP",
    b"NR", b"NW", b"OL", b"OX", b"PA", b"PE", b"PH", b"PL", b"PO", b"PR", b"RG", b"RH", b"RM",
    b"S", b"SA", b"SE", b"SG", b"SK", b"SL", b"SM", b"SN", b"SO", b"SP", b"SR", b"SS", b"ST",
    b"SW", b"SY", b"TA", b"TD", b"TF", b"TN", b"TQ", b"TR", b"TS", b"TW", b"UB", b"W", b"WA",
    b"WC", b"WD", b"WF", b"WN", b"WR", b"WS", b"WV", b"YO", b"ZE",
];

/// Postcode: an area and a district, then a digit and two letters. 5 to 7 characters without the
/// space.
///
/// The area must exist; whether the district does is not asked. The letters C, I, K, M, O and V
/// do not occur at the end. Source: Royal Mail, Postcode Address File; BS 7666.
pub fn postcode(compact: &[u8]) -> bool {
    if compact == b"GIR0AA" {
        return true;
    }
    let Some((outward, inward)) = compact.split_last_chunk::<3>() else {
        return false;
    };
    let letters = outward.iter().take_while(|byte| byte.is_ascii_uppercase());
    let (area, district) = outward.split_at(letters.count());
    let district_fits = match district {
        [b'0'..=b'9'] | [b'1'..=b'9', b'0'..=b'9'] => true,
        [b'0'..=b'9', letter] if area.len() == 1 => b"ABCDEFGHJKPSTUW".contains(letter),
        [b'0'..=b'9', letter] => b"ABEHMNPRVWXY".contains(letter),
        _ => false,
    };
    district_fits
        && AREAS.binary_search(&area).is_ok()
        && inward[0].is_ascii_digit()
        && inward[1..]
            .iter()
            .all(|letter| letter.is_ascii_uppercase() && !b"CIKMOV".contains(letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_postcode_areas_are_in_order() {
        assert!(AREAS.is_sorted_by(|one, next| one < next));
    }
}
