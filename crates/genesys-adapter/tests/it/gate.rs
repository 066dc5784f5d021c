//! No request leaves where the platform would refuse it, and nobody waits for what comes too late.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use agent_assist_domain::dialect::Dialect::Recommendations;
use agent_assist_domain::ports::{
    Priority, RecommendationSource, SourceError, SourceErrorKind, SourceQuery,
};
use agent_assist_genesys::{GenesysConfig, GenesysSource, Jitter, TokenBudget};
use http::Response;
use tokio::task::JoinSet;
use tokio::time::{Instant, advance, sleep};

use crate::support::{
    ScriptedTransport, Step, answer, fetch, granted, nothing, over_with, query, refused,
    retry_after, source, source_with, within,
};

/// Time from sending a request to its answer.
const LATENCY: Duration = Duration::from_millis(50);

/// Chance as a sequence of numbers that is the same in every run.
fn seeded(seed: u64) -> Jitter {
    let state = AtomicU64::new(seed);
    Jitter::new(move || {
        let next = |state: u64| {
            state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1)
        };
        let state = state.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |s| Some(next(s)));
        (state.unwrap() >> 11) as f64 / (1_u64 << 53) as f64
    })
}

fn about(conversation: &str, priority: Priority) -> SourceQuery {
    SourceQuery {
        conversation_id: conversation.to_owned(),
        priority,
        ..query()
    }
}

async fn ask(source: &GenesysSource, conversation: &str) -> Result<(), SourceError> {
    let query = about(conversation, Priority::Interactive);
    source.fetch(&query, within(3_000)).await.map(drop)
}

/// An answer that reports its token's allowance.
fn reporting(count: u32, allowed: u32, reset: u32) -> Response<bytes::Bytes> {
    let mut response = nothing();
    for (name, value) in [("count", count), ("allowed", allowed), ("reset", reset)] {
        let name: http::HeaderName = format!("inin-ratelimit-{name}").parse().unwrap();
        response.headers_mut().insert(name, value.into());
    }
    response
}

/// A platform that throttles every request until a moment, with a wait of ten seconds.
fn storm(until_ms: u128) -> Arc<ScriptedTransport> {
    ScriptedTransport::ruled(move |sent| {
        let response = if sent.at_ms < until_ms {
            retry_after(429, "10")
        } else {
            nothing()
        };
        Step::After(LATENCY, response)
    })
}

/// Fails if a request was sent between a refusal of its token and the end of the named wait.
fn assert_nothing_left_a_closed_window(transport: &ScriptedTransport, wait_ms: u128) {
    let sent = transport.api_requests();
    for refusal in transport.received() {
        if refusal.status != 429 {
            continue;
        }
        let closed = refusal.at_ms + 1..refusal.at_ms + wait_ms;
        let inside = sent
            .iter()
            .filter(|sent| sent.authorization == refusal.authorization)
            .find(|sent| closed.contains(&sent.at_ms));
        assert!(
            inside.is_none(),
            "{inside:?} in the window that {refusal:?} closed"
        );
    }
}

/// When the last window was over.
fn last_opening_ms(transport: &ScriptedTransport, wait_ms: u128) -> u128 {
    let refusals = transport.received().into_iter();
    let ends = refusals.filter(|received| received.status == 429);
    ends.map(|refusal| refusal.at_ms + wait_ms).max().unwrap()
}

/// Two hundred callers, of whom each begins so long after the one before; how and when each ends.
async fn two_hundred(
    source: GenesysSource,
    apart: Duration,
    patience_ms: u64,
) -> Vec<(u128, Result<(), SourceErrorKind>)> {
    let source = Arc::new(source);
    let started = Instant::now();
    let mut callers = JoinSet::new();
    for n in 0..200 {
        let source = Arc::clone(&source);
        callers.spawn(async move {
            sleep(apart * n).await;
            let query = about(&format!("conversation-{}", n % 50), Priority::Interactive);
            let answered = source.fetch(&query, within(patience_ms)).await;
            let answered = answered.map(drop).map_err(|error| error.kind());
            (started.elapsed().as_millis(), answered)
        });
    }
    callers.join_all().await
}

fn patient_source(transport: &Arc<ScriptedTransport>, seed: u64) -> GenesysSource {
    over_with(transport, Recommendations, seeded(seed), |_| {})
}

#[tokio::test(start_paused = true)]
async fn thirty_seconds_of_throttling_are_sat_out_by_two_hundred_callers() {
    for seed in 0..20 {
        let transport = storm(30_000);
        let apart = Duration::from_millis(100);
        let ended = two_hundred(patient_source(&transport, seed), apart, 60_000).await;
        assert_nothing_left_a_closed_window(&transport, 10_000);
        let opening = last_opening_ms(&transport, 10_000);
        for (at_ms, _) in &ended {
            assert!(*at_ms <= opening + 2_000, "{at_ms} after {opening}");
        }
        let answered = ended.iter().filter(|(_, answered)| answered.is_ok());
        assert!(answered.count() >= 170, "seed {seed}");
        let others = ended.iter().filter_map(|(_, answered)| answered.err());
        assert!(
            others
                .into_iter()
                .all(|kind| kind == SourceErrorKind::RateLimited)
        );
        let refusals = transport
            .received()
            .iter()
            .filter(|r| r.status == 429)
            .count();
        assert!(refusals <= 40, "{refusals} requests told what was known");
    }
}

