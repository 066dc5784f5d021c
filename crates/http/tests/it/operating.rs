//! What operators see and may do.

use agent_assist_domain::access::Role;
use agent_assist_domain::audit::AuditEvent;
use serde_json::{Value, json};

use crate::house::{Answer, House, bearer, request};

#[tokio::test]
async fn health_is_told_to_everybody_who_reaches_the_listener() {
    let house = House::open().await;
    assert_eq!(house.admin("/livez").await.body, "ok\n");
    let ready = house.admin("/readyz").await;
    assert_eq!((ready.status, ready.json()), (200, json!({"ready": true})));
    let checks = house.admin("/readyz?verbose").await.json();
    let names: Vec<&str> = checks["checks"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|check| check["name"].as_str().expect("a text"))
        .collect();
    assert_eq!(names, ["serving", "store", "settings"]);
    house.store.close().await;
    let ready = house.admin("/readyz?verbose").await;
    assert_eq!(ready.status, 503);
    assert_eq!(ready.json()["checks"][1]["ok"], false);
    assert_eq!(house.admin("/livez").await.status, 200);
}

#[tokio::test]
async fn the_listeners_do_not_serve_each_others_routes() {
    let house = House::open().await;
    let key = house.key(Role::Admin).await;
    for path in ["/livez", "/readyz", "/metrics", "/admin/config"] {
        assert_eq!(house.get(path, &key).await.problem(), "not-found", "{path}");
    }
    for path in ["/openapi.json", "/docs"] {
        assert_eq!(house.admin(path).await.problem(), "not-found", "{path}");
    }
    let wrong = house.get("/v1/recommendations", &key).await;
    assert_eq!(
        (wrong.status, &*wrong.problem()),
        (405, "method-not-allowed")
    );
    assert_eq!(wrong.header("allow"), Some("POST"));
}

#[tokio::test]
async fn metrics_tell_of_requests_and_of_nobody() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let mut payload = house.payload();
    payload["agent_id"] = "agent-of-the-year".into();
    assert_eq!(house.ask(&key, &payload).await.status, 200);
    assert_eq!(house.get(&house.target(), &key).await.status, 200);
    let answer = house.admin("/metrics").await;
    assert!(
        answer
            .header("content-type")
            .expect("a type")
            .starts_with("text/plain")
    );
    let measured = answer.body;
    for line in [
        "agent_assist_http_requests_total{",
        "route=\"/v1/conversations/{conversation_id}/recommendations\"",
        "agent_assist_http_request_seconds_bucket{",
    ] {
        assert!(measured.contains(line), "no {line} in {measured}");
    }
    for secret in [
        house.conversation(0),
        "agent-of-the-year",
        &key[4..20],
        "s-1",
    ] {
        assert!(!measured.contains(secret), "{secret} in {measured}");
    }
}

#[tokio::test]
async fn settings_are_shown_without_secrets() {
    let house = House::open().await;
    let key = bearer(&house.key(Role::Admin).await);
    let answer = admin(&house, "GET", "/admin/config", &key, "").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let secret = &house.sandbox.ready().client_secret;
    assert!(!answer.body.contains(secret));
    let shown = answer.json();
    let line = |name: &str| -> Value {
        let lines = shown["settings"].as_array().expect("a list");
        let line = lines.iter().find(|line| line["name"] == name);
        line.unwrap_or_else(|| panic!("no {name}")).clone()
    };
    assert_eq!(line("dialect")["value"], "recommendations");
    assert_eq!(line("upstream.client_secret")["value"], "(hidden)");
}

