//! The arithmetic of adoption: worked examples, and what no sequence of events may do to a rate.

use std::collections::{BTreeMap, BTreeSet};

use agent_assist_domain::adoption::progress::LATEST_US;
use agent_assist_domain::adoption::{
    Coverage, EngagementKind, Progress, Rates, Ratio, Reach, Tally,
};
use agent_assist_domain::answer::{DegradedReason, EmptyReason};
use agent_assist_domain::ports::SourceErrorKind;
use agent_assist_domain::time::Timestamp;
use proptest::prelude::*;

use EngagementKind::{Copied, Dismissed, Displayed, Emitted, RatedNegative, RatedPositive};

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}

fn progress(events: &[(EngagementKind, i64)]) -> Progress {
    Progress::of(events.iter().map(|(kind, micros)| (*kind, at(*micros))))
}

/// A chat of five minutes, polled every five seconds; four recommendations shown, two copied.
/// By fetches, 2 in 60, the rate would be 3.3 % and half of that if the desktop polled twice as
/// often.
#[test]
fn the_rate_of_a_chat_does_not_depend_on_how_often_it_is_polled() {
    for polls in [1, 60, 120] {
        let mut items = [Progress::default(); 4];
        for poll in 0..polls {
            for item in &mut items {
                item.add(Emitted, at(poll));
                item.add(Displayed, at(poll));
            }
        }
        items[0].add(Copied, at(200));
        items[2].add(Copied, at(250));
        let triggers = ["u-1", "u-1", "u-2", "u-2"];
        let tally = Tally::of(triggers.into_iter().zip(&items), at(300));
        let mut rates = Rates::default();
        rates.add(&tally);
        assert_eq!(rates.adoption.value(), Some(0.5));
        assert_eq!(rates.set_adoption.value(), Some(1.0));
        assert_eq!(rates.adopted_of_emitted.value(), Some(0.5));
        assert_eq!(rates.display.value(), Some(1.0));
        assert!(rates.is_verified());
        assert_eq!(rates.adoption.shown(), None, "four items are no statistic");
    }
}

/// A desktop that tells of no display makes everything displayed look adopted.
#[test]
fn rates_over_what_is_displayed_are_unverified_where_little_is_known_to_be() {
    let mut items = vec![progress(&[(Emitted, 0)]); 38];
    items.extend([progress(&[(Emitted, 0), (Copied, 1)]); 2]);
    let tally = Tally::of(items.iter().map(|item| ("t", item)), at(2));
    let mut rates = Rates::default();
    rates.add(&tally);
    assert_eq!(rates.adoption.value(), Some(1.0));
    assert!(!rates.is_verified());
    assert_eq!(rates.adopted_of_emitted.shown(), Some(0.05));
}

#[test]
fn what_was_never_given_out_counts_nowhere() {
    let stray = progress(&[(Copied, 1), (RatedPositive, 2)]);
    assert_eq!(Tally::of([("t", &stray)], at(3)), Tally::default());
}

#[test]
fn the_last_rating_counts() {
    let changed = [(Emitted, 0), (RatedPositive, 5), (RatedNegative, 9)];
    assert_eq!(progress(&changed).rating(), Some(false));
    let [emitted, first, last] = changed;
    assert_eq!(progress(&[last, first, emitted]).rating(), Some(false));
}

/// Ignored is what was on the screen for its whole time and left alone.
#[test]
fn only_what_was_seen_and_left_alone_until_the_end_is_ignored() {
    let seen = progress(&[(Emitted, 0), (Displayed, 1)]);
    assert!(!seen.is_ignored(at(LATEST_US)));
    assert!(seen.is_ignored(at(LATEST_US + 1)));
    let unseen = progress(&[(Emitted, 0)]);
    assert!(!unseen.is_ignored(at(LATEST_US + 1)));
    let dismissed = progress(&[(Emitted, 0), (Displayed, 1), (Dismissed, 2)]);
    assert!(!dismissed.is_ignored(at(LATEST_US + 1)));
}

