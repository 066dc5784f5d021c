//! What is repeated, when, and for how long.

use std::time::Duration;

use agent_assist_domain::dialect::Dialect::{Recommendations, Suggestions};
use agent_assist_domain::ports::{Priority, RecommendationSource, SourceErrorKind, SourceQuery};
use agent_assist_genesys::TransportErrorKind;
use tokio::time::Instant;

use crate::support::{
    ScriptedTransport, Step, answer, fetch, nothing, query, refused, retry_after, source,
    source_with, within,
};

#[tokio::test(start_paused = true)]
async fn a_request_is_sent_three_times_at_most() {
    for status in [408, 429, 500, 502, 503, 504] {
        let transport = ScriptedTransport::new((0..3).map(|_| answer(status, "")));
        let source = source(&transport, Recommendations);
        let error = source.fetch(&query(), within(60_000)).await.unwrap_err();
        assert_eq!(error.upstream().status, Some(status));
        assert_eq!(error.upstream().requests, 3);
        assert_eq!(transport.api_requests().len(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_pass_is_not_repeated() {
    use SourceErrorKind::*;
    for (status, kind) in [
        (302, BadFormat),
        (400, BadRequest),
        (403, Forbidden),
        (404, NotFound),
        (413, TooLarge),
        (501, ServerError),
    ] {
        let transport = ScriptedTransport::new([refused(status, "some.code")]);
        let error = fetch(&source(&transport, Recommendations))
            .await
            .unwrap_err();
        assert_eq!((error.kind(), error.code()), (kind, Some("some.code")));
        assert!(!format!("{error:?} {error}").contains("planted"));
        assert_eq!(transport.api_requests().len(), 1, "{status}");
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_a_floor_stretched_by_chance() {
    for (chance, second, third) in [
        (0.0, 1_000, 3_000),
        (0.5, 1_250, 3_750),
        (1.0, 1_500, 4_500),
    ] {
        let in_two_seconds = "Sun, 06 Nov 1994 08:49:39 GMT";
        let steps = [
            retry_after(429, "1"),
            retry_after(503, in_two_seconds),
            nothing(),
        ];
        let transport = ScriptedTransport::new(steps);
        let source = source_with(&transport, Recommendations, chance, |_| {});
        source.fetch(&query(), within(10_000)).await.unwrap();
        assert_eq!(transport.api_times(), [0, second, third]);
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_hint_throttling_waits_two_seconds_and_other_failures_back_off() {
    let transport = ScriptedTransport::new([answer(429, ""), answer(502, ""), nothing()]);
    let source = source_with(&transport, Recommendations, 1.0, |_| {});
    source.fetch(&query(), within(10_000)).await.unwrap();
    assert_eq!(transport.api_times(), [0, 3_000, 3_400]);
}

#[tokio::test(start_paused = true)]
async fn a_server_fault_is_repeated_only_where_its_five_seconds_fit() {
    for (deadline_ms, times) in [(3_000, vec![0]), (20_000, vec![0, 5_000, 10_000])] {
        let transport = ScriptedTransport::new((0..3).map(|_| answer(500, "")));
        let source = source(&transport, Recommendations);
        let asked = source.fetch(&query(), within(deadline_ms)).await;
        assert_eq!(asked.unwrap_err().kind(), SourceErrorKind::ServerError);
        assert_eq!(transport.api_times(), times);
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_would_end_too_near_the_deadline_is_not_begun() {
    for (deadline_ms, attempts) in [(1_500, 1), (1_501, 2)] {
        let transport = ScriptedTransport::new([retry_after(429, "1"), nothing()]);
        let source = source(&transport, Recommendations);
        let started = Instant::now();
        let result = source.fetch(&query(), within(deadline_ms)).await;
        assert_eq!(transport.api_requests().len(), attempts);
        match result {
            Ok(_) => assert_eq!(attempts, 2),
            Err(error) => {
                assert_eq!(error.kind(), SourceErrorKind::RateLimited);
                assert_eq!(error.retry_after(), Some(Duration::from_secs(1)));
                assert_eq!(
                    started.elapsed(),
                    Duration::ZERO,
                    "fails now, not at the deadline"
                );
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_retry_after_beyond_three_minutes_is_given_up() {
    let transport = ScriptedTransport::new([retry_after(429, "181")]);
    let source = source(&transport, Recommendations);
    let error = source.fetch(&query(), within(3_600_000)).await.unwrap_err();
    assert_eq!(error.kind(), SourceErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(181)));
}

#[tokio::test(start_paused = true)]
async fn a_broken_connection_is_repeated_and_a_large_body_is_not() {
    use TransportErrorKind::*;
    for (kind, attempts, meaning) in [
        (Connect, 3, SourceErrorKind::Unreachable),
        (Interrupted, 3, SourceErrorKind::Unreachable),
        (TooLarge, 1, SourceErrorKind::BadFormat),
        (Encoding, 1, SourceErrorKind::BadFormat),
    ] {
        let transport = ScriptedTransport::new((0..attempts).map(|_| Step::Fail(kind)));
        let error = fetch(&source(&transport, Recommendations))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), meaning);
        assert_eq!(transport.api_requests().len(), attempts);
        assert_eq!(error.upstream().requests as usize, attempts);
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_without_its_body_is_judged_by_its_status() {
    use TransportErrorKind::*;
    for failure in [TooLarge, Interrupted, Encoding] {
        for (status, kind, attempts) in [
            (500, SourceErrorKind::ServerError, 1),
            (503, SourceErrorKind::ServerError, 3),
            (504, SourceErrorKind::UpstreamTimeout, 3),
            (501, SourceErrorKind::ServerError, 1),
            (403, SourceErrorKind::Forbidden, 1),
        ] {
            let steps = (0..attempts).map(|_| Step::Break(failure, answer(status, "")));
            let transport = ScriptedTransport::new(steps);
            let error = fetch(&source(&transport, Recommendations))
                .await
                .unwrap_err();
            assert_eq!(error.kind(), kind, "{status} {failure:?}");
            assert_eq!(transport.api_requests().len(), attempts);
        }
    }
    let steps = [
        Step::Break(Interrupted, retry_after(429, "1")),
        nothing().into(),
    ];
    let transport = ScriptedTransport::new(steps);
    fetch(&source(&transport, Recommendations)).await.unwrap();
    assert_eq!(transport.api_times(), [0, 1_000]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_needs_its_body_and_lacks_it_still_names_the_call() {
    use TransportErrorKind::*;
    for (failure, kind, attempts) in [
        (TooLarge, SourceErrorKind::BadFormat, 1),
        (Interrupted, SourceErrorKind::Unreachable, 3),
    ] {
        for status in [200, 400, 404] {
            let steps = (0..attempts).map(|_| Step::Break(failure, answer(status, "")));
            let transport = ScriptedTransport::new(steps);
            let error = fetch(&source(&transport, Suggestions)).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{status} {failure:?}");
            assert_eq!(error.upstream().status, Some(status));
            let id = format!("correlation-{status}");
            assert_eq!(error.upstream().correlation_id.as_deref(), Some(&*id));
            assert_eq!(error.upstream().requests, attempts);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_after_the_deadline_and_an_attempt_ends_with_it() {
    let hanging = || Step::After(Duration::from_secs(3_600), nothing());
    let transport = ScriptedTransport::new([hanging()]);
    let source = source(&transport, Recommendations);
    let started = Instant::now();
    let error = source.fetch(&query(), within(3_000)).await.unwrap_err();
    assert_eq!(error.kind(), SourceErrorKind::DeadlineExceeded);
    assert_eq!(started.elapsed(), Duration::from_secs(3));
    assert_eq!(transport.api_requests().len(), 1);

    let error = source.fetch(&query(), within(0)).await.unwrap_err();
    assert_eq!(error.kind(), SourceErrorKind::DeadlineExceeded);
    assert_eq!(error.upstream().requests, 0);
    assert_eq!(transport.api_requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_does_not_use_up_an_attempt() {
    let steps = [
        answer(503, ""),
        answer(503, ""),
        refused(401, "bad.credentials"),
        nothing(),
    ];
    let transport = ScriptedTransport::new(steps);
    fetch(&source(&transport, Recommendations)).await.unwrap();

    let steps = [
        refused(401, "bad.credentials"),
        answer(503, ""),
        answer(503, ""),
        answer(503, ""),
    ];
    let transport = ScriptedTransport::new(steps);
    let error = fetch(&source(&transport, Recommendations))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), SourceErrorKind::ServerError);
    assert_eq!(transport.api_requests().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn every_page_may_be_repeated_but_the_deadline_is_one() {
    let page = |n: u32| {
        let body = format!(r#"{{"entities":[{{"id":"s{n}"}}],"nextUri":"/api/v2/x?after={n}"}}"#);
        Step::After(Duration::from_secs(1), answer(200, body))
    };
    let steps = vec![answer(503, "").into(), page(1), page(2), page(3)];
    let transport = ScriptedTransport::new(steps);
    let error = fetch(&source(&transport, Suggestions)).await.unwrap_err();
    assert_eq!(error.kind(), SourceErrorKind::DeadlineExceeded);
    assert_eq!(transport.api_times(), [0, 0, 1_000, 2_000]);
}

#[tokio::test(start_paused = true)]
async fn a_429_that_asks_for_no_wait_is_not_repeated_at_once() {
    for value in ["0", "Sat, 05 Nov 1994 08:49:37 GMT"] {
        let transport = ScriptedTransport::new([retry_after(429, value), nothing()]);
        let source = source(&transport, Recommendations);
        source.fetch(&query(), within(10_000)).await.unwrap();
        let times = transport.api_times();
        assert!(times[1] - times[0] >= 2_000, "{value}: {times:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_500_for_which_nobody_waits_is_not_repeated() {
    let transport = ScriptedTransport::new([answer(500, "")]);
    let source = source(&transport, Recommendations);
    let renewal = SourceQuery {
        priority: Priority::Background,
        ..query()
    };
    let error = source.fetch(&renewal, within(20_000)).await.unwrap_err();
    assert_eq!(error.upstream().requests, 1);
}
