//! The circuit breaker against a model that keeps every call it ever saw.

use std::time::{Duration, Instant};

use agent_assist_domain::breaker::{
    Admission, Breaker, BreakerPolicy, BreakerState, Evidence, MAX_OPEN, Ticket,
};
use agent_assist_domain::ports::{Priority, SourceError, SourceErrorKind};
use proptest::prelude::*;

use super::some_instant;

const POLICY: BreakerPolicy = BreakerPolicy {
    consecutive_failures: 3,
    failure_rate: 0.5,
    window: Duration::from_secs(10),
    min_calls: 6,
    open: Duration::from_secs(2),
};

/// What the outside does.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Time passes, in milliseconds.
    Wait(u64),
    /// A call is asked for.
    Ask,
    /// The call under way at this position (of those there are) ends.
    End(usize, Evidence),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let evidence = prop_oneof![
        3 => Just(Evidence::Failing),
        3 => Just(Evidence::Working),
        1 => Just(Evidence::None),
    ];
    let step = prop_oneof![
        2 => (0..1_500_u64).prop_map(Step::Wait),
        3 => Just(Step::Ask),
        3 => (any::<usize>(), evidence).prop_map(|(at, evidence)| Step::End(at, evidence)),
    ];
    prop::collection::vec(step, 1..200)
}

/// Says what should be, by looking at the whole history each time.
struct Model {
    now: Instant,
    /// Calls settled since the circuit last closed: when they ended, and whether they failed.
    history: Vec<(Instant, bool)>,
    open: Option<(Instant, Duration)>,
    probing: bool,
    era: u32,
}

impl Model {
    fn may_call(&self) -> bool {
        match self.open {
            None => true,
            Some((until, _)) => !self.probing && self.now >= until,
        }
    }

    fn settle(&mut self, era: u32, evidence: Evidence) {
        if era != self.era {
            return;
        }
        match (self.open, evidence) {
            (Some((_, length)), Evidence::Failing) => {
                self.trip((length * 2).min(MAX_OPEN));
            }
            (Some(_), Evidence::Working) => {
                self.open = None;
                self.probing = false;
                self.history.clear();
                self.era += 1;
            }
            (Some((_, length)), Evidence::None) => {
                self.open = Some((self.now, length));
                self.probing = false;
                self.era += 1;
            }
            (None, Evidence::None) => {}
            (None, evidence) => {
                self.history.push((self.now, evidence == Evidence::Failing));
                if evidence == Evidence::Failing && self.is_bad() {
                    self.trip(POLICY.open);
                }
            }
        }
    }

    fn trip(&mut self, length: Duration) {
        self.open = Some((self.now + length, length));
        self.probing = false;
        self.era += 1;
    }

    /// Whether the circuit must be open by the calls that certainly lie in the window.
    fn is_bad(&self) -> bool {
        let failing = |call: &&(Instant, bool)| call.1;
        let in_a_row = self.history.iter().rev().take_while(failing).count();
        in_a_row >= POLICY.consecutive_failures as usize
    }
}

