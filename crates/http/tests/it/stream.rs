//! A conversation as it goes: what a client hears, and when it hears no more.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::wire;
use agent_assist_domain::access::{Limits, Role};
use agent_assist_domain::assist::SwitchScope;
use agent_assist_domain::audit::Actor;
use agent_assist_domain::ports::AssistSwitch as _;
use agent_assist_domain::time::Timestamp;
use agent_assist_http::Ended;
use agent_assist_testkit::ManualClock;
use agent_assist_testkit::build::switch_off;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use crate::house::{Answer, House, bearer};

/// A client that listens.
struct Listener {
    head: Answer,
    stream: BufReader<TcpStream>,
    text: String,
}

/// What it hears.
#[derive(Debug, Default, PartialEq)]
struct Heard {
    id: Option<String>,
    event: Option<String>,
    data: Option<String>,
    retry: Option<u64>,
    comment: bool,
}

impl Listener {
    async fn open(house: &House, key: &str, last: Option<&str>) -> Self {
        let target = house.target().replace("/recommendations?", "/stream?");
        Self::at(house.address, &target, key, last).await
    }

    async fn at(at: SocketAddr, target: &str, key: &str, last: Option<&str>) -> Self {
        let last = last.map_or_else(String::new, |id| format!("last-event-id: {id}\r\n"));
        let head = bearer(key);
        let text = format!("GET {target} HTTP/1.1\r\nhost: {at}\r\n{head}{last}\r\n");
        let mut stream = TcpStream::connect(at).await.expect("somebody listens");
        stream.write_all(text.as_bytes()).await.expect("sent");
        let mut stream = BufReader::new(stream);
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            let read = stream.read_line(&mut head).await.expect("a head");
            assert_ne!(read, 0, "{head}");
        }
        Self {
            head: Answer::parse(&head).expect("a head"),
            stream,
            text: String::new(),
        }
    }

    /// The next block of the stream; `None` once it has ended.
    async fn next(&mut self) -> Option<Heard> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let heard = Heard::parse(block);
                self.text = rest.to_owned();
                return Some(heard);
            }
            let mut line = String::new();
            self.stream
                .read_line(&mut line)
                .await
                .expect("a chunk's length");
            let length = usize::from_str_radix(line.trim(), 16).expect("a number");
            let mut chunk = vec![0; length + 2];
            self.stream.read_exact(&mut chunk).await.expect("a chunk");
            if length == 0 {
                assert_eq!(self.text, "");
                return None;
            }
            self.text += std::str::from_utf8(&chunk[..length]).expect("UTF-8");
        }
    }

    /// The next event, passing over comments.
    async fn event(&mut self) -> Heard {
        loop {
            let heard = self.next().await.expect("an event");
            if heard.event.is_some() {
                return heard;
            }
        }
    }

    /// That it ends, with this word.
    async fn ends(&mut self, reason: &str) {
        let bye = self.event().await;
        assert_eq!(bye.event.as_deref(), Some("bye"), "{bye:?}");
        assert_eq!(bye.json(), json!({ "reason": reason }));
        assert!(
            bye.retry.is_some_and(|ms| (1_000..5_000).contains(&ms)),
            "{bye:?}"
        );
        assert_eq!(bye.id, None, "nothing to come back behind");
        assert_eq!(self.next().await, None);
    }
}

impl Heard {
    fn parse(block: &str) -> Self {
        let mut heard = Self::default();
        for line in block.lines() {
            match line.split_once(':').expect("a field") {
                ("", _) => heard.comment = true,
                ("id", value) => heard.id = Some(value.trim().to_owned()),
                ("event", value) => heard.event = Some(value.trim().to_owned()),
                ("data", value) => heard.data = Some(value.trim().to_owned()),
                ("retry", value) => heard.retry = value.trim().parse().ok(),
                other => panic!("{other:?}"),
            }
        }
        heard
    }

