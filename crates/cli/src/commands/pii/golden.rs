//! `pii test`: golden cases that users keep for their own rules.
//!
//! A case is a line `{"text": "to [[joe@example.com|EMAIL_ADDRESS]]"}`: what is marked must be
//! found, as that and no more and no less of it, and what is not marked must not. Cases are made
//! up, so what came of them is shown with its values.

use std::path::{Path, PathBuf};

use agent_assist_pii::{Considered, Entity, Finding, Outcome, Scanner, SubjectTerms};
use serde::{Deserialize, Serialize};

use super::markup::{self, Marked};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::render;

/// A case as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// With its marks.
    text: String,
    /// What is known of the person.
    #[serde(default)]
    subject: Vec<String>,
    /// What it is about, for whoever reads that it failed.
    #[serde(default)]
    note: Option<String>,
}

/// What came of all cases.
#[derive(Serialize)]
pub(crate) struct Tested {
    pub(crate) cases: usize,
    pub(crate) failed: usize,
    pub(crate) failures: Vec<Failed>,
}

/// A case that failed.
#[derive(Serialize)]
pub(crate) struct Failed {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) note: Option<String>,
    /// Expected, and not found.
    pub(crate) missed: Vec<Spot>,
    /// Found, and not expected.
    pub(crate) unexpected: Vec<Spot>,
}

/// A value in a case.
#[derive(Serialize)]
pub(crate) struct Spot {
    pub(crate) entity: String,
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) value: String,
    pub(crate) why: String,
}

pub(super) fn run(scanner: &Scanner, cases: &Path, printer: &Printer) -> Result<Exit, Failure> {
    let tested = test(scanner, cases)?;
    if printer.format() == Format::Table {
        printer.data(&render::tested(&tested, printer));
    } else {
        printer.json(&tested);
    }
    Ok(match tested.failed {
        0 => Exit::Ok,
        _ => Exit::Unexpected,
    })
}

fn test(scanner: &Scanner, cases: &Path) -> Result<Tested, Failure> {
    let (mut failures, mut mistakes, mut known) = (Vec::new(), Vec::new(), 0);
    for file in files(cases)? {
        let text = std::fs::read_to_string(&file).map_err(|error| unreadable(&file, &error))?;
        for (index, line) in text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
        {
            let place = (file.display().to_string(), index + 1);
            match read(line, scanner) {
                Ok(case) => failures.extend(try_case(scanner, case, place)),
                Err(mistake) => mistakes.push(format!("{}:{}: {mistake}", place.0, place.1)),
            }
            known += 1;
        }
    }
    if !mistakes.is_empty() {
        let advice = "a case is {\"text\": \"to [[joe@example.com|EMAIL_ADDRESS]]\"}, with \
                      \"subject\": [\"...\"] and \"note\": \"...\" where wanted";
        let message = "some of the cases cannot be read";
        return Err(Failure::usage(message).list(mistakes).advise(advice));
    }
    if known == 0 {
        let message = format!("there are no cases in {}", cases.display());
        return Err(Failure::usage(message)
            .advise("cases are the lines of files whose names end in .ndjson"));
    }
    Ok(Tested {
        cases: known,
        failed: failures.len(),
        failures,
    })
}

/// The files of cases: `cases` itself, or those in it.
fn files(cases: &Path) -> Result<Vec<PathBuf>, Failure> {
    if cases.is_file() {
        return Ok(vec![cases.to_owned()]);
    }
    let entries = std::fs::read_dir(cases).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let entries = entries.map_err(|error| unreadable(cases, &error))?;
    let mut files: Vec<PathBuf> = entries.iter().map(std::fs::DirEntry::path).collect();
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "ndjson")
    });
    files.sort();
    Ok(files)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(format!("{} cannot be read: {error}", path.display()))
}

/// A case, or what is wrong with it.
fn read(line: &str, scanner: &Scanner) -> Result<Case, String> {
    let case: Case = serde_json::from_str(line)
        .map_err(|error| format!("this is no case, from column {} on", error.column()))?;
    let rules = &scanner.policy().rules;
    let is_unknown = |entity: &Entity| {
        matches!(entity, Entity::Custom(_)) && !rules.iter().any(|rule| rule.entity == *entity)
    };
    let (_, marks) = markup::parse(&case.text);
    match marks.iter().find(|mark| is_unknown(&mark.entity)) {
        Some(mark) => Err(format!("no rule finds a {}", mark.entity)),
        None => Ok(case),
    }
}

fn try_case(scanner: &Scanner, case: Case, (file, line): (String, usize)) -> Option<Failed> {
    let (text, expected) = markup::parse(&case.text);
    let subject = SubjectTerms::new(&case.subject);
    let found = scanner.scan(&text, &subject);
    let is_same = |mark: &Marked, find: &Finding| {
        (mark.start, mark.end, &mark.entity) == (find.start, find.end, &find.entity)
    };
    let missed = expected
        .iter()
        .filter(|mark| !found.iter().any(|find| is_same(mark, find)));
    let unexpected = found
        .iter()
        .filter(|find| !expected.iter().any(|mark| is_same(mark, find)));
    let considered = scanner.explain(&text, &subject).considered;
    let missed: Vec<Spot> = missed
        .map(|mark| {
            spot(
                &text,
                (mark.start, mark.end),
                mark.entity.as_str(),
                why(mark, &considered),
            )
        })
        .collect();
    let unexpected: Vec<Spot> = unexpected
        .map(|find| {
            let why = format!("{} by {}", find.confidence, find.detector);
            spot(&text, (find.start, find.end), find.entity.as_str(), why)
        })
        .collect();
    (!missed.is_empty() || !unexpected.is_empty()).then_some(Failed {
        file,
        line,
        note: case.note,
        missed,
        unexpected,
    })
}

fn spot(text: &str, (start, end): (usize, usize), entity: &str, why: String) -> Spot {
    Spot {
        entity: entity.to_owned(),
        start,
        end,
        value: text[start..end].to_owned(),
        why,
    }
}

/// Why what is marked was not found.
fn why(mark: &Marked, considered: &[Considered]) -> String {
    let here = |considered: &&Considered| {
        considered.entity == mark.entity
            && considered.start < mark.end
            && mark.start < considered.end
    };
    let Some(nearest) = considered.iter().filter(here).max_by_key(|c| c.confidence) else {
        return "no rule takes it for that".to_owned();
    };
    let Considered {
        detector,
        confidence,
        outcome,
        ..
    } = nearest;
    let sure = format!("{confidence} by {detector}");
    match outcome {
        Outcome::Found => format!("found at {}-{}", nearest.start, nearest.end),
        Outcome::Overlapped { by } => format!("{sure}, but {by} is surer"),
        Outcome::BelowThreshold { least } => format!("{sure}, below the threshold of {least}"),
        Outcome::Allowed => format!("{sure}, but allowed by the policy"),
        Outcome::NotWanted => format!("{sure}, but the policy does not look for it"),
    }
}
