//! What is kept of a find: enough to explain and to audit it, never the value.

use crate::{
    Action, Confidence, Detector, Entity, Finding, Operators, RULES_VERSION, ValueHash, ValueKey,
    mask::{Replacement, settled},
};

/// The record of one find.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Receipt {
    /// The kind of personal data.
    pub entity: Entity,
    /// The rule that found it.
    pub detector: Detector,
    /// The [`RULES_VERSION`] under which it was found.
    pub rules_version: u32,
    /// Offset of its first byte in the text as it came.
    pub start: usize,
    /// Offset behind its last byte.
    pub end: usize,
    /// How sure the rule was.
    pub confidence: Confidence,
    /// What became of it.
    pub action: Action,
    /// The hash of the value; `None` without a key, and always for a credential
    /// ([`Entity::is_credential`]).
    pub value_hash: Option<ValueHash>,
}

/// One receipt for each find that [`mask_with`](crate::mask_with) masks when it is given the same,
/// in the order of the text.
///
/// ```
/// use agent_assist_pii::{Action, Operators, Scanner, SubjectTerms, ValueKey, receipts};
///
/// let text = "reach me at joe@x.org";
/// let findings = Scanner::new().scan(text, &SubjectTerms::none());
/// let key = ValueKey::from_bytes([7; 32]);
/// let receipts = receipts(text, &findings, &Operators::default(), Some(&key));
/// assert_eq!((receipts[0].start, receipts[0].action), (12, Action::Tag));
/// assert!(receipts[0].value_hash.is_some());
/// ```
#[must_use]
pub fn receipts(
    text: &str,
    findings: &[Finding],
    operators: &Operators,
    key: Option<&ValueKey>,
) -> Vec<Receipt> {
    let receipt = |finding: Finding| {
        let value = &text[finding.start..finding.end];
        Receipt {
            action: Replacement::of(&finding, text, operators, key).action,
            value_hash: key.and_then(|key| key.hash(&finding.entity, value)),
            entity: finding.entity,
            detector: finding.detector,
            rules_version: RULES_VERSION,
            start: finding.start,
            end: finding.end,
            confidence: finding.confidence,
        }
    };
    settled(text, findings).into_iter().map(receipt).collect()
}