    fn json(&self) -> Value {
        let data = self.data.as_deref().unwrap_or_default();
        serde_json::from_str(data).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// What somebody hears who begins to listen to `conversation`.
pub(crate) async fn heard(house: &House, conversation: &str, key: &str) -> String {
    let target = format!("/v1/conversations/{conversation}/stream");
    let mut listener = Listener::at(house.address, &target, key, None).await;
    listener.event().await.data.expect("data")
}

/// Without what differs with each request.
fn content(answer: &Value) -> Value {
    json!([
        answer["recommendations"],
        answer["empty_reason"],
        answer["degraded"]
    ])
}

#[tokio::test]
async fn a_client_hears_how_things_stand_and_then_what_changes() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let mut listener = Listener::open(&house, &key, None).await;
    assert_eq!(listener.head.status, 200, "{:?}", listener.head);
    for (name, value) in [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-store"),
        ("x-accel-buffering", "no"),
    ] {
        assert_eq!(listener.head.header(name), Some(value));
    }
    assert_eq!(listener.next().await.expect("a hint").retry, Some(3_000));
    let first = listener.event().await;
    assert_eq!(first.event.as_deref(), Some("recommendations"));
    let read = house.get(&house.target(), &key).await.json();
    assert_eq!(content(&first.json()), content(&read));
    let request = listener.head.header("x-request-id");
    assert_eq!(
        first.json()["request_id"].as_str(),
        request,
        "the same as in the audit log"
    );
    let off = switch_off(SwitchScope::Everything, Timestamp::default(), None);
    house.store.set("default", &off).await.expect("switched");
    for event in ["state", "degraded", "recommendations"] {
        let heard = listener.event().await;
        assert_eq!(heard.event.as_deref(), Some(event));
        assert!(heard.data.expect("data").contains("assist_off"));
    }
}

#[tokio::test]
async fn who_comes_back_goes_on_behind_what_was_had_or_is_told_that_something_is_missing() {
    let house = House::with(&[("serve.stream_heartbeat", "20ms")]).await;
    let key = house.key(Role::Agent).await;
    let mut listener = Listener::open(&house, &key, None).await;
    let first = listener.event().await;
    let id = first.id.clone().expect("a name");
    drop(listener);
    let mut again = Listener::open(&house, &key, Some(&id)).await;
    assert_eq!(again.next().await.expect("a hint").retry, Some(3_000));
    assert!(
        again.next().await.expect("a sign of life").comment,
        "nothing is new"
    );
    for unknown in ["0197f3a2.1", "x", "..", "0197.99999999999999999999"] {
        let mut other = Listener::open(&house, &key, Some(unknown)).await;
        let resync = other.event().await;
        assert_eq!(resync.event.as_deref(), Some("resync"), "{unknown}");
        assert_eq!(resync.json(), json!({"reason": "unknown_id"}));
        let stands = other.event().await;
        assert_eq!((&stands.id, &stands.data), (&first.id, &first.data));
    }
}

#[tokio::test]
async fn a_stream_ends_with_its_token_or_its_key() {
    let clock = Arc::new(ManualClock::at(wire::clock().now()));
    let house = House::timed(&[("serve.stream_heartbeat", "20ms")], clock.clone()).await;
    let key = house.key(Role::Agent).await;
    let order = json!({"conversation_id": house.conversation(0), "expires_in": 60});
    let minted = house.post("/v1/tokens", &key, &order).await.json();
    let token = minted["access_token"].as_str().expect("a token");
    let mut of_token = Listener::open(&house, token, None).await;
    let mut of_key = Listener::open(&house, &key, None).await;
    assert_eq!(
        of_token.event().await.event.as_deref(),
        Some("recommendations")
    );
    clock.advance(Duration::from_secs(61));
    of_token.ends("unauthenticated").await;
    assert_eq!(
        of_key.event().await.event.as_deref(),
        Some("recommendations")
    );
    let revoked = house.keys.revoke(&key[4..20], &Actor::default()).await;
    assert!(revoked.expect("revoked"));
    of_key.ends("unauthenticated").await;
}

#[tokio::test]
async fn a_token_listens_to_its_conversation_and_to_no_other() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let order = json!({"conversation_id": house.conversation(1)});
    let minted = house.post("/v1/tokens", &key, &order).await.json();
    let token = minted["access_token"].as_str().expect("a token");
    let denied = Listener::open(&house, token, None).await;
    assert_eq!(denied.head.status, 403);
    let target = house.target().replace("/recommendations?", "/stream?");
    let own = target.replace(house.conversation(0), house.conversation(1));
    let mut listener = Listener::at(house.address, &own, token, None).await;
    assert_eq!(
        listener.event().await.event.as_deref(),
        Some("recommendations")
    );
    // An address ends up in logs, so nothing in it opens anything.
    let open = format!("{own}&access_token={token}");
    assert_eq!(house.get(&open, "").await.status, 401);
    let queues = Limits {
        queues: vec!["q-1".to_owned()],
        ..Limits::default()
    };
    let limited = house.limited_key(Role::Agent, queues).await;
    assert_eq!(
        Listener::open(&house, &limited, None).await.head.status,
        403
    );
}

