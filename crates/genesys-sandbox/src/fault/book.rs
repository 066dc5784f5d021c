//! The rules in force, and which of them apply to a request.

use fastrand::Rng;
use tokio::time::Instant;

use super::{Effects, FaultRule, Route};

/// The rules in force with what they have done so far. The same seed and the same requests at the
/// same times draw the same faults.
#[derive(Debug)]
pub(crate) struct FaultBook {
    rules: Vec<Armed>,
    random: Rng,
}

#[derive(Debug)]
struct Armed {
    rule: FaultRule,
    /// When it was put in force.
    since: Instant,
    /// Requests on the rule's route.
    seen: u64,
    /// Requests it spoilt.
    applied: u64,
}

/// What goes wrong with one request, and which rules say so.
#[derive(Debug, Default)]
pub(crate) struct Drawn {
    pub(crate) effects: Effects,
    pub(crate) rules: Vec<String>,
}

/// A rule with its counters, for people to look at.
#[derive(Debug, serde::Serialize)]
pub(crate) struct RuleReport {
    rule: String,
    seen: u64,
    applied: u64,
}

impl FaultBook {
    pub(crate) fn new(rules: Vec<FaultRule>, seed: u64, now: Instant) -> Self {
        let mut book = Self {
            rules: Vec::new(),
            random: Rng::with_seed(seed),
        };
        rules.into_iter().for_each(|rule| book.add(rule, now));
        book
    }

    pub(crate) fn add(&mut self, rule: FaultRule, now: Instant) {
        self.rules.push(Armed {
            rule,
            since: now,
            seen: 0,
            applied: 0,
        });
    }

    pub(crate) fn clear(&mut self) {
        self.rules.clear();
    }

    /// Counts a request and says what goes wrong with it.
    pub(crate) fn draw(&mut self, route: Route, now: Instant) -> Drawn {
        let mut drawn = Drawn::default();
        for armed in self
            .rules
            .iter_mut()
            .filter(|armed| armed.rule.covers(route))
        {
            armed.seen += 1;
            let free = !drawn.effects.overlap(&armed.rule.effects);
            if free && armed.is_due(now) && armed.is_drawn(&mut self.random) {
                armed.applied += 1;
                drawn.effects.add(&armed.rule.effects);
                drawn.rules.push(armed.rule.to_string());
            }
        }
        drawn
    }

    pub(crate) fn report(&self) -> Vec<RuleReport> {
        let report = |armed: &Armed| RuleReport {
            rule: armed.rule.to_string(),
            seen: armed.seen,
            applied: armed.applied,
        };
        self.rules.iter().map(report).collect()
    }
}

impl Armed {
    fn is_due(&self, now: Instant) -> bool {
        let condition = &self.rule.condition;
        let exhausted = condition
            .times
            .is_some_and(|times| self.applied >= times.get());
        let age = now.saturating_duration_since(self.since);
        self.seen > condition.after && !exhausted && condition.holds_at(age)
    }

    fn is_drawn(&self, random: &mut Rng) -> bool {
        self.rule
            .condition
            .probability
            .is_none_or(|probability| random.f64() < probability)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn book(rules: &[&str]) -> FaultBook {
        let rules = rules
            .iter()
            .map(|rule| rule.parse().expect("a rule"))
            .collect();
        FaultBook::new(rules, 1, Instant::now())
    }

    /// The statuses that the next `n` requests to the suggestions list get; 0 is none.
    fn statuses(book: &mut FaultBook, n: usize) -> Vec<u16> {
        let status = |drawn: Drawn| drawn.effects.status.map_or(0, |fault| fault.status);
        (0..n)
            .map(|_| status(book.draw(Route::Suggestions, Instant::now())))
            .collect()
    }

    #[test]
    fn after_and_times_bound_a_rule() {
        let mut book = book(&["suggestions:status=503,after=2,times=2"]);
        assert_eq!(statuses(&mut book, 6), [0, 0, 503, 503, 0, 0]);
    }

    #[test]
    fn rules_of_one_kind_follow_each_other_and_others_combine() {
        let mut book = book(&[
            "*:delay=5ms",
            "suggestions:status=503,times=1",
            "suggestions:status=429,times=1",
        ]);
        let first = book.draw(Route::Suggestions, Instant::now());
        assert!(first.effects.delay.is_some());
        assert_eq!(
            first.rules,
            ["*:delay=5ms", "suggestions:status=503,times=1"]
        );
        assert_eq!(statuses(&mut book, 2), [429, 0]);
    }

    #[test]
    fn a_rule_leaves_other_routes_alone() {
        let mut book = book(&["suggestions:status=503,after=1"]);
        assert_eq!(
            book.draw(Route::Token, Instant::now()).effects,
            Effects::default()
        );
        assert_eq!(statuses(&mut book, 2), [0, 503]);
        assert_eq!(
            book.draw(Route::Suggestion, Instant::now()).effects,
            Effects::default()
        );
    }

    #[test]
    fn chance_is_seeded() {
        let run = || statuses(&mut book(&["*:status=500,probability=0.3"]), 200);
        let spoilt = run().iter().filter(|status| **status == 500).count();
        assert!(
            (30..=90).contains(&spoilt),
            "{spoilt} of 200 at a probability of 0.3"
        );
        assert_eq!(run(), run());
    }

    #[tokio::test(start_paused = true)]
    async fn a_window_and_flapping_go_by_the_age_of_the_rule() {
        tokio::time::advance(Duration::from_secs(1_000)).await;
        let mut book = book(&[
            "*:status=429,during=2s..5s",
            "*:status=503,flap=2s/3s,during=6s..",
        ]);
        let mut drawn = Vec::new();
        for _ in 0..12 {
            drawn.extend(statuses(&mut book, 1));
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        let flapping = [503, 503, 0, 503, 503, 0];
        assert_eq!(drawn[..6], [0, 0, 429, 429, 429, 0]);
        assert_eq!(drawn[6..], flapping);
    }

    #[test]
    fn headers_combine_unless_they_have_the_same_name() {
        let mut book = book(&["*:header=a:1,header=a:2", "*:header=A:3", "*:header=b:4"]);
        let drawn = book.draw(Route::Me, Instant::now());
        let headers: Vec<_> = drawn.effects.headers.iter().map(|(name, _)| name).collect();
        assert_eq!(headers, ["a", "a", "b"]);
    }
}
