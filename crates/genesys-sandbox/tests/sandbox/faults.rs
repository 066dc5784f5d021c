//! Faults on demand, seen from the client's side.

use agent_assist_genesys_wire::{ErrorBody, Listing, RecommendationEntity, TokenError};
use agent_assist_sandbox::SandboxConfig;
use serde_json::Value;

use crate::client::{Session, header, json, refusal};

const ME: &str = "/api/v2/tokens/me";

fn with_faults(rules: &[&str]) -> SandboxConfig {
    let faults = rules
        .iter()
        .map(|rule| rule.parse().expect("a fault rule"))
        .collect();
    SandboxConfig {
        faults,
        ..SandboxConfig::default()
    }
}

#[tokio::test]
async fn a_status_is_answered_as_often_as_told_and_then_the_route_works() {
    let session = Session::start(with_faults(&["recommendations:status=503,times=2"])).await;
    let path = session.recommendations(0);
    for _ in 0..2 {
        let answer = session.get(&path).send().await.expect("answered");
        assert_eq!(
            header(&answer, "inin-ratelimit-allowed").as_deref(),
            Some("300")
        );
        assert_eq!(
            refusal(answer).await,
            (503, "service.unavailable".to_owned(), None)
        );
    }
    assert_eq!(session.status(&path).await, 200);
    assert_eq!(session.status(&session.suggestions(0)).await, 200);
    let journal = session.sandbox.journal();
    assert_eq!(journal[1].faults, ["recommendations:status=503,times=2"]);
    assert!(journal[3].faults.is_empty());
}

#[tokio::test]
async fn retry_after_and_code_travel_with_the_status() {
    let rules = [
        "suggestions:status=429,retry_after=3,times=1",
        "suggestions:status=400,code=response.entity.too.large",
    ];
    let session = Session::start(with_faults(&rules)).await;
    let path = session.suggestions(0);
    let answer = session.get(&path).send().await.expect("answered");
    assert_eq!(header(&answer, "retry-after").as_deref(), Some("3"));
    assert_eq!(refusal(answer).await.1, "too.many.requests.retry.after");
    let answer = session.get(&path).send().await.expect("answered");
    assert_eq!(
        refusal(answer).await,
        (400, "response.entity.too.large".to_owned(), None)
    );
}

#[tokio::test]
async fn the_token_endpoint_fails_in_its_own_shape() {
    let session = Session::start(SandboxConfig::default()).await;
    let cases = [
        (
            "token:status=400,times=1",
            400,
            "invalid_request",
            "rate limit exceeded;",
        ),
        (
            "token:status=401,times=1",
            401,
            "invalid_client",
            "authentication failed",
        ),
        (
            "token:status=400,code=invalid_client,times=1",
            400,
            "invalid_client",
            "",
        ),
        (
            "token:status=503,times=1",
            503,
            "temporarily_unavailable",
            "",
        ),
    ];
    for (rule, status, error, description) in cases {
        session
            .sandbox
            .add_fault(rule.parse().expect("a fault rule"));
        let request = session.ask_for_token(&session.client_secret());
        let answer = request.send().await.expect("answered");
        assert_eq!(answer.status().as_u16(), status);
        let body: TokenError = json(answer).await;
        assert_eq!(body.error.as_deref(), Some(error), "{rule}");
        assert!(
            body.description
                .is_some_and(|text| text.starts_with(description)),
            "{rule}"
        );
    }
}

#[tokio::test]
async fn a_spoilt_body_comes_with_a_status_that_says_all_is_well() {
    let session = Session::start(SandboxConfig::default()).await;
    let path = session.recommendations(0);
    for fault in ["truncated", "malformed", "empty", "html"] {
        let rule = format!("recommendations:body={fault},times=1");
        session
            .sandbox
            .add_fault(rule.parse().expect("a fault rule"));
        let answer = session.get(&path).send().await.expect("answered");
        assert_eq!(answer.status(), 200);
        let content_type = header(&answer, "content-type").expect("a content type");
        assert_eq!(content_type.starts_with("text/html"), fault == "html");
        let body = answer.bytes().await.expect("HTTP itself is sound");
        assert_eq!(body.is_empty(), fault == "empty");
        let decoded = serde_json::from_slice::<Listing<RecommendationEntity>>(&body);
        assert!(decoded.is_err(), "{fault}");
    }
    session.list_recommendations(&path).await;
}

#[tokio::test]
async fn tokens_expire_in_mid_run_and_a_new_one_is_good() {
    let mut session = Session::start(with_faults(&["me:expire_tokens,after=1,times=1"])).await;
    assert_eq!(session.status(ME).await, 200);
    assert_eq!(session.status(ME).await, 401);
    session.log_in().await;
    assert_eq!(session.status(ME).await, 200);
}

#[tokio::test]
async fn a_delay_holds_the_answer_back_and_the_journal_knows_who_left() {
    let session = Session::start(with_faults(&["me:delay=1h,times=1"])).await;
    let url = format!("{}{ME}", session.sandbox.base_url());
    let left = tokio::spawn(session.http.get(url).bearer_auth(&session.token).send());
    while session.sandbox.journal().len() < 2 {
        tokio::task::yield_now().await;
    }
    left.abort();
    assert_eq!(session.status(ME).await, 200);
    let statuses: Vec<_> = session
        .sandbox
        .journal()
        .iter()
        .map(|entry| entry.status)
        .collect();
    assert_eq!(statuses, [Some(200), None, Some(200)]);
}

#[tokio::test]
async fn rules_come_and_go_over_http() {
    let session = Session::start(SandboxConfig::default()).await;
    let url = format!("{}/sandbox/faults", session.sandbox.base_url());
    let rules = "me:status=500,times=1\n*:delay=1ms\n";
    let answer = session
        .http
        .post(&url)
        .body(rules)
        .send()
        .await
        .expect("answered");
    assert_eq!(answer.status(), 201);
    assert_eq!(session.status(ME).await, 500);
    let listed: Value = json(session.http.get(&url).send().await.expect("answered")).await;
    insta::assert_json_snapshot!("faults_in_force", listed);

    let bad = "me:status=500\nme:status=oops";
    let answer = session
        .http
        .post(&url)
        .body(bad)
        .send()
        .await
        .expect("answered");
    assert_eq!(answer.status(), 400);
    let error: Value = json(answer).await;
    assert!(
        error["error"]
            .as_str()
            .is_some_and(|text| text.contains("400 to 599")),
        "{error}"
    );
    assert_eq!(
        session.status(ME).await,
        200,
        "not even the first of them is in force"
    );

    let cleared = session.http.delete(&url).send().await.expect("answered");
    assert_eq!(cleared.status(), 204);
    let listed: Value = json(session.http.get(&url).send().await.expect("answered")).await;
    assert_eq!(listed, Value::Array(Vec::new()));
}

#[tokio::test]
async fn tokens_can_be_expired_over_http() {
    let session = Session::start(SandboxConfig::default()).await;
    let url = format!("{}/sandbox/tokens/expire", session.sandbox.base_url());
    assert_eq!(
        session
            .http
            .post(url)
            .send()
            .await
            .expect("answered")
            .status(),
        204
    );
    let answer = session.get(ME).send().await.expect("answered");
    assert_eq!(
        json::<ErrorBody>(answer).await.code.as_deref(),
        Some("bad.credentials")
    );
}
