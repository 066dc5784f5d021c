//! Counts of suggestions, end to end.

use std::collections::BTreeMap;

use agent_assist_genesys_wire::{AggregateResponse, Suggestion};
use agent_assist_sandbox::SandboxConfig;
use serde_json::{Value, json};

use crate::client::{Session, json as decoded, refusal};

const PATH: &str = "/api/v2/analytics/agentcopilots/aggregates/query";

/// Whenever the test runs, it is within this.
const ALWAYS: &str = "2020-01-01T00:00:00.000Z/2120-01-01T00:00:00.000Z";

async fn ask(session: &Session, query: &Value) -> AggregateResponse {
    let answer = session.post(PATH, query.to_string()).send().await;
    let answer = answer.expect("answered");
    assert_eq!(answer.status(), 200, "{query}");
    decoded(answer).await
}

/// The first metric of each group, by the group's values.
async fn counts(session: &Session, query: &Value) -> BTreeMap<String, i64> {
    let results = ask(session, query).await.results.expect("results");
    let counted = results.into_iter().map(|result| {
        let values: Vec<String> = result.group.into_values().collect();
        let stats = result.data[0].metrics[0].stats.clone().expect("a number");
        (values.join("/"), stats.count.expect("a count"))
    });
    counted.collect()
}

async fn engage(session: &Session, suggestion: &Suggestion, body: &Value) {
    let id = suggestion.id.as_deref().expect("an id");
    let path = format!("{}/{id}/engagement", session.suggestions(0));
    let answer = session.post(&path, body.to_string()).send().await;
    assert_eq!(answer.expect("answered").status(), 200);
}

fn by(group_by: &[&str]) -> Value {
    json!({"interval": ALWAYS, "metrics": ["nDistinctSuggestions"], "groupBy": group_by})
}

#[tokio::test]
async fn what_was_served_is_counted_once_however_often_it_was() {
    let session = Session::start(SandboxConfig::default()).await;
    assert_eq!(counts(&session, &by(&[])).await, BTreeMap::new());
    let path = format!("{}?pageSize=200", session.suggestions(0));
    let served = session.list_suggestions(&path).await.entities;
    session.list_suggestions(&path).await;
    let all = counts(&session, &by(&[])).await;
    assert_eq!(all, [(String::new(), served.len() as i64)].into());
    let by_type = counts(&session, &by(&["suggestionType"])).await;
    assert_eq!(by_type.values().sum::<i64>(), served.len() as i64);
    assert_eq!(by_type["Script"], 1);

    let query = json!({
        "interval": ALWAYS, "metrics": ["nDistinctConversations", "nScriptSuggestions"],
    });
    let results = ask(&session, &query).await.results.expect("results");
    let metrics = &results[0].data[0].metrics;
    let told: Vec<_> = metrics
        .iter()
        .map(|metric| {
            (
                &*metric.metric,
                metric.stats.as_ref().and_then(|stats| stats.count),
            )
        })
        .collect();
    assert_eq!(
        told,
        [
            ("nDistinctConversations", Some(1)),
            ("nScriptSuggestions", Some(1))
        ]
    );
}

#[tokio::test]
async fn engagements_are_counted_by_what_was_done() {
    let session = Session::start(SandboxConfig::default()).await;
    let path = format!("{}?pageSize=200", session.suggestions(0));
    let served = session.list_suggestions(&path).await.entities;
    let is_search = |it: &&Suggestion| {
        it.kind
            .as_ref()
            .is_some_and(|kind| kind.as_str() == "KnowledgeSearch")
    };
    let searches: Vec<&Suggestion> = served.iter().filter(is_search).collect();
    let copied = json!({"engagementType": "Copied"});
    engage(&session, searches[0], &copied).await;
    engage(&session, searches[0], &copied).await;
    engage(&session, searches[1], &copied).await;
    let rated = json!({"engagementType": "Feedback", "feedback": {"rating": "Positive"}});
    engage(&session, searches[0], &rated).await;

    let by_engagement = counts(&session, &by(&["suggestionType", "engagementType"])).await;
    // The values stand in the order of their dimensions' names.
    assert_eq!(by_engagement["Copied/KnowledgeSearch"], 2);
    assert_eq!(by_engagement["Feedback/KnowledgeSearch"], 1);
    assert_eq!(by_engagement["KnowledgeSearch"], searches.len() as i64 - 2);
    assert_eq!(
        counts(&session, &by(&["feedbackRating"])).await["Positive"],
        1
    );
    assert_eq!(counts(&session, &by(&["state"])).await["Rated"], 1);

    let mut only = by(&[]);
    only["filter"] = json!({"type": "and", "predicates": [
        {"type": "dimension", "dimension": "engagementType", "operator": "matches", "value": "Copied"},
        {"dimension": "feedbackRating", "operator": "notExists"},
    ]});
    assert_eq!(counts(&session, &only).await.values().sum::<i64>(), 1);
    let mut nested = by(&[]);
    nested["filter"] = json!({"type": "or", "clauses": [
        {"type": "and", "predicates": [{"dimension": "feedbackRating", "operator": "exists"}]},
        {"type": "and", "predicates": [{"dimension": "suggestionType", "value": "Script"}]},
    ]});
    assert_eq!(counts(&session, &nested).await.values().sum::<i64>(), 2);

    let mut before = by(&[]);
    before["interval"] = json!("2020-01-01T00:00:00Z/2020-01-02T00:00:00Z");
    assert_eq!(counts(&session, &before).await, BTreeMap::new());
}

#[tokio::test]
async fn what_cannot_be_counted_is_refused_by_name() {
    let session = Session::start(SandboxConfig::default()).await;
    for (change, code, field) in [
        (
            json!({"interval": "yesterday"}),
            "invalid.value",
            "interval",
        ),
        (
            json!({"interval": "2020-01-02T00:00:00Z/2020-01-01T00:00:00Z"}),
            "invalid.value",
            "interval",
        ),
        (json!({"metrics": []}), "bad.request", "metrics"),
        (json!({"metrics": ["nAnswers"]}), "invalid.value", "metrics"),
        (json!({"groupBy": ["scriptId"]}), "invalid.value", "groupBy"),
        (
            json!({"granularity": "P1D"}),
            "invalid.value",
            "granularity",
        ),
        (
            json!({"filter": {"type": "xor"}}),
            "invalid.value",
            "filter.type",
        ),
        (json!({"metrics": 7}), "bad.request", "interval"),
    ] {
        let mut query = by(&["suggestionType"]);
        for (name, value) in change.as_object().expect("members") {
            query[name] = value.clone();
        }
        let answer = session.post(PATH, query.to_string()).send().await;
        let refused = refusal(answer.expect("answered")).await;
        assert_eq!(
            refused,
            (400, code.to_owned(), Some(field.to_owned())),
            "{query}"
        );
    }
}

#[tokio::test]
async fn counts_need_a_token_and_fail_on_demand() {
    let session = Session::start(SandboxConfig::default()).await;
    let url = format!("{}{PATH}", session.sandbox.base_url());
    let answer = session.http.post(url).body("{}").send().await;
    assert_eq!(answer.expect("answered").status(), 401);
    session
        .sandbox
        .add_fault("aggregates:status=403,times=1".parse().expect("a rule"));
    let body = by(&[]).to_string();
    let answer = session.post(PATH, body).send().await;
    let refused = refusal(answer.expect("answered")).await;
    assert_eq!(refused, (403, "missing.permissions".to_owned(), None));
}
