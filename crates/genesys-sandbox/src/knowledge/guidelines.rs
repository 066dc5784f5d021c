//! Reads agent guidelines into a [`Library`].
//!
//! The file is an object of flows; a flow has a description and sub-flows; a sub-flow has
//! instructions and actions, each action a text and lines below it. A sub-flow becomes an article.
//! The built-in guidelines are shelved into a few bases by [`SHELVES`]; in a file of the user's own
//! each flow is a base, and `"published": false` on a flow keeps that base from being served.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde::Deserialize;

use super::{Article, KnowledgeBase, Library};
use crate::ids;

const BUILT_IN: &str = include_str!("../../data/abcd/guidelines.json");

/// Which base holds which flows of the built-in guidelines, and whether it is published.
const SHELVES: &[(&str, bool, &[&str])] = &[
    (
        "Orders and returns",
        true,
        &[
            "Product Defect",
            "Order Issue",
            "Shipping Issue",
            "Purchase Dispute",
        ],
    ),
    (
        "Accounts and subscriptions",
        true,
        &["Account Access", "Manage Account", "Subscription Inquiry"],
    ),
    (
        "Store and website",
        true,
        &["Troubleshoot Site", "Storewide Query"],
    ),
    ("Product questions (draft)", false, &["Single-Item Query"]),
];

/// The longest a passage grows by joining sentences, in bytes. A longer sentence stays whole.
const PASSAGE_LENGTH: usize = 240;

#[derive(Deserialize)]
struct Flow {
    description: String,
    subflows: BTreeMap<String, Subflow>,
    #[serde(default = "published_unless_told")]
    published: bool,
}

#[derive(Deserialize)]
struct Subflow {
    #[serde(default)]
    instructions: Vec<String>,
    #[serde(default)]
    actions: Vec<Action>,
}

#[derive(Deserialize)]
struct Action {
    text: String,
    #[serde(default)]
    subtext: Vec<String>,
}

fn published_unless_told() -> bool {
    true
}

impl Library {
    /// [`built_in`](Self::built_in), read once in a process: programs and tests start many sandboxes.
    pub(crate) fn shared() -> Result<Arc<Self>, serde_json::Error> {
        static SHARED: OnceLock<Arc<Library>> = OnceLock::new();
        if let Some(library) = SHARED.get() {
            return Ok(Arc::clone(library));
        }
        let library = Arc::new(Self::built_in()?);
        Ok(Arc::clone(SHARED.get_or_init(|| library)))
    }

    /// The guidelines that come with the sandbox.
    pub(crate) fn built_in() -> Result<Self, serde_json::Error> {
        let flows: Flows = serde_json::from_str(BUILT_IN)?;
        let mut library = Self::default();
        for (name, published, shelf) in SHELVES {
            let shelved = flows
                .iter()
                .filter(|(flow, _)| shelf.contains(&flow.as_str()));
            let shelved: Vec<_> = shelved.collect();
            let descriptions: Vec<_> = shelved
                .iter()
                .map(|(_, flow)| flow.description.as_str())
                .collect();
            let base = library.add_base(name, &descriptions.join("; "), *published);
            for (flow_name, flow) in shelved {
                library.add_articles(base, flow_name, flow);
            }
        }
        Ok(library)
    }

    /// Guidelines in the built-in ones' format, one base per flow.
    pub(crate) fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let mut library = Self::default();
        for (name, flow) in &serde_json::from_str::<Flows>(text)? {
            let base = library.add_base(name, &flow.description, flow.published);
            library.add_articles(base, name, flow);
        }
        Ok(library)
    }

    fn add_base(&mut self, name: &str, description: &str, published: bool) -> usize {
        self.bases.push(KnowledgeBase {
            id: ids::stable("knowledge-base", name),
            name: name.to_owned(),
            description: description.to_owned(),
            published,
        });
        self.bases.len() - 1
    }

    fn add_articles(&mut self, base: usize, flow_name: &str, flow: &Flow) {
        for (title, subflow) in &flow.subflows {
            let name = format!("{flow_name}/{title}");
            self.articles.push(Article {
                id: ids::stable("document", &name),
                version_id: ids::stable("version", &name),
                base,
                title: title.clone(),
                topic: format!("{flow_name}: {}", flow.description),
                passages: passages(subflow),
            });
        }
    }
}

/// Flows by name; the order is the alphabet's, so that it does not depend on a JSON map's.
type Flows = BTreeMap<String, Flow>;

/// The instructions, then each action with its lines.
fn passages(subflow: &Subflow) -> Vec<String> {
    let mut passages = Vec::new();
    pack(
        subflow.instructions.iter().map(|line| sentence(line, '.')),
        &mut passages,
    );
    for action in &subflow.actions {
        let end = if action.subtext.is_empty() { '.' } else { ':' };
        let lead = std::iter::once(sentence(&action.text, end));
        let lines = action.subtext.iter().map(|line| sentence(line, '.'));
        pack(lead.chain(lines), &mut passages);
    }
    passages
}

/// Joins sentences into passages of at most [`PASSAGE_LENGTH`].
fn pack(lines: impl Iterator<Item = String>, passages: &mut Vec<String>) {
    let mut current = String::new();
    for line in lines {
        for sentence in line.split_inclusive(". ").map(str::trim_end) {
            if !current.is_empty() && current.len() + sentence.len() >= PASSAGE_LENGTH {
                passages.push(std::mem::take(&mut current));
            }
            if !current.is_empty() {
                current.push(' ');
            }
            current.push_str(sentence);
        }
    }
    if !current.is_empty() {
        passages.push(current);
    }
}

/// A line of the guidelines as a sentence: no button brackets, no flow-chart arrows, and an end.
fn sentence(line: &str, end: char) -> String {
    let plain = line
        .replace(['[', ']'], "")
        .replace(": > ", ": ")
        .replace(". > ", ". ")
        .replace(" > ", " - ")
        .replace(" <or> ", ", or ");
    let mut sentence = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if sentence.ends_with(|last: char| last.is_alphanumeric() || matches!(last, ')' | '\'')) {
        sentence.push(end);
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flow_of_the_built_in_guidelines_is_on_exactly_one_shelf() {
        let flows: Flows = serde_json::from_str(BUILT_IN).expect("the guidelines are JSON");
        let mut shelved: Vec<_> = SHELVES
            .iter()
            .flat_map(|(_, _, shelf)| shelf.iter())
            .collect();
        shelved.sort();
        assert_eq!(shelved, flows.keys().collect::<Vec<_>>());
    }

    #[test]
    fn lines_become_sentences_in_passages_short_enough_to_show() {
        let library = Library::built_in().expect("the built-in guidelines are sound");
        let article = library
            .articles
            .iter()
            .find(|article| article.title == "Return Due to Size");
        insta::assert_snapshot!(article.expect("it is built in").passages.join("\n"));
    }

    #[test]
    fn in_a_file_of_ones_own_each_flow_is_a_base_that_may_be_unpublished() {
        let library = Library::parse(
            r#"{
                "Billing": {"description": "bills", "subflows": {"Dispute": {"instructions": ["Ask why"]}}},
                "Drafts": {"description": "", "published": false, "subflows": {}}
            }"#,
        )
        .expect("the format is the documented one");
        let bases: Vec<_> = library
            .bases
            .iter()
            .map(|b| (b.name.as_str(), b.published))
            .collect();
        assert_eq!(bases, [("Billing", true), ("Drafts", false)]);
        assert_eq!(library.articles[0].passages, ["Ask why."]);
    }
}