#[tokio::test]
async fn each_key_has_so_many_places_and_all_together_have_so_many() {
    let settings = [
        ("serve.max_streams_per_key", "2"),
        ("serve.max_connections", "6"),
    ];
    let house = House::with(&settings).await;
    let (a, b) = (house.key(Role::Agent).await, house.key(Role::Agent).await);
    let target = house.target().replace("/recommendations?", "/stream?");
    let mut listening = Vec::new();
    for _ in 0..2 {
        listening.push(Listener::open(&house, &a, None).await);
    }
    let refused = house.get(&target, &a).await;
    assert_eq!(
        (refused.status, &*refused.problem()),
        (429, "too-many-streams")
    );
    assert!(refused.header("retry-after").is_some());
    listening.push(Listener::open(&house, &b, None).await);
    let refused = house.get(&target, &b).await;
    assert_eq!((refused.status, &*refused.problem()), (503, "streams-full"));
    assert_eq!(
        house.get(&house.target(), &a).await.status,
        200,
        "others are served"
    );
    drop(listening.remove(0));
    crate::house::until(async || Listener::open(&house, &b, None).await.head.status == 200).await;
}

#[tokio::test]
async fn told_to_end_the_daemon_says_goodbye_to_all_who_listen() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let mut listening = Vec::new();
    for _ in 0..3 {
        let mut listener = Listener::open(&house, &key, None).await;
        listener.event().await;
        listening.push(listener);
    }
    house.signals.end.cancel();
    for listener in &mut listening {
        listener.ends("draining").await;
    }
    assert_eq!(house.ended().await, Ended::Drained);
}

#[tokio::test]
async fn out_of_rotation_it_sends_listeners_away_and_takes_those_who_come_all_the_same() {
    let house = House::open().await;
    let (key, admin) = (house.key(Role::Agent).await, house.key(Role::Admin).await);
    let mut listener = Listener::open(&house, &key, None).await;
    listener.event().await;
    let head = format!("{}content-type: application/json\r\n", bearer(&admin));
    let drain = async |draining: bool| {
        let body = json!({ "draining": draining }).to_string();
        let at = house.admin_address;
        crate::house::request(at, "POST", "/admin/drain", &head, &body)
            .await
            .status
    };
    assert_eq!(drain(true).await, 200);
    listener.ends("draining").await;
    let mut late = Listener::open(&house, &key, None).await;
    assert_eq!(late.event().await.event.as_deref(), Some("recommendations"));
    assert_eq!(drain(false).await, 200);
    assert_eq!(drain(true).await, 200);
    late.ends("draining").await;
}
