//! What a row found: how much it tried, how much survived, and figures beside their bounds.

use std::fmt::Display;

use serde::{Deserialize, Serialize};

/// What a row found.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(crate) struct Verdict {
    /// What was tried, with its unit.
    pub(crate) tried: String,
    /// How much of it ended as it must.
    pub(crate) survived: u64,
    /// What was measured.
    pub(crate) figures: Vec<Figure>,
}

/// One measurement.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Figure {
    /// What was measured, and what is required of it.
    pub(crate) text: String,
    /// Whether it is as required.
    pub(crate) holds: bool,
}

impl Verdict {
    /// Nothing found yet, of `tried`.
    pub(crate) fn of(tried: impl Into<String>) -> Self {
        Self {
            tried: tried.into(),
            ..Self::default()
        }
    }

    /// `survived` ended as they must.
    pub(crate) fn survived(&mut self, survived: usize) {
        self.survived = survived as u64;
    }

    /// Something that is told and not judged.
    pub(crate) fn note(&mut self, text: impl Into<String>) {
        self.figure(text.into(), true);
    }

    /// `what` must hold.
    pub(crate) fn holds(&mut self, what: &str, holds: bool) {
        self.figure(what.to_owned(), holds);
    }

    /// `what` must be `required`.
    pub(crate) fn exactly(&mut self, what: &str, measured: usize, required: usize) {
        let holds = measured == required;
        self.figure(format!("{what} {measured} (= {required})"), holds);
    }

    /// `what` must be `most` at most.
    pub(crate) fn at_most<T: Measured>(&mut self, what: &str, measured: T, most: T) {
        let holds = measured <= most;
        let text = format!("{what} {} (<= {})", measured.shown(), most.shown());
        self.figure(text, holds);
    }

    /// `what` must be `least` at least.
    pub(crate) fn at_least<T: Measured>(&mut self, what: &str, measured: T, least: T) {
        let holds = measured >= least;
        let text = format!("{what} {} (>= {})", measured.shown(), least.shown());
        self.figure(text, holds);
    }

    /// Nothing of `faults` may be there; the first few are shown.
    pub(crate) fn none<T: Display>(&mut self, what: &str, faults: &[T]) {
        let shown: Vec<String> = faults.iter().take(5).map(T::to_string).collect();
        let shown = match faults.len() {
            0 => String::new(),
            _ => format!(": {}", shown.join("; ")),
        };
        self.figure(
            format!("{what} {} (= 0){shown}", faults.len()),
            faults.is_empty(),
        );
    }

    /// Whether everything is as required.
    pub(crate) fn passes(&self) -> bool {
        self.figures.iter().all(|figure| figure.holds)
    }

    fn figure(&mut self, text: String, holds: bool) {
        self.figures.push(Figure { text, holds });
    }
}

/// A quantity with a bound.
pub(crate) trait Measured: Copy + PartialOrd {
    /// With its unit.
    fn shown(self) -> String;
}

impl Measured for usize {
    fn shown(self) -> String {
        self.to_string()
    }
}

impl Measured for f64 {
    fn shown(self) -> String {
        let text = format!("{self:.3}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

impl Measured for std::time::Duration {
    fn shown(self) -> String {
        let ms = self.as_secs_f64() * 1e3;
        match ms {
            _ if ms >= 10_000.0 => format!("{:.1} s", ms / 1e3),
            _ if ms >= 10.0 => format!("{ms:.0} ms"),
            _ => format!("{ms:.1} ms"),
        }
    }
}
