//! The arithmetic of one allowance, by properties and by example.

use proptest::prelude::*;

use super::*;

const ALLOWED: u32 = 300;

fn person(conversation: &str) -> Visitor<'_> {
    Visitor {
        conversation,
        priority: Priority::Interactive,
    }
}

fn refresh(conversation: &str) -> Visitor<'_> {
    Visitor {
        conversation,
        priority: Priority::Background,
    }
}

fn report(count: u32, allowed: u32, reset: u64) -> RateReport {
    RateReport {
        count: Some(count),
        allowed: Some(allowed),
        reset: Some(Duration::from_secs(reset)),
    }
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Lets one through if it may pass.
fn pass(window: &mut RateWindow, now: Instant, visitor: Visitor<'_>) -> bool {
    let passes = window.check(now, visitor, false).is_ok();
    if passes {
        window.take(now, visitor);
    }
    passes
}

/// So many from different conversations; how many passed.
fn crowd(window: &mut RateWindow, now: Instant, size: u32) -> u32 {
    let passed = (0..size).filter(|n| pass(window, now, person(&n.to_string())));
    u32::try_from(passed.count()).unwrap()
}

/// What can happen to a window.
#[derive(Clone, Debug)]
enum Event {
    Wait(u64),
    Visit(u8, bool),
    Answer(usize, RateReport),
    Refusal(Option<u64>),
    PutBack(usize),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let number = || prop::option::of(prop_oneof![0..700_u32, any::<u32>()]);
    let allowed = prop::option::of(1..=1_000_u32);
    let reset = prop::option::of((0..=120_u64).prop_map(Duration::from_secs));
    let report = (number(), allowed, reset).prop_map(|(count, allowed, reset)| RateReport {
        count,
        allowed,
        reset,
    });
    let event = prop_oneof![
        2 => (0..20_000_u64).prop_map(Event::Wait),
        8 => (any::<u8>(), any::<bool>()).prop_map(|(who, person)| Event::Visit(who, person)),
        3 => (any::<usize>(), report).prop_map(|(which, report)| Event::Answer(which, report)),
        1 => prop::option::of(prop_oneof![0..400_u64, any::<u64>()]).prop_map(Event::Refusal),
        1 => any::<usize>().prop_map(Event::PutBack),
    ];
    prop::collection::vec(event, 0..400)
}

proptest! {
    #[test]
    fn nobody_passes_a_closed_window_and_whoever_is_refused_is_told_a_later_moment(
        events in events(),
    ) {
        let mut now = Instant::now();
        let mut window = RateWindow::new(ALLOWED);
        let mut closed_until = now;
        let mut taken: Vec<Instant> = Vec::new();
        for event in events {
            match event {
                Event::Wait(millis) => now += Duration::from_millis(millis),
                Event::Visit(who, is_person) => {
                    let name = who.to_string();
                    let visitor = if is_person { person(&name) } else { refresh(&name) };
                    match window.check(now, visitor, false) {
                        Ok(()) => {
                            prop_assert!(closed_until <= now);
                            prop_assert!(window.remaining() > 0);
                            window.take(now, visitor);
                            taken.push(now);
                        }
                        Err(shut) => {
                            prop_assert!(shut.until > now);
                            prop_assert!(shut.until >= closed_until);
                            prop_assert!(shut.spread <= MAX_SPREAD);
                        }
                    }
                }
                Event::Answer(which, report) => {
                    if let Some(at) = which.checked_rem(taken.len()).map(|at| taken[at]) {
                        window.learn(now, at, &report);
                    }
                }
                Event::Refusal(wait) => {
                    let wait = wait.map(Duration::from_secs);
                    let closed_for = window.close(now, wait);
                    // A wait of nothing is none that helps: then it is ours.
                    let least = wait.unwrap_or(seconds(2)).min(seconds(86_400));
                    prop_assert!(closed_for >= least && closed_for > Duration::ZERO);
                    closed_until = closed_until.max(now + closed_for);
                }
                Event::PutBack(which) => {
                    if let Some(at) = which.checked_rem(taken.len()) {
                        window.put_back(taken.swap_remove(at), "0");
                    }
                }
            }
            let budget = window.budget(now);
            prop_assert_eq!(budget.remaining, budget.allowed_per_minute.saturating_sub(budget.used));
            prop_assert!(budget.resets_in.is_none_or(|resets_in| resets_in <= seconds(120)));
            prop_assert_eq!(budget.closed_for.is_some(), closed_until > now);
        }
    }

    #[test]
    fn without_reports_no_more_than_allowed_pass_in_a_period(
        allowed in 1..500_u32, waits in prop::collection::vec(0..2_000_u64, 1..600),
    ) {
        let mut now = Instant::now();
        let mut window = RateWindow::new(allowed);
        let mut passed = Vec::new();
        for (n, wait) in waits.into_iter().enumerate() {
            now += Duration::from_millis(wait);
            if pass(&mut window, now, person(&n.to_string())) {
                passed.push(now);
            }
        }
        let mut rest = passed.as_slice();
        while let Some(first) = rest.first() {
            let within = rest.partition_point(|at| *at < *first + seconds(60));
            prop_assert!(within <= allowed as usize);
            rest = &rest[within..];
        }
    }

    #[test]
    fn answers_in_any_order_lead_to_the_same_count(
        ours in 1..100_u32, others in 0..100_u32, order in any::<u64>(),
    ) {
        // The platform counted the others' requests first, then ours one by one.
        let now = Instant::now();
        let mut window = RateWindow::new(ALLOWED);
        prop_assert_eq!(crowd(&mut window, now, ours), ours);
        let mut counts: Vec<u32> = (1..=ours).map(|own| others + own).collect();
        let mut random = order;
        for last in (1..counts.len()).rev() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            counts.swap(last, (random >> 33) as usize % (last + 1));
        }
        for count in counts {
            window.learn(now, now, &report(count, ALLOWED, 60));
            prop_assert!(window.budget(now).used <= ours + others, "never overestimated");
        }
        prop_assert_eq!(window.budget(now).used, ours + others);
    }
}