#[tokio::test]
async fn assist_is_switched_off_and_on_and_what_is_off_is_told() {
    let house = House::open().await;
    let agent = house.key(Role::Agent).await;
    let key = bearer(&house.key(Role::Admin).await);
    let turn =
        async |order: Value| admin(&house, "POST", "/admin/assist", &key, &order.to_string()).await;
    let off = turn(json!({"assist": "off", "scope": "everything", "for": "30m"})).await;
    assert_eq!(off.status, 200, "{off:?}");
    let turned = off.json();
    assert_eq!(
        (&turned["assist"], &turned["changed"]),
        (&json!("off"), &json!(true))
    );
    let told = admin(&house, "GET", "/admin/assist", &key, "").await.json();
    assert_eq!(told["off"][0]["scope"], "everything");
    // What another service of the process turns counts within a second; a second service is asked here.
    assert_eq!(
        turn(json!({"assist": "on", "scope": "everything"}))
            .await
            .json()["changed"],
        true
    );
    assert_eq!(house.ask(&agent, &house.payload()).await.status, 200);

    for (order, status) in [
        (json!({"assist": "off", "scope": "queue"}), 422),
        (json!({"assist": "off", "scope": "session", "id": ""}), 422),
        (
            json!({"assist": "off", "scope": "everything", "for": "366d"}),
            422,
        ),
        (
            json!({"assist": "off", "scope": "everything", "for": "soon"}),
            422,
        ),
        (json!({"assist": "perhaps", "scope": "everything"}), 400),
        (json!({"scope": "everything"}), 400),
    ] {
        let answer = turn(order.clone()).await;
        assert_eq!(answer.status, status, "{order}: {answer:?}");
    }
}

#[tokio::test]
async fn a_daemon_that_is_drained_is_not_ready_and_answers_all_the_same_until_it_is_taken_back() {
    let house = House::open().await;
    let agent = house.key(Role::Agent).await;
    let key = bearer(&house.key(Role::Admin).await);
    let drain = async |order: &str| admin(&house, "POST", "/admin/drain", &key, order).await;
    let answer = drain(r#"{"draining":true}"#).await;
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!({"draining": true}))
    );
    assert_eq!(house.admin("/readyz").await.status, 503);
    assert_eq!(house.ask(&agent, &house.payload()).await.status, 200);
    drain(r#"{"draining":false}"#).await;
    assert_eq!(house.admin("/readyz").await.status, 200);
    assert_eq!(drain("{}").await.problem(), "malformed-json");
}

#[tokio::test]
async fn the_level_of_the_log_is_changed_where_somebody_logs() {
    let house = House::open().await;
    let key = bearer(&house.key(Role::Admin).await);
    let level = async |order: &str| admin(&house, "POST", "/admin/log-level", &key, order).await;
    let answer = level(r#"{"level":"debug"}"#).await;
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!({"level": "debug"}))
    );
    assert_eq!(house.levels(), ["debug"]);
    let answer = level(r#"{"level":"loud"}"#).await;
    assert_eq!(
        (answer.status, &*answer.problem()),
        (422, "invalid-payload")
    );
    assert_eq!(house.levels(), ["debug"]);
}

#[tokio::test]
async fn what_an_admin_changes_is_on_record_under_the_id_of_its_key() {
    let house = House::open().await;
    let secret = house.key(Role::Admin).await;
    let key = bearer(&secret);
    for (path, order) in [
        ("/admin/drain", r#"{"draining":true}"#),
        ("/admin/drain", r#"{"draining":7}"#),
        ("/admin/log-level", r#"{"level":"trace"}"#),
        ("/admin/log-level", r#"{"level":"loud"}"#),
    ] {
        admin(&house, "POST", path, &key, order).await;
    }
    let acts = house.entries(AuditEvent::DaemonOperated).await;
    let by = json!({"host": null, "name": format!("key:{}", &secret[4..20]), "uid": null});
    let told: Vec<&Value> = acts.iter().map(|entry| &entry["admin"]).collect();
    assert_eq!(
        told,
        [
            &json!({"by": by, "set": "draining", "to": "on"}),
            &json!({"by": by, "set": "log_level", "to": "trace"}),
        ]
    );
    house.store.close().await;
    let answer = admin(
        &house,
        "POST",
        "/admin/log-level",
        &key,
        r#"{"level":"info"}"#,
    )
    .await;
    assert_eq!(answer.problem(), "store-unavailable");
    assert_eq!(house.levels(), ["trace"], "not without its record");
}

async fn admin(house: &House, method: &str, path: &str, key: &str, body: &str) -> Answer {
    let head = format!("{key}content-type: application/json\r\n");
    request(house.admin_address, method, path, &head, body).await
}
