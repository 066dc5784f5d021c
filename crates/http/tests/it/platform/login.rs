//! How a program logs in.

use agent_assist_domain::access::Role;
use agent_assist_domain::audit::Actor;
use serde_json::json;

use super::{FORM, is_error, is_login_error, log_in};
use crate::house::{House, request};

#[tokio::test]
async fn a_key_logs_in_by_header_or_form_with_its_secret_or_whole() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let (id, secret) = (&key[4..20], &key[21..]);
    for said in [secret, &*key] {
        let answer = log_in(&house, id, said).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let token = answer.json();
        assert_eq!(
            (&token["token_type"], &token["expires_in"]),
            (&json!("bearer"), &json!(3600))
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    let body = format!("grant_type=client_credentials&client_id={id}&client_secret={key}");
    let answer = request(house.address, "POST", "/oauth/token", FORM, &body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let token = answer.json()["access_token"]
        .as_str()
        .expect("a token")
        .to_owned();
    assert_eq!(house.get(&house.target(), &token).await.status, 200);
    let order = json!({"conversation_id": "c"});
    assert_eq!(house.post("/v1/tokens", &token, &order).await.status, 403);
    let revoked = house.keys.revoke(id, &Actor::default()).await;
    assert!(revoked.expect("revoked"));
    is_login_error(
        &log_in(&house, "0123456789abcdef", &key).await,
        401,
        "invalid_client",
    );
}

#[tokio::test]
async fn who_has_no_key_does_not_log_in_and_is_told_in_the_platforms_way() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let id = &key[4..20];
    for (id, secret) in [
        (id, "wrong"),
        (id, &key[4..]),
        ("0123456789abcdef", &key[21..]),
        ("", &*key),
        ("8f5a0e5b-0f57-4d0e-9a55-0d8f3c1f1001", "secret"),
    ] {
        is_login_error(&log_in(&house, id, secret).await, 401, "invalid_client");
    }
    let at = house.address;
    for (head, body, status, error) in [
        (FORM, "grant_type=client_credentials", 401, "invalid_client"),
        (
            FORM,
            "grant_type=authorization_code&code=x",
            400,
            "invalid_request",
        ),
        (FORM, "", 400, "invalid_request"),
        (
            "content-type: application/json\r\n",
            "{}",
            415,
            "invalid_request",
        ),
    ] {
        let answer = request(at, "POST", "/oauth/token", head, body).await;
        is_login_error(&answer, status, error);
    }
    let answer = request(at, "GET", "/oauth/token", "", "").await;
    assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")));
}

#[tokio::test]
async fn a_key_that_logs_in_too_often_waits_and_who_does_not_hold_it_uses_up_nothing() {
    let house = House::with(&[("serve.requests_per_minute", "2")]).await;
    let key = house.key(Role::Agent).await;
    let id = &key[4..20];
    for _ in 0..5 {
        assert_eq!(log_in(&house, id, "wrong").await.status, 401);
    }
    for _ in 0..2 {
        assert_eq!(log_in(&house, id, &key).await.status, 200);
    }
    let answer = log_in(&house, id, &key).await;
    is_login_error(&answer, 400, "invalid_request");
    let told = answer.json()["description"]
        .as_str()
        .expect("words")
        .to_owned();
    assert!(told.starts_with("rate limit exceeded;"), "{told}");
    assert!(answer.header("retry-after").is_some());
    let path = format!(
        "/api/v2/conversations/{}/suggestions",
        house.conversation(0)
    );
    let answer = house.get(&path, &key).await;
    is_error(&answer, 429, "too.many.requests.retry.after");
    assert_eq!(
        answer.header("inin-ratelimit-reset"),
        answer.header("retry-after")
    );
    assert_eq!(answer.header("inin-ratelimit-allowed"), Some("2"));
}
