//! What was measured, beside what must be reached.

use comfy_table::{Table, presets};
use serde::Serialize;

use crate::machine::Machine;

/// What a figure must be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Bound {
    /// No less.
    AtLeast(f64),
    /// No more.
    AtMost(f64),
    /// Anything: it is told for whoever reads.
    Told,
}

impl Bound {
    fn holds(self, value: f64) -> bool {
        match self {
            Self::AtLeast(least) => value >= least,
            Self::AtMost(most) => value <= most,
            Self::Told => true,
        }
    }
}

/// One figure.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Figure {
    what: String,
    /// `None` if it could not be measured.
    measured: Option<f64>,
    unit: &'static str,
    bound: Bound,
    /// Why it could not be measured.
    skipped: Option<String>,
}

impl Figure {
    /// `what` was measured.
    pub(crate) fn new(what: impl Into<String>, measured: f64, unit: &'static str) -> Self {
        Self {
            what: what.into(),
            measured: Some(measured),
            unit,
            bound: Bound::Told,
            skipped: None,
        }
    }

    /// It must be no less.
    pub(crate) fn at_least(self, least: f64) -> Self {
        let bound = Bound::AtLeast(least);
        Self { bound, ..self }
    }

    /// It must be no more.
    pub(crate) fn at_most(self, most: f64) -> Self {
        let bound = Bound::AtMost(most);
        Self { bound, ..self }
    }

    /// `what` could not be measured, and why.
    pub(crate) fn skipped(what: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            measured: None,
            unit: "",
            bound: Bound::Told,
            skipped: Some(why.into()),
        }
    }

    fn verdict(&self) -> String {
        match (&self.skipped, self.measured) {
            (Some(why), _) => format!("SKIPPED: {why}"),
            (None, Some(_)) if self.bound == Bound::Told => String::new(),
            (None, Some(value)) if self.bound.holds(value) => "ok".to_owned(),
            _ => "MISSED".to_owned(),
        }
    }
}

/// A row of the table.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Row {
    /// By which it is asked for.
    pub(crate) name: &'static str,
    /// What is done.
    pub(crate) work: &'static str,
    /// What came of it.
    pub(crate) figures: Vec<Figure>,
}

/// All of it.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) machine: Machine,
    pub(crate) quick: bool,
    pub(crate) rows: Vec<Row>,
}

impl Report {
    /// The table.
    pub(crate) fn table(&self) -> String {
        let mut table = Table::new();
        table.load_style(presets::NOTHING);
        table.force_no_tty();
        table.set_header(["work", "figure", "measured", "must reach", ""]);
        for Row { name, figures, .. } in &self.rows {
            let mut name = *name;
            for figure in figures {
                let measured = figure.measured.map(|value| shown(value, figure.unit));
                table.add_row([
                    name.to_owned(),
                    figure.what.clone(),
                    measured.unwrap_or_else(|| "-".to_owned()),
                    match figure.bound {
                        Bound::AtLeast(least) => format!(">= {}", shown(least, figure.unit)),
                        Bound::AtMost(most) => format!("<= {}", shown(most, figure.unit)),
                        Bound::Told => String::new(),
                    },
                    figure.verdict(),
                ]);
                name = "";
            }
        }
        let all = self.rows.iter().flat_map(|row| &row.figures);
        let (mut missed, mut skipped) = (0, 0);
        for figure in all {
            match figure.verdict().as_str() {
                "MISSED" => missed += 1,
                verdict if verdict.starts_with("SKIPPED") => skipped += 1,
                _ => {}
            }
        }
        format!("{table}\n{missed} missed, {skipped} skipped")
    }
}

/// Three digits that count, and the unit.
fn shown(value: f64, unit: &str) -> String {
    let digits = match value.abs() {
        large if large >= 100.0 => 0,
        large if large >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.digits$} {unit}").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_that_is_not_reached_is_called_missed_and_one_without_peer_skipped() {
        let verdicts = [
            Figure::new("a", 0.61, "").at_least(0.6),
            Figure::new("b", 0.59, "").at_least(0.6),
            Figure::new("c", 1.81, "").at_most(1.8),
            Figure::new("d", 1.0, "us"),
            Figure::skipped("e", "no nginx"),
        ]
        .map(|figure| figure.verdict());
        assert_eq!(
            verdicts,
            ["ok", "MISSED", "MISSED", "", "SKIPPED: no nginx"]
        );
    }
}
