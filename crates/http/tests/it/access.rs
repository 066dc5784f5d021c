//! Who may ask what. The matrix comes from the document, so a route without its row cannot be.

use std::net::SocketAddr;

use agent_assist_domain::access::{Limits, Role};
use agent_assist_domain::audit::Actor;
use agent_assist_http::document;
use serde_json::{Value, json};

use crate::house::{Answer, House, bearer, request};

/// An operation of the document.
pub(crate) struct Operation {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) roles: Vec<String>,
    admin: bool,
}

impl Operation {
    pub(crate) fn all() -> Vec<Self> {
        let document = serde_json::to_value(document()).expect("JSON");
        let mut operations = Vec::new();
        for (path, item) in document["paths"].as_object().expect("paths") {
            for (method, described) in item.as_object().expect("operations") {
                let roles = described["x-roles"].as_array();
                let roles = roles.unwrap_or_else(|| panic!("{method} {path} has no x-roles"));
                let roles = roles
                    .iter()
                    .map(|role| role.as_str().expect("a role").to_owned());
                operations.push(Self {
                    method: method.to_uppercase(),
                    target: path.replace(['{', '}'], ""),
                    roles: roles.collect(),
                    admin: described["tags"][0] == "operating",
                });
            }
        }
        operations
    }

    fn at(&self, house: &House) -> SocketAddr {
        match self.admin {
            true => house.admin_address,
            false => house.address,
        }
    }

    pub(crate) async fn ask(&self, house: &House, head: &str) -> Answer {
        let head = format!("{head}content-type: application/json\r\n");
        let body = if self.method == "GET" { "" } else { "{}" };
        request(self.at(house), &self.method, &self.target, &head, body).await
    }

    /// What `answer` says went wrong, in our words whoever's surface it is.
    fn problem(&self, answer: &Answer) -> (u16, String) {
        let said = match &*self.target {
            "/oauth/token" => answer.json()["error"].clone(),
            path if path.starts_with("/api/v2/") => answer.json()["code"].clone(),
            _ => answer.problem().into(),
        };
        let said = said.as_str().expect("a text");
        let same = match (answer.status, said) {
            (401, "authentication.required") => "unauthenticated",
            (403, "not.authorized") if answer.body.contains("web page") => "foreign-origin",
            (403, "not.authorized") => "denied",
            (403, "invalid_request") => "foreign-origin",
            (421, "client.failed.request" | "invalid_request") => "misdirected-request",
            _ => said,
        };
        (answer.status, same.to_owned())
    }
}

#[tokio::test]
async fn each_role_may_what_the_document_says_and_nobody_without_a_key() {
    let house = House::open().await;
    let mut keys = Vec::new();
    for role in Role::ALL {
        keys.push((role.as_str(), house.key(role).await));
    }
    let operations = Operation::all();
    let of_the_platform = operations
        .iter()
        .filter(|operation| operation.target.starts_with("/api/v2/"));
    assert_eq!(of_the_platform.count(), 3);
    for operation in operations {
        let Operation {
            method,
            target,
            roles,
            ..
        } = &operation;
        if roles.is_empty() {
            let answer = operation.ask(&house, "").await;
            assert!(
                ![401, 403].contains(&answer.status),
                "{method} {target}: {answer:?}"
            );
            continue;
        }
        let answer = operation.ask(&house, "").await;
        let told = operation.problem(&answer);
        let unknown = (401, "unauthenticated".to_owned());
        assert_eq!(told, unknown, "{method} {target}");
        assert_eq!(
            answer.header("www-authenticate"),
            Some("Bearer realm=\"agent-assist\"")
        );
        for (role, key) in &keys {
            let answer = operation.ask(&house, &bearer(key)).await;
            if roles.iter().any(|allowed| allowed == role) {
                let refused = [401, 403, 405].contains(&answer.status)
                    || answer.body.contains("the routes are in");
                assert!(!refused, "{method} {target} as {role}: {answer:?}");
            } else {
                let told = operation.problem(&answer);
                let denied = (403, "denied".to_owned());
                assert_eq!(told, denied, "{method} {target} as {role}");
            }
        }
    }
}

