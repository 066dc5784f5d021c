//! Reads the corpus and counts what a scanner makes of it.
//!
//! Owns the definitions of the figures, as `corpus/figures.py` words them; knows no threshold. All
//! lengths are bytes.

use std::{collections::BTreeMap, fmt};

use serde_json::Value;

const CORPUS: &str = include_str!("../../corpus/corpus.ndjson");

/// A piece of a text, gold or predicted.
pub(crate) struct Span {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) entity: String,
}

/// One text of the corpus with its gold spans.
pub(crate) struct Text {
    pub(crate) kind: String,
    pub(crate) class: String,
    pub(crate) text: String,
    pub(crate) spans: Vec<Span>,
}

/// The texts of the corpus, in their order.
pub(crate) fn corpus() -> impl Iterator<Item = Text> {
    CORPUS.lines().map(|line| {
        let row: Value = serde_json::from_str(line).expect("a line of the corpus is JSON");
        let field = |name: &str| row[name].as_str().expect("a string").to_owned();
        let offset = |value: &Value| {
            usize::try_from(value.as_u64().expect("an offset")).expect("an offset fits")
        };
        let spans = row["spans"].as_array().expect("a list of spans");
        Text {
            kind: field("kind"),
            class: field("class"),
            text: field("text"),
            spans: spans
                .iter()
                .map(|span| Span {
                    start: offset(&span[0]),
                    end: offset(&span[1]),
                    entity: span[2].as_str().expect("an entity").to_owned(),
                })
                .collect(),
        }
    })
}

/// Counts over texts of one kind, one class or one entity.
#[derive(Default)]
struct Counts {
    texts: usize,
    flagged: usize,
    gold: usize,
    found: usize,
    whole: usize,
    label: usize,
    falsely: usize,
}

/// Counts over all texts but the obfuscated ones.
#[derive(Default)]
struct Judged {
    predicted: usize,
    falsely: usize,
    masked_bytes: usize,
    needless_bytes: usize,
    texts_with: usize,
    flagged: usize,
    flagged_with: usize,
}

/// What one scanner made of the corpus.
#[derive(Default)]
pub(crate) struct Tally {
    judged: Judged,
    kinds: BTreeMap<String, Counts>,
    classes: BTreeMap<String, Counts>,
    entities: BTreeMap<String, Counts>,
}

impl Tally {
    /// Counts one text in; `predicted` is sorted and free of overlaps.
    pub(crate) fn add(&mut self, text: &Text, predicted: &[Span]) {
        let judged = text.kind != "obfuscated";
        let class = format!("{}/{}", text.kind, text.class);
        for counts in [
            self.kinds.entry(text.kind.clone()).or_default(),
            self.classes.entry(class.clone()).or_default(),
        ] {
            counts.texts += 1;
            counts.flagged += usize::from(!predicted.is_empty());
        }
        for gold in &text.spans {
            let verdict = Verdict::of(gold, predicted);
            verdict.count(self.kinds.entry(text.kind.clone()).or_default());
            verdict.count(self.classes.entry(class.clone()).or_default());
            if judged {
                verdict.count(self.entities.entry(gold.entity.clone()).or_default());
            }
        }
        if judged {
            self.add_predictions(text, predicted);
        }
    }

    fn add_predictions(&mut self, text: &Text, predicted: &[Span]) {
        let totals = &mut self.judged;
        totals.predicted += predicted.len();
        totals.texts_with += usize::from(!text.spans.is_empty());
        totals.flagged += usize::from(!predicted.is_empty());
        totals.flagged_with += usize::from(!text.spans.is_empty() && !predicted.is_empty());
        for span in predicted {
            let inside: usize = text.spans.iter().map(|gold| overlap(gold, span)).sum();
            totals.masked_bytes += span.end - span.start;
            totals.needless_bytes += span.end - span.start - inside;
            if inside == 0 {
                totals.falsely += 1;
                let entity = self.entities.entry(span.entity.clone()).or_default();
                entity.falsely += 1;
            }
        }
    }

    /// Every figure under its name.
    pub(crate) fn figures(&self) -> Vec<(&'static str, f64)> {
        let none = Counts::default();
        let kind = |name: &str| self.kinds.get(name).unwrap_or(&none);
        let (masked, clean, obfuscated) = (kind("masked"), kind("clean"), kind("obfuscated"));
        let judged = &self.judged;
        let sum = |count: fn(&Counts) -> usize| self.entities.values().map(count).sum::<usize>();
        let gold = sum(|entity| entity.gold);
        let precision = ratio(judged.predicted - judged.falsely, judged.predicted);
        let recall = ratio(sum(|entity| entity.found), gold);
        let text_f2 = f2(
            ratio(judged.flagged_with, judged.flagged),
            ratio(judged.flagged_with, judged.texts_with),
        );
        vec![
            ("span F2", f2(precision, recall)),
            ("span precision", precision),
            ("span recall", recall),
            ("text F2", text_f2),
            (
                "spans wholly covered",
                ratio(sum(|entity| entity.whole), gold),
            ),
            (
                "characters masked without need",
                ratio(judged.needless_bytes, judged.masked_bytes),
            ),
            ("masked texts flagged", float(masked.flagged)),
            ("clean texts flagged", ratio(clean.flagged, clean.texts)),
            (
                "obfuscated values covered",
                ratio(obfuscated.whole, obfuscated.gold),
            ),
            (
                "obfuscated covered by half",
                ratio(obfuscated.found, obfuscated.gold),
            ),
        ]
    }
}

/// One line per figure, entity and class.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, value) in self.figures() {
            writeln!(f, "{name:34}{value:10.3}")?;
        }
        let head = "texts  gold flagged  found  whole  label  false";
        for (title, group) in [
            ("entity", &self.entities),
            ("kind", &self.kinds),
            ("class", &self.classes),
        ] {
            writeln!(f, "\n{title:36}{head}")?;
            for (name, counts) in group {
                writeln!(f, "{name:36}{counts}")?;
            }
        }
        Ok(())
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:5} {:5} {:7} {:6.3} {:6.3} {:6.3} {:6}",
            self.texts,
            self.gold,
            self.flagged,
            ratio(self.found, self.gold),
            ratio(self.whole, self.gold),
            ratio(self.label, self.found),
            self.falsely,
        )
    }
}

/// What the predictions made of one gold span.
struct Verdict {
    found: bool,
    whole: bool,
    label: bool,
}

impl Verdict {
    fn of(gold: &Span, predicted: &[Span]) -> Self {
        let length = gold.end - gold.start;
        let covered: usize = predicted.iter().map(|span| overlap(span, gold)).sum();
        let best = predicted.iter().max_by_key(|span| overlap(span, gold));
        let finder = best.filter(|span| 2 * overlap(span, gold) >= length);
        Self {
            found: finder.is_some(),
            whole: covered == length,
            label: finder.is_some_and(|span| span.entity == gold.entity),
        }
    }

    fn count(&self, counts: &mut Counts) {
        counts.gold += 1;
        counts.found += usize::from(self.found);
        counts.whole += usize::from(self.whole);
        counts.label += usize::from(self.label);
    }
}

fn overlap(a: &Span, b: &Span) -> usize {
    a.end.min(b.end).saturating_sub(a.start.max(b.start))
}

fn f2(precision: f64, recall: f64) -> f64 {
    if precision == 0.0 || recall == 0.0 {
        return 0.0;
    }
    5.0 * precision * recall / (4.0 * precision + recall)
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 {
        return 0.0;
    }
    float(part) / float(whole)
}

fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).expect("a corpus of less than four gigabytes"))
}
