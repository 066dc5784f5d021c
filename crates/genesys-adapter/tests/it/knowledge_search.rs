//! The knowledge search: what is asked of which knowledge base, and when the search ends.

use agent_assist_domain::batch::{Batch, Malformation};
use agent_assist_domain::dialect::Dialect::Suggestions;
use agent_assist_domain::ports::{
    Priority, RecommendationSource, SourceError, SourceErrorKind, SourceQuery,
};
use agent_assist_genesys::TransportErrorKind;
use bytes::Bytes;
use http::{Method, Response};
use serde_json::{Value, json};

use crate::support::{ScriptedTransport, Step, answer, refused, retry_after, source, within};

const NOTHING: &str = r#"{"results":[]}"#;

fn asking(words: &str) -> SourceQuery {
    SourceQuery {
        query: Some(words.to_owned()),
        ..crate::support::query()
    }
}

/// Searches `knowledge_bases`, which answer by `script`, and says which paths were asked.
async fn search<S: Into<Step>>(
    knowledge_bases: &[&str],
    query: &SourceQuery,
    script: impl IntoIterator<Item = S>,
) -> (Result<Batch, SourceError>, Vec<String>) {
    let transport = ScriptedTransport::new(script);
    let knowledge_bases = knowledge_bases.iter().map(|&id| id.to_owned()).collect();
    let source = source(&transport, Suggestions).knowledge_search(knowledge_bases);
    let result = source.fetch(query, within(3_000)).await;
    let requests = transport.api_requests().into_iter();
    (result, requests.map(|sent| sent.target).collect())
}

fn target(segment: &str) -> String {
    format!("/api/v2/knowledge/knowledgebases/{segment}/documents/search?expand=documentVariations")
}

/// A search that found one document of this id.
fn one(id: &str) -> Response<Bytes> {
    answer(
        200,
        json!({"results": [{"document": {"id": id}}]}).to_string(),
    )
}

#[tokio::test(start_paused = true)]
async fn the_request_says_what_to_search_for_and_no_more() {
    let transport = ScriptedTransport::new([answer(200, NOTHING)]);
    let source = source(&transport, Suggestions).knowledge_search(vec!["kb-1".to_owned()]);
    let query = asking("  where is my refund  ");
    let batch = source.fetch(&query, within(3_000)).await.unwrap();
    assert_eq!(batch.upstream.requests, 1);
    assert_eq!(batch.upstream.status, Some(200));
    let [sent] = &transport.api_requests()[..] else {
        panic!("one request");
    };
    assert_eq!(sent.method, Method::POST);
    assert_eq!(sent.target, target("kb-1"));
    assert_eq!(sent.authorization, "Bearer token-1");
    let body: Value = serde_json::from_slice(&sent.body).unwrap();
    let expected = json!({
        "query": "where is my refund",
        "pageSize": 20,
        "pageNumber": 1,
        "queryType": "AutoSearch",
        "includeDraftDocuments": false,
    });
    assert_eq!(body, expected);
}

