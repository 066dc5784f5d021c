//! What a caller must say of what became of recommendations.

use super::rules::Notes;
use super::violation::{KnownIds, Rule, Violation, Violations};
use super::{MAX_ENGAGEMENTS, RawField};
use crate::adoption::{EMISSION_PREFIX, EngagementKind};
use crate::dialect::Dialect;
use crate::time::Timestamp;

/// What became of recommendations of one conversation, before the rules.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawEngagements {
    /// The conversation in which they were given out.
    pub conversation_id: RawField,
    /// The session in which it happened.
    pub session_id: RawField,
    /// To or by whom.
    pub agent_id: RawField,
    /// What happened, in order.
    pub events: Vec<RawEngagement>,
    /// Fields that could not be represented above.
    pub misfits: Vec<Violation>,
}

/// One thing that happened to one of them, before the rules.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawEngagement {
    /// The recommendation.
    pub recommendation_id: RawField,
    /// What happened, by the name of a [kind that callers tell of](EngagementKind::TOLD).
    pub kind: RawField,
    /// Names this event; sending it again counts once.
    pub event_id: RawField,
    /// When, by the clock of whoever tells it.
    pub at: Option<Timestamp>,
    /// Fields that could not be represented above.
    pub misfits: Vec<Violation>,
}

/// What is told of one conversation, in keeping with the rules but for the events that are not.
#[derive(Clone, Debug, PartialEq)]
pub struct EngagementRequest {
    /// The conversation, an identifier as in [`RawRequest`](super::RawRequest).
    pub conversation_id: String,
    /// The session; the conversation, where the dialect has none and none is given.
    pub session_id: String,
    /// To or by whom, if known.
    pub agent_id: Option<String>,
    /// 1 to [`MAX_ENGAGEMENTS`] events, in the caller's order, or what is wrong with one.
    pub events: Vec<Result<Engagement, Violations>>,
}

/// One event that keeps the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Engagement {
    /// The recommendation.
    pub recommendation_id: String,
    /// What happened, one that [callers tell of](EngagementKind::TOLD).
    pub kind: EngagementKind,
    /// Names this event, if the caller named it.
    pub event_id: Option<String>,
    /// When, by the caller's clock, if it said so.
    pub client_at: Option<Timestamp>,
}

impl RawEngagements {
    /// Checks every rule. An event that breaks one is told apart from the others, unless there is something
    /// wrong that concerns all of them.
    ///
    /// # Errors
    /// If there is: then all violations, those of events by their position (`events[2].kind`) where there are
    /// several.
    pub fn validate(self, dialect: Dialect) -> Result<EngagementRequest, Violations> {
        let mut notes = Notes::default();
        let conversation_id = notes.required("conversation_id", self.conversation_id);
        let session_id = match (dialect, self.session_id) {
            // As in a request for recommendations.
            (Dialect::Suggestions, RawField::Absent) => conversation_id.clone(),
            (_, session_id) => notes.required("session_id", session_id),
        };
        let agent_id = notes.person("agent_id", self.agent_id);
        let count = self.events.len();
        if count == 0 {
            notes.add("events", Rule::Required, "needs at least one event");
        }
        if count > MAX_ENGAGEMENTS {
            let message = format!("must be at most {MAX_ENGAGEMENTS} events, are {count}");
            notes.add("events", Rule::Length, message);
        }
        notes.0.extend(self.misfits);
        let known = KnownIds {
            session_id,
            conversation_id,
            agent_id,
            ..KnownIds::default()
        };
        let events: Vec<Result<Engagement, Vec<Violation>>> =
            self.events.into_iter().map(RawEngagement::check).collect();
        let (Some(session_id), Some(conversation_id), true) = (
            &known.session_id,
            &known.conversation_id,
            notes.0.is_empty(),
        ) else {
            notes.0.extend(of_events(events));
            return Err(Violations::new(notes.0, known));
        };
        let told = |event: Result<Engagement, Vec<Violation>>| {
            event.map_err(|all| Violations::new(all, known.clone()))
        };
        Ok(EngagementRequest {
            conversation_id: conversation_id.clone(),
            session_id: session_id.clone(),
            agent_id: known.agent_id.clone(),
            events: events.into_iter().map(told).collect(),
        })
    }
}

/// What is wrong with the events, for whoever has to send all of them again.
fn of_events(events: Vec<Result<Engagement, Vec<Violation>>>) -> Vec<Violation> {
    let alone = events.len() == 1;
    let mut all = Vec::new();
    for (position, event) in events.into_iter().enumerate() {
        all.extend(event.err().into_iter().flatten().map(|mut violation| {
            if !alone {
                violation.field = format!("events[{position}].{}", violation.field);
            }
            violation
        }));
    }
    all
}

impl RawEngagement {
    fn check(self) -> Result<Engagement, Vec<Violation>> {
        let mut notes = Notes::default();
        let recommendation_id = notes.required("recommendation_id", self.recommendation_id);
        let kind = kind(&mut notes, self.kind);
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
        notes.0.extend(self.misfits);
        match (recommendation_id, kind) {
            (Some(recommendation_id), Some(kind)) if notes.0.is_empty() => Ok(Engagement {
                recommendation_id,
                kind,
                event_id,
                client_at: self.at,
            }),
            _ => Err(notes.0),
        }
    }
}

fn kind(notes: &mut Notes, raw: RawField) -> Option<EngagementKind> {
    let name = notes.required("kind", raw)?;
    let kind = EngagementKind::from_name(&name).filter(|kind| EngagementKind::TOLD.contains(kind));
    if kind.is_none() {
        let names = EngagementKind::TOLD.map(EngagementKind::as_str);
        let message = format!("must be one of {}", names.join(", "));
        notes.add("kind", Rule::Choice, message);
    }
    kind
}