#[tokio::test]
async fn what_is_no_key_of_ours_opens_nothing_and_is_not_told_why() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let revoked = house.key(Role::Agent).await;
    let id = &revoked[4..20];
    assert!(
        house
            .keys
            .revoke(id, &Actor::default())
            .await
            .expect("revoked")
    );
    let forged = format!("{}{}", &key[..21], &revoked[21..]);
    let mut problems = Vec::new();
    for credentials in [
        "",
        "x",
        &revoked,
        &forged,
        &key[..key.len() - 1],
        &format!("{key}x"),
        "aat_e30.e30",
        "aak_0000000000000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ] {
        let answer = house.ask(credentials, &house.payload()).await;
        assert_eq!(answer.status, 401, "{credentials}: {answer:?}");
        let asking = answer.header("www-authenticate").expect("a challenge");
        assert!(asking.contains("invalid_token"), "{asking}");
        problems.push(answer.json()["detail"].clone());
    }
    problems.dedup();
    assert_eq!(problems.len(), 1, "one word for all of them");
    for head in [
        format!("authorization: Basic {key}\r\n"),
        format!("authorization: {key}\r\n"),
        format!("{}{}", bearer(&key), bearer(&key)),
    ] {
        let target = house.target();
        let answer = request(house.address, "GET", &target, &head, "").await;
        assert_eq!(answer.status, 401, "{head}");
    }
    assert_eq!(house.get(&house.target(), &key).await.status, 200);
}

#[tokio::test]
async fn a_key_for_queues_asks_for_those_and_no_unknown_one() {
    let house = House::open().await;
    let limits = Limits {
        queues: vec!["q-1".to_owned(), "q-2".to_owned()],
        ..Limits::default()
    };
    let key = house.limited_key(Role::Agent, limits).await;
    let mut payload = house.payload();
    for (queue, status) in [
        (json!("q-1"), 200),
        (json!("q-2"), 200),
        (json!("q-3"), 403),
        (json!(" q-1"), 403),
        (json!(null), 403),
        (json!(1), 403),
        (json!(["q-1"]), 403),
    ] {
        payload["queue_id"] = queue.clone();
        let answer = house.ask(&key, &payload).await;
        assert_eq!(answer.status, status, "{queue}: {answer:?}");
    }
    payload
        .as_object_mut()
        .expect("an object")
        .remove("queue_id");
    assert_eq!(house.ask(&key, &payload).await.status, 403);
}

#[tokio::test]
async fn a_token_opens_one_conversation_for_a_while_and_mints_nothing() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let order = json!({"conversation_id": house.conversation(0), "expires_in": 60});
    let minted = house.post("/v1/tokens", &key, &order).await;
    assert_eq!(minted.status, 201, "{minted:?}");
    let minted = minted.json();
    assert_eq!(
        (&minted["token_type"], &minted["expires_in"]),
        (&json!("Bearer"), &json!(60))
    );
    let token = minted["access_token"].as_str().expect("a token");
    assert_eq!(house.ask(token, &house.payload()).await.status, 200);
    let mut other = house.payload();
    other["conversation_id"] = house.conversation(1).into();
    let denied = house.ask(token, &other).await;
    assert_eq!((denied.status, &*denied.problem()), (403, "denied"));
    let again = house.post("/v1/tokens", token, &order).await;
    assert_eq!((again.status, &*again.problem()), (403, "denied"));
}

#[tokio::test]
async fn orders_for_tokens_are_checked_and_keep_the_limits_of_the_key() {
    let house = House::open().await;
    let limits = Limits {
        queues: vec!["q-1".to_owned()],
        conversation_id: Some("c-1".to_owned()),
        ..Limits::default()
    };
    let limited = house.limited_key(Role::Agent, limits).await;
    let free = house.key(Role::Agent).await;
    let cases: [(&str, Value, u16); 9] = [
        (&free, json!({"conversation_id": "c-9"}), 201),
        (&free, json!({"conversation_id": ""}), 422),
        (&free, json!({"conversation_id": "c", "expires_in": 0}), 422),
        (
            &free,
            json!({"conversation_id": "c", "expires_in": 3601}),
            422,
        ),
        (&free, json!({"conversation_id": "c", "role": "admin"}), 400),
        (
            &limited,
            json!({"conversation_id": "c-1", "queue_id": "q-1"}),
            201,
        ),
        (&limited, json!({"conversation_id": "c-1"}), 403),
        (
            &limited,
            json!({"conversation_id": "c-1", "queue_id": "q-2"}),
            403,
        ),
        (
            &limited,
            json!({"conversation_id": "c-2", "queue_id": "q-1"}),
            403,
        ),
    ];
    for (key, order, status) in cases {
        let answer = house.post("/v1/tokens", key, &order).await;
        assert_eq!(answer.status, status, "{order}: {answer:?}");
    }
}

