//! The `recommendations` dialect, end to end.

use std::collections::BTreeSet;

use agent_assist_genesys_wire::{KnowledgeBase, RecommendationEntity};
use agent_assist_sandbox::SandboxConfig;

use crate::client::{Session, refusal};

fn text<'a>(recommendation: &'a RecommendationEntity, field: &str) -> &'a str {
    recommendation
        .extra
        .get(field)
        .and_then(|value| value.as_str())
        .expect("a text")
}

fn score(recommendation: &RecommendationEntity) -> f64 {
    recommendation.relevance_score.expect("a score")
}

/// Mail addresses and phone numbers as the recorded chats have them.
fn quotes_contact_data(text: &str) -> bool {
    text.contains("@email.com") || text.contains(") 625-2661")
}

#[tokio::test]
async fn the_first_conversation_gives_screening_every_kind_of_work() {
    let session = Session::start(SandboxConfig::default()).await;
    let path = format!("{}&limit=20&offset=0", session.recommendations(0));
    let recommendations = session.list_recommendations(&path).await;
    assert_eq!(recommendations.len(), 20);

    let relevant = |r: &&RecommendationEntity| score(r) >= 0.75;
    let flagged = |r: &&RecommendationEntity| r.is_pii_masked == Some(true);
    let shown: Vec<_> = recommendations
        .iter()
        .filter(relevant)
        .filter(flagged)
        .collect();
    assert!(
        shown.len() >= 3,
        "{} relevant and flagged as masked",
        shown.len()
    );
    let lying = shown
        .iter()
        .filter(|r| quotes_contact_data(text(r, "text")))
        .count();
    assert!(lying >= 1, "the flag lies at least once");
    assert!(shown.len() - lying >= 2, "most flags tell the truth");
    assert!(
        recommendations
            .iter()
            .filter(relevant)
            .any(|r| r.is_pii_masked == Some(false))
    );
    assert!(recommendations.iter().any(|r| score(r) < 0.75));
}

#[tokio::test]
async fn the_table_of_the_first_conversation_is_fit_for_a_person_to_read() {
    let session = Session::start(SandboxConfig::default()).await;
    let recommendations = session
        .list_recommendations(&format!("{}&limit=8", session.recommendations(0)))
        .await;
    let row = |r: &RecommendationEntity| {
        let masked = r.is_pii_masked == Some(true);
        format!(
            "{:.4} {masked:5} {} | {}",
            score(r),
            text(r, "title"),
            text(r, "text")
        )
    };
    insta::assert_snapshot!(
        recommendations
            .iter()
            .map(row)
            .collect::<Vec<_>>()
            .join("\n")
    );
    insta::assert_json_snapshot!("one_recommendation", recommendations[0]);
}

#[tokio::test]
async fn limit_and_offset_cut_one_ranking_into_pages() {
    let session = Session::start(SandboxConfig::default()).await;
    let base = session.recommendations(0);
    let whole = session
        .list_recommendations(&format!("{base}&limit=100"))
        .await;
    assert!(whole.iter().is_sorted_by(|a, b| score(a) >= score(b)));
    let mut paged = Vec::new();
    loop {
        let offset = paged.len();
        let page = session
            .list_recommendations(&format!("{base}&limit=7&offset={offset}"))
            .await;
        if page.is_empty() {
            break;
        }
        paged.extend(page);
        assert!(paged.len() <= whole.len(), "paging never ends");
    }
    assert_eq!(paged, whole);
    assert_eq!(
        session.list_recommendations(&base).await.len(),
        20,
        "the default limit"
    );
}

