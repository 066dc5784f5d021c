//! The contract of [`RecommendationSource`].
//!
//! A suite cannot know what an upstream holds, so the expression given to the macro also names a
//! question that has an answer and one that has none: the port is given as a [`Questioned`].

use std::time::Duration;

use agent_assist_domain::batch::{Batch, UpstreamFacts};
use agent_assist_domain::ports::{RecommendationSource, SourceErrorKind, SourceQuery};
use agent_assist_domain::time::Deadline;
use futures_util::FutureExt as _;
use tokio::time::{Instant, timeout};

/// Long enough for any source under test to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// What counts as prompt when a deadline has passed.
const PROMPT: Duration = Duration::from_secs(1);

/// A source with what to ask it.
#[derive(Debug)]
pub struct Questioned<S> {
    /// The source.
    pub source: S,
    /// A question about which its upstream has something to recommend.
    pub known: SourceQuery,
    /// The same about a conversation of which the upstream's assistant knows nothing.
    pub unknown: SourceQuery,
}

/// Holds a [`RecommendationSource`] to its contract, given as a
/// [`Questioned`]; see [`conformance`](crate::conformance).
#[macro_export]
macro_rules! source_conformance {
    ($fresh:expr $(,)?) => {
        $crate::__conformance_cases!(
            source,
            $fresh,
            [
                the_profile_never_changes,
                a_known_conversation_has_recommendations,
                asking_twice_brings_the_same,
                an_unknown_conversation_is_no_fault,
                a_deadline_that_has_passed_ends_the_call_at_once,
                a_dropped_call_leaves_the_source_usable,
            ]
        );
    };
}

/// The profile is part of every key, so it is the same at every call.
pub async fn the_profile_never_changes<S: RecommendationSource>(port: &Questioned<S>) {
    let before = port.source.profile();
    assert!(!before.origin.is_empty(), "the origin names the upstream");
    fetch(port, &port.known).await;
    assert_eq!(port.source.profile(), before);
}

/// What is usable is in the batch, and the batch says that the upstream was asked.
pub async fn a_known_conversation_has_recommendations<S: RecommendationSource>(
    port: &Questioned<S>,
) {
    let batch = fetch(port, &port.known).await;
    assert!(!batch.items.is_empty(), "the known question has an answer");
    assert!(!batch.no_data, "recommendations come with data");
    assert!(
        batch.upstream.requests > 0,
        "the requests sent are counted: {:?}",
        batch.upstream
    );
}

/// Asking twice changes nothing upstream.
pub async fn asking_twice_brings_the_same<S: RecommendationSource>(port: &Questioned<S>) {
    let first = fetch(port, &port.known).await;
    let second = fetch(port, &port.known).await;
    // How the call went may differ; what it brought may not.
    let content = |batch: Batch| Batch {
        upstream: UpstreamFacts::default(),
        ..batch
    };
    assert_eq!(content(first), content(second));
}

/// A conversation unknown to the assistant is an empty batch with `no_data`. Only a source whose
/// upstream cannot tell it from a wrong address may say `NotFound`.
pub async fn an_unknown_conversation_is_no_fault<S: RecommendationSource>(port: &Questioned<S>) {
    match port.source.fetch(&port.unknown, in_time()).await {
        Ok(batch) => {
            assert!(batch.no_data, "an unknown conversation has no data");
            assert_eq!(batch.total_received(), 0);
        }
        Err(error) => assert_eq!(error.kind(), SourceErrorKind::NotFound),
    }
}

/// A call ends by its deadline, also by one that has passed before it began.
pub async fn a_deadline_that_has_passed_ends_the_call_at_once<S: RecommendationSource>(
    port: &Questioned<S>,
) {
    let passed = Deadline::at(Instant::now().into_std());
    let answer = timeout(PROMPT, port.source.fetch(&port.known, passed)).await;
    let answer = answer.expect("the call ends promptly");
    let error = answer.expect_err("there is no time to answer in");
    assert_eq!(error.kind(), SourceErrorKind::DeadlineExceeded);
}

/// Dropping the future ends the call and nothing else.
pub async fn a_dropped_call_leaves_the_source_usable<S: RecommendationSource>(
    port: &Questioned<S>,
) {
    // Polled once and dropped.
    let _ = port.source.fetch(&port.known, in_time()).now_or_never();
    fetch(port, &port.known).await;
}

fn in_time() -> Deadline {
    Deadline::at((Instant::now() + PATIENCE).into_std())
}

async fn fetch<S: RecommendationSource>(port: &Questioned<S>, query: &SourceQuery) -> Batch {
    match port.source.fetch(query, in_time()).await {
        Ok(batch) => batch,
        Err(error) => panic!("the source failed: {error}"),
    }
}
