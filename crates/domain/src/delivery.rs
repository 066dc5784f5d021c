//! When an event that did not arrive is tried again, when it is given up, and when its receiver is.
//!
//! Times and chance come in; the answer is a value.

use std::time::Duration;

use crate::ports::SinkErrorKind;
use crate::time::Timestamp;

/// How long a failing event waits before each further attempt: the schedule that the Standard
/// Webhooks specification recommends, three days in all.
const DELAYS: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_secs(5 * 60),
    Duration::from_secs(30 * 60),
    Duration::from_secs(2 * 3_600),
    Duration::from_secs(5 * 3_600),
    Duration::from_secs(10 * 3_600),
    Duration::from_secs(14 * 3_600),
    Duration::from_secs(20 * 3_600),
    Duration::from_secs(24 * 3_600),
];

/// A delay is longer by up to this share, so that receivers that failed together are not all asked
/// again together.
const JITTER: f64 = 0.2;

/// Longest wait that a receiver may ask for.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(24 * 3_600);

/// A receiver that took nothing for so long is left alone.
const GIVE_UP_AFTER: Duration = Duration::from_secs(5 * 24 * 3_600);

/// A failed attempt.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FailedAttempt {
    /// What the receiver's answer asks for.
    pub kind: SinkErrorKind,
    /// How long it wants to be left alone.
    pub retry_after: Option<Duration>,
    /// How many attempts at this event had failed before.
    pub failed_before: u32,
    /// Since when the receiver has taken nothing; `None` if it took what came before.
    pub failing_since: Option<Timestamp>,
    /// The time now.
    pub now: Timestamp,
}

/// What becomes of the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NextStep {
    /// Try again then.
    RetryAt(Timestamp),
    /// Give this event up and go on with the next.
    GiveUp,
    /// Leave the receiver alone until somebody says otherwise; the event waits.
    Hold,
}

/// What becomes of an event after `failed`; `chance` is uniform in `0.0..1.0`.
pub fn next_step(failed: &FailedAttempt, chance: f64) -> NextStep {
    let is_given_up = failed
        .failing_since
        .and_then(|since| failed.now.since(since))
        .is_some_and(|span| span >= GIVE_UP_AFTER);
    match failed.kind {
        SinkErrorKind::Unfit => return NextStep::GiveUp,
        SinkErrorKind::Gone => return NextStep::Hold,
        SinkErrorKind::NotNow if is_given_up => return NextStep::Hold,
        SinkErrorKind::NotNow => {}
    }
    let Some(delay) = DELAYS.get(failed.failed_before as usize) else {
        return NextStep::GiveUp;
    };
    let jittered = delay.mul_f64(1.0 + JITTER * chance.clamp(0.0, 1.0));
    let asked_for = failed.retry_after.unwrap_or_default().min(MAX_RETRY_AFTER);
    NextStep::RetryAt(failed.now.plus(jittered.max(asked_for)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_700_000_000_000);

    fn failed(failed_before: u32) -> FailedAttempt {
        FailedAttempt {
            kind: SinkErrorKind::NotNow,
            retry_after: None,
            failed_before,
            failing_since: Some(NOW),
            now: NOW,
        }
    }

    #[test]
    fn an_event_is_tried_ten_times_over_three_days_and_then_given_up() {
        let mut now = NOW;
        for before in 0..9 {
            let attempt = FailedAttempt {
                now,
                ..failed(before)
            };
            let NextStep::RetryAt(at) = next_step(&attempt, 0.0) else {
                panic!("attempt {before} is not the last");
            };
            now = at;
        }
        let hours = now.since(NOW).expect("later").as_secs() / 3_600;
        assert_eq!(hours, 75);
        assert_eq!(next_step(&failed(9), 0.5), NextStep::GiveUp);
    }

    #[test]
    fn a_receiver_that_is_gone_or_took_nothing_for_five_days_is_left_alone() {
        let gone = FailedAttempt {
            kind: SinkErrorKind::Gone,
            ..failed(0)
        };
        assert_eq!(next_step(&gone, 0.0), NextStep::Hold);
        let days = |days: u64| FailedAttempt {
            failing_since: Some(NOW.minus(Duration::from_secs(days * 86_400))),
            ..failed(9)
        };
        assert_eq!(next_step(&days(4), 0.0), NextStep::GiveUp);
        assert_eq!(next_step(&days(5), 0.0), NextStep::Hold);
    }

    #[test]
    fn what_can_never_be_taken_is_given_up_at_once() {
        let unfit = FailedAttempt {
            kind: SinkErrorKind::Unfit,
            ..failed(0)
        };
        assert_eq!(next_step(&unfit, 0.0), NextStep::GiveUp);
    }

    proptest! {
        #[test]
        fn a_wait_is_at_least_the_schedules_and_the_receivers_and_bounded(
            before in 0_u32..9, asked in 0_u64..10_000_000, chance in 0.0..1.0,
        ) {
            let asked = Duration::from_secs(asked);
            let attempt = FailedAttempt { retry_after: Some(asked), ..failed(before) };
            let NextStep::RetryAt(at) = next_step(&attempt, chance) else {
                return Err(TestCaseError::fail("not the last"));
            };
            let wait = at.since(NOW).expect("later");
            prop_assert!(wait >= DELAYS[before as usize]);
            prop_assert!(wait >= asked.min(MAX_RETRY_AFTER));
            prop_assert!(wait <= DELAYS[8].mul_f64(1.0 + JITTER));
        }
    }
}
