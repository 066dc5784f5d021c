//! The figures that the crate is judged by, over the texts of `corpus/corpus.ndjson`.
//!
//! Prints the same table as `corpus/figures.py`, whose head defines every figure, and fails when
//! one misses its threshold. The corpus comes from generators that know nothing of the rules here.

mod support;

use agent_assist_pii::{Scanner, SubjectTerms};

use crate::support::{Span, Tally, corpus};

/// What each figure must reach.
const THRESHOLDS: [(&str, Threshold); 7] = [
    ("span F2", Threshold::AtLeast(0.97)),
    ("text F2", Threshold::AtLeast(0.97)),
    ("spans wholly covered", Threshold::AtLeast(0.96)),
    ("characters masked without need", Threshold::AtMost(0.03)),
    ("masked texts flagged", Threshold::AtMost(0.0)),
    ("clean texts flagged", Threshold::AtMost(0.03)),
    ("obfuscated values covered", Threshold::AtLeast(0.70)),
];

enum Threshold {
    AtLeast(f64),
    AtMost(f64),
}

#[test]
fn the_corpus_is_masked_as_well_as_promised() {
    let scanner = Scanner::new();
    let nobody = SubjectTerms::none();
    let mut tally = Tally::default();
    for text in corpus() {
        let predicted: Vec<Span> = scanner
            .scan(&text.text, &nobody)
            .iter()
            .map(|finding| Span {
                start: finding.start,
                end: finding.end,
                entity: finding.entity.as_str().to_owned(),
            })
            .collect();
        tally.add(&text, &predicted);
    }

    println!("{tally}");
    let figures = tally.figures();
    let mut missed = Vec::new();
    for (name, threshold) in THRESHOLDS {
        let value = figures
            .iter()
            .find(|(figure, _)| *figure == name)
            .map(|(_, value)| *value)
            .expect("every threshold names a figure");
        let (holds, sign, limit) = match threshold {
            Threshold::AtLeast(limit) => (value >= limit, "at least", limit),
            Threshold::AtMost(limit) => (value <= limit, "at most", limit),
        };
        println!("{name:34}{value:10.3}  {sign} {limit}");
        if !holds {
            missed.push(format!("{name} is {value:.3}, must be {sign} {limit}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("; "));
}
