//! The main job over HTTP.

use agent_assist_domain::access::Role;
use agent_assist_domain::audit::{AuditFilter, AuditOrder, AuditQuery};
use agent_assist_domain::ports::AuditTrail as _;
use serde_json::{Value, json};

use crate::house::{House, bearer, request};

#[tokio::test]
async fn a_payload_is_answered_and_on_record_under_the_same_identifier() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let answer = house.ask(&key, &house.payload()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let shown = answer.json();
    assert!(
        !shown["recommendations"]
            .as_array()
            .expect("a list")
            .is_empty()
    );
    let id = answer.header("x-request-id").expect("an identifier");
    assert_eq!(shown["request_id"], id);
    assert_eq!(events_of(&house, id).await, ["assist_fetch_completed"]);
    assert_eq!(answer.header("cache-status"), Some("agent-assist;fwd=miss"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(answer.header("age"), None);
    let timing = answer.header("server-timing").expect("times");
    assert!(
        timing.starts_with("assist;dur=") && timing.contains("total;dur="),
        "{timing}"
    );

    let again = house.ask(&key, &house.payload()).await;
    assert_eq!(again.header("cache-status"), Some("agent-assist;hit"));
    assert_eq!(again.header("age"), Some("0"));
    assert_eq!(again.json()["recommendations"], shown["recommendations"]);
}

#[tokio::test]
async fn callers_may_name_their_requests_if_the_name_can_stand_on_record() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let body = house.payload().to_string();
    let named = async |name: &str| {
        let head = format!(
            "{}content-type: application/json\r\nx-request-id: {name}\r\n",
            bearer(&key)
        );
        let answer = request(house.address, "POST", "/v1/recommendations", &head, &body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer
            .header("x-request-id")
            .expect("an identifier")
            .to_owned()
    };
    for good in ["desk-7/42", "0197a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"] {
        assert_eq!(named(good).await, good);
        assert_eq!(events_of(&house, good).await.len(), 1);
    }
    let long = "x".repeat(129);
    for bad in ["", "4111 1111 1111 1111", "jo@example.com", &long, "a\tb"] {
        let used = named(bad).await;
        assert_ne!(used, bad);
        assert_eq!(events_of(&house, &used).await.len(), 1);
    }
}

#[tokio::test]
async fn every_mistake_in_a_payload_is_told_by_field_and_rule_and_without_its_text() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let payload = json!({"conversation_id": "", "limit": 500, "jo@example.com": 1});
    let answer = house.ask(&key, &payload).await;
    assert_eq!(
        (answer.status, &*answer.problem()),
        (422, "invalid-payload")
    );
    let problem = answer.json();
    let errors = problem["errors"].as_array().expect("a list");
    let told: Vec<(&str, &str)> = errors
        .iter()
        .map(|error| (text(&error["field"]), text(&error["rule"])))
        .collect();
    assert!(told.contains(&("limit", "range")), "{told:?}");
    assert!(told.contains(&("session_id", "required")), "{told:?}");
    assert!(told.contains(&("(member 1)", "unknown_field")), "{told:?}");
    assert!(!answer.body.contains("jo@"), "{answer:?}");
    let id = text(&problem["request_id"]);
    assert_eq!(events_of(&house, id).await, ["assist_fetch_refused"]);
}

#[tokio::test]
async fn what_is_no_json_object_or_not_declared_as_json_is_refused() {
    let house = House::open().await;
    let key = bearer(&house.key(Role::Agent).await);
    let json = format!("{key}content-type: application/json; charset=utf-8\r\n");
    let post = async |head: &str, body: &str| {
        request(house.address, "POST", "/v1/recommendations", head, body).await
    };
    for body in ["", "[]", "{", "\u{0}", "{}{}"] {
        let answer = post(&json, body).await;
        assert_eq!(
            (answer.status, &*answer.problem()),
            (400, "malformed-json"),
            "{body:?}"
        );
    }
    for kind in [
        "",
        "content-type: text/plain\r\n",
        "content-type: application/x-www-form-urlencoded\r\n",
        "content-type: application/jsonp\r\n",
        "content-type: multipart/form-data; boundary=application/json\r\n",
    ] {
        let answer = post(&format!("{key}{kind}"), "{}").await;
        assert_eq!(
            (answer.status, &*answer.problem()),
            (415, "unsupported-media-type"),
            "{kind:?}"
        );
    }
}

#[tokio::test]
async fn a_failing_upstream_gives_a_labelled_answer_and_one_that_refuses_us_a_problem() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let fault = |rule: &str| house.sandbox.add_fault(rule.parse().expect("a rule"));
    fault("recommendations:status=403,times=1");
    let answer = house.ask(&key, &house.payload()).await;
    assert_eq!(
        (answer.status, &*answer.problem()),
        (502, "upstream-refused")
    );
    assert!(answer.body.contains("an operator must act"), "{answer:?}");

    fault("recommendations:status=400,times=9");
    let answer = house.ask(&key, &house.payload()).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let shown = answer.json();
    assert_eq!(shown["degraded"]["reason"], "rejected");
    assert_eq!(shown["empty_reason"], "degraded");
    assert_eq!(
        answer.header("cache-status"),
        Some("agent-assist;fwd=miss;detail=none")
    );
}

/// What the log says of a request.
async fn events_of(house: &House, request_id: &str) -> Vec<String> {
    let query = AuditQuery {
        filter: AuditFilter {
            request_id: Some(request_id.to_owned()),
            ..AuditFilter::default()
        },
        order: AuditOrder::OldestFirst,
        after: None,
        limit: 10,
    };
    let page = house.store.page(&query).await.expect("a page");
    page.into_iter()
        .map(|record| record.columns.event)
        .collect()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a text")
}