#[tokio::test(start_paused = true)]
async fn two_hundred_requests_in_flight_are_refused_once_and_repeated_within_the_retry_budget() {
    let transport = storm(30_000);
    let source = patient_source(&transport, 7);
    let ended = two_hundred(source, Duration::ZERO, 60_000).await;
    assert_nothing_left_a_closed_window(&transport, 10_000);
    assert!(transport.api_requests().len() <= 200 + 10 + 20);
    let opening = last_opening_ms(&transport, 10_000);
    assert!(ended.iter().all(|(at_ms, _)| *at_ms <= opening + 2_000));
}

#[tokio::test(start_paused = true)]
async fn callers_in_a_hurry_are_told_at_once_how_long_the_window_stays_closed() {
    let transport = storm(1);
    let source = source(&transport, Recommendations);
    let error = fetch(&source).await.unwrap_err();
    assert_eq!(error.upstream().status, Some(429));
    assert_eq!(error.upstream().requests, 1);

    advance(Duration::from_secs(4)).await;
    let started = Instant::now();
    let error = fetch(&source).await.unwrap_err();
    assert_eq!(started.elapsed(), Duration::ZERO);
    assert_eq!(error.kind(), SourceErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(6)));
    assert_eq!(
        (error.upstream().requests, error.upstream().status),
        (0, None)
    );

    advance(Duration::from_millis(3_499)).await;
    assert_eq!(fetch(&source).await.unwrap_err().upstream().requests, 0);
    advance(Duration::from_millis(2)).await;
    fetch(&source).await.unwrap();
    assert_eq!(transport.api_times(), [0, 10_050]);
}