proptest! {
    /// With a share of 1.1 only failures in a row count, and these the model knows exactly.
    #[test]
    fn it_does_what_its_whole_history_says(steps in steps()) {
        let policy = BreakerPolicy { failure_rate: 1.1, ..POLICY };
        let start = some_instant();
        let mut breaker = Breaker::new(policy);
        let mut model = Model { now: start, history: Vec::new(), open: None, probing: false, era: 0 };
        let mut under_way: Vec<(Ticket, u32)> = Vec::new();
        for step in steps {
            match step {
                Step::Wait(ms) => model.now += Duration::from_millis(ms),
                Step::Ask => {
                    let allowed = model.may_call();
                    match breaker.admit(Priority::Interactive, model.now) {
                        Admission::Granted(ticket) => {
                            prop_assert!(allowed);
                            if model.open.is_some() {
                                model.probing = true;
                                model.era += 1;
                            }
                            under_way.push((ticket, model.era));
                        }
                        Admission::Refused(wait) => {
                            prop_assert!(!allowed);
                            if let (false, Some((until, _))) = (model.probing, model.open) {
                                prop_assert_eq!(model.now + wait, until);
                            }
                        }
                    }
                }
                Step::End(at, evidence) if !under_way.is_empty() => {
                    let (ticket, era) = under_way.swap_remove(at % under_way.len());
                    breaker.settle(ticket, evidence, model.now);
                    model.settle(era, evidence);
                }
                Step::End(..) => {}
            }
            prop_assert_eq!(breaker.state(model.now) == BreakerState::Closed, model.open.is_none());
        }
    }

    #[test]
    fn a_share_of_failures_opens_it_only_when_enough_calls_lie_in_the_window(
        outcomes in prop::collection::vec((any::<bool>(), 0..3_000_u64), 1..150),
    ) {
        let policy = BreakerPolicy { consecutive_failures: u32::MAX, ..POLICY };
        let mut breaker = Breaker::new(policy);
        let mut now = some_instant();
        let mut calls: Vec<(Instant, bool)> = Vec::new();
        let count = |calls: &[(Instant, bool)], since: Instant| {
            let recent = calls.iter().filter(|call| call.0 > since);
            (recent.clone().count(), recent.filter(|call| call.1).count())
        };
        for (failed, pause) in outcomes {
            now += Duration::from_millis(pause);
            let Admission::Granted(ticket) = breaker.admit(Priority::Interactive, now) else { break };
            let evidence = if failed { Evidence::Failing } else { Evidence::Working };
            breaker.settle(ticket, evidence, now);
            calls.push((now, failed));
            // Slices make the window's edge vague by a tenth of it: beyond, nothing counts; within
            // nine tenths, everything does.
            if breaker.state(now) != BreakerState::Closed {
                let (all, _) = count(&calls, now - POLICY.window);
                prop_assert!(failed && all >= POLICY.min_calls as usize);
                break;
            }
            let span = calls.first().map_or(Duration::ZERO, |first| now - first.0);
            let (all, bad) = count(&calls, now - POLICY.window);
            if span < POLICY.window * 9 / 10 && failed {
                prop_assert!(all < POLICY.min_calls as usize || bad * 2 < all);
            }
        }
    }
}

#[test]
fn only_the_upstream_s_own_failures_are_evidence_against_it() {
    let fair = Duration::from_secs(3);
    let evidence = |kind| Evidence::of::<()>(&Err(SourceError::new(kind)), fair);
    for kind in SourceErrorKind::ALL {
        use SourceErrorKind::*;
        let expected = match kind {
            ServerError | Unreachable | UpstreamTimeout | DeadlineExceeded | BadFormat => {
                Evidence::Failing
            }
            BadRequest | Unauthenticated | Forbidden | NotFound | TooLarge => Evidence::Working,
            _ => Evidence::None,
        };
        assert_eq!(evidence(kind), expected, "{kind:?}");
    }
    assert_eq!(Evidence::of(&Ok(()), fair), Evidence::Working);
    // A caller in a hurry must not open the circuit for everybody.
    let late = Err::<(), _>(SourceError::new(SourceErrorKind::DeadlineExceeded));
    assert_eq!(
        Evidence::of(&late, Duration::from_millis(200)),
        Evidence::None
    );
}

#[test]
fn failed_probes_come_ever_less_often_up_to_a_limit() {
    let mut breaker = Breaker::new(POLICY);
    let mut now = some_instant();
    for _ in 0..POLICY.consecutive_failures {
        let Admission::Granted(ticket) = breaker.admit(Priority::Interactive, now) else {
            panic!("it is closed")
        };
        breaker.settle(ticket, Evidence::Failing, now);
    }
    let mut waits = Vec::new();
    for _ in 0..6 {
        let Admission::Refused(wait) = breaker.admit(Priority::Interactive, now) else {
            panic!("it is open")
        };
        waits.push(wait.as_secs());
        now += wait;
        let renewal = breaker.admit(Priority::Background, now);
        assert_eq!(
            renewal,
            Admission::Refused(Duration::ZERO),
            "nobody waits for it"
        );
        let Admission::Granted(probe) = breaker.admit(Priority::Interactive, now) else {
            panic!("one call probes")
        };
        assert_eq!(
            breaker.admit(Priority::Interactive, now),
            Admission::Refused(Duration::ZERO),
            "only one"
        );
        breaker.settle(probe, Evidence::Failing, now);
    }
    assert_eq!(waits, [2, 4, 8, 16, 30, 30]);
}
