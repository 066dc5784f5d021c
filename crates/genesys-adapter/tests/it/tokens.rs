//! One token for all, renewed in time.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::dialect::Dialect::Recommendations;
use agent_assist_domain::ports::{RecommendationSource, SourceErrorKind};
use agent_assist_genesys::{Credentials, GenesysSource, TransportErrorKind};
use tokio::task::JoinSet;
use tokio::time::{advance, sleep};

use crate::support::{
    ScriptedTransport, Step, answer, fetch, granted, nothing, query, refused, source, source_with,
    within,
};

#[tokio::test(start_paused = true)]
async fn a_token_is_reused_and_travels_as_bearer() {
    let transport = ScriptedTransport::new([nothing(), nothing()]);
    let source = source(&transport, Recommendations);
    fetch(&source).await.unwrap();
    fetch(&source).await.unwrap();
    let asked = transport.token_requests();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].url, "https://login.example.com/oauth/token");
    assert_eq!(asked[0].authorization, "Basic Y2xpZW50OnNlY3JldA==");
    for sent in transport.api_requests() {
        assert_eq!(sent.authorization, "Bearer token-1");
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_is_renewed_a_margin_before_it_expires() {
    // A tenth of the lifetime up to a minute, stretched by chance up to twice that.
    for (lifetime, chance, renewed_at) in [
        (86_400, 0.0, 86_340),
        (86_400, 1.0, 86_280),
        (300, 0.0, 270),
        (300, 0.5, 255),
    ] {
        let transport = ScriptedTransport::new([nothing(), nothing(), nothing()])
            .with_tokens([granted("token-1", lifetime)]);
        let source = source_with(&transport, Recommendations, chance, |_| {});
        fetch(&source).await.unwrap();
        advance(Duration::from_millis(renewed_at * 1_000 - 10)).await;
        fetch(&source).await.unwrap();
        assert_eq!(transport.token_requests().len(), 1, "{lifetime} {chance}");
        advance(Duration::from_millis(20)).await;
        fetch(&source).await.unwrap();
        assert_eq!(transport.token_requests().len(), 2, "{lifetime} {chance}");
        assert_eq!(transport.api_requests()[2].authorization, "Bearer token-2");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_early_renewal_goes_on_with_the_token_at_hand() {
    let unavailable = || answer(503, "");
    let transport = ScriptedTransport::new((0..4).map(|_| nothing())).with_tokens([
        granted("token-1", 600),
        unavailable(),
        unavailable(),
        unavailable(),
    ]);
    let source = source(&transport, Recommendations);
    fetch(&source).await.unwrap();
    advance(Duration::from_secs(545)).await;
    fetch(&source).await.unwrap();
    assert_eq!(
        transport.token_requests().len(),
        4,
        "three attempts to renew"
    );
    fetch(&source).await.unwrap();
    assert_eq!(transport.token_requests().len(), 4, "not again at once");
    advance(Duration::from_secs(6)).await;
    fetch(&source).await.unwrap();
    let tokens: Vec<_> = transport
        .api_requests()
        .into_iter()
        .map(|sent| sent.authorization)
        .collect();
    assert_eq!(
        tokens,
        [
            "Bearer token-1",
            "Bearer token-1",
            "Bearer token-1",
            "Bearer token-5"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_slow_early_renewal_leaves_half_of_the_time_for_the_question() {
    let transport = ScriptedTransport::new([nothing(), nothing()]).with_tokens([
        granted("token-1", 600).into(),
        Step::After(Duration::from_secs(60), granted("token-2", 600)),
    ]);
    let source = source(&transport, Recommendations);
    fetch(&source).await.unwrap();
    advance(Duration::from_secs(545)).await;
    fetch(&source).await.unwrap();
    assert_eq!(
        transport.api_times()[1] / 100,
        5_465,
        "1.5 of 3 seconds were spent on the token"
    );
}

/// A source whose tokens may be used more often than the platform allows.
fn ample_source(transport: &Arc<ScriptedTransport>) -> GenesysSource {
    source_with(transport, Recommendations, 0.0, |config| {
        config.requests_per_minute = 10_000;
        config.app_requests_per_minute = 10_000;
    })
}

/// A thousand questions at once.
async fn thousand_fetches(source: GenesysSource) -> Vec<Option<SourceErrorKind>> {
    let source = Arc::new(source);
    let mut tasks = JoinSet::new();
    for _ in 0..1_000 {
        let source = Arc::clone(&source);
        tasks.spawn(async move { fetch(&source).await.err().map(|error| error.kind()) });
    }
    tasks.join_all().await
}

#[tokio::test(start_paused = true)]
async fn a_thousand_callers_share_one_token_request() {
    let transport =
        ScriptedTransport::new((0..1_000).map(|_| nothing())).with_tokens([Step::After(
            Duration::from_millis(200),
            granted("token-1", 86_400),
        )]);
    let results = thousand_fetches(ample_source(&transport)).await;
    assert!(results.iter().all(Option::is_none));
    assert_eq!(transport.token_requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_callers_share_one_token_request_even_if_the_token_is_worth_nothing() {
    let transport =
        ScriptedTransport::new((0..1_000).map(|_| nothing())).with_tokens([Step::After(
            Duration::from_millis(200),
            granted("token-1", 0),
        )]);
    let results = thousand_fetches(ample_source(&transport)).await;
    assert!(results.iter().all(Option::is_none));
    assert_eq!(transport.token_requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_callers_share_one_refusal() {
    let refusal = answer(
        401,
        r#"{"error":"invalid_client","description":"authentication failed"}"#,
    );
    let transport = ScriptedTransport::new(None::<Step>)
        .with_tokens([Step::After(Duration::from_millis(200), refusal)]);
    let results = thousand_fetches(ample_source(&transport)).await;
    assert!(
        results
            .iter()
            .all(|kind| *kind == Some(SourceErrorKind::Unauthenticated))
    );
    assert_eq!(transport.token_requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_callers_with_the_same_dead_token_cause_one_renewal() {
    let dead = || Step::After(Duration::from_millis(50), refused(401, "bad.credentials"));
    let alive = || Step::After(Duration::from_millis(50), nothing());
    let first = std::iter::once(nothing().into());
    let steps = first
        .chain((0..1_000).map(|_| dead()))
        .chain((0..1_000).map(|_| alive()));
    let transport = ScriptedTransport::new(steps.collect::<Vec<_>>()).with_tokens([
        granted("token-1", 86_400).into(),
        Step::After(Duration::from_millis(200), granted("token-2", 86_400)),
    ]);
    let source = ample_source(&transport);
    fetch(&source).await.unwrap();
    let results = thousand_fetches(source).await;
    assert!(results.iter().all(Option::is_none));
    assert_eq!(transport.token_requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn nobody_sends_a_dead_token_while_it_is_being_renewed() {
    let dead = refused(401, "bad.credentials");
    let transport = ScriptedTransport::new([nothing(), dead, nothing(), nothing()]).with_tokens([
        granted("token-1", 86_400).into(),
        Step::After(Duration::from_secs(1), granted("token-2", 86_400)),
    ]);
    let source = source(&transport, Recommendations);
    fetch(&source).await.unwrap();
    let late = async {
        sleep(Duration::from_millis(500)).await;
        fetch(&source).await
    };
    let (refused, late) = tokio::join!(fetch(&source), late);
    refused.unwrap();
    late.unwrap();
    let sent = transport.api_requests();
    let tokens: Vec<_> = sent
        .iter()
        .map(|sent| sent.authorization.as_str())
        .collect();
    assert_eq!(
        tokens,
        [
            "Bearer token-1",
            "Bearer token-1",
            "Bearer token-2",
            "Bearer token-2"
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn debug_of_a_source_shows_neither_client_nor_token() {
    let transport = ScriptedTransport::new([nothing()]).with_tokens([granted("planted", 60)]);
    let source = source_with(&transport, Recommendations, 0.0, |config| {
        config.credentials = Credentials::ClientCredentials {
            client_id: "planted".to_owned(),
            client_secret: "planted".into(),
        };
    });
    fetch(&source).await.unwrap();
    let debug = format!("{source:?} {:?}", source.probe());
    assert!(!debug.contains("planted"), "{debug}");
}

#[tokio::test(start_paused = true)]
async fn a_dropped_caller_passes_the_renewal_on() {
    let slow = |token| Step::After(Duration::from_secs(1), granted(token, 86_400));
    let transport =
        ScriptedTransport::new([nothing()]).with_tokens([slow("token-1"), slow("token-2")]);
    let source = Arc::new(source(&transport, Recommendations));
    let first = tokio::spawn({
        let source = Arc::clone(&source);
        async move { fetch(&source).await }
    });
    tokio::task::yield_now().await;
    let second = tokio::spawn(async move { fetch(&source).await });
    advance(Duration::from_millis(500)).await;
    first.abort();
    second.await.unwrap().unwrap();
    assert_eq!(transport.token_requests().len(), 2);
    assert_eq!(transport.api_requests()[0].authorization, "Bearer token-2");
}

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_renewed_once_and_the_question_asked_once_more() {
    let transport = ScriptedTransport::new([refused(401, "credentials.expired"), nothing()]);
    let batch = fetch(&source(&transport, Recommendations)).await.unwrap();
    assert_eq!(batch.upstream.requests, 2);
    let sent = transport.api_requests();
    assert_eq!(sent[0].authorization, "Bearer token-1");
    assert_eq!(sent[1].authorization, "Bearer token-2");
}

#[tokio::test(start_paused = true)]
async fn a_second_refusal_is_an_authentication_error() {
    let twice = (0..2).map(|_| refused(401, "bad.credentials"));
    let transport = ScriptedTransport::new(twice);
    let error = fetch(&source(&transport, Recommendations))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), SourceErrorKind::Unauthenticated);
    assert_eq!(error.code(), Some("bad.credentials"));
    assert_eq!(
        error.upstream().correlation_id.as_deref(),
        Some("correlation-401")
    );
    assert_eq!(transport.api_requests().len(), 2);
    assert_eq!(transport.token_requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_given_token_is_never_renewed() {
    let transport = ScriptedTransport::new([refused(401, "bad.credentials")]);
    let source = source_with(&transport, Recommendations, 0.0, |config| {
        config.credentials = Credentials::AccessToken("given-token\n".into());
    });
    let error = fetch(&source).await.unwrap_err();
    assert_eq!(error.kind(), SourceErrorKind::Unauthenticated);
    assert_eq!(
        transport.api_requests()[0].authorization,
        "Bearer given-token"
    );
    assert_eq!(transport.api_requests().len(), 1);
    assert!(transport.token_requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_wrong_client_is_not_tried_again_and_a_throttled_one_is() {
    let wrong = answer(
        400,
        r#"{"error":"invalid_client","description":"client not found"}"#,
    );
    let transport = ScriptedTransport::new(None::<Step>).with_tokens([wrong]);
    let error = fetch(&source(&transport, Recommendations))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), SourceErrorKind::Unauthenticated);
    assert_eq!(error.code(), Some("invalid_client"));
    assert_eq!(transport.token_requests().len(), 1);

    let throttled = || {
        answer(
            400,
            r#"{"error":"invalid_request","description":"rate limit exceeded; later"}"#,
        )
    };
    let transport = ScriptedTransport::new([nothing()]).with_tokens([
        throttled(),
        throttled(),
        granted("token-3", 60),
    ]);
    let source = source(&transport, Recommendations);
    source.fetch(&query(), within(10_000)).await.unwrap();
    let times: Vec<_> = transport
        .token_requests()
        .iter()
        .map(|sent| sent.at_ms)
        .collect();
    assert_eq!(times, [0, 2_000, 4_000]);

    let transport = ScriptedTransport::new(None::<Step>).with_tokens((0..3).map(|_| throttled()));
    let source = crate::support::source(&transport, Recommendations);
    let error = source.fetch(&query(), within(10_000)).await.unwrap_err();
    assert_eq!(error.kind(), SourceErrorKind::RateLimited);
}

#[tokio::test(start_paused = true)]
async fn an_unreachable_token_endpoint_is_tried_again_within_the_deadline() {
    let steps = [
        Step::Fail(TransportErrorKind::Connect),
        granted("token-1", 60).into(),
    ];
    let transport = ScriptedTransport::new([nothing()]).with_tokens(steps);
    fetch(&source(&transport, Recommendations)).await.unwrap();
    assert_eq!(transport.token_requests().len(), 2);
}

/// Credentials that were refused are refused again; nobody is served by asking with every question.
#[tokio::test(start_paused = true)]
async fn a_token_endpoint_that_refuses_is_spared_for_a_while() {
    let refusal = || answer(401, r#"{"error":"invalid_client"}"#);
    let transport = ScriptedTransport::new([nothing()]).with_tokens([refusal(), refusal()]);
    let source = source(&transport, Recommendations);
    for _ in 0..10 {
        let error = fetch(&source).await.unwrap_err();
        assert_eq!(error.kind(), SourceErrorKind::Unauthenticated);
    }
    assert_eq!(transport.token_requests().len(), 1);
    advance(Duration::from_secs(6)).await;
    fetch(&source).await.unwrap_err();
    assert_eq!(transport.token_requests().len(), 2);
    advance(Duration::from_secs(6)).await;
    fetch(&source).await.expect("granted, mended meanwhile");
}

#[tokio::test(start_paused = true)]
async fn who_has_the_time_waits_until_a_throttled_token_endpoint_may_be_asked_again() {
    let throttled = r#"{"error":"invalid_request","description":"rate limit exceeded; later"}"#;
    let transport =
        ScriptedTransport::new([nothing()]).with_tokens([Step::from(answer(400, throttled))]);
    let source = source(&transport, Recommendations);
    for _ in 0..3 {
        let error = source.fetch(&query(), within(1_000)).await.unwrap_err();
        assert_eq!(error.kind(), SourceErrorKind::RateLimited);
    }
    assert_eq!(transport.token_requests().len(), 1);
    let began = tokio::time::Instant::now();
    source.fetch(&query(), within(10_000)).await.unwrap();
    assert_eq!(began.elapsed().as_millis(), 2_000);
    assert_eq!(transport.token_requests().len(), 2);
}
