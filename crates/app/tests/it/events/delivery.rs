//! What arrives, in which order, and what becomes of what does not.

use agent_assist_app::events::WINDOW;
use agent_assist_domain::analytics::EVENTS_MISSING;
use agent_assist_domain::audit::AuditEvent;
use agent_assist_domain::ports::Clock as _;
use agent_assist_testkit::build::{fetch_entry, request};
use proptest::prelude::*;
use tokio_util::sync::CancellationToken;

use super::counting::CountingOutbox;
use super::*;
use crate::harness::{Bench as Gateway, one};

#[tokio::test(start_paused = true)]
async fn a_new_sink_hears_of_what_happens_from_then_on_in_order_and_once() {
    let bench = Bench::new().await;
    bench.append(700).await;
    let told = bench.drain().await;
    assert_eq!((told.delivered, told.failed, told.waiting), (700, 0, 0));
    assert_eq!(bench.receiver.arrived(), bench.expected().await);
    bench.register().await;
    assert_eq!(bench.drain().await.delivered, 0);

    let late = Bench::new().await;
    late.append(3).await;
    let sinks = ["webhook/late".to_owned()];
    register(&*late.trail, &*late.outbox, TENANT, sinks)
        .await
        .expect("register");
    let standing = late
        .outbox
        .standing(&format!("{TENANT}/webhook/late"))
        .await;
    assert_eq!(standing.expect("standing").cursor, Some(3));
}

#[tokio::test(start_paused = true)]
async fn an_event_is_the_records_bytes_in_an_envelope() {
    let bench = Bench::new().await;
    bench
        .append_entry(fetch_entry("r-1", ManualClock::START))
        .await;
    bench.drain().await;
    let record = bench
        .trail
        .log
        .get(1)
        .await
        .expect("get")
        .expect("the record");
    let expected = format!(
        r#"{{"data":{},"id":"{}","schema":1,"seq":1,"time":"2026-01-05T09:00:00.000000Z","type":"assist_fetch_completed"}}"#,
        record.entry,
        uid(&record)
    );
    assert_eq!(bench.receiver.bodies(), [expected]);
}

/// A callback within the program and a receiver elsewhere speak of the same event.
#[tokio::test(start_paused = true)]
async fn a_callback_gets_the_identifier_that_is_delivered() {
    let gateway = Gateway::new(agent_assist_domain::dialect::Dialect::Recommendations);
    gateway.source.then(Ok(one("r-1")));
    let options = agent_assist_app::fetch::FetchOptions {
        timeout: Duration::from_secs(3),
        use_cache: true,
    };
    gateway
        .service()
        .fetch(request(), options)
        .await
        .expect("an answer");
    let called: Vec<String> = gateway
        .sink
        .events()
        .iter()
        .map(|event| event.id().to_owned())
        .collect();
    assert_eq!(called, ids_in_order(&*gateway.audit).await);
    let last = gateway.sink.events().pop().expect("an event");
    assert_eq!(last.seq(), Some(called.len() as u64));
}

#[tokio::test(start_paused = true)]
async fn what_is_not_wanted_is_passed_over_with_hardly_a_write() {
    let outbox = Arc::new(CountingOutbox::default());
    let mut bench = Bench::over(outbox.clone()).await;
    let registered = outbox.writes();
    bench.types = Types::only([AuditEvent::FetchCompleted]);
    bench.append(100).await;
    let told = bench.drain().await;
    assert_eq!(
        (told.delivered, told.waiting),
        (0, 100),
        "in the log, unread"
    );
    assert_eq!(outbox.writes(), registered);
    bench
        .append_entry(fetch_entry("r-f", ManualClock::START))
        .await;
    let other = AuditEntry {
        tenant: "other".into(),
        ..fetch_entry("r-o", ManualClock::START)
    };
    bench.append_entry(other).await;
    bench.append(300).await;
    assert_eq!(bench.drain().await.delivered, 1);
    assert_eq!(
        bench.receiver.arrived(),
        [bench.expected().await[100].clone()]
    );
    // Handed over, leased, settled.
    assert_eq!(outbox.writes() - registered, 3);
}

#[tokio::test(start_paused = true)]
async fn a_failing_event_holds_back_those_behind_it_and_waits_longer_each_time() {
    let bench = Bench::new().await;
    bench.append(3).await;
    let status = async || bench.service().status().await.expect("status").remove(0);
    for (failure, seconds) in [(1, 5), (2, 300), (3, 1_800)] {
        bench
            .receiver
            .answers([Answer::Refuses(SinkErrorKind::NotNow)]);
        let told = bench.drain().await;
        assert_eq!((told.delivered, told.failed, told.waiting), (0, 1, 3));
        let attempts = bench.receiver.attempts();
        assert_eq!(attempts, failure, "the others were not tried");
        let next = status().await.next_attempt_ms.expect("a time");
        // Half of the jitter, which is a fifth at most.
        let wait = Duration::from_millis(seconds * 1_100);
        assert_eq!(next, bench.clock.now().plus(wait).as_millis());
        assert_eq!(bench.drain().await.failed, 0, "not before that");
        bench.clock.advance(wait);
    }
    assert_eq!(bench.drain().await.delivered, 3);
    assert_eq!(bench.receiver.arrived(), bench.expected().await);
    let status = status().await;
    assert_eq!((status.failing_since_ms, status.waiting), (None, 0));
}

