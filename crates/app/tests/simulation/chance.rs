//! Everything that is left to chance, from one seed.

use std::sync::Mutex;
use std::time::Duration;

use fastrand::Rng;

/// A source of chance: the same seed and the same questions give the same answers.
#[derive(Debug)]
pub(crate) struct Chance(Mutex<Rng>);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Mutex::new(Rng::with_seed(seed)))
    }

    /// A number in `0.0..1.0`.
    pub(crate) fn fraction(&self) -> f64 {
        self.0.lock().unwrap().f64()
    }

    /// Whether something of this probability happens.
    pub(crate) fn happens(&self, probability: f64) -> bool {
        self.fraction() < probability
    }

    /// A number in `0..bound`.
    pub(crate) fn below(&self, bound: usize) -> usize {
        self.0.lock().unwrap().usize(..bound)
    }

    /// A number in `0..bound`; a small one is likelier than a large one, about as Zipf has it.
    pub(crate) fn low(&self, bound: usize) -> usize {
        let skewed = self.fraction().powi(2) * bound as f64;
        (skewed as usize).min(bound - 1)
    }

    /// A time between two numbers of milliseconds.
    pub(crate) fn between(&self, least_ms: u64, most_ms: u64) -> Duration {
        Duration::from_millis(self.0.lock().unwrap().u64(least_ms..=most_ms))
    }

    /// One of `options`.
    pub(crate) fn one_of<T: Copy>(&self, options: &[T]) -> T {
        options[self.below(options.len())]
    }
}