#[tokio::test]
async fn only_the_named_and_published_sources_are_searched() {
    let session = Session::start(SandboxConfig::default()).await;
    let ready = session.sandbox.ready();
    let path = |source: &str| {
        let conversation = &ready.conversations[0].id;
        format!(
            "/api/v2/agentassist/recommendations?conversation_id={conversation}&session_id=s\
             &limit=100&knowledge_source_ids={source}"
        )
    };
    let mut seen = BTreeSet::new();
    for source in &ready.knowledge_sources {
        for recommendation in session.list_recommendations(&path(source)).await {
            assert_eq!(text(&recommendation, "knowledge_source_id"), source);
            assert!(
                seen.insert(recommendation.id),
                "no recommendation is in two sources"
            );
        }
        let base: KnowledgeBase = session
            .read(&format!("/api/v2/knowledge/knowledgebases/{source}"))
            .await;
        assert_eq!(base.published, Some(true));
        assert!(base.article_count.is_some_and(|count| count > 0));
    }
    let all = format!("{}&limit=100", session.recommendations(0));
    assert_eq!(session.list_recommendations(&all).await.len(), seen.len());
    assert!(
        session
            .list_recommendations(&path("no-such-source"))
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn an_unpublished_source_exists_and_yields_nothing_even_when_named() {
    let session = Session::start(SandboxConfig::default()).await;
    let unpublished = session.sandbox.unpublished_sources();
    assert!(!unpublished.is_empty());
    for source in unpublished {
        let path = format!("/api/v2/knowledge/knowledgebases/{source}");
        let base: KnowledgeBase = session.read(&path).await;
        assert_eq!(base.published, Some(false));
        assert!(base.article_count.is_some_and(|count| count > 0));

        let published = &session.sandbox.ready().knowledge_sources;
        let path = session
            .recommendations(0)
            .replace(&published.join(","), &source);
        assert!(session.list_recommendations(&path).await.is_empty());
    }
}

#[tokio::test]
async fn a_confident_intent_moves_its_article_up() {
    let session = Session::start(SandboxConfig::default()).await;
    let base = format!("{}&limit=100", session.recommendations(2));
    let rank = |found: &[RecommendationEntity]| {
        found
            .iter()
            .position(|r| text(r, "title") == "Shipping Cost")
            .expect("it is ranked")
    };
    let plain = rank(&session.list_recommendations(&base).await);
    let with = |confidence: &str| {
        format!("{base}&intent_confidence=%7B%22shipping_cost%22:{confidence}%7D")
    };
    let confident = rank(&session.list_recommendations(&with("0.9")).await);
    let doubtful = rank(&session.list_recommendations(&with("0.2")).await);
    assert!(confident < plain, "{confident} is not above {plain}");
    assert_eq!(doubtful, plain);
}

#[tokio::test]
async fn what_cannot_be_served_is_refused_in_the_platforms_words() {
    let session = Session::start(SandboxConfig::default()).await;
    let good = session.recommendations(0);
    let without = |name: &str| {
        let (path, query) = good.split_once('?').expect("a query");
        let kept: Vec<_> = query
            .split('&')
            .filter(|pair| !pair.starts_with(name))
            .collect();
        format!("{path}?{}", kept.join("&"))
    };
    let cases = [
        (
            without("conversation_id"),
            400,
            "bad.request",
            Some("conversation_id"),
        ),
        (
            without("session_id"),
            400,
            "bad.request",
            Some("session_id"),
        ),
        (
            without("knowledge_source_ids"),
            400,
            "bad.request",
            Some("knowledge_source_ids"),
        ),
        (
            format!("{good}&limit=101"),
            400,
            "invalid.query.param.value",
            Some("limit"),
        ),
        (
            format!("{good}&limit=0"),
            400,
            "invalid.query.param.value",
            Some("limit"),
        ),
        (
            format!("{good}&offset=-1"),
            400,
            "invalid.query.param.value",
            Some("offset"),
        ),
        (
            format!("{good}&intent_confidence=high"),
            400,
            "invalid.query.param.value",
            Some("intent_confidence"),
        ),
        (
            good.replace("conversation_id=", "conversation_id=x"),
            404,
            "not.found",
            None,
        ),
        (
            "/api/v2/agentassist/others".to_owned(),
            404,
            "not.found",
            None,
        ),
        (
            "/api/v2/knowledge/knowledgebases/nope".to_owned(),
            404,
            "not.found",
            None,
        ),
    ];
    for (path, status, code, field) in cases {
        let answer = session.get(&path).send().await.expect("answered");
        let expected = (status, code.to_owned(), field.map(str::to_owned));
        assert_eq!(refusal(answer).await, expected, "{path}");
    }
}

#[tokio::test]
async fn a_chat_without_copilot_has_no_recommendations() {
    let session = Session::start(SandboxConfig::default()).await;
    let last = session.sandbox.ready().conversations.len() - 1;
    assert!(
        session
            .list_recommendations(&session.recommendations(last))
            .await
            .is_empty()
    );
}
