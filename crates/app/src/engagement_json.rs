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

/// Fields of one event with the conversation that it belongs to.
const FIELDS: [&str; 7] = [
    "conversation_id",
    "session_id",
    "agent_id",
    "recommendation_id",
    "kind",
    "event_id",
    "at",
];
/// Of one event whose recommendation is known already.
const FIELDS_OF_ONE: [&str; 4] = ["session_id", "agent_id", "kind", "at"];
/// Of several events in a conversation that is known already.
const FIELDS_OF_SEVERAL: [&str; 3] = ["session_id", "agent_id", "events"];
/// Of each of those.
const FIELDS_OF_EACH: [&str; 4] = ["recommendation_id", "kind", "event_id", "at"];

/// What is known of an event before its body is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The conversation.
    pub conversation_id: String,
    /// The recommendation.
    pub recommendation_id: String,
    /// Names the event, where the caller names it.
    pub event_id: Option<String>,
}

/// Reads one event with the conversation that it belongs to.
///
/// # Errors
/// If `json` is no JSON object.
pub fn parse(json: &[u8]) -> Result<RawEngagements, NotAnObject> {
    let mut raw = RawEngagements::default();
    let mut event = RawEngagement::default();
    let misfits = read(Node::members(json)?, &FIELDS, |name, value| {
        match name {
            "conversation_id" => raw.conversation_id = value.into_field(),
            "session_id" => raw.session_id = value.into_field(),
            "agent_id" => raw.agent_id = value.into_field(),
            _ => return take(&mut event, name, value),
        }
        Ok(())
    });
    event.misfits = misfits;
    raw.events.push(event);
    Ok(raw)
}

/// Reads the rest of one event.
///
/// # Errors
/// If `json` is no JSON object.
pub fn parse_one(json: &[u8], known: Known) -> Result<RawEngagements, NotAnObject> {
    let mut raw = RawEngagements {
        conversation_id: RawField::Text(known.conversation_id),
        ..RawEngagements::default()
    };
    let mut event = RawEngagement {
        recommendation_id: RawField::Text(known.recommendation_id),
        event_id: RawField::text(known.event_id),
        ..RawEngagement::default()
    };
    let misfits = read(Node::members(json)?, &FIELDS_OF_ONE, |name, value| {
        match name {
            "session_id" => raw.session_id = value.into_field(),
            "agent_id" => raw.agent_id = value.into_field(),
            _ => return take(&mut event, name, value),
        }
        Ok(())
    });
    event.misfits = misfits;
    raw.events.push(event);
    Ok(raw)
}

/// Reads several events of one conversation: `{"session_id": .., "events": [..]}`.
///
/// # Errors
/// If `json` is no JSON object.
pub fn parse_several(json: &[u8], conversation_id: String) -> Result<RawEngagements, NotAnObject> {
    let mut raw = RawEngagements {
        conversation_id: RawField::Text(conversation_id),
        ..RawEngagements::default()
    };
    let misfits = read(Node::members(json)?, &FIELDS_OF_SEVERAL, |name, value| {
        match (name, value) {
            ("session_id", value) => raw.session_id = value.into_field(),
            ("agent_id", value) => raw.agent_id = value.into_field(),
            (_, Node::List(events)) => raw.events = events.into_iter().map(event).collect(),
            (_, other) => {
                let found = format!("must be a list, found {}", other.type_name());
                return Err(Violation::new("events", Rule::Type, found));
            }
        }
        Ok(())
    });
    raw.misfits = misfits;
    Ok(raw)
}

/// One of several events.
fn event(node: Node) -> RawEngagement {
    let mut event = RawEngagement::default();
    let Node::Object(members) = node else {
        let found = format!("must be an object, found {}", node.type_name());
        let misfit = Violation::new("(event)", Rule::Type, found);
        event.misfits.push(misfit);
        return event;
    };
    event.misfits = read(members, &FIELDS_OF_EACH, |name, value| {
        take(&mut event, name, value)
    });
    event
}

/// Takes the member of an event that is called `name`.
fn take(event: &mut RawEngagement, name: &str, value: Node) -> Result<(), Violation> {
    match name {
        "recommendation_id" => event.recommendation_id = value.into_field(),
        "kind" => event.kind = value.into_field(),
        "event_id" => event.event_id = value.into_field(),
        _ => event.at = at(value.into_field())?,
    }
    Ok(())
}

/// Hands every member of these `fields` to `take`, once, and says what is wrong with the others.
fn read(
    members: Vec<(String, Node)>,
    fields: &[&str],
    mut take: impl FnMut(&str, Node) -> Result<(), Violation>,
) -> Vec<Violation> {
    let mut misfits = Vec::new();
    let mut seen = HashSet::new();
    for (position, (name, value)) in members.into_iter().enumerate() {
        let told = match fields.contains(&&*name) {
            true => name.clone(),
            // By its place, since its name may be anything.
            false => format!("(member {position})"),
        };
        if !fields.contains(&&*name) {
            let message = format!("is no field here; the fields are {}", fields.join(", "));
            misfits.push(Violation::new(told, Rule::UnknownField, message));
        } else if !seen.insert(name.clone()) {
            misfits.push(Violation::new(
                told,
                Rule::Repeated,
                "is given more than once",
            ));
        } else if let Err(misfit) = take(&name, value) {
            misfits.push(misfit);
        }
    }
    misfits
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
    fn what_the_address_says_of_an_event_is_not_said_again() {
        let known = Known {
            conversation_id: "c".to_owned(),
            recommendation_id: "r".to_owned(),
            event_id: Some("e".to_owned()),
        };
        let one = parse_one(br#"{"session_id":"s","kind":"copied"}"#, known.clone());
        let told = SAMPLE.replace(r#","at":"1970-01-01T00:00:01Z""#, "");
        let told = told.replace(r#""agent_id":"a","#, "");
        assert_eq!(
            one.expect("an object"),
            parse(told.as_bytes()).expect("one")
        );
        let again = parse_one(br#"{"kind":"copied","event_id":"f"}"#, known).expect("an object");
        assert_eq!(again.events[0].misfits.len(), 1);
    }

    #[test]
    fn several_events_share_a_conversation_and_each_has_its_own_mistakes() {
        let json = br#"{"session_id":"s","events":[
            {"recommendation_id":"r","kind":"displayed","event_id":"e"},
            7, {"recommendation_id":"r","kind":"displayed","kind":"copied","x":1}]}"#;
        let raw = parse_several(json, "c".to_owned()).expect("an object");
        let request = raw
            .validate(Dialect::Recommendations)
            .expect("a valid whole");
        let mistakes = request.events.iter().map(|event| match event {
            Ok(_) => 0,
            Err(violations) => violations.iter().count(),
        });
        assert_eq!(mistakes.collect::<Vec<_>>(), [0, 3, 2]);
        for json in [r#"{"events":{}}"#, r#"{"events":[],"kind":"copied"}"#, "{}"] {
            let raw = parse_several(json.as_bytes(), "c".to_owned()).expect("an object");
            assert!(raw.validate(Dialect::Suggestions).is_err(), "{json}");
        }
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
