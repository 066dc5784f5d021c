//! What was found in a text and in golden cases, for people.

use comfy_table::{Cell, Color};
use owo_colors::OwoColorize as _;

use super::table::{clean, count, list};
use crate::commands::pii::explain::{Cue, Explained, Proposal};
use crate::commands::pii::golden::{Failed, Spot, Tested};
use crate::output::Printer;

/// A row for each proposal, and the text masked.
pub(crate) fn explained(explained: &Explained, printer: &Printer) -> String {
    let mut out = if explained.considered.is_empty() {
        "nothing in it looks like personal data".to_owned()
    } else {
        let header = [
            "entity",
            "bytes",
            "rule",
            "sure",
            "words",
            "what became of it",
        ];
        let mut table = list(printer, &header);
        for proposal in &explained.considered {
            let became = Cell::new(became(proposal));
            table.add_row([
                Cell::new(&proposal.entity),
                Cell::new(place(proposal.start, proposal.end)),
                Cell::new(&proposal.detector),
                Cell::new(format!("{} %", proposal.confidence)),
                Cell::new(proposal.cue.as_ref().map_or("-".to_owned(), words)),
                match (proposal.outcome, printer.color()) {
                    ("found", true) => became.fg(Color::Green),
                    _ => became,
                },
            ]);
        }
        table.to_string()
    };
    let tags: Vec<_> = explained
        .already_masked
        .iter()
        .map(|(start, end)| place(*start, *end))
        .collect();
    let marked = explained.marked.as_ref();
    for (title, text) in [
        (
            "masked already, at",
            (!tags.is_empty()).then(|| tags.join(", ")),
        ),
        ("marked", marked.map(|text| clean(text))),
        ("masked", Some(clean(&explained.masked))),
    ] {
        if let Some(text) = text {
            out.push_str(&section(title, &text, printer));
        }
    }
    out
}

/// A title, and a text under it that keeps its lines.
fn section(title: &str, text: &str, printer: &Printer) -> String {
    let title = if printer.color() {
        title.bold().to_string()
    } else {
        title.to_owned()
    };
    let lines: String = text.lines().map(|line| format!("\n  {line}")).collect();
    format!("\n\n{title}{lines}")
}

fn place(start: usize, end: usize) -> String {
    format!("{start}-{end}")
}

fn words(cue: &Cue) -> String {
    match &cue.words {
        Some(words) => clean(words),
        None => place(cue.start, cue.end),
    }
}

fn became(proposal: &Proposal) -> String {
    match (proposal.outcome, &proposal.by, proposal.least) {
        ("overlapped", Some(by), _) => format!("part of what {by} found"),
        ("below_threshold", _, Some(least)) => format!("not sure enough: {least} % are needed"),
        ("allowed", _, _) => "allowed by the policy".to_owned(),
        ("not_wanted", _, _) => "not looked for by the policy".to_owned(),
        (outcome, _, _) => outcome.to_owned(),
    }
}

/// The cases that failed, and how many did not.
pub(crate) fn tested(tested: &Tested, printer: &Printer) -> String {
    let mut out: String = tested
        .failures
        .iter()
        .map(|failed| failure(failed, printer))
        .collect();
    let cases = count(tested.cases as u64, "case");
    out.push_str(&match tested.failed {
        0 => format!("{cases}, none failed"),
        failed => format!("{cases}, {failed} failed"),
    });
    out
}

fn failure(failed: &Failed, printer: &Printer) -> String {
    let mark = if printer.color() {
        "FAIL".red().bold().to_string()
    } else {
        "FAIL".to_owned()
    };
    let note = failed
        .note
        .as_ref()
        .map(|note| format!("  {}", clean(note)));
    let spots = |what: &str, spots: &[Spot]| -> String {
        spots
            .iter()
            .map(|spot| format!("      {what:<10}  {}\n", line(spot)))
            .collect()
    };
    format!(
        "{mark}  {}:{}{}\n{}{}",
        failed.file,
        failed.line,
        note.unwrap_or_default(),
        spots("missed", &failed.missed),
        spots("unexpected", &failed.unexpected),
    )
}

fn line(spot: &Spot) -> String {
    let value = clean(&spot.value).replace('\n', " ");
    let place = place(spot.start, spot.end);
    format!("{} {value:?} at {place}: {}", spot.entity, spot.why)
}
