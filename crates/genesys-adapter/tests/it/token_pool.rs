//! Several tokens of one client, each with an allowance of its own.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::dialect::Dialect::Recommendations;
use agent_assist_domain::ports::{RecommendationSource, SourceErrorKind, SourceQuery};
use agent_assist_genesys::{Credentials, GenesysConfig, GenesysSource, TransportErrorKind};
use tokio::task::{JoinSet, yield_now};
use tokio::time::sleep;

use crate::support::{
    ScriptedTransport, Sent, Step, answer, fetch, granted, nothing, query, refused, retry_after,
    source_with, within,
};

const LIMITS: &str = "/api/v2/organizations/limits/namespaces/platform.api";

fn pool(transport: &Arc<ScriptedTransport>, size: u8) -> GenesysSource {
    source_with(transport, Recommendations, 0.0, |config| {
        config.token_pool = size;
    })
}

/// Answers questions as `rule` says, and the one after the limits with a refusal.
fn platform(rule: impl Fn(&Sent) -> Step + Send + Sync + 'static) -> Arc<ScriptedTransport> {
    ScriptedTransport::ruled(move |sent| {
        if sent.target == LIMITS {
            return refused(403, "missing.permissions").into();
        }
        rule(sent)
    })
}

/// How often each token was used for questions.
fn uses(transport: &ScriptedTransport) -> BTreeMap<String, usize> {
    let mut uses = BTreeMap::new();
    for sent in transport.api_requests() {
        if sent.target != LIMITS {
            *uses.entry(sent.authorization).or_default() += 1;
        }
    }
    uses
}

