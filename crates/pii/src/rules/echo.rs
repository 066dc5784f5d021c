//! Secrets that are said again: `I heard 29272919. Is that right?`
//!
//! What has no shape of its own is found by its label, and nobody repeats the label.

use std::ops::Range;

use crate::{
    context::WordList,
    entity::Entity,
    rules::{Candidate, Found, label},
    view::View,
};

/// How far behind a value its echo may begin, in bytes.
const REACH: usize = 120;
/// Shorter values are repeated by chance.
const SHORTEST: usize = 5;
/// Candidates below this are no finds.
const SURE: u8 = 75;
const PERCENT: u8 = 72;

/// Words right before what is repeated. Lower case, accents left out.
static REPEATING: WordList = WordList::new(
    "heard | understood | got | noted | have | that is | verstanden | notiert | entendu | compris | \
    entendido | anotado | capito | begrepen | zrozumialem",
);

/// Adds the echoes of what was found by its label.
pub(crate) fn find(view: &View<'_>, found: &mut Found) {
    let text = view.text();
    let echoes: Vec<_> = found
        .candidates
        .iter()
        .filter(|candidate| candidate.percent >= SURE && has_no_shape(&candidate.entity))
        .filter_map(|candidate| {
            let span = echo(text, &candidate.span)?;
            let mut echo = Candidate::new(&candidate.entity, "echo", span, PERCENT);
            echo.cue.clone_from(&candidate.cue);
            Some(echo)
        })
        .collect();
    for echo in echoes {
        found.push(echo);
    }
}

fn has_no_shape(entity: &Entity) -> bool {
    matches!(
        entity,
        Entity::Password
            | Entity::ApiKey
            | Entity::AccessToken
            | Entity::Cvv
            | Entity::CardExpiry
            | Entity::Pin
            | Entity::OneTimeCode
            | Entity::AccountNumber
            | Entity::CustomerNumber
            | Entity::UsBankNumber
            | Entity::AbaRoutingNumber
            | Entity::UsPassport
            | Entity::UsDriverLicense
    )
}

/// Where what stands at `span` is said again on the next lines.
fn echo(text: &str, span: &Range<usize>) -> Option<Range<usize>> {
    let value = &text[span.clone()];
    let behind =
        &text[span.end..text.floor_char_boundary((span.end + REACH + value.len()).min(text.len()))];
    let line = behind.find('\n')?;
    let at = line + behind[line..].find(value)?;
    let start = span.end + at;
    let again = start..start + value.len();
    let before = behind[..at].trim_end();
    let last = &before[before.rfind([' ', '\n']).map_or(0, |at| at + 1)..];
    let is_said = value.len() >= SHORTEST || REPEATING.contains(last);
    (is_said && label::stands_alone(text, &again)).then_some(again)
}
