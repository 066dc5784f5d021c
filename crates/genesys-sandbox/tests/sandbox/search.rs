//! The knowledge search, end to end.

use agent_assist_genesys_wire::{DocumentSearch, DocumentSearchResult, DocumentState};
use agent_assist_sandbox::SandboxConfig;
use serde_json::{Value, json};

use crate::client::{Session, json as decoded, refusal};

type Found = DocumentSearch<DocumentSearchResult>;

const REFUND: &str = "where is my refund";

fn path(knowledge_base: &str) -> String {
    format!("/api/v2/knowledge/knowledgebases/{knowledge_base}/documents/search")
}

async fn search(session: &Session, path: &str, request: &Value) -> Found {
    let answer = session.post(path, request.to_string()).send().await;
    let answer = answer.expect("answered");
    assert_eq!(answer.status(), 200, "{request}");
    decoded(answer).await
}

fn titles(found: &Found) -> Vec<String> {
    let documents = found.results.iter().filter_map(|r| r.document.as_ref());
    documents.filter_map(|d| d.title.clone()).collect()
}

async fn sandbox() -> Session {
    Session::start(SandboxConfig::default()).await
}

#[tokio::test]
async fn a_search_finds_the_articles_of_one_base_best_first() {
    let session = sandbox().await;
    let bases = session.sandbox.ready().knowledge_sources.clone();
    let orders = &bases[0];
    let found = search(&session, &path(orders), &json!({"query": REFUND})).await;
    assert!(titles(&found).iter().any(|title| title.contains("Refund")));
    let confidences: Vec<_> = found.results.iter().filter_map(|r| r.confidence).collect();
    assert_eq!(confidences.len(), found.results.len());
    assert!(confidences.is_sorted_by(|a, b| a >= b));
    assert!(confidences.iter().all(|c| (0.0..=1.0).contains(c)));
    for result in &found.results {
        let document = result.document.as_ref().expect("a document");
        let base = document.knowledge_base.as_ref().expect("its base");
        assert_eq!(base.id.as_ref(), Some(orders));
        assert_eq!(document.state, Some(DocumentState::Published));
        assert_eq!(document.variations, None, "not asked for");
    }
    let elsewhere = search(&session, &path(&bases[1]), &json!({"query": REFUND})).await;
    let shared = titles(&elsewhere);
    assert!(titles(&found).iter().all(|title| !shared.contains(title)));
}

#[tokio::test]
async fn a_document_is_the_one_that_recommendations_refer_to_and_brings_its_text_on_request() {
    let session = sandbox().await;
    let recommended = session
        .list_recommendations(&session.recommendations(0))
        .await;
    let field = |name: &str| recommended[0].extra[name].as_str().expect("a text");
    let request = json!({"query": field("title"), "pageSize": 1});
    let base = field("knowledge_source_id");
    for expand in [
        "documentVariations",
        "knowledgeBaseLanguageCode,documentVariations",
    ] {
        let path = format!("{}?expand={expand}", path(base));
        let found = search(&session, &path, &request).await;
        let document = found.results[0].document.as_ref().expect("a document");
        assert_eq!(document.id.as_deref(), Some(field("document_id")));
        let version = document.document_version.as_ref().expect("a version");
        assert_eq!(version.id.as_deref(), Some(field("version_id")));
        assert_eq!(document.self_uri.as_deref(), Some(field("uri")));
        let variations = document.variations.as_ref().expect("asked for");
        let body = variations[0].body.as_ref().expect("a body");
        assert!(
            body.blocks
                .as_ref()
                .is_some_and(|blocks| !blocks.is_empty())
        );
    }
}

#[tokio::test]
async fn pages_split_what_is_found_and_a_threshold_shortens_it() {
    let session = sandbox().await;
    let path = path(&session.sandbox.ready().knowledge_sources[0]);
    let whole = search(&session, &path, &json!({"query": REFUND, "pageSize": 30})).await;
    let total = whole.results.len();
    assert!(total > 2, "there are several pages of two");
    assert_eq!(whole.total, i64::try_from(total).ok());
    let mut paged = Vec::new();
    for number in 1..=total.div_ceil(2) + 1 {
        let request = json!({"query": REFUND, "pageSize": 2, "pageNumber": number});
        let page = search(&session, &path, &request).await;
        assert_eq!(page.page_count, i64::try_from(total.div_ceil(2)).ok());
        assert_eq!(page.search_id, whole.search_id);
        paged.extend(titles(&page));
    }
    assert_eq!(paged, titles(&whole));

    let second = whole.results[1].confidence;
    let request = json!({"query": REFUND, "confidenceThreshold": second, "pageSize": 30});
    let above = search(&session, &path, &request).await;
    assert!(above.results.len() < total);
    assert!(
        above
            .results
            .iter()
            .all(|result| result.confidence >= second)
    );
}

#[tokio::test]
async fn what_the_platform_does_not_take_is_named() {
    let session = sandbox().await;
    let path = path(&session.sandbox.ready().knowledge_sources[0]);
    for (request, code, field) in [
        (json!({}), "bad.request", "query"),
        (json!({"query": 7}), "bad.request", "query"),
        (json!({"query": "ab"}), "invalid.value", "query"),
        (json!({"query": "  ab  "}), "invalid.value", "query"),
        (
            json!({"query": "abc", "pageSize": 0}),
            "invalid.value",
            "pageSize",
        ),
        (
            json!({"query": "abc", "pageSize": 31}),
            "invalid.value",
            "pageSize",
        ),
        (
            json!({"query": "abc", "pageNumber": 0}),
            "invalid.value",
            "pageNumber",
        ),
        (
            json!({"query": "abc", "queryType": "Guess"}),
            "invalid.value",
            "queryType",
        ),
        (
            json!({"query": "abc", "confidenceThreshold": 1.5}),
            "invalid.value",
            "confidenceThreshold",
        ),
    ] {
        let answer = session.post(&path, request.to_string()).send().await;
        let expected = (400, code.to_owned(), Some(field.to_owned()));
        assert_eq!(
            refusal(answer.expect("answered")).await,
            expected,
            "{request}"
        );
    }
}

#[tokio::test]
async fn a_base_that_is_unknown_or_unpublished_is_not_found() {
    let session = sandbox().await;
    let unpublished = &session.sandbox.unpublished_sources()[0];
    for base in [
        unpublished,
        "00000000-0000-4000-8000-000000000000",
        "..%2Fx",
    ] {
        let request = json!({"query": REFUND}).to_string();
        let answer = session.post(&path(base), request).send().await;
        assert_eq!(
            refusal(answer.expect("answered")).await,
            (404, "not.found".to_owned(), None),
            "{base}"
        );
    }
    session
        .sandbox
        .add_fault("search:status=503,times=1".parse().expect("a rule"));
    let path = path(&session.sandbox.ready().knowledge_sources[0]);
    let request = json!({"query": REFUND}).to_string();
    let answer = session.post(&path, request).send().await;
    assert_eq!(refusal(answer.expect("answered")).await.0, 503);
}
