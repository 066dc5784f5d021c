//! Faults on demand, seen from the client's side.

use std::collections::BTreeMap;

use agent_assist_genesys_wire::{ErrorBody, Listing, RecommendationEntity, TokenError};
use agent_assist_sandbox::SandboxConfig;
use serde_json::Value;

use crate::client::{Session, header, json, refusal};
use crate::raw;

const ME: &str = "/api/v2/tokens/me";

pub(crate) fn with_faults(rules: &[&str]) -> SandboxConfig {
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
            .is_some_and(|text| text.contains("200 to 599")),
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

#[tokio::test]
async fn a_header_takes_the_place_of_those_of_its_name() {
    let rules = [
        "me:status=429,retry_after=3,header=\"retry-after: Fri, 31 Dec 1999 23:59:59 GMT\",times=1",
        "me:header=inin-ratelimit-allowed:7,header=x-two:1,header=x-two:2,header=content-type:text/plain",
    ];
    let session = Session::start(with_faults(&rules)).await;
    let answer = session.get(ME).send().await.expect("answered");
    assert_eq!(answer.status(), 429);
    let dates: Vec<_> = answer.headers().get_all("retry-after").iter().collect();
    assert_eq!(dates, ["Fri, 31 Dec 1999 23:59:59 GMT"]);
    assert_eq!(answer.headers()["inin-ratelimit-allowed"], "7");
    let answer = session.get(ME).send().await.expect("answered");
    assert_eq!(answer.status(), 200);
    let both: Vec<_> = answer.headers().get_all("x-two").iter().collect();
    assert_eq!(both, ["1", "2"]);
    assert_eq!(answer.headers()["content-type"], "text/plain");
}

#[tokio::test]
async fn a_status_that_is_no_error_has_no_body() {
    let rules = [
        "me:status=302,header=Location:http://elsewhere.example/,times=1",
        "me:status=204,times=1",
        "token:status=200,after=1",
    ];
    let session = Session::start(with_faults(&rules)).await;
    let answer = raw::get(&session, ME).await;
    assert!(answer.head().starts_with("http/1.1 302"));
    assert_eq!(
        answer.header("location").as_deref(),
        Some("http://elsewhere.example/")
    );
    assert!(answer.body().is_empty());
    let answer = raw::get(&session, ME).await;
    assert!(answer.head().starts_with("http/1.1 204") && answer.body().is_empty());
    let token = session.ask_for_token(&session.client_secret());
    let token = token.send().await.expect("answered");
    assert_eq!(token.status(), 200);
    assert_eq!(token.bytes().await.expect("a body"), "");
    let last = session.sandbox.journal().pop().expect("a request");
    assert!(!last.authenticated, "no token was granted");
}

#[tokio::test]
async fn a_listing_may_be_told_to_lead_elsewhere() {
    let session = Session::start(SandboxConfig::default()).await;
    let links = [
        "//elsewhere.example/x",
        "http://127.0.0.1:9/x",
        "/\\elsewhere.example/x",
        "http://user@elsewhere.example/x,y",
    ];
    for link in links {
        let rule = format!(
            "suggestions:next=\"{}\",times=1",
            link.replace('\\', "\\\\")
        );
        session.sandbox.add_fault(rule.parse().expect("a rule"));
        let page = session.list_suggestions(&session.suggestions(0)).await;
        assert_eq!(page.next_uri.as_deref(), Some(link));
        assert!(!page.entities.is_empty());
    }
}

#[tokio::test]
async fn a_revoked_client_is_refused_for_good() {
    let session = Session::start(with_faults(&["me:revoke,after=1,times=1"])).await;
    assert_eq!(session.status(ME).await, 200);
    assert_eq!(session.status(ME).await, 401);
    session.sandbox.clear_faults();
    let request = session.ask_for_token(&session.client_secret());
    let answer = request.send().await.expect("answered");
    assert_eq!(answer.status(), 401);
    let body: TokenError = json(answer).await;
    assert_eq!(body.error.as_deref(), Some("invalid_client"));
    assert_eq!(session.status(ME).await, 401);
}

#[tokio::test]
async fn a_window_of_time_refuses_everything_in_it() {
    let rules = [
        "me:status=429,retry_after=10,during=..1h",
        "recommendations:status=429,during=1h..2h",
        "suggestions:status=503,flap=1h/2h",
    ];
    let session = Session::start(with_faults(&rules)).await;
    for _ in 0..3 {
        let answer = session.get(ME).send().await.expect("answered");
        assert_eq!(header(&answer, "retry-after").as_deref(), Some("10"));
        assert_eq!(answer.status(), 429);
    }
    assert_eq!(session.status(&session.recommendations(0)).await, 200);
    assert_eq!(session.status(&session.suggestions(0)).await, 503);
}

#[tokio::test]
async fn the_seed_decides_which_requests_fail() {
    let mut runs = Vec::new();
    for seed in [1, 1, 2] {
        let session = Session::start(SandboxConfig {
            seed,
            ..with_faults(&["me:status=503,probability=0.5"])
        })
        .await;
        let mut statuses = Vec::new();
        for _ in 0..40 {
            statuses.push(session.status(ME).await);
        }
        runs.push(statuses);
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
    assert!(runs[0].contains(&200) && runs[0].contains(&503));
}

#[tokio::test]
async fn the_journal_tells_when_and_whether_a_bearer_token_came() {
    let session = Session::start(with_faults(&["me:delay=20ms"])).await;
    assert_eq!(session.status(ME).await, 200);
    let url = format!("{}/elsewhere?a=1", session.sandbox.base_url());
    session.http.get(&url).send().await.expect("answered");
    let made_up = session.http.get(&url).bearer_auth("made-up").send();
    made_up.await.expect("answered");

    let journal = session.sandbox.journal();
    let told: Vec<_> = journal
        .iter()
        .map(|entry| (entry.route.as_str(), entry.bearer, entry.authenticated))
        .collect();
    let expected = [
        ("token", false, true),
        ("me", true, true),
        ("unserved", false, false),
        ("unserved", true, false),
    ];
    assert_eq!(told, expected);
    let answered = journal[1].answered_ms.expect("answered");
    assert!(answered >= journal[1].arrived_ms + 20);
    assert!(journal[2].arrived_ms >= answered);
    assert!(session.sandbox.age_ms() >= journal[3].arrived_ms);
    let counts = [("me", 1), ("token", 1), ("unserved", 2)];
    let counts: BTreeMap<_, u64> = counts.map(|(name, n)| (name.to_owned(), n)).into();
    assert_eq!(session.sandbox.request_counts(), counts);
}