#[tokio::test(start_paused = true)]
async fn every_request_takes_the_token_with_the_most_left() {
    let transport = platform(|_| nothing().into());
    let source = pool(&transport, 3);
    for _ in 0..30 {
        fetch(&source).await.unwrap();
    }
    let uses: Vec<usize> = uses(&transport).into_values().collect();
    assert_eq!(uses.len(), 3);
    assert!(uses.iter().all(|uses| (9..=11).contains(uses)), "{uses:?}");
    assert_eq!(transport.token_requests().len(), 3);
    assert_eq!(source.rate_budget().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_pool_multiplies_the_allowance_and_no_token_exceeds_its_own() {
    let transport = platform(|_| nothing().into());
    let source = source_with(
        &transport,
        Recommendations,
        0.0,
        |config: &mut GenesysConfig| {
            config.token_pool = 4;
            config.requests_per_minute = 50;
        },
    );
    let mut answered = 0;
    while fetch(&source).await.is_ok() {
        answered += 1;
    }
    assert!((195..=200).contains(&answered), "{answered}");
    assert!(uses(&transport).into_values().all(|uses| uses <= 50));
}

#[tokio::test(start_paused = true)]
async fn a_throttled_request_is_repeated_at_once_with_another_token() {
    let transport = platform(|sent| match sent.authorization.as_str() {
        "Bearer token-1" => retry_after(429, "60").into(),
        _ => nothing().into(),
    });
    let source = pool(&transport, 2);
    for _ in 0..20 {
        fetch(&source).await.unwrap();
    }
    assert_eq!(uses(&transport)["Bearer token-1"], 1);
    assert!(transport.api_times().iter().all(|at| *at == 0));
    let closed: Vec<bool> = source
        .rate_budget()
        .iter()
        .map(|b| b.closed_for.is_some())
        .collect();
    assert_eq!(closed, [true, false]);
}

#[tokio::test(start_paused = true)]
async fn the_size_is_bounded_and_a_given_token_is_one() {
    for (size, slots) in [(0, 1), (1, 1), (10, 10), (255, 10)] {
        let transport = platform(|_| nothing().into());
        assert_eq!(pool(&transport, size).rate_budget().len(), slots);
    }
    let transport = ScriptedTransport::new([nothing()]);
    let source = source_with(&transport, Recommendations, 0.0, |config| {
        config.token_pool = 10;
        config.credentials = Credentials::AccessToken("given".into());
    });
    fetch(&source).await.unwrap();
    sleep(Duration::from_secs(1)).await;
    assert_eq!(source.rate_budget().len(), 1);
    assert_eq!(
        transport.api_requests().len(),
        1,
        "its limit is not asked for"
    );
}

#[tokio::test(start_paused = true)]
async fn the_application_s_limit_is_asked_for_once_and_holds() {
    let transport = ScriptedTransport::ruled(|sent| {
        let limits = r#"{"entities":[{"key":"org.app.user.rate.per.minute","value":12}]}"#;
        let body = if sent.target == LIMITS {
            limits
        } else {
            r#"{"entities":[]}"#
        };
        answer(200, body).into()
    });
    let source = pool(&transport, 2);
    let mut answered = 0;
    loop {
        let query = SourceQuery {
            conversation_id: format!("conversation-{answered}"),
            ..query()
        };
        if source.fetch(&query, within(3_000)).await.is_err() {
            break;
        }
        yield_now().await;
        answered += 1;
    }
    assert_eq!(
        answered, 11,
        "the question after the limit is the twelfth request"
    );
    let asked = transport.api_requests();
    assert_eq!(asked.iter().filter(|sent| sent.target == LIMITS).count(), 1);
}

/// So many questions at once, and how many were answered.
async fn at_once(source: GenesysSource, questions: usize) -> usize {
    let source = Arc::new(source);
    let mut callers = JoinSet::new();
    for _ in 0..questions {
        let source = Arc::clone(&source);
        callers.spawn(async move { source.fetch(&query(), within(3_000)).await.is_ok() });
    }
    let answered = callers.join_all().await.into_iter();
    answered.filter(|answered| *answered).count()
}

#[tokio::test(start_paused = true)]
async fn each_dead_token_is_renewed_once_for_any_number_of_requests_in_flight() {
    let dead = ["Bearer token-1", "Bearer token-2", "Bearer token-3"];
    let transport = platform(move |sent| {
        let response = if dead.contains(&sent.authorization.as_str()) {
            refused(401, "bad.credentials")
        } else {
            nothing()
        };
        Step::After(Duration::from_millis(50), response)
    });
    let source = source_with(&transport, Recommendations, 0.0, |config| {
        config.token_pool = 3;
        config.requests_per_minute = 5_000;
        config.app_requests_per_minute = 10_000;
    });
    assert_eq!(at_once(source, 1_000).await, 1_000);
    assert_eq!(transport.token_requests().len(), 6);
    assert_eq!(uses(&transport).into_values().sum::<usize>(), 2_000);
}

#[tokio::test(start_paused = true)]
async fn a_revoked_client_is_asked_once_for_each_token_not_in_a_loop() {
    let refusal = || answer(401, r#"{"error":"invalid_client","description":"revoked"}"#);
    let transport = platform(|_| nothing().into())
        .with_tokens((0..3).map(|_| Step::After(Duration::from_millis(50), refusal())));
    let source = pool(&transport, 3);
    assert_eq!(at_once(source, 300).await, 0);
    assert_eq!(transport.token_requests().len(), 3);
    assert!(transport.api_requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn where_no_further_token_can_be_had_those_at_hand_are_used() {
    let failures = (0..3).map(|_| Step::Fail(TransportErrorKind::Connect));
    let tokens = std::iter::once(granted("token-1", 86_400).into()).chain(failures);
    let transport = platform(|_| nothing().into()).with_tokens(tokens.collect::<Vec<Step>>());
    let source = source_with(&transport, Recommendations, 0.0, |config| {
        config.token_pool = 2;
    });
    fetch(&source).await.unwrap();
    fetch(&source).await.unwrap();
    assert_eq!(uses(&transport)["Bearer token-1"], 2);
}

#[tokio::test(start_paused = true)]
async fn a_pool_that_is_closed_altogether_refuses_until_the_first_opens() {
    let transport = platform(|sent| match sent.authorization.as_str() {
        "Bearer token-1" => retry_after(429, "60").into(),
        _ => retry_after(429, "20").into(),
    });
    let source = pool(&transport, 2);
    fetch(&source).await.unwrap_err();
    let error = fetch(&source).await.unwrap_err();
    assert_eq!(error.kind(), SourceErrorKind::RateLimited);
    assert_eq!(error.retry_after(), Some(Duration::from_secs(20)));
    assert_eq!(error.upstream().requests, 0);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_cannot_be_had_is_what_is_said_where_those_at_hand_are_closed() {
    let refusal = answer(401, r#"{"error":"invalid_client","description":"revoked"}"#);
    let transport = platform(|_| retry_after(429, "60").into())
        .with_tokens([granted("token-1", 86_400), refusal]);
    let source = pool(&transport, 2);
    let error = fetch(&source).await.unwrap_err();
    assert_eq!(error.kind(), SourceErrorKind::Unauthenticated);
    assert_eq!(transport.token_requests().len(), 2);
}