#[test]
fn a_conversation_is_told_of_by_the_furthest_it_came() {
    let mut coverage = Coverage::default();
    coverage.add(Reach::RateLimited.max(Reach::BelowThreshold));
    coverage.add(Reach::Emitted.max(Reach::UpstreamError));
    coverage.add(Reach::BelowThreshold);
    assert_eq!(coverage.share(Reach::Emitted), Some(1.0 / 3.0));
    assert_eq!(coverage.biggest_gap(), Some((Reach::BelowThreshold, 2)));
    assert_eq!(Coverage::default().share(Reach::Emitted), None);
}

/// A reader of the report acts on the reason: each way of having nothing shown is in the gap that says whose
/// matter it is.
#[test]
fn each_way_of_having_nothing_is_in_its_gap() {
    use {DegradedReason as D, EmptyReason as E, SourceErrorKind as S};
    for (empty, degraded, error, gap) in [
        (Some(E::NoCopilotData), None, None, Reach::UpstreamEmpty),
        (Some(E::UpstreamEmpty), None, None, Reach::UpstreamEmpty),
        (Some(E::Filtered), None, None, Reach::Filtered),
        (Some(E::BelowThreshold), None, None, Reach::BelowThreshold),
        (Some(E::PersonalData), None, None, Reach::PersonalData),
        (Some(E::Malformed), None, None, Reach::UpstreamError),
        (None, Some(D::AssistOff), None, Reach::AssistOff),
        (None, Some(D::SessionPaused), None, Reach::AssistOff),
        (None, Some(D::PersonalData), None, Reach::PersonalData),
        (
            None,
            Some(D::RateLimited),
            Some(S::RateLimited),
            Reach::RateLimited,
        ),
        (
            None,
            Some(D::UpstreamError),
            Some(S::CircuitOpen),
            Reach::CircuitOpen,
        ),
        (
            None,
            Some(D::UpstreamError),
            Some(S::Unreachable),
            Reach::UpstreamError,
        ),
        (
            None,
            Some(D::Timeout),
            Some(S::UpstreamTimeout),
            Reach::UpstreamError,
        ),
        (None, None, Some(S::Forbidden), Reach::UpstreamError),
    ] {
        // Where something failed, the answer is empty for that.
        let empty = empty.or(degraded.map(|_| E::Degraded));
        let reached = Reach::of_empty(empty, degraded, error);
        assert_eq!(reached, gap, "{empty:?} {degraded:?} {error:?}");
        assert!(
            reached < Reach::Emitted,
            "and whoever got something is in none"
        );
    }
}

/// What happened: conversation, item, kind, when.
type Told = (u8, u8, EngagementKind, i64);

fn told() -> impl Strategy<Value = Told> {
    let kind = prop::sample::select(EngagementKind::ALL.to_vec());
    (0..6_u8, 0..5_u8, kind, 0..1_000_i64)
}

/// Every conversation's tally, and the rates over all.
fn count(events: &[Told]) -> (BTreeMap<u8, Tally>, Rates) {
    let mut items: BTreeMap<u8, BTreeMap<u8, Progress>> = BTreeMap::new();
    for (conversation, item, kind, micros) in events {
        let items = items.entry(*conversation).or_default();
        items.entry(*item).or_default().add(*kind, at(*micros));
    }
    let mut rates = Rates::default();
    let mut tallies = BTreeMap::new();
    for (conversation, items) in items {
        // Two items share what they were recommended for.
        let triggers = ["a", "a", "b", "c", "d"];
        let items = items
            .iter()
            .map(|(item, progress)| (triggers[usize::from(*item)], progress));
        let tally = Tally::of(items, at(LATEST_US + 500));
        rates.add(&tally);
        tallies.insert(conversation, tally);
    }
    (tallies, rates)
}

