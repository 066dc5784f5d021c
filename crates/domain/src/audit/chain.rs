//! How records are chained: each names the one before it.
//!
//! The name of a record is the hash of its bytes as a leaf of the log's Merkle tree. So a record
//! can be written only when the one before it has been, and its bytes come about in two steps: all
//! but the name, by whoever has the entry, and then the name, by whoever orders them.

use super::AuditEntry;

/// The member that names the record before: the hash of its leaf.
const PREVIOUS: &str = "prev";

/// The member that names all records before: the root of their tree.
const PREVIOUS_ROOT: &str = "prev_root";

/// What a record comes behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Predecessor {
    /// A record that is chained itself, by the hash of its leaf: member `prev`.
    Record([u8; 32]),
    /// Everything so far, by the root of its tree: member `prev_root`. So begins the first record
    /// of a log, and the first that is chained in a log of records that are not.
    State([u8; 32]),
}

impl Predecessor {
    fn member(&self) -> &'static str {
        match self {
            Self::Record(_) => PREVIOUS,
            Self::State(_) => PREVIOUS_ROOT,
        }
    }

    fn hash(&self) -> &[u8; 32] {
        match self {
            Self::Record(hash) | Self::State(hash) => hash,
        }
    }
}

/// The canonical bytes of an entry that is not chained yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unchained {
    text: String,
    /// Where the name of the predecessor belongs.
    gap: usize,
}

impl Unchained {
    /// The bytes that a log keeps: RFC 8785 canonical JSON, with the member that names
    /// `predecessor`.
    pub fn behind(&self, predecessor: &Predecessor) -> String {
        let (before, after) = self.text.split_at_checked(self.gap).unwrap_or_default();
        let mut text = String::with_capacity(self.text.len() + 96);
        text.push_str(before);
        text.push('"');
        text.push_str(predecessor.member());
        text.push_str("\":\"");
        for byte in predecessor.hash() {
            text.push(hex_digit(byte >> 4));
            text.push(hex_digit(byte & 0xf));
        }
        text.push_str("\",");
        text.push_str(after);
        text
    }
}

impl AuditEntry {
    /// The bytes of the entry but for what it comes behind.
    pub fn to_unchained(&self) -> Unchained {
        let (text, gap) = self.write();
        Unchained { text, gap }
    }

    /// The bytes that a log keeps of this entry behind `predecessor`.
    pub fn to_chained(&self, predecessor: &Predecessor) -> String {
        self.to_unchained().behind(predecessor)
    }
}

fn hex_digit(nibble: u8) -> char {
    char::from_digit(u32::from(nibble), 16).unwrap_or('0')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adoption::EngagementKind;
    use crate::audit::{AuditFact, EngagementFacts, RefusalFacts, Subject};
    use crate::dialect::Dialect;
    use crate::payload::RawRequest;
    use crate::time::Timestamp;

    fn entries() -> [AuditEntry; 2] {
        let Err(violations) = RawRequest::default().validate(Dialect::Suggestions) else {
            unreachable!("an empty request breaks the rules");
        };
        let with = |fact| AuditEntry {
            at: Timestamp::from_micros(1),
            tenant: "\u{1f600} prev".to_owned(),
            request_id: "\"prev\":\"".to_owned(),
            subject: Subject::of_refused(&violations),
            fact,
        };
        [
            with(AuditFact::FetchRefused(RefusalFacts::of(&violations))),
            with(AuditFact::RecommendationAdopted(EngagementFacts {
                recommendation_id: "r".to_owned(),
                kind: EngagementKind::Used,
                event_id: "e".to_owned(),
                client_at: None,
                replay: false,
            })),
        ]
    }

    /// An independent implementation, given the entry with one more member, must write the same.
    #[test]
    fn a_chained_entry_is_canonical_too() {
        for entry in entries() {
            for (name, predecessor) in [
                ("prev", Predecessor::Record([0xa5; 32])),
                ("prev_root", Predecessor::State([0x0f; 32])),
            ] {
                let alone = entry.to_canonical();
                let mut value: serde_json::Value = serde_json::from_str(&alone).expect("JSON");
                let hash = match predecessor {
                    Predecessor::Record(_) => "a5".repeat(32),
                    Predecessor::State(_) => "0f".repeat(32),
                };
                value[name] = hash.into();
                let expected = serde_json_canonicalizer::to_string(&value).expect("canonical");
                assert_eq!(entry.to_chained(&predecessor), expected);
            }
        }
    }
}
