//! How many calls were made of late, and how many of them failed. Monotonic time comes in.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// Calls and failures of the last while, counted in slices of it: exact to a tenth of the window.
#[derive(Debug)]
pub(crate) struct RecentCalls {
    slice: Duration,
    slices: VecDeque<Slice>,
}

#[derive(Debug)]
struct Slice {
    began: Instant,
    calls: u32,
    failures: u32,
}

impl RecentCalls {
    const SLICES: u32 = 10;

    /// Nothing has been called; what is older than `window` will not count.
    pub(crate) fn new(window: Duration) -> Self {
        Self {
            slice: (window / Self::SLICES).max(Duration::from_nanos(1)),
            slices: VecDeque::new(),
        }
    }

    /// Counts a call that ended at `now`.
    pub(crate) fn note(&mut self, now: Instant, failed: bool) {
        self.forget_old(now);
        let slice = self.slice;
        if self
            .slices
            .back()
            .is_none_or(|last| now >= last.began + slice)
        {
            self.slices.push_back(Slice {
                began: now,
                calls: 0,
                failures: 0,
            });
        }
        if let Some(last) = self.slices.back_mut() {
            last.calls = last.calls.saturating_add(1);
            last.failures = last.failures.saturating_add(failed.into());
        }
    }

    /// Calls, and the failed ones among them.
    pub(crate) fn counts(&mut self, now: Instant) -> (u32, u32) {
        self.forget_old(now);
        self.slices.iter().fold((0, 0), |(calls, failures), slice| {
            (
                calls.saturating_add(slice.calls),
                failures.saturating_add(slice.failures),
            )
        })
    }

    /// The share of failures, if there were enough calls to speak of one.
    pub(crate) fn share(&mut self, now: Instant, min_calls: u32) -> Option<f64> {
        let (calls, failures) = self.counts(now);
        (calls >= min_calls.max(1)).then(|| f64::from(failures) / f64::from(calls))
    }

    fn forget_old(&mut self, now: Instant) {
        let window = self.slice * Self::SLICES;
        while let Some(first) = self.slices.front()
            && now.saturating_duration_since(first.began) >= window
        {
            self.slices.pop_front();
        }
    }
}