#[tokio::test(start_paused = true)]
async fn a_receiver_says_how_long_it_wants_to_be_left_alone() {
    let bench = Bench::new().await;
    bench.append(1).await;
    bench
        .receiver
        .answers([Answer::RefusesFor(Duration::from_secs(600))]);
    bench.drain().await;
    bench.clock.advance(Duration::from_secs(599));
    assert_eq!(bench.drain().await.delivered, 0);
    bench.clock.advance(Duration::from_secs(1));
    assert_eq!(bench.drain().await.delivered, 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_given_up_lets_the_next_pass_and_can_be_tried_again() {
    let bench = Bench::new().await;
    bench.append(2).await;
    bench
        .receiver
        .answers([Answer::Refuses(SinkErrorKind::NotNow); 10]);
    // Ten attempts at the first, over less than the five days after which the receiver is left alone.
    while bench.receiver.attempts() < 11 {
        bench.drain().await;
        bench.clock.advance(Duration::from_secs(3_600));
    }
    let expected = bench.expected().await;
    assert_eq!(bench.receiver.arrived(), expected[1..]);
    let service = bench.service();
    let dead = service.dead(service.sinks(), 9).await.expect("dead");
    assert_eq!(dead.len(), 1);
    assert_eq!(
        (&*dead[0].id, &*dead[0].why, dead[0].attempts),
        (&*expected[0], "status 503", 10)
    );
    assert_eq!(dead[0].record, "1");
    let redriven = service
        .redrive(service.sinks(), &[dead[0].id.clone()])
        .await;
    assert_eq!(redriven.expect("redrive"), (1, 0));
    assert_eq!(bench.drain().await.delivered, 1);
    assert_eq!(bench.receiver.arrived()[1], expected[0]);
}

#[tokio::test(start_paused = true)]
async fn a_receiver_that_is_gone_is_left_alone_until_somebody_says_otherwise() {
    let bench = Bench::new().await;
    bench.append(2).await;
    bench
        .receiver
        .answers([Answer::Refuses(SinkErrorKind::Gone)]);
    assert_eq!(bench.drain().await.held.as_deref(), Some("status 503"));
    bench.clock.advance(RETRY_OVER);
    bench.append(600).await;
    let told = bench.drain().await;
    assert_eq!((told.delivered, told.waiting), (0, 602));
    assert_eq!(bench.receiver.attempts(), 1);
    let service = bench.service();
    assert_eq!(
        service
            .redrive(service.sinks(), &[])
            .await
            .expect("redrive"),
        (0, 1)
    );
    assert_eq!(bench.drain().await.delivered, 602);
    assert_eq!(bench.receiver.arrived(), bench.expected().await);
}

/// The promise behind "analytics never cost an agent an answer": with a dead sink whose window is full
/// nothing is written to the store on its behalf, whatever is recorded.
#[tokio::test(start_paused = true)]
async fn a_dead_sink_costs_the_store_no_write() {
    let outbox = Arc::new(CountingOutbox::default());
    let bench = Bench::over(outbox.clone()).await;
    bench.append(WINDOW + 100).await;
    bench
        .receiver
        .answers([Answer::Refuses(SinkErrorKind::NotNow)]);
    bench.drain().await;
    let before = outbox.writes();
    for _ in 0..50 {
        bench.append(20).await;
        bench.drain().await;
    }
    assert_eq!(outbox.writes(), before);
    bench.clock.advance(RETRY_OVER);
    let told = bench.drain().await;
    assert_eq!((told.delivered, told.waiting), (WINDOW + 1_100, 0));
    assert_eq!(bench.receiver.arrived(), bench.expected().await);
}

#[tokio::test(start_paused = true)]
async fn deleted_records_are_told_of_and_not_passed_over() {
    let bench = Bench::new().await;
    bench.append(10).await;
    bench.trail.kept_from.store(8, Ordering::SeqCst);
    assert_eq!(bench.drain().await.delivered, 4);
    let bodies = bench.receiver.bodies();
    let gap = r#"{"data":{"first_seq":1,"last_seq":7},"#;
    assert!(bodies[0].starts_with(gap), "{}", bodies[0]);
    assert!(
        bodies[0].ends_with(&format!(r#""type":"{EVENTS_MISSING}"}}"#)),
        "{}",
        bodies[0]
    );
    assert_eq!(bench.receiver.arrived()[1..], bench.expected().await[7..]);

    // Deleted while it waited.
    bench.append(1).await;
    bench
        .receiver
        .answers([Answer::Refuses(SinkErrorKind::NotNow)]);
    bench.drain().await;
    bench.trail.kept_from.store(12, Ordering::SeqCst);
    bench.clock.advance(RETRY_OVER);
    bench.drain().await;
    let last = bench.receiver.bodies().pop().expect("an event");
    assert!(last.contains(r#""first_seq":11,"last_seq":11"#), "{last}");
}

/// The canary: personal data that got into a record against all promises goes no further.
#[tokio::test(start_paused = true)]
async fn an_event_with_personal_data_in_it_is_given_up_unsent() {
    let bench = Bench::new().await;
    bench.append(3).await;
    bench.trail.tainted.store(2, Ordering::SeqCst);
    let told = bench.drain().await;
    assert_eq!((told.delivered, told.dead), (2, 1));
    let last = bench.trail.log.entries().pop().expect("a record");
    assert_eq!(
        (last.event(), &*last.request_id),
        (AuditEvent::EgressStopped, "r-1")
    );
    assert!(
        bench
            .receiver
            .bodies()
            .iter()
            .all(|body| !body.contains("joe@"))
    );
    let service = bench.service();
    let dead = service.dead(service.sinks(), 9).await.expect("dead");
    assert_eq!(dead[0].why, "personal data");
}

#[tokio::test(start_paused = true)]
async fn a_hanging_receiver_takes_no_longer_than_it_is_given() {
    let bench = Bench::new().await;
    bench.append(2).await;
    bench.receiver.answers([Answer::Hangs]);
    let begun = Instant::now();
    let by = begun + Duration::from_secs(2);
    let told = bench.deliverer().drain(by).await.expect("drain").remove(0);
    assert_eq!(begun.elapsed().as_secs(), 2);
    assert_eq!((told.failed, told.waiting), (1, 2));
    bench.clock.advance(RETRY_OVER);
    assert_eq!(bench.drain().await.delivered, 2);
    assert_eq!(bench.receiver.arrived(), bench.expected().await);
}

#[tokio::test(start_paused = true)]
async fn whoever_runs_on_hears_the_bell_and_ends_when_told() {
    let bench = Bench::new().await;
    let (deliverer, ending) = (bench.deliverer(), CancellationToken::new());
    let running = tokio::spawn({
        let ending = ending.clone();
        async move { deliverer.run(&ending).await }
    });
    for count in 1..=5_u64 {
        bench.append(1).await;
        tokio::time::sleep(Duration::from_millis(600)).await;
        assert_eq!(bench.receiver.arrived().len() as u64, count);
    }
    ending.cancel();
    running.await.expect("its end");
    bench.append(1).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(bench.receiver.attempts(), 5);
}

#[tokio::test(start_paused = true)]
async fn of_two_deliverers_one_delivers() {
    let bench = Bench::new().await;
    bench.append(400).await;
    let (one, two) = (bench.deliverer(), bench.deliverer());
    let by = Instant::now() + LEASE_OVER;
    let (one, two) = tokio::join!(one.drain(by), two.drain(by));
    let delivered = one.expect("drain")[0].delivered + two.expect("drain")[0].delivered;
    assert_eq!(delivered, bench.receiver.attempts(), "nothing twice");
    bench.drain().await;
    assert_eq!(bench.receiver.arrived(), bench.expected().await);
}

fn answer() -> impl Strategy<Value = Option<Answer>> {
    prop_oneof![
        6 => Just(None),
        2 => Just(Some(Answer::Refuses(SinkErrorKind::NotNow))),
        2 => Just(Some(Answer::TakesAndFails)),
        1 => (0_u64..10_000).prop_map(|wait| Some(Answer::RefusesFor(Duration::from_secs(wait)))),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// However a receiver answers, what it sees without repeats is the log.
    #[test]
    fn without_repeats_what_arrives_is_the_log(
        rounds in prop::collection::vec((0_u64..12, answer(), 0_u64..7_200), 1..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .expect("a runtime");
        let (arrived, expected) = runtime.block_on(async {
            let bench = Bench::new().await;
            for (events, answer, seconds) in rounds {
                bench.append(events).await;
                bench.receiver.answers(answer);
                bench.drain().await;
                bench.clock.advance(Duration::from_secs(seconds));
            }
            bench.receiver.answers.lock().expect("answers").clear();
            bench.clock.advance(RETRY_OVER);
            bench.drain().await;
            (bench.receiver.arrived(), bench.expected().await)
        });
        prop_assert_eq!(without_repeats(&arrived), expected);
    }
}

#[test]
fn names_of_events_are_read_as_a_list() {
    let some = Types::parse("assist_fetch_hit, assist_switched").expect("events");
    assert!(some.wants("assist_switched") && !some.wants("assist_fetch_failed"));
    assert!(
        some.wants(EVENTS_MISSING),
        "that something is missing concerns everybody"
    );
    assert!(Types::ALL.wants("assist_of_a_later_version"));
    for wrong in ["", "assist_fetch_hit,", "fetch_hit"] {
        assert_eq!(Types::parse(wrong), None, "{wrong}");
    }
}
