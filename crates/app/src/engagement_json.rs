//! What became of a recommendation, as one JSON object: for `engage --batch` and for whoever takes it
//! over the wire. Judges nothing itself, as [`payload_json`](crate::payload_json) does not.

use std::collections::HashSet;

use agent_assist_domain::payload::{
    MAX_ENGAGEMENTS, RawEngagement, RawEngagements, RawField, Rule, Violation,
};
use agent_assist_domain::time::Timestamp;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::json_node::{Node, NotAnObject};

/// Every field.
const FIELDS: [&str; 7] = [
    "conversation_id",
    "session_id",
    "agent_id",
    "recommendation_id",
    "kind",
    "event_id",
    "at",
];

/// Reads one event with the conversation that it belongs to.
///
/// # Errors
/// If `json` is no JSON object.
pub fn parse(json: &[u8]) -> Result<RawEngagements, NotAnObject> {
    let mut raw = RawEngagements::default();
    let mut event = RawEngagement::default();
    let mut seen = HashSet::new();
    for (position, (name, value)) in Node::members(json)?.into_iter().enumerate() {
        if !seen.insert(name.clone()) {
            let field = told(&name, position);
            let repeated = Violation::new(field, Rule::Repeated, "is given more than once");
            event.misfits.push(repeated);
            continue;
        }
        match name.as_str() {
            "conversation_id" => raw.conversation_id = value.into_field(),
            "session_id" => raw.session_id = value.into_field(),
            "agent_id" => raw.agent_id = value.into_field(),
            "recommendation_id" => event.recommendation_id = value.into_field(),
            "kind" => event.kind = value.into_field(),
            "event_id" => event.event_id = value.into_field(),
            "at" => match at(value.into_field()) {
                Ok(at) => event.at = at,
                Err(misfit) => event.misfits.push(misfit),
            },
            _ => event.misfits.push(Violation::new(
                told(&name, position),
                Rule::UnknownField,
                format!(
                    "is no field of an event; the fields are {}",
                    FIELDS.join(", ")
                ),
            )),
        }
    }
    raw.events.push(event);
    Ok(raw)
}

/// Adds the events of `more` to `told`, or gives it back if it is of another conversation, session or
/// agent, or would be too much at once.
pub fn join(told: &mut RawEngagements, more: RawEngagements) -> Option<RawEngagements> {
    let whose = |raw: &RawEngagements| {
        let RawEngagements {
            conversation_id,
            session_id,
            agent_id,
            ..
        } = raw;
        (
            conversation_id.clone(),
            session_id.clone(),
            agent_id.clone(),
        )
    };
    let fits = told.events.len() + more.events.len() <= MAX_ENGAGEMENTS;
    if !fits || whose(told) != whose(&more) {
        return Some(more);
    }
    told.events.extend(more.events);
    None
}

/// What to call a member: by its name if it is ours, else by its place, since it may be anything.
fn told(name: &str, position: usize) -> String {
    match FIELDS.contains(&name) {
        true => name.to_owned(),
        false => format!("(member {position})"),
    }
}

fn at(field: RawField) -> Result<Option<Timestamp>, Violation> {
    let text = match field {
        RawField::Absent => return Ok(None),
        RawField::Text(text) => text,
        _ => String::new(),
    };
    let at = OffsetDateTime::parse(&text, &Rfc3339).ok();
    let micros = at.and_then(|at| i64::try_from(at.unix_timestamp_nanos() / 1_000).ok());
    let no_time = || {
        let expected = "must be a time such as 2026-05-04T09:00:00Z";
        Violation::new("at", Rule::Type, expected)
    };
    micros
        .map(Timestamp::from_micros)
        .map(Some)
        .ok_or_else(no_time)
}

#[cfg(test)]
mod tests {
    use agent_assist_domain::dialect::Dialect;

    use super::*;

    const SAMPLE: &str = r#"{"conversation_id":"c","session_id":"s","agent_id":"a",
        "recommendation_id":"r","kind":"copied","event_id":"e","at":"1970-01-01T00:00:01Z"}"#;

    #[test]
    fn a_whole_event_is_read() {
        let raw = parse(SAMPLE.as_bytes()).expect("an object");
        let request = raw.validate(Dialect::Recommendations).expect("valid");
        let event = request.events[0].as_ref().expect("valid");
        assert_eq!(event.kind.as_str(), "copied");
        assert_eq!(event.client_at, Some(Timestamp::from_micros(1_000_000)));
    }

    #[test]
    fn every_mistake_of_an_event_is_reported_at_once_and_without_its_text() {
        let json = r#"{"conversation_id":"c","session_id":"s","kind":"joe@x.com","at":"joe@x.com",
            "joe@x.com":1,"event_id":"emitted/1","kind":2}"#;
        let raw = parse(json.as_bytes()).expect("an object");
        let request = raw
            .validate(Dialect::Recommendations)
            .expect("a valid whole");
        let violations = request.events[0].as_ref().expect_err("mistakes");
        let told: Vec<String> = violations.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 6, "{told:#?}");
        assert!(!told.join("\n").contains("joe"), "{told:#?}");
    }

    #[test]
    fn neighbours_of_one_conversation_are_told_at_once() {
        let mut told = parse(SAMPLE.as_bytes()).expect("an object");
        assert_eq!(
            join(&mut told, parse(SAMPLE.as_bytes()).expect("one")),
            None
        );
        assert_eq!(told.events.len(), 2);
        let other = SAMPLE.replace("\"s\"", "\"t\"");
        assert!(join(&mut told, parse(other.as_bytes()).expect("one")).is_some());
    }
}
