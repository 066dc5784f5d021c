//! What is new in an answer to somebody who knows the one before.

use agent_assist_domain::answer::{Answer, AnswerItem, Degraded, DegradedReason, EmptyReason};
use serde::Serialize;

use super::event::EventKind;

/// What a reader has seen of the last answer.
#[derive(Debug)]
pub(super) struct Seen {
    items: Vec<AnswerItem>,
    empty: Option<EmptyReason>,
    label: Option<DegradedReason>,
}

#[derive(Serialize)]
struct State {
    assist: &'static str,
    /// Why it is off; null where it is on.
    reason: Option<&'static str>,
    /// Since when it is off, milliseconds since the epoch; null where it is on.
    since: Option<i64>,
}

#[derive(Serialize)]
struct Label<'a> {
    degraded: Option<&'a Degraded>,
}

impl Seen {
    pub(super) fn of(answer: &Answer) -> Self {
        Self {
            items: answer.recommendations().to_vec(),
            empty: answer.empty_reason(),
            label: label(answer),
        }
    }

    /// Whether `answer` shows anything else, or under another label.
    pub(super) fn differs_from(&self, answer: &Answer) -> bool {
        self.items != answer.recommendations()
            || self.empty != answer.empty_reason()
            || self.label != label(answer)
    }
}

/// What there is to tell of `answer` to those who have seen `last`, in this order; the answer itself
/// comes last.
pub(super) fn news(last: Option<&Seen>, answer: &Answer) -> Vec<(EventKind, String)> {
    if last.is_some_and(|last| !last.differs_from(answer)) {
        return Vec::new();
    }
    let mut news = Vec::new();
    let was = last.and_then(|last| last.label);
    let is = label(answer);
    if is_off(was) != is_off(is) {
        let off = answer.degradation().filter(|_| is_off(is));
        let state = State {
            assist: if off.is_some() { "off" } else { "on" },
            reason: off.map(|off| off.reason().as_str()),
            since: off.map(Degraded::since),
        };
        news.push((EventKind::State, json(&state)));
    }
    if was != is {
        let label = Label {
            degraded: answer.degradation(),
        };
        news.push((EventKind::Degraded, json(&label)));
    }
    news.push((EventKind::Recommendations, json(answer)));
    news
}

fn label(answer: &Answer) -> Option<DegradedReason> {
    answer.degradation().map(Degraded::reason)
}

fn is_off(label: Option<DegradedReason>) -> bool {
    matches!(
        label,
        Some(DegradedReason::AssistOff | DegradedReason::SessionPaused)
    )
}

/// Texts and numbers: there is nothing that JSON could not say.
pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
