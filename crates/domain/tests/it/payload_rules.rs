//! The payload rules: what each field takes, and that all violations come at once, without text.

use std::time::Duration;

use agent_assist_domain::assist::SwitchScope;
use agent_assist_domain::dialect::Dialect::{self, Recommendations, Suggestions};
use agent_assist_domain::payload::{
    FetchRequest, MAX_ENGAGEMENTS, RawEngagement, RawEngagements, RawField, RawRequest, RawSwitch,
    RawSwitchScope, Rule, SwitchRequest, Violations,
};
use agent_assist_testkit::build::{CONVERSATION, SESSION, request};
use proptest::prelude::*;

fn text(text: &str) -> RawField {
    RawField::Text(text.to_owned())
}

fn broken(raw: RawRequest, dialect: Dialect) -> Vec<(String, Rule)> {
    match raw.validate(dialect) {
        Ok(_) => Vec::new(),
        Err(violations) => violations
            .iter()
            .map(|v| (v.field.clone(), v.rule))
            .collect(),
    }
}

fn valid(raw: RawRequest, dialect: Dialect) -> FetchRequest {
    raw.validate(dialect).expect("the request keeps the rules")
}

#[test]
fn defaults_are_those_of_the_contract() {
    let request = valid(request(), Recommendations);
    assert_eq!((request.limit(), request.offset()), (20, 0));
    assert_eq!(request.min_relevance(), None);
    assert_eq!(Recommendations.default_min_relevance(), 0.75);
    assert_eq!(Suggestions.default_min_relevance(), 0.5);
    assert!(request.intent_confidence().is_empty());
}

#[test]
fn the_session_is_required_in_recommendations_and_defaults_to_the_conversation_in_suggestions() {
    let raw = RawRequest {
        session_id: RawField::Absent,
        ..request()
    };
    assert_eq!(
        broken(raw.clone(), Recommendations),
        [("session_id".into(), Rule::Required)]
    );
    assert_eq!(valid(raw, Suggestions).session_id(), CONVERSATION);
}

#[test]
fn the_conversation_must_be_a_uuid_in_suggestions_only() {
    for id in [
        "conv-1",
        "8d7c1c2e3a744f5b9d2e0c5a1f6b7e88",
        "{8d7c1c2e-3a74-4f5b-9d2e-0c5a1f6b7e88}",
    ] {
        let raw = RawRequest {
            conversation_id: text(id),
            ..request()
        };
        assert_eq!(broken(raw.clone(), Recommendations), []);
        assert_eq!(
            broken(raw, Suggestions),
            [("conversation_id".into(), Rule::Uuid)],
            "{id}"
        );
    }
}

#[test]
fn sources_are_required_in_recommendations_and_mean_all_when_empty_in_suggestions() {
    let raw = RawRequest {
        knowledge_source_ids: Vec::new(),
        ..request()
    };
    assert_eq!(
        broken(raw.clone(), Recommendations),
        [("knowledge_source_ids".into(), Rule::Required)]
    );
    assert!(valid(raw, Suggestions).knowledge_source_ids().is_empty());
}

#[test]
fn repeated_sources_are_dropped_and_the_first_keeps_its_place() {
    let knowledge_source_ids = ["b", "a", "b", "c", "a"].map(text).to_vec();
    let request = valid(
        RawRequest {
            knowledge_source_ids,
            ..request()
        },
        Recommendations,
    );
    assert_eq!(request.knowledge_source_ids(), ["b", "a", "c"]);
}

#[test]
fn intents_may_add_up_to_one_with_float_noise_and_no_more() {
    let intents = |values: &[f64]| {
        let intent_confidence = values
            .iter()
            .enumerate()
            .map(|(n, value)| (format!("intent{n}"), RawField::Number(*value)))
            .collect();
        broken(
            RawRequest {
                intent_confidence,
                ..request()
            },
            Recommendations,
        )
    };
    assert_eq!(intents(&[0.1; 10]), []);
    assert_eq!(intents(&[0.7, 0.2, 0.1]), []);
    let noisy = [0.33, 0.56, 0.11];
    assert!(
        noisy.iter().sum::<f64>() > 1.0,
        "binary fractions add up to a little more"
    );
    assert_eq!(intents(&noisy), []);
    assert_eq!(intents(&[]), []);
    assert_eq!(
        intents(&[0.6, 0.400_001]),
        [("intent_confidence".into(), Rule::Sum)]
    );
    assert_eq!(
        intents(&[-0.1]),
        [("intent_confidence[0]".into(), Rule::Range)]
    );
    assert_eq!(
        intents(&[f64::NAN]),
        [("intent_confidence[0]".into(), Rule::Number)]
    );
    assert_eq!(intents(&[0.0; 100]), []);
    assert_eq!(
        intents(&[0.0; 101]),
        [("intent_confidence".into(), Rule::Length)]
    );
}