#[tokio::test]
async fn a_key_that_asks_too_often_waits_and_others_do_not() {
    let house = House::with(&[("serve.requests_per_minute", "2")]).await;
    let (wild, calm) = (house.key(Role::Agent).await, house.key(Role::Agent).await);
    let target = house.target();
    for _ in 0..2 {
        assert_eq!(house.get(&target, &wild).await.status, 200);
    }
    let answer = house.get(&target, &wild).await;
    assert_eq!((answer.status, &*answer.problem()), (429, "rate-limited"));
    let wait: u64 = answer
        .header("retry-after")
        .expect("a wait")
        .parse()
        .expect("seconds");
    assert!((1..=30).contains(&wait), "{wait}");
    assert_eq!(house.get(&target, &calm).await.status, 200);
}

#[tokio::test]
async fn no_foreign_host_or_page_gets_past_the_door_of_any_route() {
    let house = House::open().await;
    let key = bearer(&house.key(Role::Admin).await);
    let mut operations = Operation::all();
    operations.extend(
        ["/openapi.json", "/docs", "/docs/page.js", "/nowhere"].map(|path| Operation {
            method: "GET".to_owned(),
            target: path.to_owned(),
            roles: Vec::new(),
            admin: false,
        }),
    );
    for operation in operations {
        let Operation { method, target, .. } = &operation;
        for head in [
            "origin: https://evil.example\r\n",
            "origin: null\r\n",
            "sec-fetch-site: cross-site\r\n",
            "sec-fetch-site: same-site\r\n",
        ] {
            let answer = operation.ask(&house, &format!("{key}{head}")).await;
            let told = operation.problem(&answer);
            let foreign = (403, "foreign-origin".to_owned());
            assert_eq!(told, foreign, "{method} {target} {head}");
            assert_eq!(answer.header("access-control-allow-origin"), None);
        }
        let at = operation.at(&house);
        for host in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1@evil.example",
        ] {
            let text = format!(
                "{method} {target} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{key}\r\n"
            );
            let said = crate::house::exchange(at, text.as_bytes()).await;
            let answer = Answer::parse(&said).expect("an answer");
            let told = operation.problem(&answer);
            let misdirected = (421, "misdirected-request".to_owned());
            assert_eq!(told, misdirected, "{method} {target} {host}");
        }
    }
}

#[tokio::test]
async fn a_listed_page_may_ask_and_is_told_so_by_name() {
    let page = "https://desk.example.com";
    let house = House::with(&[("serve.allowed_origins", page)]).await;
    let key = bearer(&house.key(Role::Agent).await);
    let preflight = format!(
        "origin: {page}\r\naccess-control-request-method: POST\r\n\
         access-control-request-headers: authorization\r\n"
    );
    let answer = request(
        house.address,
        "OPTIONS",
        "/v1/recommendations",
        &preflight,
        "",
    )
    .await;
    assert_eq!(answer.status, 204, "{answer:?}");
    assert_eq!(answer.header("access-control-allow-origin"), Some(page));
    assert!(
        answer
            .header("access-control-allow-headers")
            .expect("headers")
            .contains("authorization")
    );
    let head = format!("{key}origin: {page}\r\nsec-fetch-site: cross-site\r\n");
    let answer = request(house.address, "GET", &house.target(), &head, "").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("access-control-allow-origin"), Some(page));
    assert_eq!(answer.header("vary"), Some("origin"));
}
