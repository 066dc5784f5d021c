//! The hashes of the tree: SHA-256, with leaves and nodes told apart.
//!
//! RFC 6962, section 2.1: a leaf is hashed behind a zero byte and a node behind a one, so that no
//! node can be passed off as a leaf.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// A SHA-256 hash: of a leaf, a subtree or a whole tree.
///
/// Displayed and parsed as 64 lower-case hexadecimal digits; notes and proof files write it as
/// [base64](Self::to_base64).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash([u8; Self::LEN]);

/// Root of the tree without leaves: SHA-256 of nothing (RFC 6962, section 2.1).
pub const EMPTY_ROOT: Hash = Hash([
    0xe3, 0xb0, 0xc4, 0x42, 0x98, 0xfc, 0x1c, 0x14, 0x9a, 0xfb, 0xf4, 0xc8, 0x99, 0x6f, 0xb9, 0x24,
    0x27, 0xae, 0x41, 0xe4, 0x64, 0x9b, 0x93, 0x4c, 0xa4, 0x95, 0x99, 0x1b, 0x78, 0x52, 0xb8, 0x55,
]);

/// The text is no hash in the form that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a SHA-256 hash")]
pub struct HashParseError;

/// Hash of the leaf that holds `data`: SHA-256 of a zero byte and the data.
pub fn leaf_hash(data: &[u8]) -> Hash {
    let hasher = Sha256::new().chain_update([0]).chain_update(data);
    Hash(hasher.finalize().into())
}

/// Hash of the node over `left` and `right`: SHA-256 of a one byte and both.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    let mut data = [1; 1 + 2 * Hash::LEN];
    data[1..=Hash::LEN].copy_from_slice(&left.0);
    data[1 + Hash::LEN..].copy_from_slice(&right.0);
    Hash(Sha256::digest(data).into())
}

impl Hash {
    /// Its length in bytes.
    pub const LEN: usize = 32;

    /// The hash whose bytes these are.
    pub const fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; Self::LEN] {
        &self.0
    }

    /// As padded base64 of the standard alphabet, 44 characters.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// The hash that [`to_base64`](Self::to_base64) writes like this.
    ///
    /// # Errors
    ///
    /// The text is not canonical base64 of 32 bytes.
    pub fn from_base64(text: &str) -> Result<Self, HashParseError> {
        let bytes = STANDARD.decode(text).map_err(|_| HashParseError)?;
        bytes.try_into().map(Self).map_err(|_| HashParseError)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

/// From 64 lower-case hexadecimal digits.
impl FromStr for Hash {
    type Err = HashParseError;

    fn from_str(text: &str) -> Result<Self, HashParseError> {
        let mut bytes = [0; Self::LEN];
        crate::text::from_hex(text, &mut bytes).ok_or(HashParseError)?;
        Ok(Self(bytes))
    }
}

/// The root of the complete subtree over `hashes`, of which there must be a power of two; the empty
/// root of none.
pub(crate) fn fold_complete(hashes: &[Hash]) -> Hash {
    let mut layer = hashes.to_vec();
    while layer.len() > 1 {
        layer = layer
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => node_hash(left, right),
                rest => rest.first().copied().unwrap_or(EMPTY_ROOT),
            })
            .collect();
    }
    layer.first().copied().unwrap_or(EMPTY_ROOT)
}

/// The hash over neighbouring complete subtrees of falling size, as they end a tree.
pub(crate) fn fold_edge(subtrees: &[Hash]) -> Hash {
    let folded = subtrees.iter().rev().copied();
    let folded = folded.reduce(|right, left| node_hash(&left, &right));
    folded.unwrap_or(EMPTY_ROOT)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAF: &str = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";

    /// The test vectors of the Certificate Transparency implementations.
    #[test]
    fn hashes_of_leaves_are_those_of_certificate_transparency() {
        assert_eq!(leaf_hash(b"").to_string(), LEAF);
        let other = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
        assert_eq!(leaf_hash(&[0]).to_string(), other);
        let node = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125";
        assert_eq!(
            node_hash(&leaf_hash(b""), &leaf_hash(&[0])).to_string(),
            node
        );
    }

    #[test]
    fn the_empty_root_is_the_hash_of_nothing() {
        assert_eq!(EMPTY_ROOT.0, <[u8; 32]>::from(Sha256::digest(b"")));
    }

    #[test]
    fn there_is_one_way_to_write_a_hash() {
        let hash = leaf_hash(b"");
        assert_eq!(LEAF.parse(), Ok(hash));
        assert_eq!(Hash::from_base64(&hash.to_base64()), Ok(hash));
        let short = &LEAF[2..];
        for text in [
            &LEAF.to_uppercase(),
            short,
            &format!("{LEAF}00"),
            "",
            &"ä".repeat(32),
        ] {
            assert_eq!(text.parse::<Hash>(), Err(HashParseError), "{text}");
        }
        let base64 = "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=";
        assert_eq!(Hash::from_base64(base64), Ok(hash));
        for text in [
            base64.trim_end_matches('='),
            // The same 32 bytes with a stray bit in the last character.
            &base64.replace("B0=", "B1="),
            &format!("{base64}\n"),
            &base64.replace('+', "-"),
            "",
            "bjQ=",
        ] {
            assert_eq!(Hash::from_base64(text), Err(HashParseError), "{text}");
        }
    }
}
