//! What became of recommendations, told over HTTP.

use agent_assist_domain::access::{Limits, Role};
use serde_json::{Value, json};

use crate::house::{Answer, House, bearer, request};

/// Something that was given out, and a key for it.
struct Told {
    house: House,
    key: String,
    given: Vec<String>,
}

impl Told {
    async fn of(limits: Limits, queue: Option<&str>) -> Self {
        let house = House::open().await;
        let key = house.limited_key(Role::Agent, limits).await;
        let mut payload = house.payload();
        payload["queue_id"] = queue.into();
        let admin = house.key(Role::Admin).await;
        let answer = house.ask(&admin, &payload).await.json();
        let given = answer["recommendations"].as_array().expect("a list").iter();
        let given = given.map(|item| item["id"].as_str().expect("a text").to_owned());
        Self {
            given: given.collect(),
            house,
            key,
        }
    }

    fn path(&self, recommendation: &str) -> String {
        let conversation = self.house.conversation(0);
        format!("/v1/conversations/{conversation}/recommendations/{recommendation}/engagements")
    }

    /// Tells of one event by this name.
    async fn tell(&self, recommendation: &str, event: &str, body: &Value) -> Answer {
        let head = format!(
            "{}content-type: application/json\r\nidempotency-key: {event}\r\n",
            bearer(&self.key)
        );
        let (at, path) = (self.house.address, self.path(recommendation));
        request(at, "POST", &path, &head, &body.to_string()).await
    }

    async fn tell_several(&self, events: &Value) -> Answer {
        let path = format!(
            "/v1/conversations/{}/engagements",
            self.house.conversation(0)
        );
        let body = json!({"session_id": "s-1", "agent_id": "a-1", "events": events});
        self.house.post(&path, &self.key, &body).await
    }
}

fn copied() -> Value {
    json!({"kind": "copied", "session_id": "s-1", "at": "2026-05-04T09:00:00Z"})
}

#[tokio::test]
async fn an_event_is_recorded_once_however_often_it_is_sent() {
    let told = Told::of(Limits::default(), None).await;
    let first = told.tell(&told.given[0], "e-1", &copied()).await;
    assert_eq!(first.status, 201, "{first:?}");
    let engaged = first.json();
    assert_eq!(
        (&engaged["event_id"], &engaged["kind"], &engaged["replay"]),
        (&json!("e-1"), &json!("copied"), &json!(false))
    );
    for name in ["e-1", "\"e-1\""] {
        let again = told.tell(&told.given[0], name, &copied()).await;
        assert_eq!((again.status, &again.json()["replay"]), (200, &json!(true)));
    }
    let other = told.tell(&told.given[1], "e-1", &copied()).await;
    assert_eq!((other.status, &*other.problem()), (409, "event-id-taken"));
    let body = json!({"kind": "dismissed", "session_id": "s-1"});
    let unnamed = told
        .house
        .post(&told.path(&told.given[1]), &told.key, &body)
        .await;
    assert_eq!(unnamed.status, 201, "{unnamed:?}");
    assert!(
        !unnamed.json()["event_id"]
            .as_str()
            .expect("a name")
            .is_empty()
    );
}

#[tokio::test]
async fn what_was_never_given_out_there_is_not_found() {
    let told = Told::of(Limits::default(), None).await;
    let answer = told.tell("made-up", "e-1", &copied()).await;
    assert_eq!((answer.status, &*answer.problem()), (404, "not-found"));
    let (given, elsewhere) = (&told.given[0], told.house.conversation(1));
    let path = format!("/v1/conversations/{elsewhere}/recommendations/{given}/engagements");
    let answer = told.house.post(&path, &told.key, &copied()).await;
    assert_eq!((answer.status, &*answer.problem()), (404, "not-found"));
}

#[tokio::test]
async fn fields_that_break_rules_are_told_by_name_without_what_they_hold() {
    let told = Told::of(Limits::default(), None).await;
    for (body, fields) in [
        (json!({}), &["session_id", "kind"][..]),
        (
            json!({"session_id": "s", "kind": "emitted", "at": "jo@example.com", "x": 1}),
            &["kind", "at", "(member 3)"],
        ),
        (
            json!({"session_id": "s", "kind": "jo@example.com", "event_id": "e"}),
            &["kind", "(member 0)"],
        ),
    ] {
        let answer = told.tell(&told.given[0], "e-1", &body).await;
        assert_eq!(
            (answer.status, &*answer.problem()),
            (422, "invalid-payload")
        );
        let errors = answer.json()["errors"].clone();
        let named: Vec<&str> = errors
            .as_array()
            .expect("a list")
            .iter()
            .filter_map(|error| error["field"].as_str())
            .collect();
        for field in fields {
            assert!(named.contains(field), "{field}: {answer:?}");
        }
        assert!(!answer.body.contains("jo@"), "{answer:?}");
    }
    let reserved = told.tell(&told.given[0], "emitted/1", &copied()).await;
    assert_eq!(
        (reserved.status, &*reserved.problem()),
        (422, "invalid-payload")
    );
    let broken = request(
        told.house.address,
        "POST",
        &told.path(&told.given[0]),
        &format!("{}content-type: application/json\r\n", bearer(&told.key)),
        "[",
    )
    .await;
    assert_eq!((broken.status, &*broken.problem()), (400, "malformed-json"));
}

#[tokio::test]
async fn each_of_several_events_has_an_answer_of_its_own() {
    let told = Told::of(Limits::default(), None).await;
    let [one, other] = [&told.given[0], &told.given[1]];
    let events = json!([
        {"recommendation_id": one, "kind": "displayed", "event_id": "e-1"},
        {"recommendation_id": other, "kind": "displayed", "event_id": "e-1"},
        {"recommendation_id": "made-up", "kind": "displayed"},
        {"recommendation_id": one, "kind": "looked at"},
        {"recommendation_id": one, "kind": "displayed", "event_id": "e-1"},
    ]);
    let answer = told.tell_several(&events).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let results = answer.json()["results"].clone();
    let results = results.as_array().expect("a list");
    let statuses: Vec<&Value> = results.iter().map(|result| &result["status"]).collect();
    assert_eq!(statuses, [201, 409, 404, 422, 200]);
    assert_eq!(results[4]["engagement"]["replay"], true);
    let problem = &results[3]["problem"];
    assert_eq!(problem["type"], "urn:agent-assist:problem:invalid-payload");
    assert_eq!(problem["errors"][0]["field"], "kind");
    assert_eq!(
        problem["request_id"].as_str(),
        answer.header("x-request-id")
    );
    for events in [json!([]), json!({})] {
        assert_eq!(told.tell_several(&events).await.status, 422, "{events}");
    }
}

#[tokio::test]
async fn nobody_tells_of_a_conversation_or_queue_that_is_not_theirs() {
    let elsewhere = Limits {
        conversation_id: Some("c-9".to_owned()),
        ..Limits::default()
    };
    let queue = |queue: &str| Limits {
        queues: vec![queue.to_owned()],
        ..Limits::default()
    };
    for (limits, status) in [(elsewhere, 403), (queue("q-1"), 201), (queue("q-2"), 403)] {
        let told = Told::of(limits.clone(), Some("q-1")).await;
        let answer = told.tell(&told.given[0], "e-1", &copied()).await;
        assert_eq!(answer.status, status, "{limits:?}: {answer:?}");
        let events = json!([{"recommendation_id": told.given[0], "kind": "opened"}]);
        let several = told.tell_several(&events).await.status;
        assert_eq!(several == 200, status == 201, "{limits:?}");
    }
}
