//! Conversations told as they go: nothing is lost and nothing comes twice, whoever comes and goes.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use agent_assist_app::fetch::{Allowance, FetchService};
use agent_assist_app::ids::Ids;
use agent_assist_app::streams::{
    Delivery, Event, EventId, EventKind, Room, StreamParts, StreamService, Subscription,
};
use agent_assist_domain::assist::SwitchScope;
use agent_assist_domain::audit::AuditEvent::{FetchCompleted, FetchHit};
use agent_assist_domain::dialect::Dialect::Recommendations;
use agent_assist_domain::payload::{RawField, RawRequest};
use agent_assist_domain::ports::{AssistSwitch as _, SourceErrorKind, StoreErrorKind};
use agent_assist_testkit::build::{batch, recommendation, request, switch_off, switch_on};
use agent_assist_testkit::faulty::Calls;
use serde_json::Value;

use crate::harness::{Bench, fetch, options};

/// Time between two answers of a conversation that is watched alone.
const INTERVAL: Duration = Duration::from_secs(12);

struct Streams {
    bench: Bench,
    fetch: FetchService,
    service: StreamService,
}

impl Streams {
    fn new() -> Self {
        Self::with_room(Room::default())
    }

    /// Each call brings something else.
    fn with_room(room: Room) -> Self {
        let bench = Bench::new(Recommendations);
        let calls = AtomicU64::new(0);
        bench.source.otherwise(move |_| {
            let call = calls.fetch_add(1, Ordering::SeqCst);
            Ok(batch([recommendation(&format!("r-{call}"))]))
        });
        Self::over(bench, room)
    }

    fn over(mut bench: Bench, room: Room) -> Self {
        bench.resilience.allowance = Allowance::new(|| 100_000);
        let fetch = bench.service();
        let hubs = AtomicU64::new(0);
        let service = StreamService::new(StreamParts {
            fetch: fetch.clone(),
            options: options(),
            room,
            most_hubs: 100,
            clock: bench.clock.clone(),
            ids: Ids::new(move || format!("hub-{}", hubs.fetch_add(1, Ordering::SeqCst))),
        });
        Self {
            bench,
            fetch,
            service,
        }
    }

    /// Time passes, second by second: what comes at one point of time by the clock on the wall is as old
    /// as each other.
    async fn pass(&self, span: Duration) {
        for _ in 0..span.as_secs() {
            self.bench.pass(Duration::from_secs(1)).await;
        }
    }

    async fn join(&self, raw: RawRequest) -> Subscription {
        let outcome = fetch(&self.fetch, raw.clone()).await.expect("an answer");
        self.service.join(raw, &outcome)
    }
}

/// What is there to be read by now.
async fn read(subscription: &mut Subscription) -> Vec<Delivery> {
    let mut read = Vec::new();
    while let Ok(next) = tokio::time::timeout(Duration::from_millis(1), subscription.next()).await {
        read.push(next);
    }
    read
}

fn events(deliveries: Vec<Delivery>) -> Vec<Arc<Event>> {
    let event = |delivery| match delivery {
        Delivery::Event(event) => event,
        Delivery::Resync => panic!("nothing was missed"),
    };
    deliveries.into_iter().map(event).collect()
}

fn json(event: &Event) -> Value {
    serde_json::from_str(&event.data).expect("JSON")
}

/// What the events show, and of which kinds they are.
fn told(deliveries: Vec<Delivery>) -> Vec<String> {
    let told = |event: Arc<Event>| match event.kind {
        EventKind::Recommendations => {
            let answer = json(&event);
            let shown = answer["recommendations"][0]["id"].as_str();
            shown.unwrap_or("nothing").to_owned()
        }
        kind => kind.as_str().to_owned(),
    };
    events(deliveries).into_iter().map(told).collect()
}

