//! What an operator must say to switch assist off or on.

use std::time::Duration;

use super::RawField;
use super::rules::Notes;
use super::violation::{KnownIds, Rule, Violations};
use crate::assist::SwitchScope;

/// Longest time for which assist is switched off with an end in sight.
const LONGEST_OFF: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// For whom to switch, before the rules.
#[derive(Clone, Debug, PartialEq)]
pub enum RawSwitchScope {
    /// Every request.
    Everything,
    /// One queue.
    Queue(RawField),
    /// One session.
    Session(RawField),
}

/// A turn of the switch, before the rules.
#[derive(Clone, Debug, PartialEq)]
pub struct RawSwitch {
    /// For whom.
    pub scope: RawSwitchScope,
    /// Who says so.
    pub by: RawField,
    /// Come back by itself after this time; means nothing for switching on.
    pub lasts: Option<Duration>,
}

/// A turn of the switch that keeps the rules: every identifier as in
/// [`RawRequest`](super::RawRequest).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwitchRequest {
    /// For whom.
    pub scope: SwitchScope,
    /// Who says so, if known.
    pub by: Option<String>,
    /// How long it lasts, more than nothing and at most 365 days; `None` for without end.
    pub lasts: Option<Duration>,
}

impl RawSwitch {
    /// Checks every rule.
    ///
    /// # Errors
    /// All violations found.
    pub fn validate(self) -> Result<SwitchRequest, Violations> {
        let mut notes = Notes::default();
        let scope = match self.scope {
            RawSwitchScope::Everything => Some(SwitchScope::Everything),
            RawSwitchScope::Queue(id) => notes.required("queue_id", id).map(SwitchScope::Queue),
            RawSwitchScope::Session(id) => {
                notes.required("session_id", id).map(SwitchScope::Session)
            }
        };
        let by = notes.optional("by", self.by);
        let lasts = self.lasts;
        if lasts.is_some_and(|lasts| lasts.is_zero() || lasts > LONGEST_OFF) {
            notes.add(
                "for",
                Rule::Range,
                "must be longer than nothing and at most 365 days",
            );
        }
        match scope {
            Some(scope) if notes.0.is_empty() => Ok(SwitchRequest { scope, by, lasts }),
            scope => Err(Violations::new(notes.0, known(scope))),
        }
    }
}

fn known(scope: Option<SwitchScope>) -> KnownIds {
    let mut known = KnownIds::default();
    match scope {
        Some(SwitchScope::Queue(id)) => known.queue_id = Some(id),
        Some(SwitchScope::Session(id)) => known.session_id = Some(id),
        Some(SwitchScope::Everything) | None => {}
    }
    known
}
