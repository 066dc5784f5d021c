//! What becomes of a document that the knowledge search finds, and of what is none.

use std::collections::BTreeSet;

use agent_assist_domain::batch::{Batch, Malformation};
use agent_assist_domain::dialect::Dialect::Suggestions;
use agent_assist_domain::ports::{RecommendationSource, SourceError, SourceErrorKind, SourceQuery};
use agent_assist_domain::recommendation::{Kind, Origin};
use bytes::Bytes;
use http::Response;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::mapping::rendered;
use crate::support::{ScriptedTransport, answer, query, source, within};

const DOCUMENTS: &str = include_str!("data/documents.json");

/// Searches one knowledge base, which answers by `response`.
async fn found(response: Response<Bytes>) -> Result<Batch, SourceError> {
    let transport = ScriptedTransport::new([response]);
    let search = source(&transport, Suggestions).knowledge_search(vec!["kb".to_owned()]);
    let query = SourceQuery {
        query: Some("refund".to_owned()),
        ..query()
    };
    search.fetch(&query, within(3_000)).await
}

#[tokio::test(start_paused = true)]
async fn a_document_has_its_texts_and_source() {
    let batch = found(answer(200, DOCUMENTS)).await.unwrap();
    insta::assert_snapshot!(rendered(&batch));
    assert_eq!(batch.malformed, []);
    assert!(batch.items.iter().all(|item| {
        item.source.origin == Origin::KnowledgeSearch && item.kind == Kind::KnowledgeSearch
    }));
    assert!(!rendered(&batch).to_lowercase().contains("planted"));
    assert!(!format!("{batch:?}").contains("Refund"));
}

#[tokio::test(start_paused = true)]
async fn every_text_stands_where_its_pointer_says() {
    let listing: Value = serde_json::from_str(DOCUMENTS).unwrap();
    let results = listing["results"].as_array().unwrap();
    for item in found(answer(200, DOCUMENTS)).await.unwrap().items {
        let id = item.source.document_id.as_ref().unwrap().as_str();
        let result = results.iter().find(|r| r["document"]["id"] == id).unwrap();
        for part in &item.parts {
            let said = texts(result.pointer(&part.pointer).unwrap());
            assert_eq!(part.text.replace('\n', ""), said, "{}", part.pointer);
        }
    }
}

/// The texts within `value`, in order: itself, or what its blocks hold.
fn texts(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(blocks) => blocks.iter().map(texts).collect(),
        Value::Object(block) => ["paragraph", "list", "blocks", "text"]
            .iter()
            .filter_map(|field| block.get(*field))
            .map(texts)
            .collect(),
        _ => String::new(),
    }
}

#[tokio::test(start_paused = true)]
async fn a_version_of_a_document_is_always_the_same_recommendation() {
    let result = |document: &str, version: Option<&str>| {
        let version = version.map(|id| json!({ "id": id }));
        json!({"document": {"id": document, "documentVersion": version}})
    };
    let results = [
        result("a", None),
        result("a", Some("1")),
        result("a", Some("2")),
        result("b", Some("1")),
        result("a", Some("1")),
    ];
    let body = json!({ "results": results }).to_string();
    let items = found(answer(200, body)).await.unwrap().items;
    let ids: Vec<_> = items.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ids[1], ids[4]);
    let different: BTreeSet<_> = ids.iter().collect();
    assert_eq!(different.len(), 4, "{ids:?}");
    // The audit log and the ledger know recommendations by these names.
    assert_eq!(ids[1], "6bf0e6b3-01b3-599f-97df-05424002b4a1");
}

#[tokio::test(start_paused = true)]
async fn a_bad_result_is_counted_by_reason_and_takes_no_other_along() {
    use Malformation::*;
    for (result, reason) in [
        ("null", Shape),
        ("7", Shape),
        ("[0.5,{}]", Shape),
        (r#"{"document":[]}"#, Shape),
        (r#"{"document":{"id":7}}"#, Shape),
        (r#"{"document":{"id":"a","id":"b"}}"#, Shape),
        (r#"{"document":{"id":"a","visible":"no"}}"#, Shape),
        (r#"{"document":{"id":"a","variations":{}}}"#, Shape),
        (
            r#"{"document":{"id":"a","variations":[{"body":{"blocks":[7]}}]}}"#,
            Shape,
        ),
        (r#"{"confidence":"high","document":{"id":"a"}}"#, Shape),
        (r#"{"confidence":1.5,"document":{"id":"a"}}"#, Score),
        (r#"{"confidence":-0.1,"document":{"id":"a"}}"#, Score),
        (r#"{"document":{}}"#, Id),
        (r#"{"document":{"id":"two words"}}"#, Id),
        (r#"{}"#, MissingPayload),
        (r#"{"confidence":0.5,"document":null}"#, MissingPayload),
    ] {
        let good = r#"{"document":{"id":"good"}}"#;
        let body = format!(r#"{{"results":[{good},{result},{good}]}}"#);
        let batch = found(answer(200, body)).await.unwrap();
        let counted = (batch.items.len(), batch.malformed);
        assert_eq!(counted, (2, vec![reason]), "{result}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_bad_envelope_is_a_format_error_that_names_the_call() {
    let deep = format!(
        r#"{{"results":[{}{}]}}"#,
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    let large = format!(r#"{{"results":[],"x":"{}"}}"#, "x".repeat(4 * 1024 * 1024));
    for body in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"results":null}"#,
        r#"{"results":{}}"#,
        r#"{"results":[],"results":[]}"#,
        r#"{"results":["planted"#,
        r#"{"results":[NaN]}"#,
        r#"{"entities":[]}"#,
        "<html>planted</html>",
        &deep,
        &large,
    ] {
        let error = found(answer(200, body.to_owned())).await.unwrap_err();
        assert_eq!(error.kind(), SourceErrorKind::BadFormat);
        let upstream = error.upstream();
        assert_eq!(upstream.correlation_id.as_deref(), Some("correlation-200"));
        assert_eq!(upstream.requests, 1);
        assert!(!format!("{error} {error:?}").contains("planted"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_document_of_more_blocks_than_anybody_reads_is_malformed() {
    let marked = json!({"type": "Text", "text": {"text": "Refunds take 30 days."},
        "answerHighlight": {}});
    for (count, usable) in [(1, 1), (255, 1), (256, 0), (20_000, 0)] {
        let document = json!({"id": "a", "answer": "x".repeat(1_000_000),
            "variations": [{"body": {"blocks": vec![marked.clone(); count]}}]});
        let body = json!({"results": [{"document": document}]}).to_string();
        let batch = found(answer(200, body)).await.unwrap();
        assert_eq!(batch.items.len(), usable, "{count}");
        assert_eq!(batch.malformed, vec![Malformation::Shape; 1 - usable]);
    }
}

#[test]
fn a_mangled_search_never_panics() {
    let original = DOCUMENTS.as_bytes();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let mangled = (0..original.len(), any::<u8>(), 0..original.len());
    let mut runner = TestRunner::new(Config::with_cases(256));
    let result = runner.run(&mangled, |(at, byte, length)| {
        let mut body = original.to_vec();
        body[at] = byte;
        for body in [body.clone(), body[..length].to_vec()] {
            match runtime.block_on(found(answer(200, body))) {
                Ok(batch) => prop_assert!(batch.total_received() <= 7),
                Err(error) => prop_assert_eq!(error.kind(), SourceErrorKind::BadFormat),
            }
        }
        Ok(())
    });
    result.unwrap();
}
