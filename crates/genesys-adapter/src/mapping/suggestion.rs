//! Maps an entity of the suggestions dialect: one payload per type, each text with its pointer.
//!
//! A type that this version does not know is not guessed at: its text cannot be told from its
//! metadata, so it is counted as malformed and not shown. Metadata that may quote the customer,
//! such as `context.queryStatement`, becomes no part of a recommendation.

use agent_assist_domain::batch::Malformation;
use agent_assist_domain::recommendation::{Recommendation, Score, Source, State, UpstreamId};
use agent_assist_genesys_wire::{Suggestion, SuggestionState};

use super::payload::{self, Payload};
use super::{id, kind_of, timestamp};

/// How many fields of `suggestion` have no meaning here.
pub(crate) fn unknown_fields(suggestion: &Suggestion) -> u32 {
    let generated = payload::generated_answer(suggestion).is_some();
    (suggestion.extra.len() - usize::from(generated)) as u32
}

/// The recommendation that `suggestion` is, or why it is none.
pub(crate) fn read(mut suggestion: Suggestion) -> Result<Recommendation, Malformation> {
    let id = suggestion.id.take().and_then(UpstreamId::new);
    let id = id.ok_or(Malformation::Id)?;
    let kind = suggestion.kind.as_ref().and_then(kind_of);
    let kind = kind.ok_or(Malformation::UnknownType)?;
    let state = suggestion.state.as_ref().map(state_of);
    let payload = match payload::of(&mut suggestion, kind) {
        Some(payload) => payload,
        // What the platform could not make has nothing in it, and is never shown.
        None if state == Some(State::Failed) => Payload::default(),
        None => return Err(Malformation::MissingPayload),
    };
    let parts = payload.parts.finish()?;
    let score = match payload.confidence {
        Some(confidence) => Some(Score::new(confidence).ok_or(Malformation::Score)?),
        None => None,
    };
    let source = Source {
        trigger_id: trigger(&suggestion).or(payload.source.trigger_id),
        ..payload.source
    };
    Ok(Recommendation {
        id,
        kind,
        score,
        upstream_masked: None,
        state,
        created_at: suggestion.date_created.as_deref().and_then(timestamp),
        parts,
        source,
    })
}

/// The words that made the platform suggest something: spoken or written.
fn trigger(suggestion: &Suggestion) -> Option<UpstreamId> {
    let context = suggestion.context.as_ref()?;
    let words = context.utterance.as_ref().or(context.message.as_ref());
    words.and_then(id)
}

fn state_of(state: &SuggestionState) -> State {
    match state {
        SuggestionState::Suggested => State::Suggested,
        SuggestionState::Accepted => State::Accepted,
        SuggestionState::Dismissed => State::Dismissed,
        SuggestionState::Failed => State::Failed,
        SuggestionState::Rated => State::Rated,
        SuggestionState::Other(_) => State::Other,
    }
}
