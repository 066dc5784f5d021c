//! Callers that mean no good, or speak another language.

mod crowd;

use agent_assist_domain::access::Role;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::house::{Answer, House, bearer, exchange, request};

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_by_what_it_says_or_by_what_it_is() {
    let house = House::open().await;
    let key = bearer(&house.key(Role::Agent).await);
    let json = format!("{key}content-type: application/json\r\n");
    let large = "x".repeat(64 * 1024 + 1);
    let answer = request(house.address, "POST", "/v1/recommendations", &json, &large).await;
    assert_eq!((answer.status, &*answer.problem()), (413, "body-too-large"));
    // Of two gibibytes that are only announced nothing is waited for.
    for length in ["2147483648", "9223372036854775807"] {
        let text = format!(
            "POST /v1/recommendations HTTP/1.1\r\nhost: {}\r\n{json}content-length: {length}\r\n\r\n{{",
            house.address
        );
        let said = exchange(house.address, text.as_bytes()).await;
        let answer = Answer::parse(&said).expect("an answer");
        assert_eq!(
            (answer.status, &*answer.problem()),
            (413, "body-too-large"),
            "{length}"
        );
        assert_eq!(answer.header("connection"), Some("close"));
    }
    let mut chunks = String::new();
    for _ in 0..65 {
        chunks += &format!("400\r\n{}\r\n", "y".repeat(0x400));
    }
    let text = format!(
        "POST /v1/recommendations HTTP/1.1\r\nhost: {}\r\n{json}transfer-encoding: chunked\r\n\r\n\
         {chunks}0\r\n\r\n",
        house.address
    );
    let said = exchange(house.address, text.as_bytes()).await;
    let answer = Answer::parse(&said).expect("an answer");
    assert_eq!((answer.status, &*answer.problem()), (413, "body-too-large"));
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let house = House::open().await;
    let long = format!("x-long: {}\r\n", "x".repeat(17 * 1024));
    let many = "x-many: 1\r\n".repeat(200);
    for head in [&long, &many] {
        let text = format!(
            "GET /docs HTTP/1.1\r\nhost: {}\r\n{head}\r\n",
            house.address
        );
        let said = exchange(house.address, text.as_bytes()).await;
        assert!(said.starts_with("HTTP/1.1 431 "), "{said}");
    }
    let fits = format!("x-long: {}\r\n", "x".repeat(8 * 1024));
    assert_eq!(
        request(house.address, "GET", "/docs", &fits, "")
            .await
            .status,
        200
    );
}

/// Where two readers of one stream may disagree on where a request ends, the second request is one that
/// somebody else never sent.
#[tokio::test]
async fn no_second_request_is_smuggled_in_behind_a_first() {
    let house = House::open().await;
    let at = house.address;
    let hidden = format!("GET /docs HTTP/1.1\r\nhost: {at}\r\n\r\n");
    let length = hidden.len();
    for (name, head, body) in [
        (
            "both lengths",
            "content-length: 4\r\ntransfer-encoding: chunked\r\n",
            "0\r\n\r\n",
        ),
        (
            "two lengths",
            "content-length: 0\r\ncontent-length: 5\r\n",
            "",
        ),
        ("lengths in one", "content-length: 0, 5\r\n", ""),
        ("a signed length", "content-length: +0\r\n", ""),
        ("a length in hexadecimal", "content-length: 0x0\r\n", ""),
        ("a name with a space", "content-length : 0\r\n", ""),
        (
            "an unknown coding",
            "transfer-encoding: xchunked\r\n",
            "0\r\n\r\n",
        ),
        (
            "chunked not last",
            "transfer-encoding: chunked, identity\r\n",
            "0\r\n\r\n",
        ),
        (
            "a coding behind a tab",
            "transfer-encoding:\tchunked\r\ncontent-length: 5\r\n",
            "0\r\n\r\n",
        ),
        ("a folded line", "x-a: b\r\n content-length: 0\r\n", ""),
        (
            "a chunk of no number",
            "transfer-encoding: chunked\r\n",
            "zz\r\n\r\n",
        ),
        (
            "a chunk that is too long",
            "transfer-encoding: chunked\r\n",
            "ffffffffffffffffff\r\n\r\n",
        ),
        ("a zero byte", "x-a: b\0c\r\n", ""),
    ] {
        let text =
            format!("POST /v1/recommendations HTTP/1.1\r\nhost: {at}\r\n{head}\r\n{body}{hidden}");
        let said = exchange(at, text.as_bytes()).await;
        let answers = said.matches("HTTP/1.1 ").count();
        assert!(answers <= 1, "{name}: {answers} answers\n{said}");
        assert!(!said.contains("HTTP/1.1 200"), "{name}: {said}");
    }
    // The same where both mean the same: two requests, two answers.
    let text = format!(
        "GET /docs HTTP/1.1\r\nhost: {at}\r\ncontent-length: {length}\r\n\r\n{hidden}{hidden}"
    );
    let said = exchange(at, text.as_bytes()).await;
    assert_eq!(said.matches("HTTP/1.1 200").count(), 2, "{said}");
}