#[tokio::test(start_paused = true)]
async fn after_a_thousand_disconnections_nothing_is_lost_and_nothing_came_twice() {
    let streams = Streams::new();
    let mut chance = fastrand::Rng::with_seed(20_260_105);
    let mut subscription = streams.join(request()).await;
    let mut had = events(read(&mut subscription).await);
    for _ in 0..1_000 {
        // It reads some of what there is, perhaps nothing, and is gone, perhaps for long.
        for _ in 0..chance.usize(0..8) {
            let next = tokio::time::timeout(Duration::from_millis(1), subscription.next()).await;
            had.extend(events(next.into_iter().collect()));
        }
        drop(subscription);
        let away = Duration::from_secs(chance.u64(0..50));
        streams.pass(away).await;
        // As it comes back over the wire.
        let last = had.last().expect("an event").id.to_string();
        let last = EventId::parse(&last).expect("a name");
        let resumed = streams.service.resume(&request(), &last);
        subscription = resumed.expect("the stream goes on");
    }
    had.extend(events(read(&mut subscription).await));
    let ids: Vec<String> = had.iter().map(|event| event.id.to_string()).collect();
    let expected: Vec<String> = (1..=had.len()).map(|at| format!("hub-0.{at}")).collect();
    assert_eq!(ids, expected);
    // What was told is what the upstream gave, in its order.
    let shown: Vec<u64> = had
        .iter()
        .map(|event| {
            json(event)["recommendations"][0]["id"]
                .as_str()
                .expect("one")[2..]
                .parse()
        })
        .collect::<Result<_, _>>()
        .expect("numbers");
    assert!(shown.is_sorted(), "{shown:?}");
    assert_eq!(shown.iter().collect::<HashSet<_>>().len(), shown.len());
    assert_eq!(shown.len(), streams.bench.source.calls());
    assert!(shown.len() > 1_000, "{}", shown.len());
}

#[tokio::test(start_paused = true)]
async fn all_who_listen_share_one_call_and_each_beginning_is_on_record() {
    let streams = Streams::new();
    let mut first = streams.join(request()).await;
    let mut second = streams.join(request()).await;
    assert_eq!(streams.bench.recorded(FetchCompleted), 1);
    assert_eq!(streams.bench.recorded(FetchHit), 1, "its beginning");
    for call in 0..5 {
        let shown = format!("r-{call}");
        assert_eq!(told(read(&mut first).await), [&*shown]);
        assert_eq!(told(read(&mut second).await), [&*shown]);
        streams.pass(INTERVAL).await;
    }
    assert_eq!(streams.bench.source.calls(), 6, "one each 12 s, for both");
}

