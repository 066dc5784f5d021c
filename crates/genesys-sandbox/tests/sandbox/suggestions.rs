//! The `suggestions` dialect, end to end: paging, filters, engagements.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use agent_assist_genesys_wire::{EngagementRequest, Suggestion, SuggestionState, SuggestionType};
use agent_assist_sandbox::SandboxConfig;

use crate::client::{Session, json, refusal};

fn id(suggestion: &Suggestion) -> String {
    suggestion.id.clone().expect("an id")
}

async fn everything(session: &Session, conversation: usize) -> Vec<Suggestion> {
    let path = format!("{}?pageSize=200", session.suggestions(conversation));
    session.list_suggestions(&path).await.entities
}

#[tokio::test]
async fn following_next_uri_meets_every_suggestion_once_and_previous_uri_leads_back() {
    let session = Session::start(SandboxConfig::default()).await;
    for conversation in 0..3 {
        let whole = everything(&session, conversation).await;
        let mut path = format!("{}?pageSize=7", session.suggestions(conversation));
        let mut walked = Vec::new();
        let mut pages = Vec::new();
        let last = loop {
            let page = session.list_suggestions(&path).await;
            assert_eq!(page.self_uri.as_deref(), Some(path.as_str()));
            walked.extend(page.entities.clone());
            pages.push(page.entities.clone());
            assert!(walked.len() <= whole.len(), "paging never ends");
            match page.next_uri.clone() {
                Some(next) => path = next,
                None => break page,
            }
        };
        assert_eq!(walked, whole);
        assert_eq!(
            walked.iter().map(id).collect::<HashSet<_>>().len(),
            whole.len()
        );

        let before = last.previous_uri.expect("there is a page before the last");
        let page = session.list_suggestions(&before).await;
        assert_eq!(page.entities, pages[pages.len() - 2]);
    }
}

#[tokio::test]
async fn a_page_holds_25_unless_told() {
    let session = Session::start(SandboxConfig::default()).await;
    assert_eq!(
        session
            .list_suggestions(&session.suggestions(0))
            .await
            .entities
            .len(),
        25
    );
}

#[tokio::test]
async fn suggestions_are_of_many_types_in_order_of_time_and_name_their_knowledge_base() {
    let session = Session::start(SandboxConfig::default()).await;
    let all = everything(&session, 0).await;
    assert!(
        all.iter()
            .is_sorted_by(|a, b| a.date_created < b.date_created)
    );

    let mut kinds = BTreeMap::new();
    for suggestion in &all {
        let kind = suggestion.kind.clone().expect("a type");
        assert!(
            suggestion.extra.is_empty(),
            "{kind} has a payload the platform does not know"
        );
        *kinds.entry(kind.to_string()).or_insert(0) += 1;
    }
    insta::assert_json_snapshot!("types_of_the_first_conversation", kinds);

    let published: BTreeSet<_> = session.sandbox.ready().knowledge_sources.iter().collect();
    for suggestion in &all {
        let search = suggestion.knowledge_search.as_ref();
        let article = suggestion.knowledge_article.as_ref();
        let document = search
            .and_then(|payload| payload.document.as_ref())
            .or_else(|| article.and_then(|payload| payload.document.as_ref()));
        let Some(uri) = document.and_then(|document| document.self_uri.as_deref()) else {
            continue;
        };
        let base = uri
            .split('/')
            .nth(5)
            .expect("the path names the knowledge base");
        assert!(published.iter().any(|source| *source == base), "{uri}");
    }
}

#[tokio::test]
async fn a_highlighted_answer_stands_where_its_offsets_say() {
    let session = Session::start(SandboxConfig::default()).await;
    let mut checked = 0;
    for suggestion in everything(&session, 0).await {
        let Some(search) = suggestion.knowledge_search else {
            continue;
        };
        let snippet: Vec<char> = search.snippets.expect("snippets")[0].chars().collect();
        let highlight = search.knowledge_answer.expect("a highlight");
        let start = usize::try_from(highlight.start_index.expect("a start")).expect("in range");
        let end = usize::try_from(highlight.end_index.expect("an end")).expect("in range");
        assert_eq!(
            snippet[start..end].iter().collect::<String>(),
            highlight.answer.expect("text")
        );
        checked += usize::from(start > 0);
    }
    assert!(checked > 0, "some highlight follows prefilled text");
}

#[tokio::test]
async fn one_of_each_type_looks_as_the_platform_shows_it() {
    let session = Session::start(SandboxConfig::default()).await;
    let mut one_of_each = BTreeMap::new();
    for suggestion in everything(&session, 0).await {
        let kind = suggestion.kind.clone().expect("a type").to_string();
        one_of_each.entry(kind).or_insert(suggestion);
    }
    insta::assert_json_snapshot!("one_of_each_type", one_of_each);
}

#[tokio::test]
async fn a_suggestion_has_the_id_of_the_recommendation_of_the_same_article() {
    let session = Session::start(SandboxConfig::default()).await;
    let suggested: HashSet<_> = everything(&session, 0).await.iter().map(id).collect();
    for recommendation in session
        .list_recommendations(&session.recommendations(0))
        .await
    {
        assert!(suggested.contains(&recommendation.id.expect("an id")));
    }
}

