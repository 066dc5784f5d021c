//! What a record says instead of what an earlier one says already.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::facts::{ShownFact, write_rejection};
use super::record::Seq;
use crate::canonical::{LIKELY, ObjectWriter, Value};
use crate::screening::{PolicyVersion, Rejection};

/// SHA-256 over what an answer shows and holds back: of the canonical form of
/// `{"policy_version":..,"rejected":[..],"shown":[..]}`, each as the record that tells it whole has it, but
/// without the sealed texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContentDigest([u8; 32]);

impl ContentDigest {
    pub(super) fn of(
        policy_version: PolicyVersion,
        shown: &[ShownFact],
        rejected: &[Rejection],
    ) -> Self {
        let mut content = String::with_capacity(LIKELY);
        ObjectWriter::write(&mut content, |object| {
            object.text("policy_version", &policy_version.to_string());
            object.list("rejected", rejected, write_rejection);
            object.list("shown", shown, ShownFact::write_content);
        });
        Self(Sha256::digest(content).into())
    }
}

/// In hexadecimal.
impl fmt::Display for ContentDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

/// The record of the same conversation that tells whole what this one repeats, and a digest of it, which
/// stands for the content wherever that record has gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShownAs {
    /// Its position in the log.
    pub seq: Seq,
    /// The request it was about, by which it is found in other systems.
    pub request_id: String,
    /// What it shows and holds back.
    pub digest: ContentDigest,
}

impl ShownAs {
    pub(super) fn to_value(&self) -> Value<'_> {
        Value::object([
            ("digest", Value::text(self.digest.to_string())),
            ("request_id", Value::text(&self.request_id)),
            ("seq", Value::int(self.seq)),
        ])
    }
}
