//! The contract of [`EngagementReporter`].
//!
//! A suite cannot know what an upstream recommended, so the expression given to the macro also names an
//! engagement that it takes in and one that it refuses: the port is given as a [`Informed`].

use std::time::Duration;

use agent_assist_domain::ports::{EngagementReporter, ReportErrorKind, ToldEngagement};
use agent_assist_domain::time::Deadline;
use futures_util::FutureExt as _;
use tokio::time::{Instant, timeout};

/// Long enough for any upstream under test to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// What counts as prompt when a deadline has passed.
const PROMPT: Duration = Duration::from_secs(1);

/// A reporter with what to tell.
#[derive(Debug)]
pub struct Informed<R> {
    /// The reporter.
    pub reporter: R,
    /// An engagement with something that its upstream recommended.
    pub known: ToldEngagement,
    /// One with something that it never did.
    pub unknown: ToldEngagement,
}

/// Holds an [`EngagementReporter`] to its contract, given as an
/// [`Informed`]; see [`conformance`](crate::conformance).
#[macro_export]
macro_rules! reporter_conformance {
    ($fresh:expr $(,)?) => {
        $crate::__conformance_cases!(
            reporter,
            $fresh,
            [
                what_is_known_is_acknowledged,
                what_was_never_recommended_is_refused,
                a_deadline_that_has_passed_delivers_nothing,
                a_dropped_call_leaves_the_reporter_usable,
            ]
        );
    };
}

/// It says how it was acknowledged.
pub async fn what_is_known_is_acknowledged<R: EngagementReporter>(port: &Informed<R>) {
    tell(port).await;
}

/// What the upstream will never take is told apart from what may be told again.
pub async fn what_was_never_recommended_is_refused<R: EngagementReporter>(port: &Informed<R>) {
    let answer = port.reporter.report(&port.unknown, in_time()).await;
    let error = answer.expect_err("it was never recommended");
    assert_eq!(error.kind(), ReportErrorKind::Refused, "{error}");
    tell(port).await;
}

/// Nothing is sent once the deadline has passed, and that is said.
pub async fn a_deadline_that_has_passed_delivers_nothing<R: EngagementReporter>(
    port: &Informed<R>,
) {
    let passed = Deadline::at(Instant::now().into_std());
    let answer = timeout(PROMPT, port.reporter.report(&port.known, passed)).await;
    let answer = answer.expect("the call ends promptly");
    let error = answer.expect_err("there is no time to tell anything");
    assert_eq!(error.kind(), ReportErrorKind::NotDelivered, "{error}");
}

/// Dropping the future ends the call and nothing else.
pub async fn a_dropped_call_leaves_the_reporter_usable<R: EngagementReporter>(port: &Informed<R>) {
    // Polled once and dropped.
    let _ = port.reporter.report(&port.known, in_time()).now_or_never();
    tell(port).await;
}

fn in_time() -> Deadline {
    Deadline::at((Instant::now() + PATIENCE).into_std())
}

async fn tell<R: EngagementReporter>(port: &Informed<R>) {
    match port.reporter.report(&port.known, in_time()).await {
        Ok(upstream) => assert!(upstream.requests > 0, "requests are counted: {upstream:?}"),
        Err(error) => panic!("the upstream did not take it in: {error}"),
    }
}
