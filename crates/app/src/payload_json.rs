//! A payload as JSON, for `--payload` and for whoever takes requests over the wire.
//!
//! It judges nothing itself: whatever has the wrong type or an unknown name becomes a violation
//! beside those of the payload rules, so that a caller sees all mistakes at once.

use std::collections::HashSet;

use agent_assist_domain::payload::{RawRequest, Rule, Violation};

use crate::json_node::Node;
pub use crate::json_node::NotAnObject;

/// Reads a payload. Members of one name are all seen, so that a repeated one can be reported.
///
/// # Errors
/// If `json` is no JSON object.
pub fn parse(json: &[u8]) -> Result<RawRequest, NotAnObject> {
    let mut raw = RawRequest::default();
    let mut seen = HashSet::new();
    for (position, (name, value)) in Node::members(json)?.into_iter().enumerate() {
        if seen.contains(&name) {
            let field = told(&name, position);
            raw.misfits.push(Violation::new(
                field,
                Rule::Repeated,
                "is given more than once",
            ));
        } else {
            place(&mut raw, position, &name, value);
            seen.insert(name);
        }
    }
    Ok(raw)
}

/// Every field of a payload.
pub const FIELDS: [&str; 12] = [
    "session_id",
    "conversation_id",
    "intent_confidence",
    "knowledge_source_ids",
    "limit",
    "offset",
    "min_relevance",
    "agent_id",
    "customer_id",
    "queue_id",
    "query",
    "subject_terms",
];

/// What to call a member: by its name if it is ours, else by its place, since it may be anything.
fn told(name: &str, position: usize) -> String {
    if FIELDS.contains(&name) {
        name.to_owned()
    } else {
        format!("(member {position})")
    }
}

fn place(raw: &mut RawRequest, position: usize, name: &str, value: Node) {
    match name {
        "session_id" => raw.session_id = value.into_field(),
        "conversation_id" => raw.conversation_id = value.into_field(),
        "limit" => raw.limit = value.into_field(),
        "offset" => raw.offset = value.into_field(),
        "min_relevance" => raw.min_relevance = value.into_field(),
        "agent_id" => raw.agent_id = value.into_field(),
        "customer_id" => raw.customer_id = value.into_field(),
        "queue_id" => raw.queue_id = value.into_field(),
        "query" => raw.query = value.into_field(),
        "knowledge_source_ids" => match value.into_list() {
            Ok(items) => raw.knowledge_source_ids = items,
            Err(found) => raw.misfits.push(wrong_type(name, "a list of texts", found)),
        },
        "subject_terms" => match value.into_list() {
            Ok(items) => raw.subject_terms = items,
            Err(found) => raw.misfits.push(wrong_type(name, "a list of texts", found)),
        },
        "intent_confidence" => match value {
            Node::Object(members) => {
                raw.intent_confidence = members
                    .into_iter()
                    .map(|(name, value)| (name, value.into_field()))
                    .collect();
            }
            Node::Null => {}
            other => {
                let found = other.type_name();
                raw.misfits
                    .push(wrong_type(name, "an object of numbers", found));
            }
        },
        _ => raw.misfits.push(Violation::new(
            told(name, position),
            Rule::UnknownField,
            format!(
                "is no field of a payload; the fields are {}",
                FIELDS.join(", ")
            ),
        )),
    }
}

fn wrong_type(field: &str, expected: &str, found: &str) -> Violation {
    Violation::new(
        field,
        Rule::Type,
        format!("must be {expected}, not {found}"),
    )
}

#[cfg(test)]
mod tests {
    use agent_assist_domain::dialect::Dialect;

    use super::*;

    fn complaints(json: &str) -> Vec<String> {
        let raw = parse(json.as_bytes()).expect("an object");
        match raw.validate(Dialect::Recommendations) {
            Ok(_) => Vec::new(),
            Err(violations) => violations.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn a_whole_payload_is_read() {
        let raw = parse(
            br#"{"session_id":"s","conversation_id":"c","intent_confidence":{"refund":0.8},
                "knowledge_source_ids":["kb"],"limit":5,"offset":0,"min_relevance":0.5,
                "agent_id":"a","customer_id":"c","queue_id":null,"query":"how to refund","subject_terms":["Pat"]}"#,
        )
        .expect("an object");
        let request = raw.validate(Dialect::Recommendations).expect("valid");
        assert_eq!(request.limit(), 5);
        assert_eq!(request.customer_id(), Some("c"));
        assert_eq!(request.intent_confidence()["refund"], 0.8);
        assert_eq!(request.subject_terms().len(), 1);
    }

    #[test]
    fn every_mistake_is_reported_at_once_and_without_its_text() {
        let complaints = complaints(
            r#"{"session_id":7,"conversation_id":"","intent_confidence":{"joe@x.com":2,"b":"0.4x"},
                "knowledge_source_ids":"kb","limit":0.5,"offset":-1,"min_relevance":true,
                "joe@x.com":1,"joe@x.com":2,"limit":3}"#,
        );
        assert_eq!(complaints.len(), 11, "{complaints:#?}");
        assert!(!complaints.join("\n").contains("joe"), "{complaints:#?}");
    }

    #[test]
    fn what_is_no_object_is_refused_with_its_place() {
        for text in ["", "[]", "{", "{\"a\":}", "3", "nul"] {
            assert!(parse(text.as_bytes()).is_err(), "{text:?}");
        }
    }
}