#[test]
fn the_platform_s_word_on_the_allowance_and_its_end_is_taken() {
    let start = Instant::now();
    let mut window = RateWindow::new(ALLOWED);
    assert!(pass(&mut window, start, person("a")));
    window.learn(start, start, &report(178, 180, 20));
    let budget = window.budget(start);
    assert_eq!((budget.allowed_per_minute, budget.used), (180, 178));
    assert_eq!(budget.resets_in, Some(seconds(20)));
    assert_eq!(crowd(&mut window, start, 10), 2);
    assert_eq!(crowd(&mut window, start + seconds(19), 10), 0);
    assert_eq!(crowd(&mut window, start + seconds(20), 500), 180);
}

#[test]
fn an_answer_from_an_earlier_period_says_nothing_about_this_one() {
    let start = Instant::now();
    let mut window = RateWindow::new(ALLOWED);
    assert!(pass(&mut window, start, person("a")));
    let later = start + seconds(61);
    assert!(pass(&mut window, later, person("a")));
    window.learn(later, start, &report(299, ALLOWED, 5));
    let budget = window.budget(later);
    assert_eq!((budget.used, budget.resets_in), (1, Some(seconds(60))));
}

#[test]
fn a_period_that_the_platform_began_before_ours_ended_is_noticed() {
    let start = Instant::now();
    let mut window = RateWindow::new(ALLOWED);
    assert!(pass(&mut window, start, person("a")));
    window.learn(start, start, &report(290, ALLOWED, 61));
    let later = start + seconds(60);
    assert!(pass(&mut window, later, person("a")));
    window.learn(later, later, &report(1, ALLOWED, 60));
    assert_eq!(window.budget(later).used, 1);
    assert_eq!(window.budget(later).resets_in, Some(seconds(60)));
}

#[test]
fn a_served_request_was_within_its_allowance_whatever_its_count_says() {
    let now = Instant::now();
    let mut window = RateWindow::new(ALLOWED);
    assert!(pass(&mut window, now, person("a")));
    window.learn(now, now, &report(4_000_000_000, ALLOWED, 60));
    assert_eq!(window.budget(now).used, 1);
}

#[test]
fn a_named_wait_ends_the_period_and_an_unnamed_one_does_not() {
    for (wait, passing) in [(Some(seconds(10)), ALLOWED), (None, 100)] {
        let start = Instant::now();
        let mut window = RateWindow::new(ALLOWED);
        assert_eq!(crowd(&mut window, start, 200), 200);
        window.close(start, wait);
        assert_eq!(crowd(&mut window, start + seconds(1), 500), 0);
        assert_eq!(crowd(&mut window, start + seconds(10), 500), passing);
    }
}

#[test]
fn a_shorter_wait_does_not_open_what_a_longer_one_closed() {
    let now = Instant::now();
    let mut window = RateWindow::new(ALLOWED);
    window.close(now, Some(seconds(30)));
    window.close(now + seconds(1), Some(seconds(1)));
    assert_eq!(window.budget(now).closed_for, Some(seconds(30)));
    window.close(now, Some(Duration::MAX));
    assert_eq!(window.budget(now).closed_for, Some(seconds(86_400)));
}

#[test]
fn a_refresh_leaves_a_third_of_the_allowance_and_steps_back_for_people() {
    let now = Instant::now();
    let mut window = RateWindow::new(10);
    for n in 0..7 {
        assert!(pass(&mut window, now, refresh(&n.to_string())));
    }
    let shut = window.check(now, refresh("7"), false).unwrap_err();
    assert_eq!(shut.until, now + seconds(60));
    assert!(pass(&mut window, now, person("8")));

    let mut window = RateWindow::new(10);
    let shut = window.check(now, refresh("a"), true).unwrap_err();
    assert_eq!(shut.until, now + seconds(1));
    assert!(window.check(now, person("a"), true).is_ok());
}

#[test]
fn a_pass_is_good_only_for_its_period_and_while_the_window_is_open() {
    let now = Instant::now();
    let mut window = RateWindow::new(ALLOWED);
    assert!(pass(&mut window, now, person("a")));
    assert!(window.may_leave(now + seconds(59), now));
    assert!(!window.may_leave(now + seconds(60), now));

    assert!(pass(&mut window, now + seconds(60), person("a")));
    window.close(now + seconds(61), Some(seconds(1)));
    assert!(!window.may_leave(now + seconds(61), now + seconds(60)));
}