#[tokio::test]
async fn line_ends_in_what_callers_say_start_no_header_of_ours() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let target = format!("{}%0d%0ax-injected:%201", house.target());
    for target in [
        target.clone(),
        target.replace("session_id=s-1", "session_id=a%0d%0ax-injected:%201"),
        "/v1/conversations/a%0d%0ax-injected:%201/recommendations".to_owned(),
        "/%0d%0ax-injected:%201".to_owned(),
    ] {
        let answer = house.get(&target, &key).await;
        assert!(answer.header("x-injected").is_none(), "{answer:?}");
        assert!(answer.status >= 400, "{target}: {answer:?}");
    }
    for name in ["x-request-id", "origin", "if-none-match", "authorization"] {
        let head = format!("{name}: a\nx-injected: 1\r\n");
        let answer = request(house.address, "GET", &house.target(), &head, "").await;
        assert!(answer.header("x-injected").is_none(), "{answer:?}");
        assert!(answer.status >= 400, "{name}: {answer:?}");
    }
}

#[tokio::test]
async fn what_is_no_request_gets_no_answer_but_a_refusal() {
    let house = House::open().await;
    for text in [
        "\r\n\r\n\r\n",
        "GET\r\n\r\n",
        "GET /docs\r\n\r\n",
        "GET /docs HTTP/9.9\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}",
        "CONNECT example.com:443 HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
        "OPTIONS * HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
        "TRACE /docs HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
        "GET http://evil.example/docs HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
        "GET /docs HTTP/1.1\r\nconnection: close\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(house.address)
            .await
            .expect("somebody listens");
        stream.write_all(text.as_bytes()).await.expect("sent");
        stream.shutdown().await.expect("sent all");
        let mut said = String::new();
        let _ = stream.read_to_string(&mut said).await;
        assert!(!said.contains("HTTP/1.1 200"), "{text:?}: {said}");
    }
    assert_eq!(
        house.get("/docs", "").await.status,
        200,
        "others are served"
    );
}

/// The clock stands still but when all wait for it, so five seconds are as long as they need to be.
#[tokio::test]
async fn a_connection_that_does_not_say_what_it_wants_is_closed() {
    let house = House::open().await;
    tokio::time::pause();
    for start in [
        "",
        "GET /docs HTT",
        "GET /docs HTTP/1.1\r\nhost: localhost\r\nx-slow: ",
    ] {
        let mut stream = TcpStream::connect(house.address)
            .await
            .expect("somebody listens");
        stream.write_all(start.as_bytes()).await.expect("sent");
        let began = tokio::time::Instant::now();
        let mut said = String::new();
        let _ = stream.read_to_string(&mut said).await;
        assert!(!said.contains(" 200 "), "{said}");
        let took = began.elapsed().as_secs();
        assert!((5..=6).contains(&took), "{start:?}: closed after {took} s");
    }
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let house = House::open().await;
    let key = bearer(&house.key(Role::Agent).await);
    let text = format!(
        "POST /v1/recommendations HTTP/1.1\r\nhost: {}\r\n{key}content-type: application/json\r\n\
         content-length: 100\r\n\r\n{{",
        house.address
    );
    // The key is known from here on, so nobody waits for the store, which keeps the time of the system.
    assert_eq!(
        request(house.address, "GET", &house.target(), &key, "")
            .await
            .status,
        200
    );
    tokio::time::pause();
    let mut stream = TcpStream::connect(house.address)
        .await
        .expect("somebody listens");
    stream.write_all(text.as_bytes()).await.expect("sent");
    let mut said = String::new();
    let _ = stream.read_to_string(&mut said).await;
    let answer = Answer::parse(&said).expect("an answer");
    assert_eq!((answer.status, &*answer.problem()), (408, "body-timeout"));
}
