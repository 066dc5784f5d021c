//! What somebody must say to order a legal hold.

use super::RawField;
use super::rules::Notes;
use super::violation::{KnownIds, Violations};
use crate::retention::HoldScope;

/// How far a hold is to reach, before the rules.
#[derive(Clone, Debug, PartialEq)]
pub enum RawHoldScope {
    /// Every record.
    Everything,
    /// The records of one conversation.
    Conversation(RawField),
}

/// A hold, before the rules.
#[derive(Clone, Debug, PartialEq)]
pub struct RawHold {
    /// How far it is to reach.
    pub scope: RawHoldScope,
    /// Why.
    pub reason: RawField,
    /// Who says so.
    pub by: RawField,
}

/// A hold that keeps the rules: every text as an identifier in [`RawRequest`](super::RawRequest).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HoldRequest {
    /// How far it is to reach.
    pub scope: HoldScope,
    /// Why.
    pub reason: String,
    /// Who says so, if known.
    pub by: Option<String>,
}

impl RawHold {
    /// Checks every rule.
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(self) -> Result<HoldRequest, Violations> {
        let mut notes = Notes::default();
        let scope = match self.scope {
            RawHoldScope::Everything => Some(HoldScope::Everything),
            RawHoldScope::Conversation(id) => notes
                .required("conversation_id", id)
                .map(HoldScope::Conversation),
        };
        let reason = notes.required("reason", self.reason);
        let by = notes.optional("by", self.by);
        match (scope, reason) {
            (Some(scope), Some(reason)) if notes.0.is_empty() => {
                Ok(HoldRequest { scope, reason, by })
            }
            _ => Err(Violations::new(notes.0, KnownIds::default())),
        }
    }
}
