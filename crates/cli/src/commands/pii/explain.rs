//! `pii explain`: what was considered in one text, and why it was decided so.

use agent_assist_pii::{Confidence, Considered, Finding, Outcome};
use serde::Serialize;

use super::{Engine, lines, markup};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::render;

/// What is told of one text.
#[derive(Serialize)]
pub(crate) struct Explained {
    /// What the rules proposed, in the order of the text.
    pub(crate) considered: Vec<Proposal>,
    /// Where tags and the like stand, in which no rule looks.
    pub(crate) already_masked: Vec<(usize, usize)>,
    /// The text with its finds marked, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) marked: Option<String>,
    /// The text as `pii mask` gives it.
    pub(crate) masked: String,
}

/// A proposal of a rule.
#[derive(Serialize)]
pub(crate) struct Proposal {
    pub(crate) entity: String,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) detector: String,
    pub(crate) confidence: u8,
    /// The words that spoke for it or against it.
    pub(crate) cue: Option<Cue>,
    /// `found`, `overlapped`, `below_threshold`, `allowed` or `not_wanted`.
    pub(crate) outcome: &'static str,
    /// Of what is overlapped: the rule that was surer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<String>,
    /// Of what is below the threshold: the threshold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) least: Option<u8>,
}

/// Words of the text.
#[derive(Serialize)]
pub(crate) struct Cue {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// `None` where a find hides them.
    pub(crate) words: Option<String>,
}

pub(super) fn run(
    engine: &Engine,
    text: String,
    show: bool,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let text = match &*text {
        "-" => lines::whole_text(printer)?,
        _ => text,
    };
    let explained = explain(engine, &text, show);
    if printer.format() == Format::Table {
        printer.data(&render::explained(&explained, printer));
    } else {
        printer.json(&explained);
    }
    Ok(Exit::Ok)
}

fn explain(engine: &Engine, text: &str, show: bool) -> Explained {
    let findings = engine.scan(text);
    let explanation = engine.scanner.explain(text, &engine.subject);
    let considered = explanation.considered.into_iter();
    let masked = explanation.masked.into_iter();
    Explained {
        considered: considered
            .map(|considered| proposal(considered, text, &findings))
            .collect(),
        already_masked: masked.map(|span| (span.start, span.end)).collect(),
        marked: show.then(|| markup::write(text, &findings)),
        masked: engine.mask(text, &findings).into_text(),
    }
}

/// What is told of `considered`: of `text` only words that are part of no find.
fn proposal(considered: Considered, text: &str, findings: &[Finding]) -> Proposal {
    let is_hidden = |start, end| {
        findings
            .iter()
            .any(|find| start < find.end && find.start < end)
    };
    let cue = considered.cue.map(|cue| Cue {
        words: (!is_hidden(cue.start, cue.end)).then(|| text[cue.clone()].to_owned()),
        start: cue.start,
        end: cue.end,
    });
    let (outcome, by, least) = match &considered.outcome {
        Outcome::Found => ("found", None, None),
        Outcome::Overlapped { by } => ("overlapped", Some(by.to_string()), None),
        Outcome::BelowThreshold { least } => ("below_threshold", None, Some(*least)),
        Outcome::Allowed => ("allowed", None, None),
        Outcome::NotWanted => ("not_wanted", None, None),
    };
    Proposal {
        entity: considered.entity.to_string(),
        start: considered.start,
        end: considered.end,
        detector: considered.detector.to_string(),
        confidence: considered.confidence.percent(),
        cue,
        outcome,
        by,
        least: least.map(Confidence::percent),
    }
}