#[test]
fn an_intent_named_twice_is_a_violation_not_a_silent_choice() {
    let intent_confidence = vec![("a".into(), text("0.1")), ("a".into(), text("0.2"))];
    let raw = RawRequest {
        intent_confidence,
        ..request()
    };
    assert_eq!(
        broken(raw, Recommendations),
        [("intent_confidence[1]".into(), Rule::Repeated)]
    );
}

#[test]
fn limit_offset_and_relevance_keep_their_ranges() {
    let cases: &[(&str, &str, Option<Rule>)] = &[
        ("limit", "1", None),
        ("limit", "100", None),
        ("limit", "0", Some(Rule::Range)),
        ("limit", "101", Some(Rule::Range)),
        ("limit", "2.5", Some(Rule::WholeNumber)),
        ("limit", "many", Some(Rule::Number)),
        ("limit", "inf", Some(Rule::Number)),
        ("offset", "0", None),
        ("offset", "-1", Some(Rule::Range)),
        ("min_relevance", "0", None),
        ("min_relevance", "1", None),
        ("min_relevance", "1.01", Some(Rule::Range)),
        ("min_relevance", "NaN", Some(Rule::Number)),
    ];
    for (field, value, rule) in cases {
        let mut raw = request();
        match *field {
            "limit" => raw.limit = text(value),
            "offset" => raw.offset = text(value),
            _ => raw.min_relevance = text(value),
        }
        let expected: Vec<_> = rule
            .iter()
            .map(|rule| ((*field).to_owned(), *rule))
            .collect();
        assert_eq!(broken(raw, Recommendations), expected, "{field}={value}");
    }
}

