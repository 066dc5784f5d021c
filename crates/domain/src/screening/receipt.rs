//! What is kept of every find in a recommendation, so that an auditor can tell what was masked or
//! held back, by which rule and how surely. Never the value: where it stood, and a hash of it under
//! a key that can be thrown away.

use crate::pii::{self, Action, Entity, ValueHash};

/// Receipts kept of one recommendation. What an upstream can plant beyond that is counted.
const MOST_KEPT: usize = 200;

/// The record of one find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Where it was found: the JSON pointer of a text in the upstream's entity, a `*` in it for a name
    /// that is no field's, a `#` behind it for a find in those names; of identifiers and links, where they
    /// stand in an answer's recommendation.
    pub pointer: String,
    /// The kind of personal data.
    pub entity: Entity,
    /// The rule that found it.
    pub detector: String,
    /// The version of the rules.
    pub rules_version: u32,
    /// Offset of its first byte in the text, as it was before masking.
    pub start: u32,
    /// Offset behind its last byte.
    pub end: u32,
    /// How sure the rule was, in percent.
    pub confidence: u8,
    /// What became of it.
    pub action: Action,
    /// What is kept of the value.
    pub proof: ValueProof,
}

/// What is kept of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueProof {
    /// Its hash under the conversation's key.
    Hash(ValueHash),
    /// Nothing: a credential, or a few digits, could be found again by trying.
    Credential,
    /// Nothing: the conversation's key could not be had.
    NoKey,
}

impl ValueProof {
    /// The hash, if there is one.
    pub fn hash(&self) -> Option<ValueHash> {
        match self {
            Self::Hash(hash) => Some(*hash),
            Self::Credential | Self::NoKey => None,
        }
    }

    /// Why there is no hash: `credential` or `no_key`; `None` where there is one.
    pub const fn why_missing(&self) -> Option<&'static str> {
        match self {
            Self::Hash(_) => None,
            Self::Credential => Some("credential"),
            Self::NoKey => Some("no_key"),
        }
    }

    /// Reads what [`hash`](Self::hash) and [`why_missing`](Self::why_missing) gave.
    pub fn from_parts(hash: Option<ValueHash>, why_missing: Option<&str>) -> Option<Self> {
        match (hash, why_missing) {
            (Some(hash), None) => Some(Self::Hash(hash)),
            (None, Some("credential")) => Some(Self::Credential),
            (None, Some("no_key")) => Some(Self::NoKey),
            _ => None,
        }
    }
}

impl Receipt {
    fn of(pointer: &str, receipt: pii::Receipt) -> Self {
        let proof = match receipt.value_hash {
            Some(hash) => ValueProof::Hash(hash),
            None if receipt.entity.is_credential() => ValueProof::Credential,
            None => ValueProof::NoKey,
        };
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            pointer: pointer.to_owned(),
            entity: receipt.entity,
            detector: receipt.detector.as_str().to_owned(),
            rules_version: receipt.rules_version,
            start: offset(receipt.start),
            end: offset(receipt.end),
            confidence: receipt.confidence.percent(),
            action: receipt.action,
            proof,
        }
    }
}

/// The action of this name.
pub fn action_from_name(name: &str) -> Option<Action> {
    [
        Action::Tag,
        Action::Redact,
        Action::Partial,
        Action::Token,
        Action::Drop,
    ]
    .into_iter()
    .find(|action| action.as_str() == name)
}

/// The receipts of one recommendation, in the order of its texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipts {
    /// The receipts, as many as are kept.
    pub kept: Vec<Receipt>,
    /// Finds beyond those.
    pub untold: u32,
}

impl Receipts {
    /// How many finds there were.
    pub fn count(&self) -> u32 {
        u32::try_from(self.kept.len())
            .unwrap_or(u32::MAX)
            .saturating_add(self.untold)
    }

    /// Notes finds at `pointer`.
    pub(super) fn note(&mut self, pointer: &str, receipts: Vec<pii::Receipt>) {
        for receipt in receipts {
            if self.kept.len() < MOST_KEPT {
                self.kept.push(Receipt::of(pointer, receipt));
            } else {
                self.untold += 1;
            }
        }
    }

    /// The same for what was not passed on at all.
    pub(super) fn note_dropped(&mut self, pointer: &str, receipts: Vec<pii::Receipt>) {
        let dropped = receipts.into_iter().map(|receipt| pii::Receipt {
            action: Action::Drop,
            ..receipt
        });
        self.note(pointer, dropped.collect());
    }

    /// The same receipts for a recommendation that is not passed on.
    pub(super) fn all_dropped(mut self) -> Self {
        for receipt in &mut self.kept {
            receipt.action = Action::Drop;
        }
        self
    }
}
