//! Addresses of crypto currencies.
//!
//! Here case matters: these checks take the text as it is written, not upper-cased.

use sha2::{Digest, Sha256};
use sha3::Keccak256;

/// A Bitcoin or Ethereum address.
pub fn address(text: &[u8]) -> bool {
    btc(text) || eth(text)
}

/// Bitcoin address of the main network, in either of its encodings.
pub fn btc(text: &[u8]) -> bool {
    btc_base58(text) || btc_bech32(text)
}

const BASE58: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// Bitcoin address in Base58Check: 25 to 35 characters that begin with 1 (to a key) or 3 (to a
/// script).
///
/// 25 bytes: the version, a hash of 20 bytes, and the first four bytes of the double SHA-256 of
/// those. Source: Bitcoin developer reference, "Base58Check encoding"; BIP 13.
pub fn btc_base58(text: &[u8]) -> bool {
    (25..=35).contains(&text.len())
        && matches!(text[0], b'1' | b'3')
        && base58_decoded(text).is_some_and(|bytes| {
            let (payload, check) = bytes.split_at(21);
            matches!(payload[0], 0 | 5)
                && Sha256::digest(Sha256::digest(payload)).starts_with(check)
        })
}

/// The 25 bytes that a Base58 text stands for, unless it stands for more or fewer. Each 1 in
/// front is a byte of zeros.
fn base58_decoded(text: &[u8]) -> Option<[u8; 25]> {
    let mut bytes = [0; 25];
    for character in text {
        let value = BASE58.iter().position(|letter| letter == character)?;
        let mut carry = u32::try_from(value).ok()?;
        for byte in bytes.iter_mut().rev() {
            carry += u32::from(*byte) * 58;
            *byte = (carry & 0xff) as u8;
            carry >>= 8;
        }
        if carry != 0 {
            return None;
        }
    }
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let ones = text.iter().take_while(|byte| **byte == b'1').count();
    (zeros == ones).then_some(bytes)
}

const BECH32: &[u8; 32] = b"qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/// What the checksum of witness version 0 leaves (Bech32).
const BECH32_RESIDUE: u32 = 1;
/// What the checksum of later versions leaves (Bech32m).
const BECH32M_RESIDUE: u32 = 0x2bc8_30a3;

/// Bitcoin segregated witness address: `bc1`, then 11 to 71 characters, all in one case.
///
/// A witness version from 0 to 16, a program of 2 to 40 bytes (20 or 32 in version 0), and six
/// characters of checksum: Bech32 for version 0, Bech32m for the others. Source: BIP 173 and
/// BIP 350.
pub fn btc_bech32(text: &[u8]) -> bool {
    let (is_lower, is_upper) = (text.starts_with(b"bc1"), text.starts_with(b"BC1"));
    if !(is_lower || is_upper) || !(14..=74).contains(&text.len()) {
        return false;
    }
    // The human-readable part `bc`, expanded: high bits, zero, low bits.
    let mut residue = [3, 3, 0, 2, 3].into_iter().fold(1, polymod);
    let mut version = None;
    let mut last = 0;
    let data = &text[3..];
    for (place, &byte) in data.iter().enumerate() {
        if is_lower && byte.is_ascii_uppercase() || is_upper && byte.is_ascii_lowercase() {
            return false;
        }
        let byte = byte.to_ascii_lowercase();
        let Some(value) = (0..).zip(BECH32).find(|(_, letter)| **letter == byte) else {
            return false;
        };
        residue = polymod(residue, value.0);
        version = version.or(Some(value.0));
        if place + 7 == data.len() {
            last = value.0;
        }
    }
    // Five bits a character; what does not fill a byte is fewer than five bits, and zeros.
    let bits = (data.len() - 7) * 5;
    let padding = bits % 8;
    let is_padded = padding < 5 && last & ((1 << padding) - 1) == 0;
    is_padded
        && match (version, bits / 8) {
            (Some(0), 20 | 32) => residue == BECH32_RESIDUE,
            (Some(1..=16), 2..=40) => residue == BECH32M_RESIDUE,
            _ => false,
        }
}

/// One step of the checksum over the field of 32 elements.
fn polymod(residue: u32, value: u32) -> u32 {
    const GENERATOR: [u32; 5] = [
        0x3b6a_57b2,
        0x2650_8e6d,
        0x1ea1_19fa,
        0x3d42_33dd,
        0x2a14_62b3,
    ];
    let top = residue >> 25;
    let next = (residue & 0x01ff_ffff) << 5 ^ value;
    (0..)
        .zip(GENERATOR)
        .filter(|(bit, _)| top >> bit & 1 == 1)
        .fold(next, |next, (_, term)| next ^ term)
}

/// Ethereum address: `0x` and 40 hexadecimal digits.
///
/// Letters in both cases carry a checksum: a letter is a capital where the same digit of the
/// Keccak-256 of the address in lower case is 8 or more. Letters all in one case carry none. The
/// address of zeros belongs to nobody. Source: EIP-55.
pub fn eth(text: &[u8]) -> bool {
    let [b'0', b'x' | b'X', hex @ ..] = text else {
        return false;
    };
    let Ok(hex) = <&[u8; 40]>::try_from(hex) else {
        return false;
    };
    if !hex.iter().all(u8::is_ascii_hexdigit) || hex.iter().all(|byte| *byte == b'0') {
        return false;
    }
    let has_lower = hex.iter().any(u8::is_ascii_lowercase);
    let has_upper = hex.iter().any(u8::is_ascii_uppercase);
    !(has_lower && has_upper) || is_eip55(hex)
}

fn is_eip55(hex: &[u8; 40]) -> bool {
    let mut lower = *hex;
    lower.make_ascii_lowercase();
    let hash = Keccak256::digest(lower);
    hex.iter().enumerate().all(|(place, byte)| {
        let pair = hash[place / 2];
        let nibble = if place % 2 == 0 { pair >> 4 } else { pair & 15 };
        !byte.is_ascii_alphabetic() || byte.is_ascii_uppercase() == (nibble >= 8)
    })
}
