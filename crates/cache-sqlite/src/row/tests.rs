//! The shape of a body, and what is not one.

use agent_assist_domain::batch::Malformation;
use agent_assist_domain::pii::RULES_VERSION;
use agent_assist_domain::recommendation::UpstreamId;
use agent_assist_domain::time::Timestamp;
use agent_assist_testkit::build::{batch, recommendation, screened};

use super::*;

fn fields() -> StoredFields<'static> {
    let mut batch = batch([
        recommendation("item-1")
            .score(0.1 + 0.8)
            .kind(Kind::KnowledgeSearch)
            .state(State::Rated)
            .created_at(Timestamp::from_micros(1_767_603_600_000_001))
            .knowledge_base("kb-1")
            .document("doc-1", "v-1", "https://kb.test/doc-1")
            .parts(vec![
                TextPart {
                    pointer: "/title".to_owned(),
                    role: Role::Title,
                    text: "Returns".to_owned(),
                    highlight: None,
                },
                TextPart {
                    pointer: "/answer".to_owned(),
                    role: Role::Body,
                    text: "Thirty days, write to joe@example.com.".to_owned(),
                    highlight: Some(0..11),
                },
                TextPart {
                    pointer: "/snippet".to_owned(),
                    role: Role::Excerpt,
                    text: "Thirty days".to_owned(),
                    highlight: None,
                },
            ]),
        recommendation("item-2").score(0.2),
        recommendation("item-3").unscored(),
    ]);
    batch.context.agent_id = UpstreamId::new("agent-1");
    batch.malformed = vec![Malformation::UnknownType, Malformation::Id];
    batch.unknown_fields = 3;
    batch.refused_links = 1;
    screened(&batch).to_stored().into_owned().fields
}

#[test]
fn the_shape_of_a_body_is_a_contract_with_the_files_out_there() {
    // Changes with every change of the rules, and says nothing about the shape.
    let version = format!("\"rules_version\":{RULES_VERSION}");
    let body = encode_body(&fields()).expect("encode");
    let body = body.replace(&version, "\"rules_version\":0");
    let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    insta::assert_json_snapshot!(body);
}

#[test]
fn a_body_decodes_again_and_a_torn_one_is_refused() {
    let json = encode_body(&fields()).expect("encode");
    assert_eq!(decode_body(&json).expect("decode"), fields());
    for end in 0..json.len() {
        let torn = json.get(..end).unwrap_or_default();
        let error = decode_body(torn).expect_err("torn");
        assert!(matches!(error, BadBody::Shape { .. }), "{error}");
    }
}

#[test]
fn every_path_that_brings_recommendations_reads_back() {
    let json = encode_body(&fields()).expect("encode");
    for origin in [
        Origin::Upstream,
        Origin::FallbackSources,
        Origin::KnowledgeSearch,
    ] {
        let named = format!("\"origin\":\"{}\"", origin.as_str());
        let decoded = decode_body(&json.replace("\"origin\":\"upstream\"", &named));
        let decoded = decoded.expect("decode");
        let read = |safe: &Cow<'_, Safe>| safe.recommendation.source.origin;
        assert!(decoded.kept.iter().map(read).all(|read| read == origin));
        assert_eq!(
            decode_body(&encode_body(&decoded).expect("encode")),
            Ok(decoded)
        );
    }
}

#[test]
fn a_value_that_the_domain_does_not_take_is_named_but_not_quoted() {
    let json = encode_body(&fields()).expect("encode");
    let cases = [
        ("\"item-1\"", "\"joe smith\"", "id"),
        ("\"knowledge_search\"", "\"joe\"", "kind"),
        ("\"score\":0.9,", "\"score\":1.5,", "score"),
        ("\"below_threshold\"", "\"joe\"", "reason"),
        ("\"local_scan\"", "\"joe\"", "pii_basis"),
        ("\"origin\":\"upstream\"", "\"origin\":\"joe\"", "origin"),
        ("\"kb-1\"", "\"\"", "knowledge_base_id"),
        ("\"excerpt\"", "\"joe\"", "role"),
        ("\"unknown_type\"", "\"joe\"", "malformation"),
        ("[0,11]", "[11,0]", "highlight"),
        ("[0,11]", "[0,9999]", "highlight"),
    ];
    for (from, to, name) in cases {
        assert!(json.contains(from), "{from} is not in {json}");
        let error = decode_body(&json.replacen(from, to, 1)).expect_err(to);
        assert_eq!(error, BadBody::Value(name));
    }
    let error = decode_body(&json.replacen("\"rated\"", "\"joe@example.com\"", 1));
    let message = error.expect_err("no state").to_string();
    assert!(!message.contains("joe"), "{message}");
}
