//! Bounds how often requests are repeated, all of them together. Pure arithmetic.
//!
//! A single request may be sent a few times; if every request were, an upstream in trouble would
//! get a multiple of its usual load. So each request pays in a tenth of a repetition when it is
//! first sent, and each repetition takes a whole one out.

/// Tenths of a repetition: what a request pays in.
const PER_REQUEST: u32 = 1;

/// Tenths of a repetition: what a repetition takes out.
const PER_REPETITION: u32 = 10;

/// Tenths of a repetition: what is there at the start, and the most that is ever saved up.
const LIMIT: u32 = 10 * PER_REPETITION;

/// What is left for repetitions.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    tenths: u32,
}

impl Default for RetryBudget {
    fn default() -> Self {
        Self { tenths: LIMIT }
    }
}

impl RetryBudget {
    /// A request is sent for the first time.
    pub(crate) fn deposit(&mut self) {
        self.tenths = (self.tenths + PER_REQUEST).min(LIMIT);
    }

    /// Takes out one repetition. `false` if there is none left.
    pub(crate) fn take(&mut self) -> bool {
        let left = self.tenths.checked_sub(PER_REPETITION);
        self.tenths = left.unwrap_or(self.tenths);
        left.is_some()
    }

    /// Puts back a repetition that was taken and not made.
    pub(crate) fn put_back(&mut self) {
        self.tenths = (self.tenths + PER_REPETITION).min(LIMIT);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Copy, Debug)]
    enum Event {
        Request,
        Repetition,
        Forgone,
    }

    proptest! {
        #[test]
        fn repetitions_never_exceed_ten_and_a_tenth_of_the_requests(
            events in prop::collection::vec(
                prop::sample::select(vec![Event::Request, Event::Repetition, Event::Forgone]),
                0..2_000,
            ),
        ) {
            let mut budget = RetryBudget::default();
            let (mut requests, mut repetitions) = (0_u32, 0_u32);
            for event in events {
                match event {
                    Event::Request => {
                        budget.deposit();
                        requests += 1;
                    }
                    Event::Repetition => repetitions += u32::from(budget.take()),
                    Event::Forgone => {
                        if budget.take() {
                            budget.put_back();
                        }
                    }
                }
                prop_assert!(10 * repetitions <= 100 + requests);
                prop_assert!(budget.tenths <= LIMIT);
            }
        }
    }

    #[test]
    fn ten_repetitions_are_there_at_once_and_one_more_after_ten_requests() {
        let mut budget = RetryBudget::default();
        let at_once = std::iter::repeat_with(|| budget.take()).take_while(|taken| *taken);
        assert_eq!(at_once.count(), 10);
        for _ in 0..10 {
            assert!(!budget.take());
            budget.deposit();
        }
        assert!(budget.take());
        assert!(!budget.take());
    }
}
