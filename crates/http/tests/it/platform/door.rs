//! Who and what does not get past the door.

use agent_assist_domain::access::{Limits, Role};
use agent_assist_domain::audit::AuditEvent;
use serde_json::json;

use super::{Client, FORM, Upstream, is_error, is_login_error};
use crate::house::{Answer, bearer, request};

#[tokio::test]
async fn what_the_gateway_does_not_serve_is_not_there_and_goes_nowhere() {
    let client = Client::new().await;
    client.list("").await;
    let before = client.house.sandbox.journal().len();
    for path in [
        "/api/v2",
        "/api/v2/users/me",
        "/api/v2/conversations",
        "/api/v2/conversations/c/summaries",
        "/api/v2/conversations/c/suggestions/feedback/x",
        "/api/v2/../v2/users/me",
        "/oauth/authorize",
        "/oauth",
    ] {
        is_error(&client.get(path).await, 404, "not.found");
    }
    let at = client.house.address;
    let head = bearer(&client.token);
    let answer = request(at, "PATCH", &client.path("/x"), &head, "{}").await;
    is_error(&answer, 405, "method.not.allowed");
    assert_eq!(
        client.house.sandbox.journal().len(),
        before,
        "nothing was passed on"
    );
    is_error(
        &client.get(&client.path("/made-up")).await,
        404,
        "not.found",
    );
    for (query, code) in [
        ("?pageSize=201", "bad.request"),
        ("?type=Everything", "bad.request"),
        ("?after=x", "invalid.query.param.value"),
    ] {
        is_error(&client.get(&client.path(query)).await, 400, code);
    }
    let nowhere = "/api/v2/conversations/not-a-uuid/suggestions";
    is_error(&client.get(nowhere).await, 400, "bad.request");
}

#[tokio::test]
async fn credentials_that_are_not_ours_are_refused_with_what_to_do() {
    let client = Client::new().await;
    let (at, path) = (client.house.address, client.path(""));
    let answer = request(at, "GET", &path, "", "").await;
    is_error(&answer, 401, "authentication.required");
    let forged = format!("{}x", client.token);
    for token in [
        "SK8uXz-an-agents-own-token-of-the-platform",
        &forged,
        "aat_e30.e30",
    ] {
        let error = is_error(
            &client.house.get(&path, token).await,
            401,
            "bad.credentials",
        );
        let message = error.message.unwrap_or_default();
        assert!(
            message.contains("/oauth/token") && message.contains("PKCE"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn a_token_may_what_its_key_may() {
    let supervisor = Client::limited(Role::Supervisor, Limits::default()).await;
    is_error(
        &supervisor.get(&supervisor.path("")).await,
        403,
        "not.authorized",
    );
    let elsewhere = Limits {
        conversation_id: Some("c-9".to_owned()),
        ..Limits::default()
    };
    let client = Client::limited(Role::Agent, elsewhere).await;
    is_error(&client.get(&client.path("")).await, 403, "not.authorized");
    let other_queue = Limits {
        queues: vec!["q-1".to_owned()],
        ..Limits::default()
    };
    let client = Client::limited(Role::Agent, other_queue).await;
    is_error(&client.get(&client.path("")).await, 403, "not.authorized");
    let house = &client.house;
    let denied = house.entries(AuditEvent::AccessDenied).await;
    assert_eq!(denied[0]["access"]["denial"], "queue");
    for event in [AuditEvent::FetchCompleted, AuditEvent::FetchHit] {
        assert!(house.entries(event).await.is_empty(), "nothing was shown");
    }
}

#[tokio::test]
async fn a_key_for_the_queue_that_the_upstream_names_is_good_for_its_conversations() {
    let client = Client::new().await;
    let raw = Upstream::log_in(&client.house)
        .await
        .get(&client.path(""))
        .await
        .json();
    let queue = raw["entities"][0]["context"]["queue"]["id"]
        .as_str()
        .expect("a queue");
    let limits = Limits {
        queues: vec![queue.to_owned()],
        ..Limits::default()
    };
    let key = client.house.limited_key(Role::Agent, limits).await;
    let listed = client.house.get(&client.path(""), &key).await;
    assert_eq!(listed.status, 200, "{listed:?}");
    let id = listed.json()["entities"][0]["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let path = client.path(&format!("/{id}/engagement"));
    let copied = json!({"engagementType": "Copied"});
    assert_eq!(client.house.post(&path, &key, &copied).await.status, 200);
}

#[tokio::test]
async fn foreign_pages_and_hosts_are_refused_at_these_paths_as_well() {
    let client = Client::new().await;
    let (at, path) = (client.house.address, client.path(""));
    let head = format!("{}origin: https://evil.example\r\n", bearer(&client.token));
    is_error(
        &request(at, "GET", &path, &head, "").await,
        403,
        "not.authorized",
    );
    let head = format!("{FORM}origin: https://evil.example\r\n");
    let body = "grant_type=client_credentials";
    let answer = request(at, "POST", "/oauth/token", &head, body).await;
    is_login_error(&answer, 403, "invalid_request");
    let text = format!("GET {path} HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n");
    let said = crate::house::exchange(at, text.as_bytes()).await;
    is_error(
        &Answer::parse(&said).expect("an answer"),
        421,
        "client.failed.request",
    );
    let head = format!(
        "{}content-type: application/json\r\n",
        bearer(&client.token)
    );
    let body = format!("\"{}\"", "x".repeat(64 * 1024));
    let answer = request(at, "POST", &client.path("/x/engagement"), &head, &body).await;
    is_error(&answer, 413, "request.entity.too.large");
}
