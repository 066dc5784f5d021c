//! Which sessions are paused.

use std::time::{Duration, Instant};

use agent_assist_domain::breaker::Evidence;
use agent_assist_domain::session_health::{PausePolicy, SessionHealth};
use proptest::prelude::*;

use super::some_instant;

const POLICY: PausePolicy = PausePolicy {
    failures: 3,
    within: Duration::from_secs(60),
    pause: Duration::from_secs(300),
};

const FAILING: Evidence = Evidence::Failing;

fn after(start: Instant, seconds: u64) -> Instant {
    start + Duration::from_secs(seconds)
}

#[test]
fn a_session_that_fails_alone_is_paused_at_the_third_failure() {
    let (mut health, start) = (SessionHealth::new(POLICY), some_instant());
    assert!(!health.failed("s-1", FAILING, after(start, 20)));
    health.succeeded("another");
    assert!(!health.failed("s-1", FAILING, after(start, 30)));
    assert!(health.failed("s-1", FAILING, after(start, 40)));
    assert!(
        !health.failed("s-1", FAILING, after(start, 41)),
        "it starts afresh"
    );
}

#[test]
fn failures_far_apart_or_with_a_success_between_do_not_add_up() {
    let (mut health, start) = (SessionHealth::new(POLICY), some_instant());
    for second in [0, 59, 61, 121, 140] {
        assert!(
            !health.failed("s-1", FAILING, after(start, second)),
            "{second}"
        );
    }
    health.succeeded("s-1");
    assert!(!health.failed("s-1", FAILING, after(start, 142)));
    assert!(!health.failed("s-1", FAILING, after(start, 143)));
}

#[test]
fn what_went_well_before_an_outage_pauses_nobody_in_it() {
    let (mut health, start) = (SessionHealth::new(POLICY), some_instant());
    for session in ["s-1", "s-2", "s-3", "s-1"] {
        health.succeeded(session);
    }
    for second in 0..10 {
        assert!(!health.failed("s-1", FAILING, after(start, second)));
    }
}

#[test]
fn a_session_paused_before_does_not_hide_another() {
    let (mut health, start) = (SessionHealth::new(POLICY), some_instant());
    for session in ["s-1", "s-2"] {
        assert!(!health.failed(session, FAILING, after(start, 0)));
        health.succeeded("another");
        assert!(!health.failed(session, FAILING, after(start, 1)));
        assert!(health.failed(session, FAILING, after(start, 2)));
    }
}

#[test]
fn what_the_breaker_took_over_is_forgotten() {
    let (mut health, start) = (SessionHealth::new(POLICY), some_instant());
    health.failed("s-1", FAILING, after(start, 0));
    health.failed("s-1", FAILING, after(start, 1));
    health.absolve();
    assert!(!health.failed("s-1", FAILING, after(start, 2)));
}

#[test]
fn a_session_without_others_is_paused_only_where_the_upstream_refuses_its_calls() {
    let (mut health, start) = (SessionHealth::new(POLICY), some_instant());
    for second in 0..10 {
        assert!(!health.failed("s-1", FAILING, after(start, second)));
    }
    let mut health = SessionHealth::new(POLICY);
    let refused = |health: &mut SessionHealth, second| {
        health.failed("s-1", Evidence::Working, after(start, second))
    };
    assert!(!refused(&mut health, 0));
    assert!(!refused(&mut health, 1));
    assert!(refused(&mut health, 2));
}

proptest! {
    #[test]
    fn nobody_is_paused_while_the_others_fail_as_well(
        calls in prop::collection::vec((0..20_usize, 0..1_000_u64), 1..400),
    ) {
        let mut health = SessionHealth::new(POLICY);
        let mut now = some_instant();
        // Two others fail before anyone has failed three times.
        for other in ["x-1", "x-2", "x-3"] {
            health.failed(other, FAILING, now);
        }
        for (session, ms) in calls {
            now += Duration::from_millis(ms.min(100));
            let paused = health.failed(&format!("s-{session}"), FAILING, now);
            prop_assert!(!paused);
        }
    }
}
