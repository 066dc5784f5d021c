//! A payload as the query part of an address, for whoever takes requests over the wire.
//!
//! It judges nothing itself, like [`payload_json`](crate::payload_json). Members that may be repeated are
//! named in the singular. What an agent types and terms about the customer are no parameters: addresses
//! end up in logs and histories.

use std::collections::HashSet;

use agent_assist_domain::payload::{RawField, RawRequest, Rule, Violation};
use url::form_urlencoded;

/// Every parameter.
pub const PARAMETERS: [&str; 9] = [
    "session_id",
    "intent",
    "knowledge_source_id",
    "limit",
    "offset",
    "min_relevance",
    "agent_id",
    "customer_id",
    "queue_id",
];

/// Reads the parameters of `query`, percent-encoded, for the conversation that the path names.
pub fn parse(conversation_id: String, query: &str) -> RawRequest {
    let mut raw = RawRequest {
        conversation_id: RawField::Text(conversation_id),
        ..RawRequest::default()
    };
    let mut seen = HashSet::new();
    for (position, (name, value)) in form_urlencoded::parse(query.as_bytes()).enumerate() {
        let Some(name) = PARAMETERS.into_iter().find(|known| *known == name) else {
            // By its place, since its name may be anything.
            raw.misfits.push(unknown(position));
            continue;
        };
        match name {
            "intent" => raw.intent_confidence.push(split_intent(&value)),
            "knowledge_source_id" => {
                raw.knowledge_source_ids
                    .push(RawField::Text(value.into_owned()));
            }
            _ if seen.insert(name) => *field(&mut raw, name) = RawField::Text(value.into_owned()),
            _ => raw.misfits.push(Violation::new(
                name,
                Rule::Repeated,
                "is given more than once",
            )),
        }
    }
    raw
}

fn field<'r>(raw: &'r mut RawRequest, name: &str) -> &'r mut RawField {
    match name {
        "session_id" => &mut raw.session_id,
        "limit" => &mut raw.limit,
        "offset" => &mut raw.offset,
        "min_relevance" => &mut raw.min_relevance,
        "agent_id" => &mut raw.agent_id,
        "customer_id" => &mut raw.customer_id,
        _ => &mut raw.queue_id,
    }
}

/// `refund=0.8`; without a confidence the rules will ask for one.
fn split_intent(intent: &str) -> (String, RawField) {
    match intent.rsplit_once('=') {
        Some((name, confidence)) => (name.to_owned(), RawField::Text(confidence.to_owned())),
        None => (intent.to_owned(), RawField::Absent),
    }
}

fn unknown(position: usize) -> Violation {
    let known = PARAMETERS.join(", ");
    Violation::new(
        format!("(parameter {position})"),
        Rule::UnknownField,
        format!("is no parameter; the parameters are {known}"),
    )
}

#[cfg(test)]
mod tests {
    use agent_assist_domain::dialect::Dialect;

    use super::*;

    fn complaints(query: &str) -> Vec<String> {
        match parse("c-1".to_owned(), query).validate(Dialect::Recommendations) {
            Ok(_) => Vec::new(),
            Err(violations) => violations.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn every_parameter_is_read() {
        let query = "session_id=s%2D1&intent=refund%3D0.8&intent=a%3Db=0.1&knowledge_source_id=kb-1\
                     &knowledge_source_id=kb+2&limit=5&offset=1&min_relevance=0.5&agent_id=a\
                     &customer_id=c&queue_id=q";
        let request = parse("c-1".to_owned(), query).validate(Dialect::Recommendations);
        let request = request.expect("valid");
        assert_eq!(request.conversation_id(), "c-1");
        assert_eq!(request.session_id(), "s-1");
        assert_eq!(request.intent_confidence()["refund"], 0.8);
        assert_eq!(request.intent_confidence()["a=b"], 0.1);
        assert_eq!(request.knowledge_source_ids(), ["kb-1", "kb 2"]);
        assert_eq!((request.limit(), request.offset()), (5, 1));
        assert_eq!(request.min_relevance(), Some(0.5));
        assert_eq!(request.agent_id(), Some("a"));
        assert_eq!(request.customer_id(), Some("c"));
        assert_eq!(request.queue_id(), Some("q"));
    }

    #[test]
    fn mistakes_are_told_at_once_and_without_their_text() {
        let complaints = complaints(
            "session_id=a&session_id=b&limit=0&query=joe&joe%40x.com=1&intent=refund&knowledge_source_id=k",
        );
        assert_eq!(complaints.len(), 5, "{complaints:#?}");
        assert!(!complaints.join("\n").contains("joe"), "{complaints:#?}");
    }
}