fn every(rates: &Rates) -> [Ratio; 8] {
    [
        rates.display,
        rates.adoption,
        rates.set_adoption,
        rates.adopted_of_emitted,
        rates.dismissal,
        rates.ignorance,
        rates.helpfulness,
        rates.rated,
    ]
}

proptest! {
    /// However events are reordered and repeated, the counts are those of each told once, in order.
    #[test]
    fn order_and_repeats_change_nothing(
        events in prop::collection::vec(told(), 0..80),
        shuffled in any::<prop::sample::Index>(),
        seed in any::<u64>(),
    ) {
        let mut again = events.clone();
        if !events.is_empty() {
            again.push(events[shuffled.index(events.len())]);
        }
        // Reversed, then dealt out by a number.
        again.reverse();
        let mut number = seed;
        for place in (1..again.len()).rev() {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            again.swap(place, (number >> 33) as usize % (place + 1));
        }
        prop_assert_eq!(count(&events), count(&again));
    }

    /// No item counts twice, and no rate or bound of one lies outside 0 to 1.
    #[test]
    fn no_rate_leaves_0_to_1(events in prop::collection::vec(told(), 0..400)) {
        let (tallies, rates) = count(&events);
        for (conversation, tally) in &tallies {
            let items: BTreeSet<u8> = events
                .iter()
                .filter(|(of, _, kind, _)| of == conversation && *kind == Emitted)
                .map(|(_, item, ..)| *item)
                .collect();
            prop_assert_eq!(tally.emitted, items.len() as u64);
            prop_assert!(tally.displayed <= tally.emitted);
            for part in [tally.opened, tally.adopted, tally.dismissed, tally.ignored, tally.rated] {
                prop_assert!(part <= tally.displayed);
            }
            prop_assert!(tally.helpful <= tally.rated);
            prop_assert!(tally.triggers_adopted <= tally.triggers_displayed);
            prop_assert!(tally.ignored + tally.adopted.max(tally.dismissed) <= tally.displayed);
        }
        for ratio in every(&rates) {
            if let Some(value) = ratio.value() {
                prop_assert!((0.0..=1.0).contains(&value));
            }
            prop_assert_eq!(ratio.shown().is_some(), ratio.of() >= 30);
            if let (Some(value), Some(interval)) = (ratio.shown(), ratio.interval()) {
                prop_assert!(0.0 <= interval.low && interval.low <= value);
                prop_assert!(value <= interval.high && interval.high <= 1.0);
            }
        }
    }

    /// Whoever adds up parts gets the whole.
    #[test]
    fn ratios_are_merged_in_any_order(
        clusters in prop::collection::vec((0..50_u64, 0..50_u64), 0..40),
        cut in any::<prop::sample::Index>(),
    ) {
        let sum = |clusters: &[(u64, u64)]| {
            let mut ratio = Ratio::default();
            clusters.iter().for_each(|(count, of)| ratio.add(*count, *of));
            ratio
        };
        let (left, right) = clusters.split_at(cut.index(clusters.len() + 1));
        let mut merged = sum(right);
        merged += sum(left);
        prop_assert_eq!(merged, sum(&clusters));
    }

    /// Coverage and gaps sum to 1.
    #[test]
    fn coverage_and_gaps_sum_to_one(
        reached in prop::collection::vec(
            prop::sample::select([&Reach::GAPS[..], &[Reach::Emitted]].concat()),
            1..200,
        ),
    ) {
        let mut coverage = Coverage::default();
        reached.iter().for_each(|reach| coverage.add(*reach));
        let share = |reach: &Reach| coverage.share(*reach).unwrap_or_default();
        let sum = share(&Reach::Emitted) + Reach::GAPS.iter().map(share).sum::<f64>();
        prop_assert!((sum - 1.0).abs() < 1e-9);
        prop_assert_eq!(coverage.asked(), reached.len() as u64);
    }
}