/// Each record says whom it was for, so those who name different agents have a hub each, but not a call.
#[tokio::test(start_paused = true)]
async fn agents_who_ask_the_same_share_calls_and_no_records() {
    let streams = Streams::new();
    let of_agent = |agent| RawRequest {
        agent_id: RawField::text(Some(agent)),
        ..request()
    };
    let mut first = streams.join(of_agent("a-1")).await;
    streams.pass(INTERVAL / 4).await;
    let mut second = streams.join(of_agent("a-2")).await;
    streams.pass(INTERVAL * 10).await;
    let calls = streams.bench.source.calls();
    assert!((9..=13).contains(&calls), "{calls} calls in 123 s");
    let (first, second) = (told(read(&mut first).await), told(read(&mut second).await));
    assert!(
        first.len() >= 9 && second.len() >= 9,
        "{first:?} {second:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_reader_too_slow_for_the_window_is_told_so_and_then_how_things_stand() {
    let room = Room {
        events: 3,
        ..Room::default()
    };
    let streams = Streams::with_room(room);
    let mut slow = streams.join(request()).await;
    let mut quick = streams.join(request()).await;
    for _ in 0..4 {
        streams.pass(INTERVAL).await;
        assert!(!told(read(&mut quick).await).is_empty());
    }
    let mut late = read(&mut slow).await;
    assert!(
        matches!(late.remove(0), Delivery::Resync),
        "what came between is gone"
    );
    assert_eq!(told(late), ["r-4"], "how things stand");
    streams.pass(INTERVAL).await;
    assert_eq!(told(read(&mut slow).await), ["r-5"], "and on it goes");
}

#[tokio::test(start_paused = true)]
async fn a_name_of_another_hub_question_or_time_to_come_resumes_nothing() {
    let streams = Streams::new();
    let mut subscription = streams.join(request()).await;
    let last = events(read(&mut subscription).await)
        .pop()
        .expect("an event");
    let resume = |raw: &RawRequest, text: String| {
        let id = EventId::parse(&text).expect("a name");
        streams.service.resume(raw, &id).is_some()
    };
    assert!(resume(&request(), last.id.to_string()));
    assert!(!resume(&request(), "hub-9.1".to_owned()));
    assert!(!resume(&request(), "hub-0.2".to_owned()), "not told yet");
    let other = RawRequest {
        limit: RawField::text(Some("3")),
        ..request()
    };
    assert!(!resume(&other, last.id.to_string()));
    // Some time after the last has left the hub ends, and with it what it told.
    drop(subscription);
    streams.pass(Duration::from_secs(59)).await;
    assert!(resume(&request(), last.id.to_string()));
    streams.pass(Duration::from_secs(61)).await;
    assert!(!resume(&request(), last.id.to_string()));
    let calls = streams.bench.source.calls();
    streams.pass(INTERVAL * 10).await;
    assert_eq!(
        streams.bench.source.calls(),
        calls,
        "nobody watches any more"
    );
    let again = events(read(&mut streams.join(request()).await).await);
    assert_eq!(again[0].id.to_string(), "hub-1.1");
}

#[tokio::test(start_paused = true)]
async fn a_switch_is_told_within_seconds_and_so_is_its_end() {
    let streams = Streams::new();
    let mut subscription = streams.join(request()).await;
    assert_eq!(told(read(&mut subscription).await), ["r-0"]);
    let off = switch_off(
        SwitchScope::Everything,
        streams.bench.clock.advance(Duration::ZERO),
        None,
    );
    streams
        .bench
        .switch
        .set("default", &off)
        .await
        .expect("switched");
    streams.pass(Duration::from_secs(3)).await;
    let told_off = events(read(&mut subscription).await);
    let kinds: Vec<&str> = told_off.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["state", "degraded", "recommendations"]);
    assert_eq!(json(&told_off[0])["assist"], "off");
    assert_eq!(json(&told_off[0])["reason"], "assist_off");
    assert_eq!(json(&told_off[1])["degraded"]["reason"], "assist_off");
    assert_eq!(
        json(&told_off[2])["recommendations"],
        Value::Array(Vec::new())
    );
    let on = switch_on(
        SwitchScope::Everything,
        streams.bench.clock.advance(Duration::ZERO),
    );
    streams
        .bench
        .switch
        .set("default", &on)
        .await
        .expect("switched");
    streams.pass(Duration::from_secs(3)).await;
    let told_on = events(read(&mut subscription).await);
    assert_eq!(json(&told_on[0])["assist"], "on");
    assert_eq!(json(&told_on[1])["degraded"], Value::Null);
    assert_eq!(told_on[2].kind, EventKind::Recommendations);
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_told_as_a_label_and_so_is_its_end() {
    let mut bench = Bench::new(Recommendations);
    bench.resilience.freshness.stale_while_revalidate = Duration::ZERO;
    bench
        .source
        .otherwise(|_| Ok(batch([recommendation("r-1")])));
    let streams = Streams::over(bench, Room::default());
    let mut subscription = streams.join(request()).await;
    assert_eq!(told(read(&mut subscription).await), ["r-1"]);
    for _ in 0..3 {
        streams.bench.source.then_fail(SourceErrorKind::Unreachable);
    }
    let mut heard = Vec::new();
    for _ in 0..10 {
        streams.pass(INTERVAL).await;
        heard.extend(told(read(&mut subscription).await));
    }
    assert_eq!(heard, ["degraded", "r-1", "degraded", "r-1"]);
}

#[tokio::test(start_paused = true)]
async fn what_somebody_must_act_on_interrupts_once_and_its_end_is_news() {
    let streams = Streams::new();
    let mut subscription = streams.join(request()).await;
    assert_eq!(told(read(&mut subscription).await), ["r-0"]);
    streams
        .bench
        .audit_faults
        .fail(Calls::All, StoreErrorKind::Unavailable);
    streams.pass(INTERVAL * 4).await;
    let heard = events(read(&mut subscription).await);
    assert_eq!(heard.len(), 1, "once, however long it lasts");
    assert_eq!(json(&heard[0])["reason"], "store-unavailable");
    streams.bench.audit_faults.heal();
    streams.pass(INTERVAL * 2).await;
    let heard = told(read(&mut subscription).await);
    assert!(
        !heard.is_empty() && heard.iter().all(|told| told.starts_with("r-")),
        "{heard:?}"
    );
    assert!(!streams.service.broken().is_cancelled());
}

#[tokio::test(start_paused = true)]
async fn what_the_upstream_should_have_masked_is_masked_in_what_is_told() {
    let bench = Bench::new(Recommendations);
    let calls = AtomicU64::new(0);
    bench.source.otherwise(move |_| {
        let call = calls.fetch_add(1, Ordering::SeqCst);
        let text = format!("case {call}: write to joe.canary@example.com or call 202-555-0143");
        Ok(batch([
            recommendation("r-1").texts("joe.canary@example.com", &text)
        ]))
    });
    let streams = Streams::over(bench, Room::default());
    let mut subscription = streams.join(request()).await;
    streams.pass(INTERVAL * 3).await;
    let heard = events(read(&mut subscription).await);
    assert!(heard.len() >= 3);
    for event in heard {
        assert!(event.data.contains("[EMAIL_ADDRESS]"), "{}", event.data);
        assert!(!event.data.contains("canary") && !event.data.contains("555-0143"));
    }
}
