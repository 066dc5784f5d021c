//! What the text formats have in common: numbers, hexadecimal and base64 in their one form.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// A decimal number without sign or leading zeros.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let canonical = text == "0" || !text.starts_with('0');
    if digits && canonical {
        text.parse().ok()
    } else {
        None
    }
}

/// Lower-case hexadecimal of exactly as many bytes as `bytes` has room for.
pub(crate) fn from_hex(text: &str, bytes: &mut [u8]) -> Option<()> {
    let digits = text.as_bytes();
    if digits.len() != 2 * bytes.len() {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = pair.iter().try_fold(0, |value, &digit| {
            let digit = match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                _ => return None,
            };
            Some(value << 4 | digit)
        })?;
    }
    Some(())
}

/// Padded base64 of the standard alphabet, without a stray bit.
pub(crate) fn from_base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

pub(crate) fn to_base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Whether `text` has an ASCII control character other than those in `allowed`.
pub(crate) fn has_control(text: &str, allowed: &[u8]) -> bool {
    text.bytes()
        .any(|byte| byte < b' ' && !allowed.contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_way_to_write_a_number() {
        for number in [0, 7, 10, u64::MAX] {
            assert_eq!(decimal(&number.to_string()), Some(number));
        }
        for text in [
            "",
            "00",
            "01",
            "+1",
            "-1",
            " 1",
            "1 ",
            "1_0",
            "٣",
            "18446744073709551616",
        ] {
            assert_eq!(decimal(text), None, "{text}");
        }
    }
}
