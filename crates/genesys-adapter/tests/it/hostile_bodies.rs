//! Bodies that no well-meaning upstream sends. Each gives a format error with the correlation id,
//! or a count of malformed entities; none a panic, none anything that could be shown.

use agent_assist_domain::batch::{Batch, Malformation};
use agent_assist_domain::dialect::Dialect::{self, Recommendations, Suggestions};
use agent_assist_domain::ports::{SourceError, SourceErrorKind};
use bytes::Bytes;
use http::Response;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::{ScriptedTransport, answer, fetch, source};

async fn fetched(dialect: Dialect, response: Response<Bytes>) -> Result<Batch, SourceError> {
    fetch(&source(&ScriptedTransport::new([response]), dialect)).await
}

fn with_content_type(content_type: Option<&str>, body: &str) -> Response<Bytes> {
    let mut response = answer(200, body.to_owned());
    response.headers_mut().remove("content-type");
    if let Some(content_type) = content_type {
        response
            .headers_mut()
            .insert("content-type", content_type.parse().unwrap());
    }
    response
}

#[tokio::test(start_paused = true)]
async fn a_bad_envelope_is_a_format_error_that_names_the_call() {
    let deep = format!(
        r#"{{"entities":[{}{}]}}"#,
        "[".repeat(10_000),
        "]".repeat(10_000)
    );
    let deep_and_open = "[".repeat(10_000);
    let large = format!(r#"{{"entities":[],"x":"{}"}}"#, "x".repeat(4 * 1024 * 1024));
    let utf16: Vec<u8> = "{\"entities\":[]}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let bodies: Vec<Bytes> = vec![
        "".into(),
        " ".into(),
        "null".into(),
        "[]".into(),
        "[[]]".into(),
        "42".into(),
        "\"entities\"".into(),
        "{}".into(),
        "{\"entities\":null}".into(),
        "{\"entities\":{}}".into(),
        "{\"entities\":\"planted\"}".into(),
        "{\"entities\":[],\"entities\":[]}".into(),
        "{\"entities\":[],\"nextUri\":7}".into(),
        "{\"entities\":[".into(),
        "{\"entities\":[{\"id\":\"planted".into(),
        "{\"entities\":[]} trailing".into(),
        "{\"entities\":[NaN]}".into(),
        "{\"entities\":[{\"id\":\"a\",\"relevance_score\":Infinity}]}".into(),
        "{'entities':[]}".into(),
        "<html><body>planted</body></html>".into(),
        Bytes::from_static(b"{\"entities\":[\"\xff\xfe\"]}"),
        Bytes::from_static(b"\x00\x00\x00\x00"),
        utf16.into(),
        deep.into(),
        deep_and_open.into(),
        large.into(),
    ];
    for dialect in Dialect::ALL {
        for body in &bodies {
            let shown = String::from_utf8_lossy(&body[..body.len().min(40)]).into_owned();
            let error = fetched(dialect, answer(200, body.clone()))
                .await
                .expect_err(&shown);
            assert_eq!(error.kind(), SourceErrorKind::BadFormat, "{shown}");
            assert_eq!(
                error.upstream().correlation_id.as_deref(),
                Some("correlation-200")
            );
            let cause = std::error::Error::source(&error).expect(&shown);
            assert!(
                !format!("{error} {error:?} {cause}").contains("planted"),
                "{shown}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn only_json_is_read() {
    let listing = r#"{"entities":[]}"#;
    for content_type in [
        None,
        Some("text/html"),
        Some("text/plain"),
        Some("application/octet-stream"),
    ] {
        let error = fetched(Recommendations, with_content_type(content_type, listing))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), SourceErrorKind::BadFormat);
    }
    for content_type in ["application/json; charset=utf-8", "application/hal+json"] {
        let response = with_content_type(Some(content_type), listing);
        assert!(fetched(Recommendations, response).await.is_ok());
    }
}

#[tokio::test(start_paused = true)]
async fn a_byte_order_mark_is_skipped() {
    let body = "\u{feff}{\"entities\":[{\"id\":\"a\",\"text\":\"x\"}]}";
    assert_eq!(
        fetched(Recommendations, answer(200, body))
            .await
            .unwrap()
            .items
            .len(),
        1
    );
}

#[tokio::test(start_paused = true)]
async fn a_bad_recommendation_is_counted_by_reason_and_takes_no_other_along() {
    use Malformation::*;
    for (entity, reason) in [
        ("null", Shape),
        ("7", Shape),
        ("[]", Shape),
        ("[\"a\",0.5,true]", Shape),
        ("\"a\"", Shape),
        ("{}", Id),
        (r#"{"id":null}"#, Id),
        (r#"{"id":7}"#, Id),
        (r#"{"id":""}"#, Id),
        (r#"{"id":"two words"}"#, Id),
        (r#"{"id":"a\u0000b"}"#, Id),
        (r#"{"id":"\ud800"}"#, Id),
        (r#"{"id":"a","relevance_score":"0.9"}"#, Score),
        (r#"{"id":"a","relevance_score":1.0000001}"#, Score),
        (r#"{"id":"a","relevance_score":-0.1}"#, Score),
        (r#"{"id":"a","relevance_score":1e999}"#, Score),
        (
            r#"{"id":"a","relevance_score":99999999999999999999999999}"#,
            Score,
        ),
        (r#"{"id":"a","relevance_score":true}"#, Score),
        (r#"{"id":"a","relevance_score":[0.5]}"#, Score),
    ] {
        let body = format!(r#"{{"entities":[{{"id":"good"}},{entity},{{"id":"fine"}}]}}"#);
        let batch = fetched(Recommendations, answer(200, body)).await.unwrap();
        assert_eq!(
            (batch.items.len(), batch.malformed),
            (2, vec![reason]),
            "{entity}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_bad_suggestion_is_counted_by_reason_and_takes_no_other_along() {
    use Malformation::*;
    for (entity, reason) in [
        ("null", Shape),
        ("[]", Shape),
        (
            "[null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null,null]",
            Shape,
        ),
        (r#"{"id":7}"#, Shape),
        (r#"{"id":"a","type":"Faq","faq":"text"}"#, Shape),
        (r#"{"id":"a","id":"b","type":"Faq","faq":{}}"#, Shape),
        (
            r#"{"id":"a","type":"Faq","faq":{"confidence":"high"}}"#,
            Shape,
        ),
        (r#"{"type":"Faq","faq":{}}"#, Id),
        (r#"{"id":"two words","type":"Faq","faq":{}}"#, Id),
        (r#"{"id":"a"}"#, UnknownType),
        (
            r#"{"id":"a","type":"SomeFutureType","futurePayload":{"text":"x"}}"#,
            UnknownType,
        ),
        (r#"{"id":"a","type":"faq","faq":{}}"#, UnknownType),
        (r#"{"id":"a","type":"Faq"}"#, MissingPayload),
        (r#"{"id":"a","type":"Faq","article":{}}"#, MissingPayload),
        (
            r#"{"id":"a","type":"SuggestedKnowledgeAnswer","other":{"text":"x"}}"#,
            MissingPayload,
        ),
        (r#"{"id":"a","type":"Faq","faq":{"confidence":1.5}}"#, Score),
        (
            r#"{"id":"a","type":"KnowledgeSearch","knowledgeSearch":{"confidence":-1}}"#,
            Score,
        ),
    ] {
        let good = r#"{"id":"good","type":"CannedResponse","cannedResponse":{}}"#;
        let body = format!(r#"{{"entities":[{good},{entity},{good}]}}"#);
        let batch = fetched(Suggestions, answer(200, body)).await.unwrap();
        assert_eq!(
            (batch.items.len(), batch.malformed),
            (2, vec![reason]),
            "{entity}"
        );
    }
}

/// An entity with so many snippets. The answer of a suggestion is in none of them, so each is
/// searched.
fn with_texts(dialect: Dialect, count: usize) -> String {
    let texts = vec![r#""Refunds take 30 days.""#; count].join(",");
    match dialect {
        Recommendations => format!(r#"{{"id":"a","snippets":[{texts}]}}"#),
        Suggestions => format!(
            r#"{{"id":"a","type":"KnowledgeSearch","knowledgeSearch":{{"snippets":[{texts}],
                "knowledgeAnswer":{{"answer":"30 day.","startIndex":13,"endIndex":20}}}}}}"#
        ),
    }
}

#[tokio::test(start_paused = true)]
async fn an_entity_of_more_texts_than_anybody_reads_is_malformed() {
    for dialect in Dialect::ALL {
        // The answer of the suggestion is a text as well.
        let fitting = if dialect == Suggestions { 255 } else { 256 };
        for (count, usable) in [(fitting, 2), (fitting + 1, 1), (60_000, 1)] {
            let [good, entity] = [1, count].map(|count| with_texts(dialect, count));
            let body = format!(r#"{{"entities":[{good},{entity}]}}"#);
            let batch = fetched(dialect, answer(200, body)).await.unwrap();
            assert_eq!(batch.items.len(), usable, "{dialect:?} {count}");
            assert_eq!(batch.malformed, vec![Malformation::Shape; 2 - usable]);
            if usable == 2 {
                assert_eq!(batch.items[1].parts.len(), 256);
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_name_that_every_pointer_would_repeat_must_be_short() {
    for (length, usable) in [(128, 1), (129, 0), (2 * 1024 * 1024, 0)] {
        let name = "x".repeat(length);
        let body = format!(
            r#"{{"entities":[{{"id":"a","type":"SuggestedKnowledgeAnswer",
                "{name}":{{"knowledgeAnswerGenerated":"x","suggestedSearchChunks":[]}}}}]}}"#
        );
        let batch = fetched(Suggestions, answer(200, body)).await.unwrap();
        assert_eq!(batch.items.len(), usable, "{length}");
        assert_eq!(
            batch.malformed,
            vec![Malformation::MissingPayload; 1 - usable]
        );
    }
}

#[tokio::test(start_paused = true)]
async fn of_a_name_given_twice_the_last_counts() {
    let body = r#"{"entities":[{"id":"a","is_pii_masked":true,"text":"first","is_pii_masked":false,"text":"last"}]}"#;
    let batch = fetched(Recommendations, answer(200, body)).await.unwrap();
    assert_eq!(batch.items[0].upstream_masked, Some(false));
    assert_eq!(batch.items[0].text(), "last");
}

#[test]
fn a_mangled_listing_never_panics() {
    let original = include_str!("data/suggestions.json").as_bytes();
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
            for dialect in Dialect::ALL {
                let result = runtime.block_on(fetched(dialect, answer(200, body.clone())));
                if let Err(error) = result {
                    prop_assert_eq!(error.kind(), SourceErrorKind::BadFormat);
                }
            }
        }
        Ok(())
    });
    result.unwrap();
}