#[test]
fn every_violation_is_reported_at_once_in_the_order_of_the_fields() {
    let raw = RawRequest {
        session_id: text(""),
        conversation_id: text("a\u{7}b"),
        intent_confidence: vec![("x".into(), text("2"))],
        knowledge_source_ids: vec![text("a,b"), text("ok"), text(&"k".repeat(129))],
        limit: text("0"),
        offset: text("x"),
        min_relevance: text("7"),
        agent_id: text(&"a".repeat(129)),
        customer_id: text("c\u{7}"),
        queue_id: RawField::Number(3.0),
        query: text("ab"),
        subject_terms: vec![text("x"); 51],
        misfits: Vec::new(),
    };
    let fields: Vec<String> = broken(raw, Recommendations)
        .into_iter()
        .map(|(f, _)| f)
        .collect();
    insta::assert_snapshot!(fields.join("\n"), @r"
    conversation_id
    session_id
    intent_confidence[0]
    knowledge_source_ids[0]
    knowledge_source_ids[2]
    limit
    offset
    min_relevance
    agent_id
    customer_id
    queue_id
    query
    subject_terms
    ");
}

#[test]
fn an_offending_number_is_shown_and_an_offending_text_only_measured() {
    let raw = RawRequest {
        session_id: text("joe@example.com\u{1b}[31m"),
        limit: text("250"),
        offset: text("12 Main Street"),
        ..request()
    };
    let violations = raw.validate(Recommendations).expect_err("three violations");
    let lines: Vec<String> = violations.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(lines.join("\n"), @r"
    session_id: must hold no control characters; the first is at position 15 of 20 characters
    limit: must be between 1 and 100, is 250
    offset: must be a number; the text has 14 characters, the first that belongs to no number is at position 3
    ");
}

#[test]
fn what_is_valid_of_a_refused_request_is_known_and_violations_have_an_end() {
    let knowledge_source_ids = vec![RawField::Number(1.0); 80];
    let raw = RawRequest {
        conversation_id: text("no uuid"),
        knowledge_source_ids,
        ..request()
    };
    let violations = raw.validate(Suggestions).expect_err("81 violations");
    assert_eq!(violations.known().session_id.as_deref(), Some(SESSION));
    assert_eq!(violations.known().conversation_id, None);
    assert_eq!((violations.iter().count(), violations.untold()), (50, 31));
    assert_eq!(
        violations.to_string(),
        "the request breaks 81 payload rules"
    );
}

#[test]
fn a_callers_event_must_not_pass_for_an_exposure() {
    let mut raw = engagements(["used"]);
    raw.events[0].event_id = text("emitted/1:c/r");
    let request = raw.validate(Recommendations).expect("one bad event");
    let violations = request.events[0].as_ref().expect_err("reserved");
    assert_eq!(fields(violations), ["event_id"]);
}

#[test]
fn nobody_is_called_by_a_pseudonym() {
    let pseudonym = text("customer~1~00112233445566778899aabbccddeeff");
    let raw = RawRequest {
        agent_id: pseudonym.clone(),
        customer_id: pseudonym.clone(),
        ..request()
    };
    let reserved = |field: &str| (field.to_owned(), Rule::Reserved);
    let expected = [reserved("agent_id"), reserved("customer_id")];
    assert_eq!(broken(raw, Recommendations), expected);
    let raw = RawEngagements {
        agent_id: pseudonym,
        ..engagements(["used"])
    };
    let violations = raw.validate(Recommendations).expect_err("reserved");
    assert_eq!(violations.known().conversation_id.as_deref(), Some("c"));
    let near = RawRequest {
        agent_id: text("agent~1~0011"),
        customer_id: text("customer~of~the~day"),
        ..request()
    };
    assert!(near.validate(Recommendations).is_ok());
}

#[test]
fn identifiers_count_characters_not_bytes() {
    let fits = "é".repeat(128);
    let raw = RawRequest {
        session_id: text(&fits),
        ..request()
    };
    assert_eq!(valid(raw, Recommendations).session_id(), fits);
}

fn engagements<'k>(kinds: impl IntoIterator<Item = &'k str>) -> RawEngagements {
    let event = |kind| RawEngagement {
        recommendation_id: text("r"),
        kind: text(kind),
        ..RawEngagement::default()
    };
    RawEngagements {
        conversation_id: text("c"),
        session_id: text("s"),
        events: kinds.into_iter().map(event).collect(),
        ..RawEngagements::default()
    }
}

fn fields(violations: &Violations) -> Vec<&str> {
    violations.iter().map(|v| v.field.as_str()).collect()
}

#[test]
fn an_engagement_reports_all_that_is_missing_at_once() {
    let events = vec![RawEngagement::default()];
    let raw = RawEngagements {
        events: events.clone(),
        ..RawEngagements::default()
    };
    let all = ["conversation_id", "session_id", "recommendation_id", "kind"];
    let violations = raw.validate(Recommendations).expect_err("nothing given");
    assert_eq!(fields(&violations), all);
    let raw = RawEngagements {
        conversation_id: RawField::Absent,
        events: [engagements(["used"]).events, events].concat(),
        ..engagements([])
    };
    let violations = raw.validate(Recommendations).expect_err("no conversation");
    let all = [
        "conversation_id",
        "events[1].recommendation_id",
        "events[1].kind",
    ];
    assert_eq!(fields(&violations), all);
}

/// That something was given out is for us to say.
#[test]
fn callers_tell_of_every_kind_but_emissions() {
    let kinds = ["displayed", "emitted", "admired", "rated_negative"];
    let request = engagements(kinds).validate(Recommendations).expect("valid");
    let taken: Vec<bool> = request.events.iter().map(Result::is_ok).collect();
    assert_eq!(taken, [true, false, false, true]);
}

#[test]
fn a_call_has_events_and_not_too_many() {
    for count in [0, MAX_ENGAGEMENTS + 1] {
        let raw = engagements(vec!["used"; count]);
        let violations = raw
            .validate(Recommendations)
            .expect_err("none, or too many");
        assert_eq!(fields(&violations), ["events"]);
    }
}

/// As in a request: the suggestions dialect knows no session.
#[test]
fn an_engagement_without_a_session_is_of_the_conversation_where_there_are_none() {
    let raw = RawEngagements {
        session_id: RawField::Absent,
        ..engagements(["used"])
    };
    let request = raw.clone().validate(Suggestions).expect("valid");
    assert_eq!(request.session_id, "c");
    assert!(raw.validate(Recommendations).is_err());
}

#[test]
fn a_switch_takes_identifiers_and_spans_and_tells_every_mistake_at_once() {
    let day = Duration::from_secs(24 * 60 * 60);
    let switch = |scope, by: &str, lasts| RawSwitch {
        scope,
        by: text(by),
        lasts,
    };
    let queue = || RawSwitchScope::Queue(text("queue-3"));
    for lasts in [None, Some(Duration::from_micros(1)), Some(365 * day)] {
        let expected = SwitchRequest {
            scope: SwitchScope::Queue("queue-3".into()),
            by: Some("maria".into()),
            lasts,
        };
        assert_eq!(switch(queue(), "maria", lasts).validate(), Ok(expected));
    }
    let too_long = Some(365 * day + Duration::from_nanos(1));
    let unnamed = RawSwitchScope::Session(RawField::Absent);
    let cases = [
        (switch(queue(), "maria", Some(Duration::ZERO)), "for:range"),
        (switch(queue(), "", too_long), "by:length for:range"),
        (
            switch(unnamed, "a\u{7}", None),
            "session_id:required by:character",
        ),
        (
            switch(RawSwitchScope::Queue(text(&"q".repeat(129))), "maria", None),
            "queue_id:length",
        ),
    ];
    for (raw, expected) in cases {
        let violations = raw.validate().expect_err(expected);
        let told: Vec<String> = violations
            .iter()
            .map(|violation| format!("{}:{}", violation.field, violation.rule.as_str()))
            .collect();
        assert_eq!(told.join(" "), expected);
    }
}

fn any_field() -> impl Strategy<Value = RawField> {
    prop_oneof![
        Just(RawField::Absent),
        "\\PC{0,140}".prop_map(RawField::Text),
        any::<String>().prop_map(RawField::Text),
        any::<f64>().prop_map(RawField::Number),
        (-2.0..120.0).prop_map(RawField::Number),
        Just(RawField::WrongType("a list")),
    ]
}

proptest! {
    /// Whatever comes in, either every rule holds afterwards or something is reported, and no
    /// message repeats a text of the request.
    #[test]
    fn what_passes_keeps_every_rule_and_what_fails_is_told_without_its_text(
        session_id in any_field(),
        conversation_id in any_field(),
        confidences in prop::collection::vec((any::<String>(), any_field()), 0..4),
        sources in prop::collection::vec(any_field(), 0..4),
        limit in any_field(),
        offset in any_field(),
        min_relevance in any_field(),
    ) {
        let marker = "Zyx-canary-7";
        let mark = |field: RawField| match field {
            RawField::Text(text) => RawField::Text(format!("{marker}{text}\u{0}")),
            other => other,
        };
        let raw = RawRequest {
            session_id, conversation_id, intent_confidence: confidences,
            knowledge_source_ids: sources, limit, offset, min_relevance, ..RawRequest::default()
        };
        if let Ok(request) = raw.clone().validate(Recommendations) {
            let count = request.session_id().chars().count();
            prop_assert!((1..=128).contains(&count));
            prop_assert!((1..=100).contains(&request.limit()));
            prop_assert!(!request.knowledge_source_ids().is_empty());
            prop_assert!(request.knowledge_source_ids().iter().all(|id| !id.contains(',')));
            prop_assert!(request.intent_confidence().values().sum::<f64>() <= 1.0 + 1e-9);
        }
        let marked = RawRequest {
            session_id: mark(raw.session_id),
            conversation_id: mark(raw.conversation_id),
            knowledge_source_ids: raw.knowledge_source_ids.into_iter().map(mark).collect(),
            limit: mark(raw.limit),
            ..RawRequest::default()
        };
        if let Err(violations) = marked.validate(Suggestions) {
            for violation in violations.iter() {
                prop_assert!(!violation.to_string().contains(marker));
            }
        }
    }
}
