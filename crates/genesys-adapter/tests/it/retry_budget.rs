//! All repetitions together are bounded, whatever fails.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::dialect::Dialect::Recommendations;
use agent_assist_domain::ports::RecommendationSource;
use agent_assist_genesys::{GenesysSource, TransportErrorKind};
use tokio::time::advance;

use crate::support::{
    ScriptedTransport, Step, answer, nothing, query, refused, retry_after, source_with, within,
};

/// Asks a thousand times, one after the other, with all the time in the world.
async fn a_thousand_questions(source: &GenesysSource) {
    for _ in 0..1_000 {
        let _ = source.fetch(&query(), within(3_600_000)).await;
    }
}

fn unlimited(transport: &Arc<ScriptedTransport>) -> GenesysSource {
    source_with(transport, Recommendations, 0.5, |config| {
        config.requests_per_minute = 100_000;
        config.app_requests_per_minute = 100_000;
    })
}

#[tokio::test(start_paused = true)]
async fn a_total_failure_gets_at_most_a_fifth_more_requests_than_were_asked() {
    for status in [408, 500, 502, 503, 504] {
        let transport = ScriptedTransport::ruled(move |_| answer(status, "").into());
        a_thousand_questions(&unlimited(&transport)).await;
        let sent = transport.api_requests().len();
        assert!(sent > 1_050, "{status}: {sent}, so some are repeated");
        assert!(sent <= 1_200, "{status}: {sent}");
    }
    let transport = ScriptedTransport::ruled(|_| Step::Fail(TransportErrorKind::Connect));
    a_thousand_questions(&unlimited(&transport)).await;
    assert!(transport.api_requests().len() <= 1_200);
}

#[tokio::test(start_paused = true)]
async fn a_token_endpoint_that_fails_gets_no_more_than_that_either() {
    let transport =
        ScriptedTransport::new(None::<Step>).with_tokens((0..3_000).map(|_| answer(503, "")));
    a_thousand_questions(&unlimited(&transport)).await;
    assert!(transport.token_requests().len() <= 1_200);
    assert!(transport.api_requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn refused_tokens_are_renewed_once_for_each_question_and_not_multiplied_by_failures() {
    let transport = ScriptedTransport::ruled(|_| refused(401, "bad.credentials").into());
    a_thousand_questions(&unlimited(&transport)).await;
    assert_eq!(transport.api_requests().len(), 2_000);
    assert_eq!(transport.token_requests().len(), 1_001);
}

#[tokio::test(start_paused = true)]
async fn without_budget_the_failure_at_hand_stands_and_successes_fill_it_again() {
    let transport = ScriptedTransport::new((0..16).map(|_| answer(503, "")));
    let source = unlimited(&transport);
    for sent in [3, 6, 9, 12, 15, 16] {
        let error = source.fetch(&query(), within(60_000)).await.unwrap_err();
        assert_eq!(error.upstream().status, Some(503));
        assert_eq!(transport.api_requests().len(), sent);
    }

    let transport = ScriptedTransport::new(
        (0..15)
            .map(|_| answer(503, ""))
            .chain((0..10).map(|_| nothing()))
            .chain([answer(503, ""), nothing()]),
    );
    let source = unlimited(&transport);
    for question in 1..=16 {
        let answered = source.fetch(&query(), within(60_000)).await;
        assert_eq!(answered.is_ok(), question > 5, "question {question}");
    }
    assert_eq!(transport.api_requests().len(), 27);
}

#[tokio::test(start_paused = true)]
async fn a_repetition_that_the_gate_does_not_let_through_costs_nothing() {
    let transport = ScriptedTransport::new((0..30).map(|_| retry_after(429, "10")).chain([
        answer(503, ""),
        answer(503, ""),
        nothing(),
    ]));
    let source = unlimited(&transport);
    for _ in 0..30 {
        let error = source.fetch(&query(), within(3_000)).await.unwrap_err();
        assert_eq!(error.upstream().status, Some(429));
        advance(Duration::from_secs(10)).await;
    }
    source.fetch(&query(), within(3_000)).await.unwrap();
}