#[tokio::test(start_paused = true)]
async fn callers_who_waited_come_spread_over_a_second() {
    let transport = storm(1);
    let source = Arc::new(patient_source(&transport, 3));
    fetch(&source).await.unwrap_err();
    let mut callers = JoinSet::new();
    for n in 0..200 {
        let source = Arc::clone(&source);
        callers.spawn(async move {
            let query = about(&format!("conversation-{n}"), Priority::Interactive);
            source.fetch(&query, within(20_000)).await.unwrap();
        });
    }
    callers.join_all().await;
    let times = &transport.api_times()[1..];
    assert!(times.iter().all(|at| (10_050..=11_051).contains(at)));
    for tenth in 0..10_u128 {
        let slice = 10_050 + 100 * tenth..10_150 + 100 * tenth;
        let there = times.iter().filter(|at| slice.contains(at)).count();
        assert!((8..=35).contains(&there), "{there} in {slice:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_waited_for_its_token_does_not_leave_into_a_window_that_closed_meanwhile() {
    let transport = ScriptedTransport::ruled(|sent| match sent.at_ms {
        0..=1_000 => retry_after(429, "10").into(),
        _ => nothing().into(),
    })
    .with_tokens([Step::After(
        Duration::from_millis(500),
        granted("token-1", 86_400),
    )]);
    let source = Arc::new(source(&transport, Recommendations));
    let mut callers = JoinSet::new();
    for _ in 0..50 {
        let source = Arc::clone(&source);
        callers.spawn(async move { source.fetch(&query(), within(30_000)).await.is_ok() });
    }
    assert!(
        callers
            .join_all()
            .await
            .into_iter()
            .all(|answered| answered)
    );
    assert_eq!(
        transport.api_requests().len(),
        51,
        "one refusal told them all"
    );
    assert_nothing_left_a_closed_window(&transport, 10_000);
}

#[tokio::test(start_paused = true)]
async fn what_the_platform_reports_is_believed_and_shown() {
    let transport = ScriptedTransport::new([reporting(179, 180, 20), nothing()]);
    let source = source(&transport, Recommendations);
    let fresh = TokenBudget {
        allowed_per_minute: 300,
        used: 0,
        remaining: 300,
        resets_in: None,
        closed_for: None,
    };
    assert_eq!(source.rate_budget(), [fresh]);
    fetch(&source).await.unwrap();
    advance(Duration::from_secs(5)).await;
    let learned = TokenBudget {
        allowed_per_minute: 180,
        used: 179,
        remaining: 1,
        resets_in: Some(Duration::from_secs(15)),
        closed_for: None,
    };
    assert_eq!(source.rate_budget(), [learned]);
    fetch(&source).await.unwrap();

    let error = fetch(&source).await.unwrap_err();
    assert_eq!(error.kind(), SourceErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(15)));
    assert_eq!(transport.api_requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_noisy_conversation_does_not_starve_the_others() {
    let transport = ScriptedTransport::ruled(|_| nothing().into());
    let source = source(&transport, Recommendations);
    let others: Vec<String> = (0..29).map(|n| format!("quiet-{n}")).collect();
    for other in &others {
        ask(&source, other).await.unwrap();
    }
    let mut noise = 0;
    while ask(&source, "noisy").await.is_ok() {
        noise += 1;
    }
    assert_eq!(noise, 121, "what was left of the half that is for everyone");
    for other in &others {
        for _ in 0..4 {
            ask(&source, other).await.unwrap();
        }
    }
    assert_eq!(source.rate_budget()[0].used, 29 + 121 + 4 * 29);
}

#[tokio::test(start_paused = true)]
async fn refreshes_leave_a_third_of_the_allowance_to_people() {
    let transport = ScriptedTransport::ruled(|_| nothing().into());
    let source = source(&transport, Recommendations);
    let mut refreshed = 0;
    loop {
        let query = about(&format!("watched-{refreshed}"), Priority::Background);
        let answered = source.fetch(&query, within(20_000)).await;
        let Err(error) = answered else {
            refreshed += 1;
            continue;
        };
        assert_eq!(error.kind(), SourceErrorKind::RateLimited);
        break;
    }
    assert_eq!(refreshed, 210);
    ask(&source, "a person's").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_refresh_comes_after_the_people_who_wait() {
    let transport = storm(1);
    let source = Arc::new(over_with(
        &transport,
        Recommendations,
        Jitter::new(|| 0.9),
        |_| {},
    ));
    fetch(&source).await.unwrap_err();
    let mut callers = JoinSet::new();
    for (name, priority) in [
        ("refresh", Priority::Background),
        ("person", Priority::Interactive),
    ] {
        let source = Arc::clone(&source);
        callers.spawn(async move {
            let query = about(name, priority);
            source.fetch(&query, within(20_000)).await.unwrap();
        });
    }
    callers.join_all().await;
    let sent = transport.api_requests();
    let order: Vec<bool> = sent
        .iter()
        .map(|sent| sent.target.contains("person"))
        .collect();
    assert_eq!(order, [false, true, false]);
}

#[tokio::test(start_paused = true)]
async fn a_dropped_caller_gives_its_room_back() {
    let transport = ScriptedTransport::ruled(|_| nothing().into()).with_tokens([
        Step::After(Duration::from_secs(1), granted("token-1", 86_400)),
        granted("token-2", 86_400).into(),
    ]);
    let source = Arc::new(source(&transport, Recommendations));
    let caller = tokio::spawn({
        let source = Arc::clone(&source);
        async move { fetch(&source).await }
    });
    tokio::task::yield_now().await;
    assert_eq!(source.rate_budget()[0].used, 1);
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    assert_eq!(source.rate_budget()[0].used, 0);
}

#[tokio::test(start_paused = true)]
async fn the_application_s_limit_holds_over_every_token() {
    let transport = ScriptedTransport::ruled(|_| nothing().into());
    let few = |config: &mut GenesysConfig| config.app_requests_per_minute = 20;
    let source = source_with(&transport, Recommendations, 0.0, few);
    let mut answered = 0;
    while ask(&source, &format!("conversation-{answered}"))
        .await
        .is_ok()
    {
        answered += 1;
    }
    assert_eq!(answered, 20);
    advance(Duration::from_secs(60)).await;
    ask(&source, "next minute").await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_later_failure_stands_if_the_window_closed_before_its_repetition() {
    let steps = [
        Step::Answer(answer(503, "")),
        Step::Answer(retry_after(429, "60")),
    ];
    let transport = ScriptedTransport::new(steps);
    let error = fetch(&source(&transport, Recommendations))
        .await
        .unwrap_err();
    assert_eq!(error.upstream().status, Some(429));
    assert_eq!(error.upstream().requests, 2);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(60)));
}

#[tokio::test(start_paused = true)]
async fn a_window_that_closes_while_a_refused_token_is_renewed_is_no_authentication_error() {
    let after = |millis, response| Step::After(Duration::from_millis(millis), response);
    let transport = ScriptedTransport::new([
        after(100, refused(401, "credentials.expired")),
        after(200, retry_after(429, "60")),
    ])
    .with_tokens([
        granted("token-1", 86_400).into(),
        after(500, granted("token-2", 86_400)),
    ]);
    let source = source(&transport, Recommendations);
    let (refused, throttled) = tokio::join!(fetch(&source), fetch(&source));
    assert_eq!(throttled.unwrap_err().upstream().status, Some(429));
    let error = refused.unwrap_err();
    assert_eq!(error.kind(), SourceErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_millis(59_600)));
    assert_eq!(error.upstream().requests, 1);
}
