//! What the emulated Copilot has to say in a conversation.
//!
//! [`answers`] ranks the published articles against what the customer said; `recommendations` and
//! `suggestions` put the same answers into the two dialects. Some answers quote the customer's
//! data, as prefilled text does on a real floor; see [`personal`].

mod payload;
mod personal;
mod recommendations;
mod suggestions;

use std::collections::{BTreeMap, HashSet};

use uuid::Uuid;

pub(crate) use self::recommendations::recommendation;
pub(crate) use self::suggestions::suggestions;
use crate::conversation::Conversation;
use crate::ids;
use crate::knowledge::{Article, Hit, KnowledgeBase, Library};

/// Intents with at least this confidence take part in the ranking.
const INTENT_THRESHOLD: f64 = 0.5;

/// One article as it is offered in one conversation.
#[derive(Debug)]
pub(crate) struct Answer<'a> {
    /// The same in both dialects.
    pub(crate) id: Uuid,
    pub(crate) article: &'a Article,
    pub(crate) base: &'a KnowledgeBase,
    /// Above zero and at most one.
    pub(crate) relevance: f64,
    /// A sentence that quotes the customer's data, to be read before the passage.
    pub(crate) prefill: Option<String>,
    /// What the article has to say.
    pub(crate) passage: &'a str,
    /// A further passage, where the article has one.
    pub(crate) further: Option<&'a str>,
    /// Whether the upstream claims that personal data was masked.
    pub(crate) claims_masked: bool,
}

impl Answer<'_> {
    /// The text shown to the agent.
    pub(crate) fn text(&self) -> String {
        match &self.prefill {
            Some(prefill) => format!("{prefill} {}", self.passage),
            None => self.passage.to_owned(),
        }
    }

    /// The article's path.
    pub(crate) fn document_uri(&self) -> String {
        format!("{}/documents/{}", self.base.uri(), self.article.id)
    }
}

/// The published articles that fit the conversation, best first. The words of confident `intents`
/// count as if the customer had said them.
pub(crate) fn answers<'a>(
    library: &'a Library,
    conversation: &Conversation,
    intents: &BTreeMap<String, f64>,
) -> Vec<Answer<'a>> {
    if !conversation.has_copilot_data() {
        return Vec::new();
    }
    let mut matter = conversation.matter();
    for (intent, _) in intents
        .iter()
        .filter(|(_, confidence)| **confidence >= INTENT_THRESHOLD)
    {
        matter.push('\n');
        matter.push_str(intent);
    }
    let published = |hit: &Hit| library.base_of(&library.articles[hit.article]).published;
    let mut shown = HashSet::new();
    let hits = library
        .search(&matter)
        .into_iter()
        .filter(published)
        .enumerate();
    hits.map(|(rank, hit)| {
        let article = &library.articles[hit.article];
        let (passage, further) = choose_passages(article, &hit, &mut shown);
        let name = format!("{}/{}", conversation.id, article.id);
        let personal::Planted {
            prefill,
            claims_masked,
        } = personal::plant(rank, &conversation.customer);
        Answer {
            id: ids::stable("suggestion", &name),
            article,
            base: library.base_of(article),
            relevance: hit.relevance,
            prefill,
            passage,
            further,
            claims_masked,
        }
    })
    .collect()
}

/// The best passage that no better answer has shown, for sibling articles share whole steps; and
/// the one after it.
fn choose_passages<'a>(
    article: &'a Article,
    hit: &Hit,
    shown: &mut HashSet<&'a str>,
) -> (&'a str, Option<&'a str>) {
    let ordered: Vec<_> = hit
        .passages
        .iter()
        .map(|&at| article.passages[at].as_str())
        .collect();
    let fresh = ordered
        .iter()
        .position(|passage| !shown.contains(passage))
        .unwrap_or(0);
    let passage = ordered.get(fresh).copied().unwrap_or_default();
    shown.insert(passage);
    let further = ordered.iter().copied().find(|other| *other != passage);
    (passage, further)
}