#[tokio::test]
async fn filters_select_by_type_and_state_and_the_links_keep_them() {
    let session = Session::start(SandboxConfig::default()).await;
    let all = everything(&session, 0).await;
    let mut path = format!(
        "{}?pageSize=3&type=KnowledgeSearch&state=Suggested",
        session.suggestions(0)
    );
    let mut found = Vec::new();
    loop {
        let page = session.list_suggestions(&path).await;
        found.extend(page.entities);
        assert!(found.len() <= all.len(), "paging never ends");
        let Some(next) = page.next_uri else { break };
        path = next;
    }
    let expected: Vec<_> = all
        .into_iter()
        .filter(|s| s.kind == Some(SuggestionType::KnowledgeSearch))
        .filter(|s| s.state == Some(SuggestionState::Suggested))
        .collect();
    assert!(!expected.is_empty());
    assert_eq!(found, expected);
}

#[tokio::test]
async fn an_engagement_changes_the_state_for_every_later_reader() {
    let session = Session::start(SandboxConfig::default()).await;
    let engagements = [
        (r#"{"engagementType": "Copied"}"#, SuggestionState::Accepted),
        (r#"{"engagementType": "Opened"}"#, SuggestionState::Accepted),
        (
            r#"{"engagementType": "Dismissed"}"#,
            SuggestionState::Dismissed,
        ),
        (
            r#"{"engagementType": "Feedback", "feedback": {"rating": "Positive"}}"#,
            SuggestionState::Rated,
        ),
    ];
    let list = session.suggestions(0);
    let fresh = session
        .list_suggestions(&format!("{list}?state=Suggested"))
        .await
        .entities;
    for (suggestion, (body, state)) in fresh.iter().zip(engagements) {
        let path = format!("{list}/{}", id(suggestion));
        let answer = session
            .post(&format!("{path}/engagement"), body)
            .send()
            .await;
        let answer = answer.expect("answered");
        assert_eq!(answer.status(), 200);
        let echoed: EngagementRequest = json(answer).await;
        assert_eq!(
            Ok(echoed),
            serde_json::from_str(body).map_err(|error| error.to_string())
        );

        let read: Suggestion = session.read(&path).await;
        assert_eq!(read.state.as_ref(), Some(&state));
        let filtered = format!("{list}?pageSize=200&state={state}");
        let listed = session.list_suggestions(&filtered).await.entities;
        assert!(
            listed.iter().any(|other| other.id == suggestion.id),
            "{state}"
        );
        let still = format!("{list}?pageSize=200&state=Suggested");
        let still = session.list_suggestions(&still).await.entities;
        assert!(
            still.iter().all(|other| other.id != suggestion.id),
            "{state}"
        );
    }
}

#[tokio::test]
async fn an_engagement_that_makes_no_sense_is_refused_and_changes_nothing() {
    let session = Session::start(SandboxConfig::default()).await;
    let list = session.suggestions(0);
    let first = session.list_suggestions(&list).await.entities.remove(0);
    let path = format!("{list}/{}", id(&first));
    let cases = [
        ("{}", "bad.request", "engagementType"),
        ("nonsense", "bad.request", "engagementType"),
        (
            r#"{"engagementType": "Printed"}"#,
            "invalid.value",
            "engagementType",
        ),
        (
            r#"{"engagementType": "Feedback"}"#,
            "bad.request",
            "feedback",
        ),
        (
            r#"{"engagementType": "Feedback", "feedback": {"rating": "Meh"}}"#,
            "invalid.value",
            "feedback.rating",
        ),
    ];
    for (body, code, field) in cases {
        let answer = session
            .post(&format!("{path}/engagement"), body)
            .send()
            .await;
        let expected = (400, code.to_owned(), Some(field.to_owned()));
        assert_eq!(refusal(answer.expect("answered")).await, expected, "{body}");
    }
    assert_eq!(session.read::<Suggestion>(&path).await, first);
}

#[tokio::test]
async fn what_cannot_be_listed_is_refused_in_the_platforms_words() {
    let session = Session::start(SandboxConfig::default()).await;
    let list = session.suggestions(0);
    let without_copilot = session.suggestions(session.sandbox.ready().conversations.len() - 1);
    let unknown = "00000000-0000-4000-8000-000000000000";
    let cases = [
        (
            format!("{list}?type=Recipe"),
            400,
            "invalid.query.param.value",
            Some("type"),
        ),
        (
            format!("{list}?state=Lost"),
            400,
            "invalid.query.param.value",
            Some("state"),
        ),
        (
            format!("{list}?pageSize=201"),
            400,
            "invalid.query.param.value",
            Some("pageSize"),
        ),
        (
            format!("{list}?pageSize=0"),
            400,
            "invalid.query.param.value",
            Some("pageSize"),
        ),
        (
            format!("{list}?pageSize=many"),
            400,
            "invalid.query.param.value",
            Some("pageSize"),
        ),
        (
            format!("{list}?after=made-up"),
            400,
            "bad.request",
            Some("after"),
        ),
        (
            format!("{list}?before=made-up"),
            400,
            "bad.request",
            Some("before"),
        ),
        (format!("{list}/{unknown}"), 404, "not.found", None),
        (
            format!("/api/v2/conversations/{unknown}/suggestions"),
            404,
            "not.found",
            None,
        ),
        (
            "/api/v2/conversations/x%2Fy/suggestions".to_owned(),
            404,
            "not.found",
            None,
        ),
        (without_copilot, 404, "not.found", None),
    ];
    for (path, status, code, field) in cases {
        let answer = session.get(&path).send().await.expect("answered");
        let expected = (status, code.to_owned(), field.map(str::to_owned));
        assert_eq!(refusal(answer).await, expected, "{path}");
    }
    let wrong_method = session.post(&list, "{}").send().await.expect("answered");
    assert_eq!(refusal(wrong_method).await.0, 405);
}