#[tokio::test(start_paused = true)]
async fn a_page_holds_what_is_wanted_within_the_platforms_bounds() {
    for (limit, offset, size) in [(5, 0, 5), (20, 40, 30), (0, 0, 1), (u32::MAX, 9, 30)] {
        let transport = ScriptedTransport::new([answer(200, NOTHING)]);
        let source = source(&transport, Suggestions).knowledge_search(vec!["kb-1".to_owned()]);
        let query = SourceQuery {
            limit,
            offset,
            ..asking("refund")
        };
        source.fetch(&query, within(3_000)).await.unwrap();
        let body: Value = serde_json::from_slice(&transport.api_requests()[0].body).unwrap();
        assert_eq!(body["pageSize"], size);
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_to_search_for_or_in_brings_nothing_and_asks_nobody() {
    let queries = [None, Some(""), Some("  ab  "), Some("\u{20ac}\u{20ac}")];
    for query in queries.map(|query| SourceQuery {
        query: query.map(str::to_owned),
        ..crate::support::query()
    }) {
        let (result, asked) = search::<Step>(&["kb"], &query, []).await;
        assert_eq!((result.unwrap(), asked), (Batch::default(), vec![]));
    }
    let (result, asked) = search::<Step>(&[], &asking("refund"), []).await;
    assert_eq!((result.unwrap(), asked), (Batch::default(), vec![]));
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_words_is_cut_between_characters() {
    let transport = ScriptedTransport::new([answer(200, NOTHING)]);
    let source = source(&transport, Suggestions).knowledge_search(vec!["kb-1".to_owned()]);
    let query = asking(&"\u{20ac}".repeat(100_000));
    source.fetch(&query, within(3_000)).await.unwrap();
    let body: Value = serde_json::from_slice(&transport.api_requests()[0].body).unwrap();
    assert_eq!(body["query"], "\u{20ac}".repeat(2_000));
}

#[tokio::test(start_paused = true)]
async fn the_first_knowledge_base_that_brings_something_is_the_last_one_asked() {
    let script = [answer(200, NOTHING), one("a"), one("b")];
    let (result, asked) = search(&["k1", "k2", "k3"], &asking("refund"), script).await;
    let batch = result.unwrap();
    assert_eq!(asked, [target("k1"), target("k2")]);
    assert_eq!(batch.items.len(), 1);
    let base = batch.items[0].source.knowledge_base_id.as_ref();
    assert_eq!(base.unwrap().as_str(), "k2", "the one that was searched");
    assert_eq!(batch.upstream.requests, 2);

    let unusable = answer(200, r#"{"results":[{"document":{"id":""}},7]}"#);
    let script = [unusable, one("b")];
    let batch = search(&["k1", "k2"], &asking("refund"), script)
        .await
        .0
        .unwrap();
    assert_eq!(batch.malformed, [Malformation::Id, Malformation::Shape]);
    assert_eq!(batch.items.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_knowledge_base_that_fails_is_passed_over() {
    let broken = || answer(200, "{");
    for failure in [
        refused(400, "bad.request"),
        refused(403, "missing.division.permission"),
        refused(404, "not.found"),
        refused(413, "request.entity.too.large"),
        broken(),
    ] {
        let script = [failure, one("a")];
        let (result, asked) = search(&["k1", "k2"], &asking("refund"), script).await;
        let batch = result.unwrap();
        assert_eq!((batch.items.len(), asked.len()), (1, 2));
        assert_eq!(batch.upstream.requests, 2);
    }
    // One that answers with nothing has answered.
    let script = [answer(200, NOTHING), refused(404, "not.found")];
    let batch = search(&["k1", "k2"], &asking("refund"), script)
        .await
        .0
        .unwrap();
    assert_eq!((batch.items.len(), batch.upstream.requests), (0, 2));

    let script = [refused(403, "not.authorized"), refused(404, "not.found")];
    let error = search(&["k1", "k2", ".."], &asking("refund"), script)
        .await
        .0;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), SourceErrorKind::BadRequest, "the last one's");
    assert_eq!(error.upstream().requests, 2);
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_is_everybodys_ends_the_search() {
    use SourceErrorKind::*;
    let again = |response: fn() -> Response<Bytes>| (0..3).map(|_| response().into()).collect();
    let cases: [(Vec<Step>, SourceErrorKind); 4] = [
        (
            vec![retry_after(429, "30").into(), one("a").into()],
            RateLimited,
        ),
        (again(|| retry_after(429, "0")), RateLimited),
        (again(|| refused(401, "bad.credentials")), Unauthenticated),
        (
            (0..3)
                .map(|_| Step::Fail(TransportErrorKind::Connect))
                .collect(),
            Unreachable,
        ),
    ];
    for (script, kind) in cases {
        let (result, asked) = search(&["k1", "k2"], &asking("refund"), script).await;
        assert_eq!(result.unwrap_err().kind(), kind);
        assert!(asked.iter().all(|path| *path == target("k1")), "{kind:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_hostile_id_of_a_knowledge_base_is_one_encoded_segment_or_refused() {
    for (id, segment) in [
        ("../x", "..%2Fx"),
        ("a?b", "a%3Fb"),
        ("a#b", "a%23b"),
        ("%2e%2e", "%252e%252e"),
        ("a\r\nHost: x", "a%0D%0AHost%3A%20x"),
    ] {
        let (result, asked) = search(&[id], &asking("refund"), [one("a")]).await;
        assert_eq!(asked, [target(segment)]);
        assert_eq!(result.unwrap().items.len(), 1);
    }
    for id in ["", ".", ".."] {
        let (result, asked) = search::<Step>(&[id], &asking("refund"), []).await;
        let error = result.unwrap_err();
        assert_eq!((error.kind(), asked), (SourceErrorKind::BadRequest, vec![]));
    }
}

#[tokio::test(start_paused = true)]
async fn the_profile_tells_the_search_from_its_upstream_and_from_other_searches() {
    let transport = ScriptedTransport::new(Vec::<Step>::new());
    let upstream = source(&transport, Suggestions);
    let search = |ids: &[&str]| {
        let ids = ids.iter().map(|&id| id.to_owned()).collect();
        upstream.knowledge_search(ids).profile()
    };
    let profile = search(&["k1", "k2"]);
    assert!(profile.sends_query && !profile.sends_intents);
    assert_eq!(profile.dialect, Suggestions);
    assert!(profile.origin.starts_with("https://api.example.com "));
    assert_ne!(profile.origin, search(&["k2", "k1"]).origin);
    assert_ne!(profile.origin, upstream.profile().origin);
}

#[tokio::test(start_paused = true)]
async fn the_search_shares_the_token_of_the_source_it_was_made_from() {
    let transport = ScriptedTransport::new([
        crate::support::nothing(),
        answer(200, NOTHING),
        answer(200, NOTHING),
    ]);
    let upstream = source(&transport, Suggestions);
    crate::support::fetch(&upstream).await.unwrap();
    let search = upstream.knowledge_search(vec!["k1".to_owned(), "k2".to_owned()]);
    let query = SourceQuery {
        priority: Priority::Background,
        ..asking("refund")
    };
    search.fetch(&query, within(3_000)).await.unwrap();
    assert_eq!(transport.api_requests().len(), 3);
    assert_eq!(transport.token_requests().len(), 1);
}
