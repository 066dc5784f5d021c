//! What a caller must say to record a use.

use super::RawField;
use super::rules::Notes;
use super::violation::{KnownIds, Rule, Violations};
use crate::adoption::EMISSION_PREFIX;

/// A use to be recorded, before the rules.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawAdoption {
    /// The conversation in which the recommendation was given out.
    pub conversation_id: RawField,
    /// The session in which it was used.
    pub session_id: RawField,
    /// What was used.
    pub recommendation_id: RawField,
    /// Names this use; sending it again counts once.
    pub event_id: RawField,
    /// Who used it.
    pub agent_id: RawField,
}

/// A use that keeps the rules: every identifier as in [`RawRequest`](super::RawRequest).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdoptionRequest {
    /// The conversation.
    pub conversation_id: String,
    /// The session.
    pub session_id: String,
    /// What was used.
    pub recommendation_id: String,
    /// Names this use, if the caller named it.
    pub event_id: Option<String>,
    /// Who used it, if known.
    pub agent_id: Option<String>,
}

impl RawAdoption {
    /// Checks every rule.
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(self) -> Result<AdoptionRequest, Violations> {
        let mut notes = Notes::default();
        let conversation_id = notes.required("conversation_id", self.conversation_id);
        let session_id = notes.required("session_id", self.session_id);
        let recommendation_id = notes.required("recommendation_id", self.recommendation_id);
        let event_id = notes.optional("event_id", self.event_id);
        if event_id
            .as_ref()
            .is_some_and(|id| id.starts_with(EMISSION_PREFIX))
        {
            notes.add(
                "event_id",
                Rule::Reserved,
                format!("must not begin with {EMISSION_PREFIX}, which names exposures"),
            );
        }
        let agent_id = notes.person("agent_id", self.agent_id);
        match (conversation_id, session_id, recommendation_id) {
            (Some(conversation_id), Some(session_id), Some(recommendation_id))
                if notes.0.is_empty() =>
            {
                Ok(AdoptionRequest {
                    conversation_id,
                    session_id,
                    recommendation_id,
                    event_id,
                    agent_id,
                })
            }
            (conversation_id, session_id, _) => Err(Violations::new(
                notes.0,
                KnownIds {
                    session_id,
                    conversation_id,
                    agent_id,
                    ..KnownIds::default()
                },
            )),
        }
    }
}
