//! The sandbox's knowledge: bases, their articles, and how they rank against a text.
//!
//! A [`Library`] is read once, from agent guidelines, and never changes. Every article of every
//! base is in it; whether an unpublished base is served is the caller's decision.

mod guidelines;
mod ranking;

use std::sync::OnceLock;

use uuid::Uuid;

use self::ranking::Index;

pub(crate) use self::ranking::Hit;

/// Every knowledge base the sandbox holds.
#[derive(Debug, Default)]
pub(crate) struct Library {
    /// In the order they are listed.
    pub(crate) bases: Vec<KnowledgeBase>,
    /// Articles of all bases; [`Article::base`] says whose.
    pub(crate) articles: Vec<Article>,
    /// Made by the first search: most of what a sandbox costs to start, and not all are searched.
    index: OnceLock<Index>,
}

/// A group of articles: a knowledge source.
#[derive(Debug)]
pub(crate) struct KnowledgeBase {
    pub(crate) id: Uuid,
    pub(crate) name: String,
    pub(crate) description: String,
    /// An unpublished base exists, and nothing is recommended from it.
    pub(crate) published: bool,
}

/// One sub-flow of the guidelines.
#[derive(Debug)]
pub(crate) struct Article {
    pub(crate) id: Uuid,
    pub(crate) version_id: Uuid,
    /// Index into [`Library::bases`].
    pub(crate) base: usize,
    pub(crate) title: String,
    /// What the article is about, in a few words: the flow and its description.
    pub(crate) topic: String,
    /// The body, in passages short enough to show.
    pub(crate) passages: Vec<String>,
}

impl Library {
    /// Every article that shares a word with `text`, best first.
    pub(crate) fn search(&self, text: &str) -> Vec<Hit> {
        self.index.get_or_init(|| Index::new(self)).search(text)
    }

    /// The base with this id.
    pub(crate) fn base(&self, id: Uuid) -> Option<&KnowledgeBase> {
        self.bases.iter().find(|base| base.id == id)
    }

    /// The base an article belongs to.
    pub(crate) fn base_of(&self, article: &Article) -> &KnowledgeBase {
        &self.bases[article.base]
    }
}

impl KnowledgeBase {
    /// The base's path.
    pub(crate) fn uri(&self) -> String {
        format!("/api/v2/knowledge/knowledgebases/{}", self.id)
    }
}

impl Article {
    /// What the article is about: title, flow and instructions.
    fn lead(&self) -> String {
        let instructions = self.passages.first().map_or("", String::as_str);
        format!("{} {} {instructions}", self.title, self.topic)
    }
}
