//! Many who mean no good at once, while one who means well goes on asking.

use agent_assist_domain::access::Role;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::house::{Answer, House, bearer, exchange, request};

/// As long as a server may wait for the end of what will have none.
const TWO_GIBIBYTES: u64 = 2 * 1024 * 1024 * 1024;

#[tokio::test]
async fn five_hundred_who_never_finish_a_request_keep_nobody_else_from_an_answer() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let mut slow = Vec::new();
    for number in 0..500 {
        let mut stream = TcpStream::connect(house.address)
            .await
            .expect("somebody listens");
        let said = match number % 3 {
            0 => "",
            1 => "POST /v1/recommendations HTTP/1.1\r\nhost: localhost\r\nx-a: ",
            _ => "GET /docs HTT",
        };
        stream.write_all(said.as_bytes()).await.expect("sent");
        slow.push(stream);
    }
    for round in 0..20 {
        // Now and then a byte, so that they are never silent.
        for stream in &mut slow {
            let _ = stream.write_all(b"x").await;
        }
        let answer = house.get(&house.target(), &key).await;
        assert_eq!(answer.status, 200, "round {round}: {answer:?}");
    }
    tokio::time::pause();
    for mut stream in slow {
        let mut said = String::new();
        let _ = stream.read_to_string(&mut said).await;
        assert!(!said.contains(" 200 "), "{said}");
    }
}

#[tokio::test]
async fn a_body_without_end_is_hung_up_on_after_little_of_it() {
    let house = House::open().await;
    let key = bearer(&house.key(Role::Agent).await);
    let mut stream = TcpStream::connect(house.address)
        .await
        .expect("somebody listens");
    let head = format!(
        "POST /v1/recommendations HTTP/1.1\r\nhost: {}\r\n{key}content-type: application/json\r\n\
         transfer-encoding: chunked\r\n\r\n",
        house.address
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    let mut sent = 0_u64;
    while sent < TWO_GIBIBYTES && stream.write_all(chunk.as_bytes()).await.is_ok() {
        sent += 0x10000;
    }
    // What the system keeps on both sides of the way is all that was taken.
    assert!(sent < 64 * 1024 * 1024, "{sent} bytes were taken");
    assert_eq!(house.get("/docs", "").await.status, 200);
}

#[tokio::test]
async fn who_comes_when_all_connections_are_taken_waits_for_one_and_operators_do_not() {
    let house = House::with(&[("serve.max_connections", "4")]).await;
    let mut taken = Vec::new();
    for _ in 0..4 {
        taken.push(
            TcpStream::connect(house.address)
                .await
                .expect("somebody listens"),
        );
    }
    let at = house.address;
    let waiting = tokio::spawn(async move { request(at, "GET", "/docs", "", "").await });
    assert_eq!(house.admin("/livez").await.status, 200);
    assert_eq!(house.admin("/readyz").await.status, 200);
    assert!(!waiting.is_finished(), "there is no room");
    drop(taken.pop());
    assert_eq!(waiting.await.expect("no panic").status, 200);
}

/// A line end inside a value must start no header of an answer, and no line of the log of a proxy.
#[tokio::test]
async fn line_ends_in_any_field_are_refused_or_stay_inside_it() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let sly = "a\r\nx-injected: 1\r\n\r\nHTTP/1.1 200 OK";
    let harmless = |answer: &Answer, what: &str| {
        assert_eq!(answer.header("x-injected"), None, "{what}: {answer:?}");
        assert!(answer.status >= 400, "{what}: {answer:?}");
        assert!(!answer.body.contains("x-injected: 1"), "{what}: {answer:?}");
    };
    for field in agent_assist_app::payload_json::FIELDS {
        for value in [json!(sly), json!([sly]), json!({ sly: 1 })] {
            let mut payload = house.payload();
            payload[field] = value.clone();
            let answer = house.ask(&key, &payload).await;
            // Words about a person may have any form; they go nowhere but into the search.
            if !matches!(field, "query" | "subject_terms") {
                harmless(&answer, field);
            }
            assert_eq!(answer.header("x-injected"), None, "{field}");
        }
    }
    let encoded = "a%0d%0ax-injected:%201";
    for parameter in agent_assist_app::payload_query::PARAMETERS {
        for route in ["recommendations", "stream"] {
            let path = format!("/v1/conversations/{}/{route}", house.conversation(0));
            let answer = house
                .get(&format!("{path}?{parameter}={encoded}"), &key)
                .await;
            harmless(&answer, parameter);
        }
    }
    let order = json!({"conversation_id": sly, "queue_id": sly});
    harmless(&house.post("/v1/tokens", &key, &order).await, "token");
    let path = format!("/v1/conversations/{encoded}/engagements");
    let event = json!({"recommendation_id": sly, "kind": sly, "event_id": sly, "at": sly});
    let told = json!({"session_id": sly, "agent_id": sly, "events": [event]});
    harmless(&house.post(&path, &key, &told).await, "engagements");
    let admin = house.key(Role::Admin).await;
    let head = format!("{}content-type: application/json\r\n", bearer(&admin));
    for (path, order) in [
        (
            "/admin/assist",
            json!({"assist": "off", "scope": "queue", "id": sly}),
        ),
        ("/admin/log-level", json!({ "level": sly })),
    ] {
        let body = order.to_string();
        let answer = request(house.admin_address, "POST", path, &head, &body).await;
        harmless(&answer, path);
    }
    let audit: [(&str, &str); 3] = [
        ("conversation_id", encoded),
        ("event", encoded),
        ("cursor", encoded),
    ];
    for (parameter, value) in audit {
        let answer = house
            .get(&format!("/v1/audit?{parameter}={value}"), &admin)
            .await;
        harmless(&answer, parameter);
    }
}

/// Lines that end with a line feed alone are lines to some readers and none to others. They are refused, or
/// are what they are to everybody: nobody is served a request that hides in another.
#[tokio::test]
async fn bare_line_feeds_hide_no_request() {
    let house = House::open().await;
    let at = house.address;
    let hidden = format!("GET /docs HTTP/1.1\r\nhost: {at}\r\n\r\n");
    for (name, text) in [
        (
            "a chunk's length",
            format!(
                "POST /v1/recommendations HTTP/1.1\r\nhost: {at}\r\ntransfer-encoding: chunked\r\n\r\n0\n\n{hidden}"
            ),
        ),
        (
            "a chunk's end",
            format!(
                "POST /v1/recommendations HTTP/1.1\r\nhost: {at}\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\n0\r\n\r\n{hidden}"
            ),
        ),
        (
            "a coding hidden in a value",
            format!(
                "POST /v1/recommendations HTTP/1.1\r\nhost: {at}\r\nx-a: b\rtransfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n{hidden}"
            ),
        ),
        (
            "a coding twice",
            format!(
                "POST /v1/recommendations HTTP/1.1\r\nhost: {at}\r\ntransfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n{hidden}"
            ),
        ),
        (
            "a coding of an old version",
            format!(
                "POST /v1/recommendations HTTP/1.0\r\nhost: {at}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"
            ),
        ),
    ] {
        let said = exchange(at, text.as_bytes()).await;
        let answers = said.matches("HTTP/1.").count();
        assert!(answers <= 1, "{name}: {answers} answers\n{said}");
        assert!(!said.contains(" 200 OK"), "{name}: {said}");
    }
}
